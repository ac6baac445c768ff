"""The templates of the stages, as ``npm test`` packages them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from deployment.package import TEMPLATE, package
from tools.gates import WATCHED

STAGES = {"local": ("local",), "dev": ("dev",), "prod": ("prod", "requirements=none"), "watched": WATCHED}


def template(stage: str) -> dict[str, Any]:
    """Return the template of one of :data:`STAGES`."""
    folder, _ = package(*STAGES[stage])
    found: dict[str, Any] = json.loads((folder / TEMPLATE).read_text())
    return found


def of_type(resources: dict[str, Any], *types: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield logical id and properties of each resource of the types."""
    for logical_id, resource in resources.items():
        if resource["Type"] in types:
            yield logical_id, resource["Properties"]

"""The base of a part of Athena's API, which the class of the whole API completes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from embedded_cloud.athena.backend import EmbeddedAthena


class ApiPart:
    """The parts of a request that the actions need. The class of the whole API defines them."""

    @property
    def _athena(self) -> EmbeddedAthena:
        raise NotImplementedError

    @property
    def _parameters(self) -> dict[str, Any]:
        raise NotImplementedError

    def _list_page(self, name: str, items: Sequence[Any]) -> str:
        raise NotImplementedError

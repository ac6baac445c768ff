"""Drift detection: the properties of a stack's resources in their services, compared with the template's.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html

A detection has ended when its call returns. As on AWS, only properties in the template are compared, properties that
can only be written are left out, and a type that CloudFormation can't read is NOT_CHECKED.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from moto.cloudformation.exceptions import ValidationError

from embedded_cloud import clock
from embedded_cloud.cloudformation.resource import MissingResourceError, Resource
from embedded_cloud.cloudformation.stack import CloudFormationStack, StackResource

IN_SYNC, MODIFIED, DELETED, NOT_CHECKED = "IN_SYNC", "MODIFIED", "DELETED", "NOT_CHECKED"
CHECKED = (IN_SYNC, MODIFIED, DELETED)


@dataclass(frozen=True)
class ResourceDrift:
    """The drift of one resource, with the expected and the actual properties if it was checked."""

    stack_id: str
    entry: StackResource
    status: str
    expected: dict[str, Any]
    actual: dict[str, Any]
    differences: tuple[dict[str, str], ...]
    detected_at: datetime


@dataclass(frozen=True)
class DriftDetection:
    """One detection on a stack, or its failure."""

    detection_id: str
    stack: CloudFormationStack
    started_at: datetime
    drifts: tuple[ResourceDrift, ...]
    failure: str | None = None


def detect_drift(stack: CloudFormationStack, names: set[str]) -> DriftDetection:
    """Compare the resources of ``stack`` with these logical ids, or all if there are none, with their services."""
    if unknown := sorted(names - stack.resources.keys()):
        raise ValidationError(message=f"Resource {unknown[0]} does not exist for stack {stack.name}")
    started = clock.now()
    entries = [entry for name, entry in stack.resources.items() if not names or name in names]
    try:
        drifts = tuple(_detect_resource(stack.stack_id, entry) for entry in entries if entry.resource)
    except ClientError as error:
        return DriftDetection(str(uuid.uuid4()), stack, started, (), str(error))
    return DriftDetection(str(uuid.uuid4()), stack, started, drifts)


def _detect_resource(stack_id: str, entry: StackResource) -> ResourceDrift:
    resource, now = entry.resource, clock.now()
    assert resource is not None  # noqa: S101 - the caller has checked it
    try:
        actual = resource.read()
    except MissingResourceError:
        return ResourceDrift(stack_id, entry, DELETED, _select_expected(resource), {}, (), now)
    if actual is None:
        return ResourceDrift(stack_id, entry, NOT_CHECKED, {}, {}, (), now)
    expected = _select_expected(resource)
    actual = {name: value for name, value in actual.items() if name in expected}
    differences = tuple(_compare(expected, actual, ""))
    return ResourceDrift(stack_id, entry, MODIFIED if differences else IN_SYNC, expected, actual, differences, now)


def _select_expected(resource: Resource) -> dict[str, Any]:
    return {name: value for name, value in resource.properties.items() if name not in resource.WRITE_ONLY}


def _compare(expected: Any, actual: Any, path: str) -> Iterator[dict[str, str]]:
    """Yield the differences of the properties in ``expected``. Others have defaults that a template needn't name."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            if name in actual:
                yield from _compare(value, actual[name], f"{path}/{name}")
            else:
                yield _describe(f"{path}/{name}", value, None, "REMOVE")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for place, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from _compare(one, other, f"{path}/{place}")
    elif _format(expected) != _format(actual):
        yield _describe(path, expected, actual, "NOT_EQUAL")


def _describe(path: str, expected: Any, actual: Any, kind: str) -> dict[str, str]:
    return {
        "PropertyPath": path,
        "ExpectedValue": _format(expected),
        "ActualValue": _format(actual),
        "DifferenceType": kind,
    }


def _format(value: Any) -> str:
    """Return a value as text, in which 60, 60.0 and "60" are one value, and so are true and "true"."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)

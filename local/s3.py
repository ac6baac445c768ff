"""S3: bucket policies, which moto takes for a denial wherever a statement has a condition.

Evaluated here is what concerns everyone (``Principal: "*"``); the callers of the embedded cloud are the account's own.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from local.cloud import EmbeddedCloud

# The loopback interface stands for TLS: nobody can listen there, and no client of ours speaks HTTP to AWS itself.
KNOWN_CONDITIONS = {("Bool", "aws:SecureTransport"): "true"}


class UnknownConditionError(ValueError):
    """A bucket policy has a condition that the embedded cloud cannot decide."""


def check_conditions(document: dict[str, Any]) -> None:
    """Raise :class:`UnknownConditionError` for a policy that cannot be evaluated."""
    for statement in _statements(document):
        _applies(statement)


def _permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    applying = [
        {name: value for name, value in statement.items() if name != "Condition"}
        for statement in _statements(json.loads(bucket.policy))
        if _applies(statement)
    ]
    return IAMPolicy(json.dumps({"Statement": applying})).is_action_permitted(action, resource)


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] | dict[str, Any] = document["Statement"]
    return [statements] if isinstance(statements, dict) else statements


def _applies(statement: dict[str, Any]) -> bool:
    """Whether ``statement`` is about everyone, and its condition holds."""
    for operator, tests in statement.get("Condition", {}).items():
        for key, expected in tests.items():
            if (operator, key) not in KNOWN_CONDITIONS:
                raise UnknownConditionError(f"the embedded cloud cannot decide the condition {operator} {key}")
            if str(expected).lower() != KNOWN_CONDITIONS[operator, key]:
                return False
    return statement.get("Principal") in ("*", {"AWS": "*"})


def install(cloud: EmbeddedCloud) -> None:
    """Replace moto's evaluation. It makes buckets of one class by name, so the class cannot be subclassed."""
    del cloud
    FakeBucket.get_permission = _permission

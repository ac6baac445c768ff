"""S3's bucket policies, its lists of folders with deleted keys, and its default encryption.

moto takes every statement with a condition for a denial. This module evaluates the conditions, but only in statements
for everyone (``Principal: "*"``), since all callers of the embedded cloud belong to the account itself.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html
"""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey, S3Backend

from embedded_cloud.iam.policy import Decision, evaluate, list_statements
from embedded_cloud.s3.moto_patches import DISPOSE, LIST_OBJECTS, NEW_BUCKET

# The loopback interface counts as TLS: nobody can eavesdrop on it, and on AWS itself the same clients use TLS.
CONTEXT = {"aws:SecureTransport": "true"}

_RESULTS = {
    Decision.ALLOWED: PermissionResult.PERMITTED,
    Decision.NOT_ALLOWED: PermissionResult.NEUTRAL,
    Decision.DENIED: PermissionResult.DENIED,
}


# Each bucket encrypts its objects since 2023: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
DEFAULT_ENCRYPTION: dict[str, Any] = {
    "Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
}


class UnknownConditionError(ValueError):
    """A condition in a bucket policy that the embedded cloud can't decide."""


def check_conditions(document: dict[str, Any]) -> None:
    """Raise :class:`UnknownConditionError` for a policy that can't be evaluated."""
    for statement in list_statements(document):
        for operator, tests in statement.get("Condition", {}).items():
            if unknown := sorted(tests.keys() - CONTEXT.keys()):
                raise UnknownConditionError(f"the embedded cloud cannot decide the condition {operator} {unknown[0]}")


def get_permission(bucket: FakeBucket, action: str, resource: str) -> PermissionResult:
    """Return the decision of a bucket's policy for everyone. moto calls it as a method of the bucket."""
    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    for_everyone = [one for one in list_statements(bucket.policy) if one.get("Principal") in ("*", {"AWS": "*"})]
    return _RESULTS[evaluate([{"Statement": for_everyone}], action, resource, CONTEXT)]


def list_objects(
    backend: S3Backend, bucket: FakeBucket, *asked: Any, **named: Any
) -> tuple[Any, list[str], bool, str | None]:
    """Return moto's keys and folders (CommonPrefixes), without the folders that contain only deleted keys.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
    """
    keys, folders, truncated, marker = LIST_OBJECTS.original(backend, bucket, *asked, **named)
    live = [name for name, key in bucket.keys.items() if not isinstance(key, FakeDeleteMarker)] if folders else []
    return keys, [one for one in folders if any(name.startswith(one) for name in live)], truncated, marker


def dispose(key: FakeKey, garbage: bool = False) -> None:
    """Close the content of an object once nothing reads it. moto closes it under the request that reads it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
    """
    if garbage:
        DISPOSE.original(key)


def initialize_bucket(bucket: FakeBucket, *given: Any, **named: Any) -> None:
    """Initialize a bucket with S3's default encryption, as a method of moto's bucket."""
    NEW_BUCKET.original(bucket, *given, **named)
    bucket.encryption = DEFAULT_ENCRYPTION


def delete_encryption(backend: S3Backend, bucket_name: str) -> None:
    """Go back to the default encryption, as a method of moto's backend."""
    backend.get_bucket(bucket_name).encryption = DEFAULT_ENCRYPTION

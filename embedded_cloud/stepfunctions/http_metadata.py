"""The HTTP metadata in results of optimised integrations, which count towards the 256 KiB limit.

The pages of the integrations don't show it. The fields, the headers and their spelling are those of recorded answers of
AWS (LocalStack's tests of 2023 to 2025, snapshots of ``tests/aws/services/stepfunctions``).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

_SPELLINGS = {
    "content-length": "Content-Length",
    "content-type": "Content-Type",
    "date": "Date",
    "x-amz-crc32": "x-amz-crc32",
    "x-amz-executed-version": "X-Amz-Executed-Version",
}
_LAMBDA_ONLY = "x-amz-executed-version"
_DYNAMODB_ONLY = "x-amz-crc32"


def describe_http(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return SdkHttpMetadata and SdkResponseMetadata of a response. ``metadata`` is boto3's ResponseMetadata."""
    given = metadata.get("HTTPHeaders", {})
    request_id = _to_uuid(metadata.get("RequestId"))
    headers = {_SPELLINGS[name]: value for name, value in given.items() if name in _SPELLINGS}
    headers |= {"Connection": "keep-alive", "x-amzn-RequestId": request_id}
    if _DYNAMODB_ONLY in given:
        headers["Server"] = "Server"
    if _LAMBDA_ONLY in given:
        trace = uuid.uuid4().hex
        headers["x-amzn-Remapped-Content-Length"] = "0"
        headers["X-Amzn-Trace-Id"] = f"root=1-{trace[:8]}-{trace[8:]};parent={uuid.uuid4().hex[:16]};sampled=0"
    return {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": dict(sorted(headers.items())),
            "HttpStatusCode": metadata["HTTPStatusCode"],
        },
        "SdkResponseMetadata": {"RequestId": request_id},
    }


def _to_uuid(request_id: str | None) -> str:
    """Return the request's id, or a new one if it is not a UUID."""
    try:
        return str(uuid.UUID(request_id or ""))
    except ValueError:
        return str(uuid.uuid4())

"""Objects of a delivery stream: their keys, their contents, and their delivery to S3 with retries.

https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
"""

from __future__ import annotations

import gzip
import uuid
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_cloud.firehose.context import StreamContext
from embedded_cloud.firehose.destination import Destination
from embedded_cloud.firehose.prefix import Prefix

# "Firehose keeps retrying for up to 24 hours", after which the data is lost:
# https://docs.aws.amazon.com/firehose/latest/dev/retry.html
MAX_RETRY_SECONDS = 24 * 3600.0
FIRST_WAIT_SECONDS = 1.0  # a choice, doubled per retry: AWS does not document its waits
MAX_WAIT_SECONDS = 300.0


def deliver(stream: StreamContext, prefix: Prefix, arrived_at: datetime, data: bytes) -> bool:
    """Put ``data`` into S3. ``arrived_at`` is the arrival of its oldest record.

    Retries last until the put succeeds (True), or until 24 hours passed or the stream stopped (False).

    Each attempt uses the stream's current destination, since an update may fix it. The RetryOptions of dynamic
    partitioning have no effect: AWS doesn't document their end, and a partition that can't be delivered
    "is counted as active in the delivery buffer until it can be delivered"
    (https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-buffering.html).
    """
    waited, pause = 0.0, FIRST_WAIT_SECONDS
    while True:
        destination = stream.destination
        try:
            stream.client("s3", destination.role_arn).put_object(
                Bucket=destination.bucket,
                Key=_build_key(stream, destination, prefix, arrived_at),
                **_build_content(destination, data),
            )
        except (ClientError, BotoCoreError) as error:
            stream.log(*_describe_error(error))
        else:
            return True
        if waited >= MAX_RETRY_SECONDS or not stream.wait(pause):
            return False
        waited += pause
        pause = min(2 * pause, MAX_WAIT_SECONDS)


def _build_key(stream: StreamContext, destination: Destination, prefix: Prefix, arrived_at: datetime) -> str:
    """Return an object's key: https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html"""
    local = arrived_at.astimezone(destination.time_zone)
    name = f"{stream.name}-{stream.version}-{local:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"
    return prefix.evaluate(local) + name + destination.file_extension


def _build_content(destination: Destination, data: bytes) -> dict[str, Any]:
    """Return an object's parameters for S3. AWS documents no other compression for the error output."""
    content: dict[str, Any] = {"Body": data, "ContentType": "application/octet-stream"}
    if destination.gzip:
        content |= {"Body": gzip.compress(data), "ContentEncoding": "gzip"}
    if destination.kms_key_arn:
        content |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": destination.kms_key_arn}
    return content


def _describe_error(error: ClientError | BotoCoreError) -> tuple[str, str]:
    """Return code and message for the error log: .../dev/monitoring-with-cloudwatch-logs.html"""
    if not isinstance(error, ClientError):
        return "InternalError", str(error)
    code = "AccessDenied" if error.operation_name == "AssumeRole" else error.response["Error"]["Code"]
    return f"S3.{code}", error.response["Error"]["Message"]

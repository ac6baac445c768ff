"""Objects in S3: their keys, and their content by a location ``s3://``, as Athena names its query results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client


def open_object(s3: S3Client, location: str) -> StreamingBody:
    """Return the object's content as a stream.

    Raises
    ------
    botocore.exceptions.ClientError
        As GetObject raises it.
    """
    place = urlsplit(location)
    return s3.get_object(Bucket=place.netloc, Key=place.path.removeprefix("/"))["Body"]


def list_keys(s3: S3Client, bucket: str, prefix: str) -> Iterator[str]:
    """Yield the key of each object under a prefix, in order."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            yield entry["Key"]

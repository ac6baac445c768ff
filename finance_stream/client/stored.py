"""What lies in S3 at an ``s3://`` location, as Athena names the results of its queries."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client


def open_object(s3: S3Client, location: str) -> StreamingBody:
    """The object's content.

    Raises
    ------
    botocore.exceptions.ClientError
        As GetObject does.
    """
    place = urlsplit(location)
    return s3.get_object(Bucket=place.netloc, Key=place.path.removeprefix("/"))["Body"]

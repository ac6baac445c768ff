"""Objects in S3 by their ``s3://`` location, as Athena names its query results."""

from __future__ import annotations

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

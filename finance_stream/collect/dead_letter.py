"""Undelivered records, kept in the bucket until ``npm run redrive`` puts them on the stream. Knows S3."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import re
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "dead-letter/"

MAX_ATTEMPTS = 3
MAX_PAUSE_SECONDS = 0.5
CONNECT_SECONDS, READ_SECONDS = 2, 5
PUT_SECONDS = CONNECT_SECONDS + READ_SECONDS  # the longest that one attempt takes
# This module retries by itself: botocore's retries know no deadline.
CLIENT_CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS)

# A ticker may have other characters: ^GSPC, EURUSD=X.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html#object-key-guidelines-safe-characters
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")
MAX_TICKER_CHARACTERS = 40


def encode_content(records: Iterable[bytes], code: str, message: str) -> bytes:
    """Return an object with a line per record, which is kept byte for byte. Firehose writes its own failures like this.

    https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
    """
    documents = (
        {"errorCode": code, "errorMessage": message, "rawData": base64.b64encode(record).decode()} for record in records
    )
    return compress(json.dumps(document, separators=(",", ":")).encode() for document in documents)


def compress(lines: Iterable[bytes]) -> bytes:
    """Return the lines as gzipped NDJSON. The same lines always give the same bytes."""
    return gzip.compress(b"".join(line + b"\n" for line in lines), mtime=0)


def make_key(ticker: str, interval: str, collected_at: str, content: bytes) -> str:
    """Return the key of an attempt's records: the attempt's UTC date and time, its ticker and a digest of its content.

    Each attempt has a key of its own, since each may leave other records.
    """
    date, _, time_of_day = collected_at.removesuffix("Z").partition("T")
    digest = hashlib.sha256(ticker.encode() + content).hexdigest()[:8]
    name = _UNSAFE.sub("_", ticker)[:MAX_TICKER_CHARACTERS]
    return f"{PREFIX}interval={interval}/dt={date}/{name}-{time_of_day.replace(':', '')}-{digest}.json.gz"


def put(
    client: S3Client,
    bucket: str,
    key: str,
    content: bytes,
    *,
    seconds_left: Callable[[], float] = lambda: float("inf"),
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[float, float], float] = random.uniform,
) -> None:
    """Write an object. The first attempt is always made, up to :data:`MAX_ATTEMPTS` while there is time.

    Raises
    ------
    botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
        The error of the last attempt.
    """
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            client.put_object(Bucket=bucket, Key=key, Body=content, ContentEncoding="gzip")
        except (BotoCoreError, ClientError):
            pause = jitter(0, MAX_PAUSE_SECONDS)
            if attempt == MAX_ATTEMPTS or pause + PUT_SECONDS >= seconds_left():
                raise
            sleep(pause)
        else:
            return

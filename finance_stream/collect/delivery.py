"""Delivery of records to a Firehose stream, in batches within its limits. Only failed records are retried."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from finance_stream.errors import DeliveryRefused, DeliveryThrottled, NotCollected

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient

# https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
MAX_BATCH_RECORDS = 500
MAX_BATCH_BYTES = 4 * 1024 * 1024
MAX_RECORD_BYTES = 1000 * 1024

MAX_ATTEMPTS = 8
BACKOFF_BASE_SECONDS = 0.1
BACKOFF_CAP_SECONDS = 5.0

# This module alone retries. botocore's retries would multiply the attempts, and botocore can't see the records that
# failed inside a call that succeeded.
CONNECT_SECONDS, READ_SECONDS = 3, 10
CALL_SECONDS = CONNECT_SECONDS + READ_SECONDS  # the longest that one call takes
CLIENT_CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS)

# https://docs.aws.amazon.com/firehose/latest/APIReference/CommonErrors.html and the operation's own page
_RETRYABLE_CODES = frozenset(
    {
        "InternalFailure",
        "LimitExceededException",
        "RequestExpired",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


def split_batches(records: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Split records, in order, into batches for one PutRecordBatch call each.

    Raises
    ------
    DeliveryRefused
        For a record that is larger than Firehose accepts. It is not cut to fit.
    """
    batch: list[bytes] = []
    size = 0
    for record in records:
        if len(record) > MAX_RECORD_BYTES:
            raise DeliveryRefused(f"a record of {len(record)} bytes: Firehose takes {MAX_RECORD_BYTES} at most")
        if len(batch) == MAX_BATCH_RECORDS or (batch and size + len(record) > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += len(record)
    if batch:
        yield batch


def deliver(
    client: FirehoseClient,
    stream: str,
    records: Iterable[bytes],
    *,
    seconds_left: Callable[[], float] = lambda: float("inf"),
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[float, float], float] = random.uniform,
) -> int:
    """Put every record on ``stream`` and return the number of calls.

    The failed records of a call are sent again, without the others, after a pause with full jitter. A record that is
    larger than Firehose accepts is never cut, and the others are still delivered.

    Parameters
    ----------
    client
        A Firehose client made with :data:`CLIENT_CONFIG`.
    seconds_left
        Seconds until the caller has to be done. No call or pause starts that might end later.

    Raises
    ------
    DeliveryThrottled
        When records are left after :data:`MAX_ATTEMPTS` attempts or at the end of the time.
    DeliveryRefused
        When Firehose answers that it will never accept them, or a record is too large.

    ``left`` of either error has every record that was not delivered, or may not have been, with those of later batches.
    """
    records = list(records)
    oversize = [record for record in records if len(record) > MAX_RECORD_BYTES]
    waiting = list(split_batches(record for record in records if len(record) <= MAX_RECORD_BYTES))
    calls = 0
    for number, batch in enumerate(waiting, start=1):
        try:
            calls += _deliver_batch(client, stream, batch, seconds_left, sleep, jitter)
        except NotCollected as error:
            error.left = [*error.left, *(record for later in waiting[number:] for record in later), *oversize]
            raise
    if oversize:
        said = f"{len(oversize)} records too large, the first of {len(oversize[0])} bytes"
        raise DeliveryRefused(f"{said}: Firehose takes {MAX_RECORD_BYTES} at most", oversize)
    return calls


def _deliver_batch(
    client: FirehoseClient,
    stream: str,
    batch: Sequence[bytes],
    seconds_left: Callable[[], float],
    sleep: Callable[[float], None],
    jitter: Callable[[float, float], float],
) -> int:
    """Put one batch and return the number of calls."""
    pending = batch
    if seconds_left() < CALL_SECONDS:
        raise DeliveryThrottled(f"{len(pending)} records not sent: no time for another call", pending)
    for attempt in range(MAX_ATTEMPTS):
        pending, reason = _put(client, stream, pending)
        if not pending:
            return attempt + 1
        pause = jitter(0, min(BACKOFF_CAP_SECONDS, BACKOFF_BASE_SECONDS * 2**attempt))
        if attempt + 1 == MAX_ATTEMPTS or pause + CALL_SECONDS >= seconds_left():
            break
        sleep(pause)
    raise DeliveryThrottled(f"{len(pending)} records not taken after {attempt + 1} attempts: {reason}", pending)


def _put(client: FirehoseClient, stream: str, records: Sequence[bytes]) -> tuple[Sequence[bytes], str]:
    """Make one call. Return the records to send again and the reason."""
    try:
        response = client.put_record_batch(DeliveryStreamName=stream, Records=[{"Data": record} for record in records])
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        if code in _RETRYABLE_CODES or error.response["ResponseMetadata"].get("HTTPStatusCode", 0) >= 500:
            return records, f"{code}: {message}"
        raise DeliveryRefused(f"{code}: {message}", records) from error
    except (BotoCoreError, ResponseParserError) as error:
        # No connection, a timeout, half an answer: Firehose may have accepted them. Duplicates are removed when you
        # query.
        return records, str(error)
    return _find_failed(records, response.get("RequestResponses", []))


def _find_failed(records: Sequence[bytes], entries: Sequence[Any]) -> tuple[Sequence[bytes], str]:
    """Return the failed records and the first one's error. A failed record's entry, at its index, has no RecordId."""
    if len(entries) != len(records):
        return records, f"{len(entries)} answers to {len(records)} records"
    failed = [index for index, entry in enumerate(entries) if not entry.get("RecordId")]
    if not failed:
        return [], ""
    first = entries[failed[0]]
    return [records[index] for index in failed], f"{first.get('ErrorCode')}: {first.get('ErrorMessage')}"

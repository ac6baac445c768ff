"""PutRecordBatch: batches, retries and the end of retries."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.parsers import ResponseParserError
from mypy_boto3_firehose import FirehoseClient

from finance_stream.collect.delivery import (
    MAX_ATTEMPTS,
    MAX_BATCH_BYTES,
    MAX_BATCH_RECORDS,
    MAX_RECORD_BYTES,
    deliver,
    split_batches,
)
from finance_stream.errors import DeliveryRefused, DeliveryThrottled

Answer = Callable[[list[bytes]], dict[str, Any]]


class FakeFirehose:
    """A stream that gives the listed answers call by call, and then accepts every record."""

    def __init__(self, *answers: Answer) -> None:
        self.stream = "bars"
        self.calls: list[list[bytes]] = []
        self._answers = iter(answers)

    def put_record_batch(self, *, DeliveryStreamName: str, Records: list[dict[str, bytes]]) -> dict[str, Any]:  # noqa: N803
        assert DeliveryStreamName == self.stream
        data = [record["Data"] for record in Records]
        self.calls.append(data)
        return next(self._answers, failing())(data)


def failing(*indexes: int, count: int | None = None) -> Answer:
    def answer(data: list[bytes]) -> dict[str, Any]:
        failed = {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "Slow down."}
        return {
            "FailedPutCount": len(indexes) if count is None else count,
            "RequestResponses": [failed if i in indexes else {"RecordId": str(i)} for i in range(len(data))],
        }

    return answer


def raising(error: Exception) -> Answer:
    def answer(_: list[bytes]) -> dict[str, Any]:
        raise error

    return answer


def client_error(code: str, status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "..."}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "PutRecordBatch")


def put(firehose: FakeFirehose, records: list[bytes], **options: Any) -> int:
    return deliver(cast(FirehoseClient, firehose), "bars", records, sleep=lambda _: None, **options)


RECORDS = [b"record %d" % index for index in range(10)]


@pytest.mark.fault(1)
def test_deliver_retries_only_failed_records() -> None:
    firehose = FakeFirehose(failing(3, 7))
    assert put(firehose, RECORDS) == 2
    assert firehose.calls == [RECORDS, [RECORDS[3], RECORDS[7]]]


@pytest.mark.fault(2)
def test_deliver_retries_until_no_record_fails() -> None:
    firehose = FakeFirehose(failing(2, 4, 6), failing(0, 1), failing(1))
    assert put(firehose, RECORDS) == 4
    assert firehose.calls[1:] == [[RECORDS[2], RECORDS[4], RECORDS[6]], [RECORDS[2], RECORDS[4]], [RECORDS[4]]]


@pytest.mark.fault(4)
def test_deliver_trusts_entries_over_failed_put_count() -> None:
    firehose = FakeFirehose(failing(5, count=0))
    put(firehose, RECORDS)
    assert firehose.calls[1] == [RECORDS[5]]


@pytest.mark.fault(5)
@pytest.mark.parametrize("answers", [9, 11, 0])
def test_deliver_retries_after_an_answer_of_wrong_length(answers: int) -> None:
    firehose = FakeFirehose(lambda _: {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "1"}] * answers})
    put(firehose, RECORDS)
    assert firehose.calls == [RECORDS, RECORDS]


@pytest.mark.fault(6)
@pytest.mark.fault(7)
@pytest.mark.parametrize(
    "error",
    [
        client_error("ServiceUnavailableException", 503),
        client_error("ThrottlingException"),
        client_error("InternalFailure", 500),
        ReadTimeoutError(endpoint_url="https://firehose"),
        ConnectTimeoutError(endpoint_url="https://firehose"),
        ResponseParserError("half an answer"),
    ],
)
def test_deliver_retries_after_a_transient_error(error: Exception) -> None:
    firehose = FakeFirehose(raising(error))
    assert put(firehose, RECORDS) == 2
    assert firehose.calls == [RECORDS, RECORDS]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "InvalidKMSResourceException"])
def test_deliver_does_not_retry_a_refusal(code: str) -> None:
    firehose = FakeFirehose(raising(client_error(code)))
    with pytest.raises(DeliveryRefused, match=code):
        put(firehose, RECORDS)
    assert len(firehose.calls) == 1


@pytest.mark.fault(7)
def test_deliver_gives_up_after_attempts_with_full_jitter() -> None:
    firehose = FakeFirehose(*itertools.repeat(failing(0), MAX_ATTEMPTS))
    drawn: list[tuple[float, float]] = []

    def jitter(low: float, high: float) -> float:
        drawn.append((low, high))
        return high

    with pytest.raises(DeliveryThrottled, match="1 records not taken after 8 attempts: ServiceUnavailableException"):
        put(firehose, [b"x"], jitter=jitter)
    assert len(firehose.calls) == MAX_ATTEMPTS
    assert drawn == [(0, high) for high in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0)]


def test_deliver_starts_no_pause_beyond_the_deadline() -> None:
    firehose = FakeFirehose(*itertools.repeat(failing(0), MAX_ATTEMPTS))
    left = iter([45.0, 30.0, 13.05])
    with pytest.raises(DeliveryThrottled, match="after 2 attempts"):
        put(firehose, [b"x"], jitter=lambda _, high: high, seconds_left=lambda: next(left))


@pytest.mark.fault(10)
@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (499, [499]), (500, [500]), (501, [500, 1])])
def test_split_batches_limits_a_batch_to_500_records(count: int, sizes: list[int]) -> None:
    assert MAX_BATCH_RECORDS == 500
    assert [len(batch) for batch in split_batches([b"x"] * count)] == sizes


@pytest.mark.fault(11)
@pytest.mark.parametrize(("spare", "sizes"), [(1, [5]), (0, [5]), (-1, [4, 1])])
def test_split_batches_limits_a_batch_to_4_mib(spare: int, sizes: list[int]) -> None:
    # An umlaut is one character and two bytes. The limit counts bytes.
    large = "ü".encode() * (MAX_RECORD_BYTES // 2)
    last = b"x" * (MAX_BATCH_BYTES - 4 * len(large) - spare)
    assert [len(batch) for batch in split_batches([large] * 4 + [last])] == sizes


def test_split_batches_rejects_an_oversized_record() -> None:
    assert list(split_batches([b"x" * MAX_RECORD_BYTES])) == [[b"x" * MAX_RECORD_BYTES]]
    with pytest.raises(DeliveryRefused, match="1024001 bytes"):
        list(split_batches([b"x" * (MAX_RECORD_BYTES + 1)]))


@pytest.mark.fault(10)
def test_deliver_makes_no_call_without_records() -> None:
    firehose = FakeFirehose()
    assert put(firehose, []) == 0
    assert firehose.calls == []

"""PutRecord and PutRecordBatch.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
https://docs.aws.amazon.com/firehose/latest/dev/limits.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.firehose import backend as firehose
from embedded_cloud.firehose.faults import NoAnswerError, PutRefusedError
from tests.embedded_cloud.firehose.lake import STREAM, DeliveryLake

MAX_RECORD_BYTES = 1_024_000
MAX_BATCH_BYTES = 4 * 1024 * 1024


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> DeliveryLake:
    lake = DeliveryLake(cloud)
    lake.create(lake.configuration())
    return lake


def test_put_record_batch_returns_one_id_per_record(lake: DeliveryLake) -> None:
    response = lake.put(b"a", b"b", b"c")
    assert response["FailedPutCount"] == 0
    assert len({entry["RecordId"] for entry in response["RequestResponses"]}) == 3


@pytest.mark.fault(10)
@pytest.mark.parametrize("count", [1, 499, 500])
def test_put_record_batch_accepts_up_to_500_records(lake: DeliveryLake, count: int) -> None:
    assert len(lake.put(*[b"x"] * count)["RequestResponses"]) == count


@pytest.mark.fault(10)
def test_put_record_batch_rejects_501_records(lake: DeliveryLake) -> None:
    with pytest.raises(ClientError, match=r"'records' failed.*length less than or equal to 500") as refused:
        lake.put(*[b"x"] * 501)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_put_record_batch_rejects_an_empty_batch(cloud: EmbeddedCloud, lake: DeliveryLake) -> None:
    assert lake.describe()["DeliveryStreamStatus"] == "ACTIVE"
    client = cloud.client("firehose", config=Config(parameter_validation=False))  # botocore would refuse it first
    with pytest.raises(ClientError, match=r"'records' failed.*length greater than or equal to 1"):
        client.put_record_batch(DeliveryStreamName=STREAM, Records=[])


def test_put_record_batch_rejects_a_record_over_1000_kib(lake: DeliveryLake) -> None:
    assert lake.put(b"x" * MAX_RECORD_BYTES)["FailedPutCount"] == 0
    with pytest.raises(ClientError, match=r"'records\.1\.member\.data'.*less than or equal to 1024000") as refused:
        lake.put(b"x" * (MAX_RECORD_BYTES + 1))
    assert refused.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.fault(11)
def test_put_record_limit_counts_bytes_before_base64(lake: DeliveryLake) -> None:
    multibyte = "é".encode() * (MAX_RECORD_BYTES // 2)
    assert lake.firehose.put_record(DeliveryStreamName=STREAM, Record={"Data": multibyte})["RecordId"]
    with pytest.raises(ClientError, match="ValidationException"):
        lake.firehose.put_record(DeliveryStreamName=STREAM, Record={"Data": multibyte + b"x"})


@pytest.mark.fault(11)
def test_put_record_batch_rejects_a_batch_over_4_mib(lake: DeliveryLake) -> None:
    records = [b"x" * MAX_RECORD_BYTES] * 4
    rest = MAX_BATCH_BYTES - 4 * MAX_RECORD_BYTES
    assert lake.put(*records, b"x" * rest)["FailedPutCount"] == 0
    with pytest.raises(ClientError, match="Records size exceeds 4 MB limit") as refused:
        lake.put(*records, b"x" * (rest + 1))
    assert refused.value.response["Error"]["Code"] == "InvalidArgumentException"


def test_put_record_batch_delivers_nothing_of_a_rejected_batch(lake: DeliveryLake) -> None:
    with pytest.raises(ClientError):
        lake.put(b"small", b"x" * (MAX_RECORD_BYTES + 1))
    assert firehose.read_statistics(STREAM).incoming_records == 0


def test_put_record_batch_rejects_an_unknown_stream(cloud: EmbeddedCloud) -> None:
    with pytest.raises(ClientError, match="Firehose nosuch under account 123456789012 not found") as refused:
        cloud.client("firehose").put_record_batch(DeliveryStreamName="nosuch", Records=[{"Data": b"x"}])
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_set_put_fault_fails_records_and_delivers_the_others(lake: DeliveryLake) -> None:
    def two_of_the_first_call(records: Sequence[bytes], call: int) -> Iterable[int]:
        assert list(records)[:2] == [b"0", b"1"]
        return {1, 3} if call == 1 else ()

    firehose.set_put_fault(STREAM, two_of_the_first_call)
    response = lake.put(b"0", b"1", b"2", b"3", b"4")
    assert response["FailedPutCount"] == 2
    codes = [entry.get("ErrorCode") for entry in response["RequestResponses"]]
    assert codes == [None, "ServiceUnavailableException", None, "ServiceUnavailableException", None]
    assert all(("RecordId" in entry) != ("ErrorMessage" in entry) for entry in response["RequestResponses"])
    assert lake.delivered() == b"024"
    assert lake.put(b"0", b"1")["FailedPutCount"] == 0


def test_set_put_fault_with_none_ends_the_fault(lake: DeliveryLake) -> None:
    firehose.set_put_fault(STREAM, lambda records, _call: range(len(records)))
    assert lake.put(b"a")["FailedPutCount"] == 1
    firehose.set_put_fault(STREAM, None)
    assert lake.put(b"a")["FailedPutCount"] == 0


@pytest.mark.parametrize(
    ("code", "status"),
    [("ThrottlingException", 400), ("AccessDeniedException", 400), ("ServiceUnavailableException", 503)],
)
@pytest.mark.usefixtures("lake")
def test_set_put_fault_refuses_a_whole_call(cloud: EmbeddedCloud, code: str, status: int) -> None:
    def refuse(_records: Sequence[bytes], _call: int) -> Iterable[int]:
        raise PutRefusedError(code, "Rate exceeded", status)

    firehose.set_put_fault(STREAM, refuse)
    client = cloud.client("firehose", config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(ClientError) as refused:
        client.put_record_batch(DeliveryStreamName=STREAM, Records=[{"Data": b"x"}])
    assert refused.value.response["Error"] == {"Code": code, "Message": "Rate exceeded"}
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert firehose.read_statistics(STREAM).incoming_records == 0


def test_set_put_fault_without_an_answer_accepts_the_records(cloud: EmbeddedCloud, lake: DeliveryLake) -> None:
    def no_answer(_records: Sequence[bytes], _call: int) -> Iterable[int]:
        raise NoAnswerError

    firehose.set_put_fault(STREAM, no_answer)
    client = cloud.client("firehose", config=Config(read_timeout=0.2, retries={"total_max_attempts": 1}))
    with pytest.raises(ReadTimeoutError):
        client.put_record_batch(DeliveryStreamName=STREAM, Records=[{"Data": b"taken"}])
    assert lake.delivered() == b"taken"


def test_put_record_raises_the_error_of_its_record(cloud: EmbeddedCloud, lake: DeliveryLake) -> None:
    firehose.set_put_fault(STREAM, lambda _records, _call: {0})
    client: Any = cloud.client("firehose", config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(ClientError, match="ServiceUnavailableException"):
        client.put_record(DeliveryStreamName=STREAM, Record={"Data": b"x"})
    assert lake.settled().incoming_records == 0

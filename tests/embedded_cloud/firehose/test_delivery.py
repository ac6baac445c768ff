"""Delivery of records as S3 objects. https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html"""

from __future__ import annotations

import base64
import gzip
import threading
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.firehose import backend as firehose
from embedded_cloud.firehose.delivery import MAX_ACTIVE_PARTITIONS
from embedded_cloud.firehose.object import deliver
from tests.embedded_cloud.firehose.lake import BUCKET, STREAM, DeliveryLake, answer, text
from tests.waiting import DEADLINE_SECONDS, eventually

MEBIBYTE = 1024 * 1024


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> DeliveryLake:
    return DeliveryLake(cloud)


def by_text(event: dict[str, Any]) -> dict[str, Any]:
    """Partition every record by its own text."""
    returned = answer(event)
    for record, item in zip(event["records"], returned["records"], strict=True):
        item["metadata"] = {"partitionKeys": {"dt": text(record).strip(), "unused": "1"}}
    return returned


def test_delivery_concatenates_records_without_a_delimiter(lake: DeliveryLake) -> None:
    lake.create(lake.configuration())
    lake.put(b"a\n", b"b", b"c\n")
    assert lake.delivered() == b"a\nbc\n"
    counts = firehose.read_statistics(STREAM)
    assert (counts.incoming_records, counts.incoming_bytes) == (3, 5)
    assert (counts.delivered_records, counts.delivered_bytes, counts.delivered_objects) == (3, 5, 1)


def test_buffering_size_writes_an_object_when_the_buffer_is_full(lake: DeliveryLake) -> None:
    lake.create(lake.configuration(BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 900}))
    lake.put(b"x" * (MEBIBYTE // 2), b"y" * (MEBIBYTE // 2))
    assert lake.delivered() == b"x" * (MEBIBYTE // 2) + b"y" * (MEBIBYTE // 2)


def test_buffering_size_puts_a_record_that_does_not_fit_in_a_new_object(lake: DeliveryLake) -> None:
    lake.create(lake.configuration(BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 60}))
    lake.put(b"x" * 600_000, b"y" * 600_000)
    lake.settled()
    assert sorted(lake.objects().values()) == [b"x" * 600_000, b"y" * 600_000]


def test_buffering_interval_of_zero_delivers_at_once(lake: DeliveryLake) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html (zero buffering)"""
    lake.create(lake.configuration(BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 0}))
    lake.put(b"x")
    assert lake.delivered() == b"x"


def test_gzip_compression_sets_the_suffix_and_the_content_encoding(lake: DeliveryLake) -> None:
    lake.create(lake.configuration(CompressionFormat="GZIP"))
    lake.put(b"bars")
    lake.settled()
    (key,) = lake.objects()
    response = lake.s3.get_object(Bucket=BUCKET, Key=key)
    assert key.endswith(".gz")
    assert response["ContentEncoding"] == "gzip"
    assert gzip.decompress(response["Body"].read()) == b"bars"


def test_file_extension_replaces_the_default(lake: DeliveryLake) -> None:
    lake.create(lake.configuration(CompressionFormat="GZIP", FileExtension=".json.gz"))
    lake.put(b"bars")
    lake.settled()
    (key,) = lake.objects()
    assert key.endswith(".json.gz")
    assert not key.endswith(".gz.json.gz")


def test_kms_encryption_config_encrypts_objects_with_its_key(cloud: EmbeddedCloud, lake: DeliveryLake) -> None:
    key_arn = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    lake.create(lake.configuration(EncryptionConfiguration={"KMSEncryptionConfig": {"AWSKMSKeyARN": key_arn}}))
    lake.put(b"bars")
    lake.settled()
    (key,) = lake.objects()
    head = lake.s3.head_object(Bucket=BUCKET, Key=key)
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key_arn)


def test_dynamic_partitioning_writes_one_object_per_partition(lake: DeliveryLake) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html"""
    lake.function(by_text)
    lake.create(lake.partitioned())
    lake.put(b"2026-11-23", b"2026-11-24", b"2026-11-23")
    assert lake.delivered("bars/dt=2026-11-23/") == b"2026-11-232026-11-23"
    assert lake.delivered("bars/dt=2026-11-24/") == b"2026-11-24"
    assert len(lake.objects()) == 2


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"metadata": None},
        {"metadata": {"partitionKeys": {}}},
        {"metadata": {"partitionKeys": {"dt": ""}}},
        {"metadata": {"partitionKeys": {"dt": None}}},
    ],
)
def test_dynamic_partitioning_sends_a_record_without_key_to_error_output(
    lake: DeliveryLake, metadata: dict[str, Any]
) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-error-handling.html"""
    lake.function(lambda event: answer(event, **metadata))
    lake.create(lake.partitioned())
    lake.put(b"bars")
    (failure,) = lake.failures()
    assert failure["errorCode"] == "DynamicPartitioning.MetadataExtractionFailed"
    assert failure["errorMessage"] == "partitionKeys values must not be null or empty"
    assert failure["rawData"] == "YmFycw=="
    assert len(lake.objects()) == 1


def test_dynamic_partitioning_sends_an_overlong_prefix_to_error_output(lake: DeliveryLake) -> None:
    lake.function(lambda event: answer(event, metadata={"partitionKeys": {"dt": "x" * 513}}))
    lake.create(lake.partitioned())
    lake.put(b"bars")
    (failure,) = lake.failures()
    assert failure["errorMessage"] == "Length of evaluated prefix cannot be greater than 512"


def test_dynamic_partitioning_sends_partition_501_to_error_output(
    lake: DeliveryLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-buffering.html"""
    lake.function(by_text)
    exceeded = threading.Event()
    # A delivered partition isn't active any more, so none is delivered before partition 501 is refused.
    monkeypatch.setattr(
        "embedded_cloud.firehose.delivery.deliver", lambda *given: exceeded.wait(DEADLINE_SECONDS) and deliver(*given)
    )
    lake.create(lake.partitioned(CloudWatchLoggingOptions=lake.logging()))
    lake.put(*[str(number).encode() for number in range(MAX_ACTIVE_PARTITIONS)])
    # They fill the function's buffer. One call then has all records, and partitions become active in their order.
    last = (
        b"one too many".ljust(MEBIBYTE // 2),
        b"0".ljust(MEBIBYTE // 2 - firehose.read_statistics(STREAM).incoming_bytes),
    )
    lake.put(*last)
    eventually(lake.logged)
    exceeded.set()
    (failure,) = lake.failures("activePartitionExceeded/")
    assert failure["errorCode"] == "DynamicPartitioning.ActivePartitionsLimitExceeded"
    assert failure["rawData"] == base64.b64encode(last[0]).decode()
    # Counted per record, because a partition has two objects if its buffer was full before its last record.
    assert lake.settled().delivered_records == MAX_ACTIVE_PARTITIONS + 1
    assert lake.delivered("bars/dt=0/").split() == [b"00"]


def test_dynamic_partitioning_frees_delivered_partitions(lake: DeliveryLake) -> None:
    lake.function(by_text)
    lake.create(lake.partitioned())
    lake.put(*[str(number).encode() for number in range(MAX_ACTIVE_PARTITIONS)])
    lake.settled()
    lake.put(b"another")
    assert lake.delivered("bars/dt=another/") == b"another"


@pytest.mark.fault(40)
def test_delivery_logs_and_retries_s3_errors_until_s3_recovers(lake: DeliveryLake) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html"""
    lake.s3.delete_bucket(Bucket=BUCKET)
    lake.create(lake.configuration(CloudWatchLoggingOptions=lake.logging()))
    lake.put(b"kept")
    eventually(lake.logged)
    assert lake.logged()[0]["errorCode"] == "S3.NoSuchBucket"
    assert lake.logged()[0]["deliveryStreamARN"] == lake.describe()["DeliveryStreamARN"]
    lake.s3.create_bucket(Bucket=BUCKET)
    assert lake.delivered() == b"kept"


def test_delivery_loses_records_after_24_hours_of_s3_errors() -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/retry.html"""
    with EmbeddedCloud() as cloud:
        lake = DeliveryLake(cloud)
        lake.create(lake.configuration(BucketARN="arn:aws:s3:::nosuch"))
        lake.put(b"lost")
        assert lake.settled().lost_records == 1


def test_update_destination_fixes_a_failing_delivery(lake: DeliveryLake) -> None:
    lake.create(lake.configuration(BucketARN="arn:aws:s3:::nosuch", CloudWatchLoggingOptions=lake.logging()))
    lake.put(b"kept")
    eventually(lake.logged)
    lake.update(BucketARN=f"arn:aws:s3:::{BUCKET}")
    assert lake.delivered() == b"kept"


def test_object_key_has_the_version_of_the_configuration(lake: DeliveryLake) -> None:
    lake.create(lake.configuration(Prefix="old/"))
    lake.update(Prefix="new/", CompressionFormat="GZIP")
    lake.put(b"bars")
    assert lake.delivered("new/") == b"bars"
    (key,) = lake.objects()
    assert f"/{STREAM}-2-" in key


def test_delete_delivery_stream_drops_its_buffer_and_ends_its_threads(lake: DeliveryLake, cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeleteDeliveryStream.html"""
    lake.create(lake.configuration(BufferingHints={"SizeInMBs": 1, "IntervalInSeconds": 900}))
    with cloud.clock.held():
        lake.put(b"dropped")
        lake.firehose.delete_delivery_stream(DeliveryStreamName=STREAM)
    eventually(lambda: not any(thread.name.startswith(f"{STREAM}:") for thread in threading.enumerate()))
    assert lake.objects() == {}


def test_embedded_cloud_ends_delivery_threads_when_it_stops() -> None:
    with EmbeddedCloud(clock="real") as cloud:
        lake = DeliveryLake(cloud)
        lake.create(lake.configuration(BucketARN="arn:aws:s3:::nosuch"))
        lake.put(b"never delivered")
        eventually(lambda: any("write" in thread.name for thread in threading.enumerate()))
    eventually(lambda: not any(thread.name.startswith(f"{STREAM}:") for thread in threading.enumerate()))

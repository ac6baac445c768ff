"""CreateDeliveryStream, UpdateDestination and DescribeDeliveryStream: AWS's rules for a destination.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.firehose import destination
from tests.embedded_cloud.firehose.lake import FUNCTION_ARN, STREAM, DeliveryLake

KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> DeliveryLake:
    return DeliveryLake(cloud)


def refusal(lake: DeliveryLake, configuration: dict[str, Any], **parameters: Any) -> str:
    """Return the message of the InvalidArgumentException that CreateDeliveryStream raises."""
    with pytest.raises(ClientError) as refused:
        lake.create(configuration, **parameters)
    assert refused.value.response["Error"]["Code"] == "InvalidArgumentException"
    return refused.value.response["Error"]["Message"]


def test_describe_delivery_stream_shows_the_defaults_of_a_new_stream(lake: DeliveryLake) -> None:
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html"""
    lake.create({"RoleARN": lake.role_arn, "BucketARN": "arn:aws:s3:::lake"})
    stream = lake.describe()
    assert (stream["DeliveryStreamStatus"], stream["DeliveryStreamType"]) == ("ACTIVE", "DirectPut")
    assert stream["DeliveryStreamEncryptionConfiguration"] == {"Status": "DISABLED"}
    destination = stream["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert destination["BufferingHints"] == {"SizeInMBs": 5, "IntervalInSeconds": 300}
    assert destination["CompressionFormat"] == "UNCOMPRESSED"
    assert destination["EncryptionConfiguration"] == {"NoEncryptionConfig": "NoEncryption"}


@pytest.mark.parametrize("name", ["a" * 65, "a b", "a/b"])
def test_create_delivery_stream_rejects_an_invalid_name(lake: DeliveryLake, name: str) -> None:
    with pytest.raises(ClientError, match="'deliveryStreamName' failed to satisfy constraint") as refused:
        lake.firehose.create_delivery_stream(
            DeliveryStreamName=name, ExtendedS3DestinationConfiguration=lake.configuration()
        )
    assert refused.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"BufferingHints": {"SizeInMBs": 129, "IntervalInSeconds": 60}}, "bufferingHints.sizeInMBs"),
        ({"BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 901}}, "bufferingHints.intervalInSeconds"),
        ({"CompressionFormat": "LZ4"}, "compressionFormat"),
        ({"FileExtension": "json"}, "fileExtension"),
        ({"FileExtension": "." + "j" * 128}, "fileExtension"),
        ({"BucketARN": "lake"}, "bucketARN"),
        ({"RoleARN": "delivery"}, "roleARN"),
        ({"CustomTimeZone": "UTC+1"}, "customTimeZone"),
        (
            {"DynamicPartitioningConfiguration": {"RetryOptions": {"DurationInSeconds": 7201}}},
            "dynamicPartitioningConfiguration.retryOptions.durationInSeconds",
        ),
    ],
)
def test_create_delivery_stream_rejects_values_outside_the_api_model(
    lake: DeliveryLake, changes: dict[str, Any], path: str
) -> None:
    with pytest.raises(ClientError, match=rf"1 validation error detected: .*Configuration\.{path}'") as refused:
        lake.create(lake.configuration(**changes))
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_create_delivery_stream_names_all_violations_at_once(cloud: EmbeddedCloud, lake: DeliveryLake) -> None:
    client = cloud.client("firehose", config=Config(parameter_validation=False))
    hints = {"SizeInMBs": 0, "IntervalInSeconds": -1}
    with pytest.raises(ClientError, match="2 validation errors detected"):
        client.create_delivery_stream(
            DeliveryStreamName=STREAM, ExtendedS3DestinationConfiguration=lake.configuration(BufferingHints=hints)
        )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"CompressionFormat": "ZIP"}, "does not emulate CompressionFormat ZIP: use UNCOMPRESSED or GZIP"),
        ({"CompressionFormat": "Snappy"}, "does not emulate CompressionFormat Snappy"),
        ({"S3BackupMode": "Enabled"}, "does not emulate S3 backup"),
        ({"DataFormatConversionConfiguration": {}}, "does not emulate DataFormatConversionConfiguration"),
        ({"BufferingHints": {"SizeInMBs": 5}}, "Both SizeInMBs and IntervalInSeconds are required"),
        ({"CustomTimeZone": "Mars/Olympus"}, "CustomTimeZone Mars/Olympus is not a supported time zone"),
        ({"EncryptionConfiguration": {}}, "Exactly one of NoEncryptionConfig or KMSEncryptionConfig"),
        ({"CloudWatchLoggingOptions": {"Enabled": True}}, "CloudWatch Log Group Name is required"),
        (
            {"CloudWatchLoggingOptions": {"Enabled": True, "LogGroupName": "logs"}},
            "CloudWatch Log Stream Name is required",
        ),
    ],
)
def test_create_delivery_stream_rejects_unsupported_configurations(
    lake: DeliveryLake, changes: dict[str, Any], message: str
) -> None:
    assert message in refusal(lake, lake.configuration(**changes))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"BufferSizeInMBs": "0.1"}, "BufferSizeInMBs for lambda processor must be between 0.2 and 3."),
        ({"BufferSizeInMBs": "3.1"}, "BufferSizeInMBs for lambda processor must be between 0.2 and 3."),
        ({"BufferIntervalInSeconds": "901"}, "BufferIntervalInSeconds for lambda processor must be between 0 and 900."),
        ({"NumberOfRetries": "301"}, "Number of retries for lambda must be between 0 and 300."),
        ({"NumberOfRetries": "many"}, "'many' is not a number"),
        ({"SubRecordType": "JSON"}, "SubRecordType cannot be specified for a Lambda processor"),
    ],
)
def test_create_delivery_stream_rejects_invalid_processor_parameters(
    lake: DeliveryLake, parameters: dict[str, str], message: str
) -> None:
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html"""
    assert refusal(lake, lake.transforming(parameters)) == message


@pytest.mark.parametrize(
    ("processors", "message"),
    [
        ([], "A maximum of 5 and a minimum of 1 processor"),
        ([{"Type": "AppendDelimiterToRecord"}], "does not emulate a AppendDelimiterToRecord processor"),
        ([{"Type": "Lambda", "Parameters": []}], "LambdaArn is required when Lambda processor is used."),
        (
            [{"Type": "Lambda", "Parameters": [{"ParameterName": "LambdaArn", "ParameterValue": FUNCTION_ARN}]}] * 2,
            "Cannot have more than 1 Lambda processor.",
        ),
        (
            [
                {
                    "Type": "Lambda",
                    "Parameters": [
                        {"ParameterName": "LambdaArn", "ParameterValue": FUNCTION_ARN},
                        {"ParameterName": "BufferSizeInMBs", "ParameterValue": "1"},
                    ],
                }
            ],
            "Both BufferSizeInMBs and BufferIntervalInSeconds are required",
        ),
    ],
)
def test_processing_configuration_requires_one_lambda_processor(
    lake: DeliveryLake, processors: list[dict[str, Any]], message: str
) -> None:
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessingConfiguration.html"""
    configuration = lake.configuration(ProcessingConfiguration={"Enabled": True, "Processors": processors})
    assert message in refusal(lake, configuration)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"BufferingHints": {"SizeInMBs": 63, "IntervalInSeconds": 60}},
            "BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.",
        ),
        (
            {"BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 59}},
            "BufferingHints.IntervalInSeconds must be at least 60 seconds when Dynamic Partitioning is enabled.",
        ),
        (
            {"Prefix": "bars/"},
            "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled",
        ),
        (
            {"ProcessingConfiguration": {"Enabled": False}},
            "Processing Configuration is not enabled when DataPartitioning is enabled",
        ),
        (
            {"Prefix": "!{partitionKeyFromQuery:dt}/"},
            "MetadataExtraction processor should be present when S3 Prefix has partitionKeyFromQuery namespace",
        ),
        (
            {"DynamicPartitioningConfiguration": {"Enabled": False}},
            "Dynamic Partitioning Namespaces can only be part of a prefix expression"
            " when Dynamic Partitioning is enabled.",
        ),
    ],
)
def test_dynamic_partitioning_rejects_conflicting_settings(
    lake: DeliveryLake, changes: dict[str, Any], message: str
) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning.html"""
    assert refusal(lake, lake.partitioned(**changes)) == message


def test_dynamic_partitioning_has_a_larger_buffer_by_default(lake: DeliveryLake) -> None:
    configuration = lake.partitioned()
    del configuration["BufferingHints"]
    lake.create(configuration)
    description = lake.describe()["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert description["BufferingHints"] == {"SizeInMBs": 128, "IntervalInSeconds": 300}


@pytest.mark.parametrize(("partitioned", "seconds"), [(True, 90), (False, 60)])
def test_dynamic_partitioning_takes_the_documented_delay(partitioned: bool, seconds: float) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-buffering.html"""
    hints = destination._parse_buffering({"SizeInMBs": 64, "IntervalInSeconds": 60}, partitioned=partitioned)
    assert hints.interval_seconds == seconds


def test_create_delivery_stream_rejects_a_role_that_does_not_trust_it(cloud: EmbeddedCloud, lake: DeliveryLake) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#firehose-assume-role"""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    other = cloud.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    for role_arn in (other, "arn:aws:iam::123456789012:role/nosuch"):
        message = refusal(lake, lake.configuration(RoleARN=role_arn))
        assert message == f"Firehose is unable to assume role {role_arn}. Please check the role provided."


def test_create_delivery_stream_requires_a_destination(lake: DeliveryLake) -> None:
    with pytest.raises(ClientError, match="Exactly one destination configuration is supported for a Firehose"):
        lake.firehose.create_delivery_stream(DeliveryStreamName=STREAM)


def test_create_delivery_stream_rejects_other_destinations_and_sources(lake: DeliveryLake) -> None:
    plain = {"RoleARN": lake.role_arn, "BucketARN": "arn:aws:s3:::lake"}
    with pytest.raises(ClientError, match="does not emulate S3DestinationConfiguration"):
        lake.firehose.create_delivery_stream(DeliveryStreamName=STREAM, S3DestinationConfiguration=plain)
    message = refusal(lake, lake.configuration(), DeliveryStreamType="MSKAsSource")
    assert "does not emulate DeliveryStreamType MSKAsSource: use DirectPut" in message
    source = {"ThroughputHintInMBs": 1}
    message = refusal(lake, lake.configuration(), DirectPutSourceConfiguration=source)
    assert "does not emulate DirectPutSourceConfiguration" in message


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"KeyType": "AWS_OWNED_CMK"}, {"KeyType": "AWS_OWNED_CMK", "Status": "ENABLED"}),
        (
            {"KeyType": "CUSTOMER_MANAGED_CMK", "KeyARN": KEY_ARN},
            {"KeyType": "CUSTOMER_MANAGED_CMK", "KeyARN": KEY_ARN, "Status": "ENABLED"},
        ),
    ],
)
def test_describe_delivery_stream_shows_server_side_encryption(
    lake: DeliveryLake, given: dict[str, str], shown: dict[str, str]
) -> None:
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeliveryStreamEncryptionConfigurationInput.html"""
    lake.create(lake.configuration(), DeliveryStreamEncryptionConfigurationInput=given)
    assert lake.describe()["DeliveryStreamEncryptionConfiguration"] == shown
    assert lake.put(b"x")["Encrypted"] is True


@pytest.mark.parametrize(
    "given", [{"KeyType": "AWS_OWNED_CMK", "KeyARN": KEY_ARN}, {"KeyType": "CUSTOMER_MANAGED_CMK"}]
)
def test_server_side_encryption_takes_key_arn_for_customer_keys_only(lake: DeliveryLake, given: dict[str, str]) -> None:
    message = refusal(lake, lake.configuration(), DeliveryStreamEncryptionConfigurationInput=given)
    assert message.startswith("KeyARN")


def test_create_delivery_stream_rejects_a_used_name(lake: DeliveryLake) -> None:
    lake.create(lake.configuration())
    with pytest.raises(ClientError, match="ResourceInUseException"):
        lake.create(lake.configuration())


def test_update_destination_merges_and_increments_the_version(lake: DeliveryLake) -> None:
    """https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html"""
    lake.create(lake.configuration(Prefix="old/"))
    lake.update(CompressionFormat="GZIP")
    stream = lake.describe()
    description = stream["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert stream["VersionId"] == "2"
    assert (description["Prefix"], description["CompressionFormat"]) == ("old/", "GZIP")


def test_update_destination_validates_the_merged_configuration(lake: DeliveryLake) -> None:
    lake.create(lake.configuration())
    with pytest.raises(ClientError, match="ErrorOutputPrefix cannot be null or empty"):
        lake.update(Prefix="!{timestamp:yyyy}/")
    assert lake.describe()["VersionId"] == "1"


def test_update_destination_rejects_another_version(lake: DeliveryLake) -> None:
    lake.create(lake.configuration())
    with pytest.raises(ClientError, match="ConcurrentModificationException"):
        lake.firehose.update_destination(
            DeliveryStreamName=STREAM,
            CurrentDeliveryStreamVersionId="7",
            DestinationId="destinationId-000000000001",
            ExtendedS3DestinationUpdate={"CompressionFormat": "GZIP"},
        )


@pytest.mark.parametrize("enabled", [True, False])
def test_update_destination_rejects_a_switch_of_dynamic_partitioning(lake: DeliveryLake, *, enabled: bool) -> None:
    """https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-enable.html"""
    lake.create(lake.configuration() if enabled else lake.partitioned())
    with pytest.raises(ClientError, match="cannot be enabled or disabled for an existing stream") as refused:
        lake.update(DynamicPartitioningConfiguration={"Enabled": enabled})
    assert refused.value.response["Error"]["Code"] == "InvalidArgumentException"


def test_create_delivery_stream_stores_and_validates_tags(lake: DeliveryLake) -> None:
    tags = [{"Key": "Größe:1", "Value": "a b"}]
    lake.create(lake.configuration(), Tags=tags)
    assert lake.firehose.list_tags_for_delivery_stream(DeliveryStreamName=STREAM)["Tags"] == tags
    with pytest.raises(ClientError, match=r"'tags\.1\.member\.key' failed to satisfy constraint"):
        lake.create(lake.configuration(), Tags=[{"Key": "a?", "Value": "b"}])

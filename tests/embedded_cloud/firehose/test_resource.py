"""The resource type AWS::KinesisFirehose::DeliveryStream.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesisfirehose-deliverystream.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.firehose.lake import STREAM, DeliveryLake

STACK = "stream"


class Stack:
    """A stack of one delivery stream."""

    def __init__(self, cloud: EmbeddedCloud, lake: DeliveryLake) -> None:
        self.lake = lake
        self._cloudformation = cloud.client("cloudformation")

    def create(self, **properties: Any) -> dict[str, str]:
        """Create the stack. Return its outputs."""
        self._cloudformation.create_stack(StackName=STACK, TemplateBody=self._template(properties))
        return self._outputs("stack_create_complete")

    def update(self, **properties: Any) -> dict[str, str]:
        """Update the stack. Return its outputs."""
        self._cloudformation.update_stack(StackName=STACK, TemplateBody=self._template(properties))
        return self._outputs("stack_update_complete")

    def delete(self) -> None:
        self._cloudformation.delete_stack(StackName=STACK)
        self._cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK)

    def _outputs(self, state: str) -> dict[str, str]:
        self._cloudformation.get_waiter(state).wait(StackName=STACK)
        (stack,) = self._cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def _template(self, properties: dict[str, Any]) -> str:
        return json.dumps(
            {
                "Resources": {"Bars": {"Type": "AWS::KinesisFirehose::DeliveryStream", "Properties": properties}},
                "Outputs": {"Name": {"Value": {"Ref": "Bars"}}, "Arn": {"Value": {"Fn::GetAtt": ["Bars", "Arn"]}}},
            }
        )


@pytest.fixture
def stack(cloud: EmbeddedCloud) -> Stack:
    return Stack(cloud, DeliveryLake(cloud))


def test_delivery_stream_resource_returns_its_name_and_arn(stack: Stack) -> None:
    outputs = stack.create(DeliveryStreamName=STREAM, ExtendedS3DestinationConfiguration=stack.lake.configuration())
    assert outputs == {"Name": STREAM, "Arn": f"arn:aws:firehose:us-east-1:123456789012:deliverystream/{STREAM}"}


def test_delivery_stream_resource_generates_a_name_up_to_64_characters(stack: Stack) -> None:
    name = stack.create(ExtendedS3DestinationConfiguration=stack.lake.configuration())["Name"]
    assert name.startswith(f"{STACK}-Bars-")
    assert len(name) <= 64


def test_delivery_stream_resource_accepts_numbers_and_booleans_as_text(stack: Stack) -> None:
    configuration = stack.lake.partitioned(
        BufferingHints={"SizeInMBs": "64", "IntervalInSeconds": "60"},
        DynamicPartitioningConfiguration={"Enabled": "true", "RetryOptions": {"DurationInSeconds": "300"}},
    )
    stack.create(DeliveryStreamName=STREAM, ExtendedS3DestinationConfiguration=configuration)
    description = stack.lake.describe()["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert description["BufferingHints"] == {"SizeInMBs": 64, "IntervalInSeconds": 60}
    assert description["DynamicPartitioningConfiguration"] == {
        "Enabled": True,
        "RetryOptions": {"DurationInSeconds": 300},
    }


def test_delivery_stream_resource_rejects_an_unknown_property(stack: Stack) -> None:
    configuration = stack.lake.configuration(Compression="GZIP")
    with pytest.raises(ClientError, match="Compression"):
        stack.create(DeliveryStreamName=STREAM, ExtendedS3DestinationConfiguration=configuration)


def test_delivery_stream_resource_update_resets_omitted_properties(stack: Stack) -> None:
    stack.create(
        DeliveryStreamName=STREAM,
        ExtendedS3DestinationConfiguration=stack.lake.configuration(Prefix="old/", CompressionFormat="GZIP"),
        Tags=[{"Key": "stage", "Value": "dev"}, {"Key": "gone", "Value": "1"}],
    )
    stack.update(
        DeliveryStreamName=STREAM,
        ExtendedS3DestinationConfiguration=stack.lake.configuration(Prefix="new/"),
        DeliveryStreamEncryptionConfigurationInput={"KeyType": "AWS_OWNED_CMK"},
        Tags=[{"Key": "stage", "Value": "prod"}],
    )
    description = stack.lake.describe()
    destination = description["Destinations"][0]["ExtendedS3DestinationDescription"]
    tags = stack.lake.firehose.list_tags_for_delivery_stream(DeliveryStreamName=STREAM)["Tags"]
    assert description["VersionId"] == "2"
    assert (destination["Prefix"], destination["CompressionFormat"]) == ("new/", "UNCOMPRESSED")
    assert description["DeliveryStreamEncryptionConfiguration"]["Status"] == "ENABLED"
    assert tags == [{"Key": "stage", "Value": "prod"}]


def test_delivery_stream_resource_is_replaced_for_dynamic_partitioning(stack: Stack) -> None:
    stack.lake.function(lambda event: event)
    before = stack.create(ExtendedS3DestinationConfiguration=stack.lake.configuration())["Name"]
    after = stack.update(ExtendedS3DestinationConfiguration=stack.lake.partitioned())["Name"]
    assert after != before
    assert stack.lake.firehose.list_delivery_streams()["DeliveryStreamNames"] == [after]


def test_delivery_stream_resource_is_deleted_with_its_stack(stack: Stack) -> None:
    stack.create(DeliveryStreamName=STREAM, ExtendedS3DestinationConfiguration=stack.lake.configuration())
    stack.delete()
    assert stack.lake.firehose.list_delivery_streams()["DeliveryStreamNames"] == []

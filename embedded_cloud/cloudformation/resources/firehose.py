"""The CloudFormation type ``AWS::KinesisFirehose::DeliveryStream``.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesisfirehose-deliverystream.html
"""

from __future__ import annotations

from typing import Any, Self

from embedded_cloud.cloudformation.coercion import coerce
from embedded_cloud.cloudformation.resource import Resource, detect_deletion
from embedded_cloud.firehose.destination import complete_configuration, is_partitioned
from embedded_cloud.protocol import load_model

_EXTENDED_S3 = "ExtendedS3DestinationConfiguration"
_ENCRYPTION = "DeliveryStreamEncryptionConfigurationInput"


class DeliveryStreamResource(Resource):
    """A delivery stream to S3. Its properties are CreateDeliveryStream's parameters of the same names."""

    TYPE = "AWS::KinesisFirehose::DeliveryStream"
    NAME_PROPERTY = "DeliveryStreamName"
    MAX_NAME_LENGTH = 64
    REPLACED_BY = frozenset({"DeliveryStreamType"})
    PROPERTIES = frozenset(
        {
            "DeliveryStreamName",
            "DeliveryStreamType",
            f"{_ENCRYPTION}.KeyARN",
            f"{_ENCRYPTION}.KeyType",
            f"{_EXTENDED_S3}.BucketARN",
            f"{_EXTENDED_S3}.BufferingHints.IntervalInSeconds",
            f"{_EXTENDED_S3}.BufferingHints.SizeInMBs",
            f"{_EXTENDED_S3}.CloudWatchLoggingOptions.Enabled",
            f"{_EXTENDED_S3}.CloudWatchLoggingOptions.LogGroupName",
            f"{_EXTENDED_S3}.CloudWatchLoggingOptions.LogStreamName",
            f"{_EXTENDED_S3}.CompressionFormat",
            f"{_EXTENDED_S3}.CustomTimeZone",
            f"{_EXTENDED_S3}.DynamicPartitioningConfiguration.Enabled",
            f"{_EXTENDED_S3}.DynamicPartitioningConfiguration.RetryOptions.DurationInSeconds",
            f"{_EXTENDED_S3}.EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN",
            f"{_EXTENDED_S3}.EncryptionConfiguration.NoEncryptionConfig",
            f"{_EXTENDED_S3}.ErrorOutputPrefix",
            f"{_EXTENDED_S3}.FileExtension",
            f"{_EXTENDED_S3}.Prefix",
            f"{_EXTENDED_S3}.ProcessingConfiguration.Enabled",
            f"{_EXTENDED_S3}.ProcessingConfiguration.Processors.Parameters.ParameterName",
            f"{_EXTENDED_S3}.ProcessingConfiguration.Processors.Parameters.ParameterValue",
            f"{_EXTENDED_S3}.ProcessingConfiguration.Processors.Type",
            f"{_EXTENDED_S3}.RoleARN",
            f"{_EXTENDED_S3}.S3BackupMode",
            "Tags.Key",
            "Tags.Value",
        }
    )

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        """Create the stream. ``Ref`` is its name, and ``Arn`` is an attribute."""
        parameters = {**properties, "DeliveryStreamName": name}
        arn = cls.cloud.client("firehose").create_delivery_stream(**parameters)["DeliveryStreamARN"]
        return cls(name, {"Arn": arn}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        """Change the destination, the encryption and the tags. Omitted properties get their defaults."""
        firehose = self.cloud.client("firehose")
        name = self.physical_resource_id
        if properties.get(_EXTENDED_S3) != self.properties.get(_EXTENDED_S3):
            stream = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
            firehose.update_destination(
                DeliveryStreamName=name,
                CurrentDeliveryStreamVersionId=stream["VersionId"],
                DestinationId=stream["Destinations"][0]["DestinationId"],
                ExtendedS3DestinationUpdate=complete_configuration(_coerce_extended_s3(properties)),
            )
        if properties.get(_ENCRYPTION) != self.properties.get(_ENCRYPTION):
            if properties.get(_ENCRYPTION):
                encryption = {_ENCRYPTION: properties[_ENCRYPTION]}
                firehose.start_delivery_stream_encryption(DeliveryStreamName=name, **encryption)
            else:
                firehose.stop_delivery_stream_encryption(DeliveryStreamName=name)
        self._update_tags(firehose, properties)
        return type(self)(name, self.attributes, properties)

    def read(self) -> dict[str, Any]:
        """Read the stream, its destination under the name of the configuration that made it."""
        firehose, name = self.cloud.client("firehose"), self.physical_resource_id
        with detect_deletion():
            stream = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
        tags = firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"]
        return {
            **stream,
            _ENCRYPTION: stream.get("DeliveryStreamEncryptionConfiguration", {}),
            _EXTENDED_S3: stream["Destinations"][0]["ExtendedS3DestinationDescription"],
            "Tags": tags,
        }

    def remove(self) -> None:
        """Delete the stream and its undelivered records."""
        self.cloud.client("firehose").delete_delivery_stream(DeliveryStreamName=self.physical_resource_id)

    def requires_replacement(self, properties: dict[str, Any]) -> bool:
        """Return True also if dynamic partitioning is switched on or off: AWS allows that at creation only."""
        partitioned = (
            is_partitioned(_coerce_extended_s3(self.properties)),
            is_partitioned(_coerce_extended_s3(properties)),
        )
        return partitioned[0] != partitioned[1] or super().requires_replacement(properties)

    def _update_tags(self, firehose: Any, properties: dict[str, Any]) -> None:
        before = {tag["Key"]: tag["Value"] for tag in self.properties.get("Tags", [])}
        after = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
        if gone := sorted(before.keys() - after.keys()):
            firehose.untag_delivery_stream(DeliveryStreamName=self.physical_resource_id, TagKeys=gone)
        if changed := [{"Key": key, "Value": value} for key, value in after.items() if before.get(key) != value]:
            firehose.tag_delivery_stream(DeliveryStreamName=self.physical_resource_id, Tags=changed)


def _coerce_extended_s3(properties: dict[str, Any]) -> dict[str, Any]:
    shape = load_model("firehose").shape_for(_EXTENDED_S3)
    result: dict[str, Any] = coerce(shape, properties.get(_EXTENDED_S3, {}))
    return result

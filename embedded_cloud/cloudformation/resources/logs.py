"""CloudWatch Logs: groups and streams.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Logs.html
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from embedded_cloud.cloudformation.resource import MissingResourceError, Resource

_PROPERTY_NAMES = {"kmsKeyId": "KmsKeyId", "retentionInDays": "RetentionInDays"}


class LogGroupResource(Resource):
    """A log group."""

    TYPE = "AWS::Logs::LogGroup"
    NAME_PROPERTY = "LogGroupName"
    MAX_NAME_LENGTH: ClassVar[int] = 512
    PROPERTIES = frozenset({"LogGroupName", "KmsKeyId", "RetentionInDays", "Tags.Key", "Tags.Value"})
    WRITE_ONLY = frozenset({"Tags"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        logs = cls.cloud.client("logs")
        key = {"kmsKeyId": properties["KmsKeyId"]} if "KmsKeyId" in properties else {}
        logs.create_log_group(logGroupName=name, tags=_read_tags(properties), **key)
        if "RetentionInDays" in properties:
            logs.put_retention_policy(logGroupName=name, retentionInDays=properties["RetentionInDays"])
        arn = f"arn:aws:logs:{cls.cloud.region}:{cls.cloud.account_id}:log-group:{name}:*"
        return cls(name, {"Arn": arn}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        logs, name = self.cloud.client("logs"), self.physical_resource_id
        if "RetentionInDays" in properties:
            logs.put_retention_policy(logGroupName=name, retentionInDays=properties["RetentionInDays"])
        elif "RetentionInDays" in self.properties:
            logs.delete_retention_policy(logGroupName=name)
        if "KmsKeyId" in properties:
            logs.associate_kms_key(logGroupName=name, kmsKeyId=properties["KmsKeyId"])
        elif "KmsKeyId" in self.properties:
            logs.disassociate_kms_key(logGroupName=name)
        if gone := sorted(_read_tags(self.properties).keys() - _read_tags(properties).keys()):
            logs.untag_log_group(logGroupName=name, tags=gone)
        if tags := _read_tags(properties):
            logs.tag_log_group(logGroupName=name, tags=tags)
        return self

    def read(self) -> dict[str, Any]:
        name = self.physical_resource_id
        groups = self.cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        found = next((group for group in groups if group["logGroupName"] == name), None)
        if found is None:
            raise MissingResourceError
        return {
            "LogGroupName": name,
            **{there: found[name] for name, there in _PROPERTY_NAMES.items() if name in found},
        }

    def remove(self) -> None:
        self.cloud.client("logs").delete_log_group(logGroupName=self.physical_resource_id)


class LogStreamResource(Resource):
    """A log stream of a log group."""

    TYPE = "AWS::Logs::LogStream"
    NAME_PROPERTY = "LogStreamName"
    MAX_NAME_LENGTH: ClassVar[int] = 512
    PROPERTIES = frozenset({"LogGroupName", "LogStreamName"})
    REPLACED_BY = frozenset({"LogGroupName"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        cls.cloud.client("logs").create_log_stream(logGroupName=properties["LogGroupName"], logStreamName=name)
        return cls(name, {}, properties)

    def remove(self) -> None:
        group = self.properties["LogGroupName"]
        self.cloud.client("logs").delete_log_stream(logGroupName=group, logStreamName=self.physical_resource_id)


def _read_tags(properties: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}

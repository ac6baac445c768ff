"""SQS: queues and their policies.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SQS.html
"""

from __future__ import annotations

import json
from typing import Any, ClassVar, Self

from embedded_cloud.cloudformation.resource import Resource

ATTRIBUTES = (
    "DelaySeconds",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "SqsManagedSseEnabled",
    "VisibilityTimeout",
)


class QueueResource(Resource):
    """A standard queue. Its physical id is its URL."""

    TYPE = "AWS::SQS::Queue"
    NAME_PROPERTY = "QueueName"
    MAX_NAME_LENGTH: ClassVar[int] = 80
    PROPERTIES = frozenset({"QueueName", "Tags.Key", "Tags.Value", "RedrivePolicy.*", *ATTRIBUTES} - {"RedrivePolicy"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        sqs = cls.cloud.client("sqs")
        tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
        url = sqs.create_queue(QueueName=name, Attributes=_build_attributes(properties), tags=tags)["QueueUrl"]
        arn = f"arn:aws:sqs:{cls.cloud.region}:{cls.cloud.account_id}:{name}"
        return cls(url, {"Arn": arn, "QueueName": name, "QueueUrl": url}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        sqs, url = self.cloud.client("sqs"), self.physical_resource_id
        if gone := sorted(_build_attributes(self.properties).keys() - _build_attributes(properties).keys()):
            raise NotImplementedError(f"the embedded cloud does not reset attributes to their defaults: {gone}")
        sqs.set_queue_attributes(QueueUrl=url, Attributes=_build_attributes(properties))
        sqs.untag_queue(QueueUrl=url, TagKeys=[tag["Key"] for tag in self.properties.get("Tags", [])])
        sqs.tag_queue(QueueUrl=url, Tags={tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])})
        return self

    def remove(self) -> None:
        self.cloud.client("sqs").delete_queue(QueueUrl=self.physical_resource_id)


class QueuePolicyResource(Resource):
    """The access policy of queues."""

    TYPE = "AWS::SQS::QueuePolicy"
    PROPERTIES = frozenset({"PolicyDocument.*", "Queues"})
    REPLACED_BY = frozenset({"Queues"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        return cls(name, {"Id": name}, properties).update(properties)

    def update(self, properties: dict[str, Any]) -> Self:
        policy = json.dumps(properties["PolicyDocument"])
        for queue in properties["Queues"]:
            self.cloud.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        return self

    def remove(self) -> None:
        for queue in self.properties["Queues"]:
            self.cloud.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})


def _build_attributes(properties: dict[str, Any]) -> dict[str, str]:
    def format_value(value: Any) -> str:
        if isinstance(value, dict):
            return json.dumps(value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    return {name: format_value(properties[name]) for name in ATTRIBUTES if name in properties}

"""SNS: topics, their policies and subscriptions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SNS.html
"""

from __future__ import annotations

import json
from typing import Any, ClassVar, Self

from embedded_cloud.cloudformation.resource import Resource


class TopicResource(Resource):
    """A topic with the subscriptions in its properties."""

    TYPE = "AWS::SNS::Topic"
    NAME_PROPERTY = "TopicName"
    MAX_NAME_LENGTH: ClassVar[int] = 256
    PROPERTIES = frozenset(
        {
            "DisplayName",
            "KmsMasterKeyId",
            "Subscription.Endpoint",
            "Subscription.Protocol",
            "Tags.Key",
            "Tags.Value",
            "TopicName",
        }
    )

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        sns = cls.cloud.client("sns")
        arn = sns.create_topic(Name=name, Attributes=_build_attributes(properties), Tags=properties.get("Tags", []))[
            "TopicArn"
        ]
        for subscription in properties.get("Subscription", []):
            sns.subscribe(TopicArn=arn, **subscription)
        return cls(arn, {"TopicArn": arn, "TopicName": name}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        sns, arn = self.cloud.client("sns"), self.physical_resource_id
        for name, value in {
            **dict.fromkeys(_build_attributes(self.properties), ""),
            **_build_attributes(properties),
        }.items():
            sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)
        wanted = properties.get("Subscription", [])
        for subscription in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
            made = {name: subscription[name] for name in ("Endpoint", "Protocol")}
            if made in self.properties.get("Subscription", []) and made not in wanted:
                sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        for subscription in wanted:
            sns.subscribe(TopicArn=arn, **subscription)  # SNS keeps one subscription per endpoint
        sns.untag_resource(ResourceArn=arn, TagKeys=[tag["Key"] for tag in self.properties.get("Tags", [])])
        sns.tag_resource(ResourceArn=arn, Tags=properties.get("Tags", []))
        return self

    def remove(self) -> None:
        self.cloud.client("sns").delete_topic(TopicArn=self.physical_resource_id)


class SubscriptionResource(Resource):
    """A subscription to a topic."""

    TYPE = "AWS::SNS::Subscription"
    PROPERTIES = frozenset({"Endpoint", "Protocol", "RawMessageDelivery", "TopicArn"})
    REPLACED_BY = frozenset({"Endpoint", "Protocol", "TopicArn"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        del name
        sns = cls.cloud.client("sns")
        identity = {key: properties[key] for key in ("Endpoint", "Protocol", "TopicArn")}
        arn = sns.subscribe(**identity, ReturnSubscriptionArn=True)["SubscriptionArn"]
        return cls(arn, {"Arn": arn}, properties).update(properties)

    def update(self, properties: dict[str, Any]) -> Self:
        self.cloud.client("sns").set_subscription_attributes(
            SubscriptionArn=self.physical_resource_id,
            AttributeName="RawMessageDelivery",
            AttributeValue=str(properties.get("RawMessageDelivery", False)).lower(),
        )
        return self

    def remove(self) -> None:
        self.cloud.client("sns").unsubscribe(SubscriptionArn=self.physical_resource_id)


class TopicPolicyResource(Resource):
    """The access policy of topics."""

    TYPE = "AWS::SNS::TopicPolicy"
    PROPERTIES = frozenset({"PolicyDocument.*", "Topics"})
    REPLACED_BY = frozenset({"Topics"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        return cls(name, {"Id": name}, properties).update(properties)

    def update(self, properties: dict[str, Any]) -> Self:
        for topic in properties["Topics"]:
            self.cloud.client("sns").set_topic_attributes(
                TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(properties["PolicyDocument"])
            )
        return self

    def remove(self) -> None:
        """Do nothing. The topics keep the policy until another is set, as on AWS."""


def _build_attributes(properties: dict[str, Any]) -> dict[str, str]:
    return {name: str(properties[name]) for name in ("DisplayName", "KmsMasterKeyId") if name in properties}

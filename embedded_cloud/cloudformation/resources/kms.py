"""KMS: keys and their aliases.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_KMS.html
"""

from __future__ import annotations

import json
from typing import Any, Self

from embedded_cloud.cloudformation.resource import Resource

DEFAULT_PENDING_DAYS = 30  # https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html


class KeyResource(Resource):
    """A customer managed key."""

    TYPE = "AWS::KMS::Key"
    PROPERTIES = frozenset(
        {
            "Description",
            "EnableKeyRotation",
            "Enabled",
            "KeyPolicy.*",
            "KeySpec",
            "KeyUsage",
            "MultiRegion",
            "PendingWindowInDays",
            "Tags.Key",
            "Tags.Value",
        }
    )
    REPLACED_BY = frozenset({"KeySpec", "KeyUsage", "MultiRegion"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        del name  # KMS assigns a key's id
        kms = cls.cloud.client("kms")
        names = ("Description", "KeySpec", "KeyUsage", "MultiRegion")
        optional: dict[str, Any] = {key: properties[key] for key in names if key in properties}
        if "KeyPolicy" in properties:
            optional["Policy"] = json.dumps(properties["KeyPolicy"])
        metadata = kms.create_key(Tags=_read_tags(properties), **optional)["KeyMetadata"]
        made = cls(metadata["KeyId"], {"Arn": metadata["Arn"], "KeyId": metadata["KeyId"]}, properties)
        made._switch(kms, properties)
        return made

    def update(self, properties: dict[str, Any]) -> Self:
        kms, key = self.cloud.client("kms"), self.physical_resource_id
        kms.update_key_description(KeyId=key, Description=properties.get("Description", ""))
        if "KeyPolicy" in properties:
            kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(properties["KeyPolicy"]))
        if gone := [tag["TagKey"] for tag in _read_tags(self.properties)]:
            kms.untag_resource(KeyId=key, TagKeys=gone)
        if tags := _read_tags(properties):
            kms.tag_resource(KeyId=key, Tags=tags)
        self._switch(kms, properties)
        return self

    def remove(self) -> None:
        days = self.properties.get("PendingWindowInDays", DEFAULT_PENDING_DAYS)
        self.cloud.client("kms").schedule_key_deletion(KeyId=self.physical_resource_id, PendingWindowInDays=days)

    def _switch(self, kms: Any, properties: dict[str, Any]) -> None:
        key = self.physical_resource_id
        rotate = kms.enable_key_rotation if properties.get("EnableKeyRotation") else kms.disable_key_rotation
        rotate(KeyId=key)
        enable = kms.enable_key if properties.get("Enabled", True) else kms.disable_key
        enable(KeyId=key)


class AliasResource(Resource):
    """A name for a key."""

    TYPE = "AWS::KMS::Alias"
    NAME_PROPERTY = "AliasName"
    PROPERTIES = frozenset({"AliasName", "TargetKeyId"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        cls.cloud.client("kms").create_alias(AliasName=name, TargetKeyId=properties["TargetKeyId"])
        return cls(name, {}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        self.cloud.client("kms").update_alias(
            AliasName=self.physical_resource_id, TargetKeyId=properties["TargetKeyId"]
        )
        return self

    def remove(self) -> None:
        self.cloud.client("kms").delete_alias(AliasName=self.physical_resource_id)


def _read_tags(properties: dict[str, Any]) -> list[dict[str, str]]:
    return [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties.get("Tags", [])]

"""S3: buckets with their protection and lifecycle settings, and bucket policies.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_S3.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ClassVar, Self

from embedded_cloud.cloudformation.resource import Resource
from embedded_cloud.s3.backend import check_conditions

_RULE = "LifecycleConfiguration.Rules"


class BucketResource(Resource):
    """A bucket. Each setting is made by its own API call."""

    TYPE = "AWS::S3::Bucket"
    NAME_PROPERTY = "BucketName"
    MAX_NAME_LENGTH: ClassVar[int] = 63
    PROPERTIES = frozenset(
        {
            "BucketName",
            "BucketEncryption.ServerSideEncryptionConfiguration.BucketKeyEnabled",
            "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.SSEAlgorithm",
            "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID",
            "PublicAccessBlockConfiguration.BlockPublicAcls",
            "PublicAccessBlockConfiguration.BlockPublicPolicy",
            "PublicAccessBlockConfiguration.IgnorePublicAcls",
            "PublicAccessBlockConfiguration.RestrictPublicBuckets",
            "OwnershipControls.Rules.ObjectOwnership",
            "VersioningConfiguration.Status",
            f"{_RULE}.Id",
            f"{_RULE}.Status",
            f"{_RULE}.Prefix",
            f"{_RULE}.TagFilters.Key",
            f"{_RULE}.TagFilters.Value",
            f"{_RULE}.ExpirationInDays",
            f"{_RULE}.ExpirationDate",
            f"{_RULE}.ExpiredObjectDeleteMarker",
            f"{_RULE}.Transitions.StorageClass",
            f"{_RULE}.Transitions.TransitionInDays",
            f"{_RULE}.NoncurrentVersionExpiration.NoncurrentDays",
            f"{_RULE}.NoncurrentVersionExpiration.NewerNoncurrentVersions",
            f"{_RULE}.NoncurrentVersionExpirationInDays",
            f"{_RULE}.AbortIncompleteMultipartUpload.DaysAfterInitiation",
            "Tags.Key",
            "Tags.Value",
        }
    )

    @classmethod
    def make_up_name(cls, stack_name: str, logical_id: str) -> str:
        return super().make_up_name(stack_name, logical_id).lower()

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        s3 = cls.cloud.client("s3")
        # In us-east-1 S3 returns success for a bucket that you own already. CloudFormation doesn't adopt it.
        if name in (bucket["Name"] for bucket in s3.list_buckets()["Buckets"]):
            raise FileExistsError(f"{name} already exists")
        s3.create_bucket(Bucket=name)
        try:
            _configure(s3, name, {}, properties)
        except Exception:
            s3.delete_bucket(Bucket=name)
            raise
        domain = f"{name}.s3.amazonaws.com"
        attributes = {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": domain,
            "RegionalDomainName": f"{name}.s3.{cls.cloud.region}.amazonaws.com",
            "DualStackDomainName": f"{name}.s3.dualstack.{cls.cloud.region}.amazonaws.com",
        }
        return cls(name, attributes, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        _configure(self.cloud.client("s3"), self.physical_resource_id, self.properties, properties)
        return self

    def remove(self) -> None:
        self.cloud.client("s3").delete_bucket(Bucket=self.physical_resource_id)


class BucketPolicyResource(Resource):
    """The policy of a bucket. Its physical id is the bucket's name."""

    TYPE = "AWS::S3::BucketPolicy"
    PROPERTIES = frozenset({"Bucket", "PolicyDocument.*"})
    REPLACED_BY = frozenset({"Bucket"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        del name
        cls._put(properties)
        return cls(properties["Bucket"], {}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        self._put(properties)
        return self

    def remove(self) -> None:
        self.cloud.client("s3").delete_bucket_policy(Bucket=self.physical_resource_id)

    @classmethod
    def _put(cls, properties: dict[str, Any]) -> None:
        check_conditions(properties["PolicyDocument"])
        policy = json.dumps(properties["PolicyDocument"])
        cls.cloud.client("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=policy)


def _configure(s3: Any, bucket: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    """Apply the settings that differ in ``new``, and delete those that ``new`` lacks."""
    for name, (put, delete) in _CONFIGURATIONS.items():
        if old.get(name) == new.get(name):
            continue
        if name in new:
            put(s3, bucket, new[name])
        else:
            delete(s3, bucket)


def _put_encryption(s3: Any, bucket: str, configuration: dict[str, Any]) -> None:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
        }
        for rule in configuration["ServerSideEncryptionConfiguration"]
    ]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _put_lifecycle(s3: Any, bucket: str, configuration: dict[str, Any]) -> None:
    rules = [_convert_lifecycle_rule(rule) for rule in configuration["Rules"]]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _convert_lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Convert a rule from CloudFormation's form to that of S3's API.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
    """
    names = {
        "ExpirationInDays": "Days",
        "ExpirationDate": "Date",
        "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker",
    }
    expiration = {api: rule[name] for name, api in names.items() if name in rule}
    tags, prefix = rule.get("TagFilters", []), rule.get("Prefix", "")
    transitions = [
        {"StorageClass": transition["StorageClass"], "Days": transition["TransitionInDays"]}
        for transition in rule.get("Transitions", [])
    ]
    noncurrent = rule.get("NoncurrentVersionExpiration") or {
        "NoncurrentDays": rule.get("NoncurrentVersionExpirationInDays")
    }
    shaped = {
        "ID": rule.get("Id"),
        "Status": rule["Status"],
        "Filter": {"And": {"Prefix": prefix, "Tags": tags}} if tags else {"Prefix": prefix},
        "Expiration": expiration or None,
        "Transitions": transitions or None,
        "NoncurrentVersionExpiration": noncurrent if noncurrent.get("NoncurrentDays") else None,
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
    }
    return {name: value for name, value in shaped.items() if value is not None}


def _put_versioning(s3: Any, bucket: str, configuration: dict[str, Any]) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=configuration)


def _put_public_access_block(s3: Any, bucket: str, configuration: dict[str, Any]) -> None:
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=configuration)


def _put_ownership(s3: Any, bucket: str, configuration: dict[str, Any]) -> None:
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=configuration)


def _put_tags(s3: Any, bucket: str, tags: list[dict[str, str]]) -> None:
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})


_CONFIGURATIONS: dict[str, tuple[Callable[[Any, str, Any], None], Callable[[Any, str], Any]]] = {
    "BucketEncryption": (_put_encryption, lambda s3, bucket: s3.delete_bucket_encryption(Bucket=bucket)),
    "PublicAccessBlockConfiguration": (
        _put_public_access_block,
        lambda s3, bucket: s3.delete_public_access_block(Bucket=bucket),
    ),
    "OwnershipControls": (_put_ownership, lambda s3, bucket: s3.delete_bucket_ownership_controls(Bucket=bucket)),
    "VersioningConfiguration": (
        _put_versioning,
        lambda s3, bucket: _put_versioning(s3, bucket, {"Status": "Suspended"}),
    ),
    "LifecycleConfiguration": (_put_lifecycle, lambda s3, bucket: s3.delete_bucket_lifecycle(Bucket=bucket)),
    "Tags": (_put_tags, lambda s3, bucket: s3.delete_bucket_tagging(Bucket=bucket)),
}

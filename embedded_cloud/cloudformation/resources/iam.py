"""IAM: roles and inline policies.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
"""

from __future__ import annotations

import json
from typing import Any, ClassVar, Self

from embedded_cloud.cloudformation.resource import Resource, detect_deletion


class RoleResource(Resource):
    """A role with its inline and managed policies."""

    TYPE = "AWS::IAM::Role"
    NAME_PROPERTY = "RoleName"
    MAX_NAME_LENGTH: ClassVar[int] = 64
    PROPERTIES = frozenset(
        {
            "RoleName",
            "AssumeRolePolicyDocument.*",
            "Description",
            "ManagedPolicyArns",
            "MaxSessionDuration",
            "Path",
            "PermissionsBoundary",
            "Policies.PolicyDocument.*",
            "Policies.PolicyName",
            "Tags.Key",
            "Tags.Value",
        }
    )
    REPLACED_BY = frozenset({"Path"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        iam = cls.cloud.client("iam")
        optional = ("Description", "MaxSessionDuration", "Path", "PermissionsBoundary", "Tags")
        role = iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
            **{key: properties[key] for key in optional if key in properties},
        )["Role"]
        made = cls(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]}, {})
        try:
            made._set_policies(iam, properties)
        except Exception:
            made.remove()
            raise
        return made

    def update(self, properties: dict[str, Any]) -> Self:
        iam, name = self.cloud.client("iam"), self.physical_resource_id
        document = json.dumps(properties["AssumeRolePolicyDocument"])
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=document)
        iam.update_role(
            RoleName=name,
            Description=properties.get("Description", ""),
            MaxSessionDuration=properties.get("MaxSessionDuration", 3_600),
        )
        if "PermissionsBoundary" in properties:
            iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=properties["PermissionsBoundary"])
        elif "PermissionsBoundary" in self.properties:
            iam.delete_role_permissions_boundary(RoleName=name)
        iam.untag_role(RoleName=name, TagKeys=[tag["Key"] for tag in self.properties.get("Tags", [])])
        iam.tag_role(RoleName=name, Tags=properties.get("Tags", []))
        self._set_policies(iam, properties)
        return self

    def read(self) -> dict[str, Any]:
        """Read the role and the inline policies that the template gives it. Others belong to other resources."""
        iam, name = self.cloud.client("iam"), self.physical_resource_id
        with detect_deletion():
            role = iam.get_role(RoleName=name)["Role"]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        there = set(iam.list_role_policies(RoleName=name)["PolicyNames"])
        own = [one["PolicyName"] for one in self.properties.get("Policies", []) if one["PolicyName"] in there]
        documents = {one: iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"] for one in own}
        return {
            **role,
            "ManagedPolicyArns": sorted(policy["PolicyArn"] for policy in attached),
            "Policies": [{"PolicyName": one, "PolicyDocument": document} for one, document in documents.items()],
        }

    def remove(self) -> None:
        iam, name = self.cloud.client("iam"), self.physical_resource_id
        for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
        # Only CloudFormation's own policies: AWS refuses to delete a role that has other policies.
        for policy in self.properties.get("Policies", []):
            iam.delete_role_policy(RoleName=name, PolicyName=policy["PolicyName"])
        iam.delete_role(RoleName=name)

    def _set_policies(self, iam: Any, properties: dict[str, Any]) -> None:
        name = self.physical_resource_id
        inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in properties.get("Policies", [])}
        for policy in self.properties.get("Policies", []):
            if policy["PolicyName"] not in inline:
                iam.delete_role_policy(RoleName=name, PolicyName=policy["PolicyName"])
        for policy_name, document in inline.items():
            iam.put_role_policy(RoleName=name, PolicyName=policy_name, PolicyDocument=json.dumps(document))
        managed, previous = (
            set(properties.get("ManagedPolicyArns", [])),
            set(self.properties.get("ManagedPolicyArns", [])),
        )
        for arn in sorted(previous - managed):
            iam.detach_role_policy(RoleName=name, PolicyArn=arn)
        for arn in sorted(managed - previous):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)


class PolicyResource(Resource):
    """An inline policy of one or more roles."""

    TYPE = "AWS::IAM::Policy"
    PROPERTIES = frozenset({"PolicyName", "PolicyDocument.*", "Roles"})
    REPLACED_BY = frozenset({"PolicyName"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        made = cls(name, {"Id": name}, {})
        return made.update(properties)

    def update(self, properties: dict[str, Any]) -> Self:
        iam, document = self.cloud.client("iam"), json.dumps(properties["PolicyDocument"])
        roles = properties["Roles"]
        for role in roles:
            iam.put_role_policy(RoleName=role, PolicyName=properties["PolicyName"], PolicyDocument=document)
        for role in set(self.properties.get("Roles", [])) - set(roles):
            iam.delete_role_policy(RoleName=role, PolicyName=properties["PolicyName"])
        return self

    def remove(self) -> None:
        iam = self.cloud.client("iam")
        for role in self.properties["Roles"]:
            iam.delete_role_policy(RoleName=role, PolicyName=self.properties["PolicyName"])

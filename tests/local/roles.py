"""IAM roles for tests of services that assume one."""

from __future__ import annotations

import json
from typing import Any

from embedded_cloud.cloud import EmbeddedCloud

EVERYTHING: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def trust(service: str) -> dict[str, Any]:
    """Return the trust policy that lets ``service`` (``lambda``) assume a role."""
    principal = {"Service": f"{service}.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def make_role(cloud: EmbeddedCloud, name: str, service: str, *statements: dict[str, Any]) -> str:
    """Create a role that ``service`` (``lambda``) may assume. Without ``statements`` it may do everything."""
    role = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust(service)))["Role"]
    allow(cloud, name, *statements or (EVERYTHING,))
    arn: str = role["Arn"]
    return arn


def allow(cloud: EmbeddedCloud, name: str, *statements: dict[str, Any]) -> None:
    """Replace the role's policy by ``statements``."""
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    cloud.client("iam").put_role_policy(RoleName=name, PolicyName="test", PolicyDocument=document)

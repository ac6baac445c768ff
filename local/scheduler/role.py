"""What a schedule's role allows: that Scheduler takes it, and what may be done with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.iam.access_control import IAMPolicy, PermissionResult

if TYPE_CHECKING:
    from local.cloud import EmbeddedCloud

SERVICE = "scheduler.amazonaws.com"


def trusts_scheduler(cloud: EmbeddedCloud, role_arn: str, group: str) -> bool:
    """Whether Scheduler may take the role for schedules of ``group``.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    context = {
        "aws:SourceAccount": cloud.account_id,
        "aws:SourceArn": f"arn:aws:scheduler:{cloud.region}:{cloud.account_id}:schedule-group/{group}",
    }
    iam = cloud.client("iam")
    try:
        role = iam.get_role(RoleName=_name(role_arn))["Role"]
    except iam.exceptions.NoSuchEntityException:
        return False
    return any(_admits(statement, context) for statement in role["AssumeRolePolicyDocument"]["Statement"])


def _admits(statement: dict[str, Any], context: dict[str, str]) -> bool:
    """A statement with a condition that cannot be decided admits nobody."""
    services = statement["Principal"].get("Service", [])
    met = [
        operator == "StringEquals" and key in context and context[key] in ([value] if isinstance(value, str) else value)
        for operator, tests in statement.get("Condition", {}).items()
        for key, value in tests.items()
    ]
    return (
        statement["Effect"] == "Allow"
        and statement["Action"] == "sts:AssumeRole"
        and SERVICE in ([services] if isinstance(services, str) else services)
        and all(met)
    )


def allows(cloud: EmbeddedCloud, role_arn: str, action: str, resource: str) -> bool:
    """Whether one of the role's inline policies allows ``action`` on ``resource``, and none denies it."""
    iam, name = cloud.client("iam"), _name(role_arn)
    documents = [
        iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    results = [IAMPolicy(json.dumps(document)).is_action_permitted(action, resource) for document in documents]
    return PermissionResult.PERMITTED in results and PermissionResult.DENIED not in results


def _name(role_arn: str) -> str:
    return role_arn.rsplit("/", 1)[1]

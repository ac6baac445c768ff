"""The roles of the stack: IAM's own decision on each action of :data:`permissions.ROLES`.

A simulation calls no service: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from botocore.config import Config

from finance_stream.client.deployment import Deployment
from finance_stream.client.verify.checks import PERMISSIONS, Check, attempt, check_differences
from finance_stream.client.verify.permissions import NOBODY_MAY, ROLES, RolePermissions

# Some 150 calls, one after the other.
CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 10})


def check_roles(deployment: Deployment, roles: Mapping[str, str], account: str) -> Iterator[Check]:
    """Yield a check per role.

    Parameters
    ----------
    roles
        The name of each role by its logical id.
    """
    iam = deployment.session.client("iam", config=CONFIG)
    fields = _make_fields(deployment, account)
    for logical_id, permissions in ROLES.items():
        arn = f"arn:{fields['partition']}:iam::{account}:role/{roles.get(logical_id, 'missing')}"
        check = functools.partial(_check_role, iam, arn, logical_id, permissions, fields)
        yield from attempt(logical_id, PERMISSIONS, lambda check=check: [check()])  # type: ignore[misc]


def _make_fields(deployment: Deployment, account: str) -> dict[str, str]:
    """Return the values for the ARNs of :mod:`permissions`."""
    return {
        "partition": deployment.state_machine_arn.split(":")[1],
        "region": deployment.session.region_name,
        "account": account,
        "stack": deployment.stack_name,
        "bucket": deployment.bucket,
        "stream": deployment.stream,
        "database": deployment.database,
        "workgroup": deployment.outputs["WorkGroupName"],
    }


def _check_role(iam: Any, arn: str, logical_id: str, permissions: RolePermissions, fields: Mapping[str, str]) -> Check:
    may = dict.fromkeys(_list_actions(permissions.may, fields))
    may_not = dict.fromkeys(_list_actions((*permissions.may_not, *NOBODY_MAY), fields))
    decisions = _simulate(iam, arn, [*may, *may_not])
    wrong = [f"refused: {action} on {resource}" for action, resource in may if not decisions.get((action, resource))]
    wrong += [f"allowed: {action} on {resource}" for action, resource in may_not if decisions.get((action, resource))]
    expected = f"{len(may)} actions allowed, {len(may_not)} refused"
    return check_differences(logical_id, expected, wrong, PERMISSIONS)


def _list_actions(entries: Iterable[tuple[str, str]], fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each action with its resource."""
    for actions, resource in entries:
        for action in actions.split():
            yield action, resource.format_map(fields)


def _simulate(iam: Any, arn: str, asked: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bool]:
    """Return IAM's decision per action and resource: one call for the actions of a service on a resource.

    IAM rejects a simulation of actions that need different kinds of information.
    """
    decisions: dict[tuple[str, str], bool] = {}
    pages = iam.get_paginator("simulate_principal_policy")

    def find_group(one: tuple[str, str]) -> tuple[str, str]:
        return one[1], one[0].partition(":")[0]

    for (resource, _), group in groupby(sorted(asked, key=find_group), key=find_group):
        actions = [action for action, _ in group]
        for page in pages.paginate(PolicySourceArn=arn, ActionNames=actions, ResourceArns=[resource]):
            for result in page["EvaluationResults"]:
                decisions[result["EvalActionName"], resource] = result["EvalDecision"] == "allowed"
    return decisions

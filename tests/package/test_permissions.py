"""The table of ``npm run verify`` has each action that the template allows a role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from deployment.package import TEMPLATE, package
from finance_stream.client.verify.permissions import NOBODY_MAY, ROLES, list_allowed_actions


def list_template_actions(resources: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each role with each action of its statements."""
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role":
            documents = [(name, policy["PolicyDocument"]) for policy in properties.get("Policies", [])]
        elif resource["Type"] == "AWS::IAM::Policy":
            documents = [(role["Ref"], properties["PolicyDocument"]) for role in properties["Roles"]]
        else:
            continue
        for role, document in documents:
            for statement in document["Statement"]:
                actions = statement["Action"]
                for action in [actions] if isinstance(actions, str) else actions:
                    yield role, action


def test_roles_may_do_each_action_of_the_template_and_no_other() -> None:
    resources = json.loads((package()[0] / TEMPLATE).read_text())["Resources"]
    assert set(list_allowed_actions()) == set(list_template_actions(resources))


def test_roles_may_not_do_an_action_that_they_may_do_on_the_same_resource() -> None:
    for role, permissions in ROLES.items():
        may, may_not = (
            {(action, resource) for actions, resource in entries for action in actions.split()}
            for entries in (permissions.may, (*permissions.may_not, *NOBODY_MAY))
        )
        assert not may & may_not, role
        assert may_not, role

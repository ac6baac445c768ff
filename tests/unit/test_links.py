"""The pages of AWS's console that a deployment names."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from commands.links import list_links
from commands.target import Target

ARN = "arn:aws:states:eu-central-1:123456789012:stateMachine:finance-stream-dev-pipeline"
OUTPUTS = {"StateMachineArn": ARN, "WorkGroupName": "finance-stream-dev"}


class Stack:
    """CloudFormation with one stack."""

    def __init__(self, *kinds: str) -> None:
        self._kinds = kinds

    def describe_stacks(self, **_: str) -> Any:
        return {"Stacks": [{"Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in OUTPUTS.items()]}]}

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, **_: str) -> Any:
        made = [{"LogicalResourceId": "A", "ResourceType": kind, "ResourceStatus": "OK"} for kind in self._kinds]
        return [{"StackResourceSummaries": [one | {"PhysicalResourceId": "finance-stream-dev"} for one in made]}]


def find_links(region: str, *kinds: str) -> dict[str, str]:
    partition = boto3.Session().get_partition_for_region
    session: Any = SimpleNamespace(client=lambda _: Stack(*kinds), get_partition_for_region=partition)
    return dict(list_links(Target("dev", region, session, "123456789012")))


@pytest.fixture(autouse=True)
def on_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def test_list_links_has_a_page_per_service() -> None:
    start = "https://eu-central-1.console.aws.amazon.com"
    assert find_links("eu-central-1", "AWS::CloudWatch::Dashboard", "AWS::S3::Bucket") == {
        "Saved queries (choose the workgroup finance-stream-dev)": (
            f"{start}/athena/home?region=eu-central-1#/query-editor/saved-queries"
        ),
        "State machine": f"{start}/states/home?region=eu-central-1#/statemachines/view/{ARN}",
        "Dashboard": f"{start}/cloudwatch/home?region=eu-central-1#dashboards/dashboard/finance-stream-dev",
    }


def test_list_links_names_a_dashboard_only_if_the_stack_has_one() -> None:
    assert "Dashboard" not in find_links("eu-central-1", "AWS::S3::Bucket")


def test_list_links_knows_other_partitions() -> None:
    assert find_links("cn-north-1")["State machine"].startswith("https://cn-north-1.console.amazonaws.cn/states/")


def test_list_links_is_empty_on_the_embedded_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert find_links("us-east-1") == {}

"""The recipient of alarms, which a deployment without its ``--param`` would delete."""

from __future__ import annotations

import io
import json
import subprocess
from typing import Any

import pytest

from commands import deploy
from commands.target import Target, TargetError

TEMPLATE = {
    "Resources": {
        "AlarmTopic": {"Condition": "Mailed"},
        "AlarmKey": {"Condition": "Mailed"},
        "PollsFailedAlarm": {"Condition": "Watched"},
        "LakeBucket": {},
    }
}
KINDS = {
    "AlarmTopic": "AWS::SNS::Topic",
    "AlarmKey": "AWS::KMS::Key",
    "PollsFailedAlarm": "AWS::CloudWatch::Alarm",
    "LakeBucket": "AWS::S3::Bucket",
}


class Session:
    """CloudFormation with one stack, or none."""

    def __init__(self, **parameters: str) -> None:
        self._parameters = parameters

    def client(self, _: str) -> Any:
        return self

    def describe_stacks(self, **_: str) -> Any:
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in self._parameters.items()]
        return {"Stacks": [{"StackName": "finance-stream-prod", "Parameters": given}]}

    def get_template(self, **_: str) -> Any:
        return {"TemplateBody": TEMPLATE}

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, **_: str) -> Any:
        made = [
            {
                "LogicalResourceId": name,
                "ResourceType": kind,
                "PhysicalResourceId": name.lower(),
                "ResourceStatus": "OK",
            }
            for name, kind in KINDS.items()
        ]
        return [{"StackResourceSummaries": made}]


def make_target(*options: str, **parameters: str) -> Target:
    session: Any = Session(**parameters)
    return Target("prod", "us-east-1", session, "123456789012", options)


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Return the arguments of each run of Serverless. It resolves the address of the last ``--param``."""
    ran: list[tuple[str, ...]] = []

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        ran.append(arguments)
        address = next((one.rpartition("=")[2] for one in arguments[::-1] if "alarmEmail=" in one), "")
        printed = {"resources": {"Parameters": {"AlarmEmail": {"Default": address}}}}
        return subprocess.CompletedProcess(arguments, 0, json.dumps(printed), "")

    monkeypatch.setattr(deploy, "run_serverless", run)
    monkeypatch.setattr("sys.stdin", io.StringIO())  # no terminal
    return ran


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


KEEP = "npm run deploy -- --stage prod --verbose --param=alarmEmail=me@example.org"


def test_deploy_refuses_to_forget_the_recipient(
    planned: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    target = make_target("--aws-profile", "work", "--verbose", AlarmEmail="me@example.org", ScheduleState="ENABLED")
    keep = KEEP.replace("prod ", "prod --aws-profile work ")
    with pytest.raises(TargetError, match="run it in a terminal, add --yes, or keep them: ") as refused:
        deploy._keep_recipient(target, yes=False)
    assert str(refused.value).endswith(keep)
    printed = capsys.readouterr().out
    assert "  AWS::SNS::Topic alarmtopic\n  AWS::KMS::Key alarmkey\nTo keep them: " in printed
    assert printed.endswith(f"{keep}\n")
    assert planned == [("print", "--format", "json", "--stage", "prod", "--region", "us-east-1")]


def test_deploy_names_the_alarms_if_only_the_recipient_needs_them(
    planned: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    target = make_target("--verbose", AlarmEmail="me@example.org", ScheduleState="DISABLED")
    deploy._keep_recipient(target, yes=True)
    printed = capsys.readouterr().out
    assert "  AWS::CloudWatch::Alarm pollsfailedalarm\n" in printed
    assert "bucket" not in printed
    assert f"To keep them: {KEEP}\n" in printed
    assert len(planned) == 1


@pytest.mark.parametrize("answer", [True, False])
def test_deploy_asks_on_a_terminal(
    planned: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("click.confirm", lambda _: answer)
    target = make_target(AlarmEmail="me@example.org")
    if answer:
        deploy._keep_recipient(target, yes=False)
    else:
        with pytest.raises(TargetError, match="Nothing was deployed"):
            deploy._keep_recipient(target, yes=False)
    assert planned


@pytest.mark.parametrize("options", [("--param=alarmEmail=you@example.org",), ("--param", "alarmEmail=me@example.org")])
def test_deploy_passes_with_an_address(
    planned: list[tuple[str, ...]], options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    deploy._keep_recipient(make_target(*options, AlarmEmail="me@example.org"), yes=False)
    assert planned[0][-len(options) :] == options
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("deployed", [{"AlarmEmail": ""}, {}])
def test_deploy_asks_nothing_about_a_stack_without_a_recipient(
    planned: list[tuple[str, ...]], deployed: dict[str, str]
) -> None:
    deploy._keep_recipient(make_target(**deployed), yes=False)
    assert planned == []

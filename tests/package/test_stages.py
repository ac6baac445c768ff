"""The names of stages, the resource names that the longest one makes, and the differences of prod."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deployment.package import TEMPLATE, package
from tests.conftest import ROOT
from tests.local.commands.project import Project, copy_project
from tools.gates import DEV, PROD

LONGEST = "Anna-s-2nd-Attempt-at-Backfill"
# The property that names a resource of each type, and the names that AWS allows there.
NAMES = {
    # https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    "AWS::Lambda::Function": ("FunctionName", r"[a-zA-Z0-9-_]{1,64}"),
    # https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
    "AWS::KinesisFirehose::DeliveryStream": ("DeliveryStreamName", r"[a-zA-Z0-9_.-]{1,64}"),
    # https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
    "AWS::StepFunctions::StateMachine": ("StateMachineName", r"[a-zA-Z0-9-_]{1,80}"),
    # https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
    "AWS::Glue::Database": ("DatabaseInput.Name", r"[a-z0-9_]{1,255}"),
    # https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html
    "AWS::Athena::WorkGroup": ("Name", r"[a-zA-Z0-9._-]{1,128}"),
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    "AWS::Logs::LogGroup": ("LogGroupName", r"[.\-_/#A-Za-z0-9]{1,512}"),
    # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
    "AWS::Scheduler::Schedule": ("Name", r"[0-9a-zA-Z-_.]{1,64}"),
    "AWS::Scheduler::ScheduleGroup": ("Name", r"[0-9a-zA-Z-_.]{1,64}"),
    # https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    "AWS::IAM::Role": ("RoleName", r"[\w+=,.@-]{1,64}"),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    "AWS::S3::Bucket": ("BucketName", r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    "AWS::CloudWatch::Alarm": ("AlarmName", r".{1,255}"),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
    "AWS::CloudWatch::Dashboard": ("DashboardName", r"[A-Za-z0-9_-]{1,255}"),
    # https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
    "AWS::SNS::Topic": ("TopicName", r"[A-Za-z0-9_-]{1,256}"),
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    "AWS::SQS::Queue": ("QueueName", r"[A-Za-z0-9_-]{1,80}"),
    # https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
    "AWS::ApiGatewayV2::Api": ("Name", r".{1,128}"),
}
NAMING = re.compile(r"(.*\.)?\w*Name|DatabaseInput\.Name")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return copy_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def longest(project: Project) -> dict[str, Any]:
    """Return the resources of the longest stage's template."""
    ran = project.serverless("package", "--stage", LONGEST)
    assert ran.code == 0, ran.printed
    resources: dict[str, Any] = json.loads((project.folder / ".serverless" / TEMPLATE).read_text())["Resources"]
    return resources


def names(resource: dict[str, Any]) -> dict[str, str]:
    """Return the names of ``resource`` by property."""
    properties = resource.get("Properties", {})
    flat = {**properties, **{f"DatabaseInput.{key}": one for key, one in properties.get("DatabaseInput", {}).items()}}
    return {key: value for key, value in flat.items() if NAMING.fullmatch(key) and isinstance(value, str)}


def test_resource_names_of_the_longest_stage_are_valid(longest: dict[str, Any]) -> None:
    named = 0
    for logical_id, resource in longest.items():
        for key, value in names(resource).items():
            if LONGEST.lower() not in value.lower().replace("_", "-"):
                continue
            known, pattern = NAMES[resource["Type"]]
            assert (logical_id, key) == (logical_id, known)
            assert re.fullmatch(pattern, value), f"{logical_id}: {value}"
            named += 1
    assert named >= 12


def test_stack_name_of_the_longest_stage_is_valid() -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html"""
    assert re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", f"finance-stream-{LONGEST}")


REFUSED = {
    f"{LONGEST}s": f"stage: '{LONGEST}s' has 31 characters, and at most 30 are allowed, "
    "since AWS takes 64 for the name of a function or a schedule, finance-stream-STAGE-...",
    "a--b": "stage: 'a--b' is not letters and digits, in parts joined by single dashes, like dev or anna-Test-2",
    "my_dev": "stage: 'my_dev' is not letters and digits, in parts joined by single dashes, like dev or anna-Test-2",
}


@pytest.mark.parametrize(("command", "stage"), zip(["deploy", "remove", "info"], REFUSED, strict=True))
def test_commands_refuse_a_bad_stage_before_the_set_up(tmp_path: Path, command: str, stage: str) -> None:
    """Run them in a copy without packages, so that a set-up would print something."""
    copy_project(tmp_path)
    (tmp_path / "node_modules").unlink()
    ran = subprocess.run(
        ["node", "tools/run.mjs", command, f"--stage={stage}"],  # noqa: S607
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"{REFUSED[stage]}\n")


def test_serverless_refuses_a_long_stage_in_the_same_words(project: Project) -> None:
    stage = f"{LONGEST}s"
    ran = project.serverless("package", "--stage", stage)
    assert ran.code != 0
    assert ran.printed.rstrip().endswith(REFUSED[stage])


def test_prod_template_differs_by_its_parameters() -> None:
    dev, prod = (json.loads((package(*stage)[0] / TEMPLATE).read_text())["Resources"] for stage in (DEV, PROD))
    lakes = [stage["LakeBucket"] for stage in (dev, prod)]
    assert [(lake["DeletionPolicy"], lake["UpdateReplacePolicy"]) for lake in lakes] == [
        ("Delete", "Delete"),
        ("RetainExceptOnCreate", "Retain"),
    ]
    assert [stage["PipelineLogGroup"]["Properties"]["RetentionInDays"] for stage in (dev, prod)] == [14, 90]
    collectors = [stage["CollectorLambdaFunction"]["Properties"] for stage in (dev, prod)]
    assert [one["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] for one in collectors] == ["DEBUG", "INFO"]
    assert "ReservedConcurrentExecutions" not in collectors[0]
    definition = json.loads((ROOT / "statemachine" / "pipeline.asl.json").read_text())
    assert collectors[1]["ReservedConcurrentExecutions"] == 2 * definition["States"]["CollectBars"]["MaxConcurrency"]


ACCOUNT_ID = re.compile(r"\b\d{12}\b")
REGION = re.compile(r"\b(us|eu|ap|sa|ca|me|af|il|mx|cn)-(north|south|east|west|central|gov)[a-z]*-\d\b")


def test_template_names_no_account_or_region(longest: dict[str, Any]) -> None:
    template = json.dumps(longest).replace("list prices of us-east-1", "")  # the dashboard's words
    assert ACCOUNT_ID.findall(template) == []
    assert REGION.findall(template) == []

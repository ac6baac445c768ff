"""``npm run verify``: a good deployment passes, a broken one is found, and the canary leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from commands.verify import INTERRUPTED
from commands.verify import main as verify
from deployment.package import TEMPLATE, package
from embedded_cloud.iam.policy import Decision, evaluate
from embedded_cloud.scheduler.backend import Scheduler
from finance_stream.client import embedded
from finance_stream.client.execution import list_newest, read_end
from finance_stream.client.verify import run as verification
from finance_stream.client.verify.canary import Canary
from finance_stream.executions import CANARY
from local.pipeline import STACK, Pipeline, running
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session
from tests.local.archives import change_archive
from tests.recordings import RECORDED, compare_recordings

DAY = dt.date(2025, 3, 3)
HERE = "us-east-1:123456789012"
FOLDER = f"bars/interval=1h/dt={DAY}/"
# Bars of a user, on another date and of another interval. No check may change them.
THEIRS = ("bars/interval=1h/dt=2025-03-04/a.json.gz", f"bars/interval=1m/dt={DAY}/a.json.gz")


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    """Deploy the stack."""
    with (
        YahooReplay(make_synthetic_session(DAY, ["META"])) as yahoo,
        running(package()[0], yahoo.environment()) as running_pipeline,
    ):
        for key in THEIRS:
            running_pipeline.s3.put_object(Bucket=running_pipeline.bucket, Key=key, Body=b"")
        yield running_pipeline


@pytest.fixture(scope="module", autouse=True)
def environment(pipeline: Pipeline) -> Iterator[None]:
    """Set the variables that ``npm run local -- --serve`` prints."""
    variables = {**pipeline.cloud.environment(), **embedded.make_variables("SYNTHETIC", 0)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


def command(*arguments: str, day: dt.date = DAY) -> Result:
    return CliRunner().invoke(verify, ["--stage", "local", "--date", str(day), *arguments])


def keys(pipeline: Pipeline) -> set[str]:
    listed = pipeline.s3.list_objects_v2(Bucket=pipeline.bucket)
    return {entry["Key"] for entry in listed.get("Contents", [])}


def failed(pipeline: Pipeline) -> dict[str, str]:
    """Run all checks. Return the found of each failed one, and expect that the canary left nothing."""
    ran = command("--json")
    assert ran.exit_code == 1, ran.output
    assert {key for key in keys(pipeline) if not key.startswith("athena-results/")} == set(THEIRS)
    answer = json.loads(ran.stdout)
    found = {check["name"]: check["found"] for check in answer["checks"] if not check["passes"]}
    assert answer["failed"] == len(found)
    return found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recording") / "aws.json"


@pytest.fixture(scope="module")
def recording(pipeline: Pipeline, file: Path) -> list[dict[str, Any]]:
    """Run all checks on the good deployment, and return the recording."""
    ran = command("--record", str(file))
    assert ran.exit_code == 0, ran.output
    assert "✗" not in ran.stdout
    assert ran.stdout.endswith(" checks passed.\n")
    assert keys(pipeline) == set(THEIRS)
    recorded: list[dict[str, Any]] = json.loads(file.read_text())
    return recorded


def test_verify_passes_leaves_nothing_and_records_no_credentials(recording: list[dict[str, Any]]) -> None:
    statuses = {call["status"]: call["answer"]["body"] for call in recording if call["operation"] == "POST /executions"}
    assert list(statuses) == [202, 400, 403]
    assert statuses[403] == {"message": "Forbidden"}
    assert {call["service"] for call in recording} >= {"cloudformation", "iam", "glue", "s3", "athena", "lake"}
    text = json.dumps(recording)
    assert "AWS4-HMAC-SHA256" not in text
    assert "sts" not in {call["service"] for call in recording}


def test_verify_recording_has_the_shapes_of_the_recorded_one(recording: list[dict[str, Any]], file: Path) -> None:
    """Compare every field with tests/recorded/verify.json, which the embedded cloud answered.

    A recording of AWS in its place shows each difference.
    """
    differences = compare_recordings(json.loads(RECORDED.read_text(encoding="utf-8")), recording)
    assert differences == [], f"if these are wanted: .venv/bin/python -m tests.recordings {file}"


def test_verify_asks_about_each_statement_of_each_role(pipeline: Pipeline, recording: list[dict[str, Any]]) -> None:
    """Look in the recording for an allowed action and resource of each statement."""
    iam = pipeline.cloud.client("iam")
    asked: dict[str, set[tuple[str, str]]] = {}
    for call in recording:
        if call["operation"] == "SimulatePrincipalPolicy":
            role = call["request"]["PolicySourceArn"].rpartition("/")[2]
            [resource] = call["request"]["ResourceArns"]
            asked.setdefault(role, set()).update((action, resource) for action in call["request"]["ActionNames"])
    for role, questions in asked.items():
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for statement in document["Statement"]:
                alone = [{**document, "Statement": [statement]}]
                assert any(evaluate(alone, *one) is Decision.ALLOWED for one in questions), statement


@pytest.mark.usefixtures("recording")
def test_follow_report_and_gaps_skip_the_canary(pipeline: Pipeline) -> None:
    states, machine = pipeline.step_functions, pipeline.state_machine_arn
    [canary] = states.list_executions(stateMachineArn=machine)["executions"]
    assert canary["name"].startswith(CANARY)
    assert list_newest(states, machine, 10) == []


def test_verify_rejects_a_date_with_bars_and_bad_options() -> None:
    for arguments, said in (
        (("--date", "2025-03-04"), "date: 2025-03-04 has bars of 1h already"),
        (("--date", "soon"), "date: 'soon' is not a calendar date (use YYYY-MM-DD)"),
        (("--ticker", "A;B"), "ticker: 'A;B' is not a Yahoo symbol"),
    ):
        ran = command(*arguments)
        assert (ran.exit_code, said in ran.output) == (2, True), ran.output


def interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def test_verify_interrupted_removes_the_canary(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "check_alarms", interrupt)
    ran = command()
    assert ran.exit_code == INTERRUPTED, ran.output
    assert ran.output.endswith("Interrupted. Nothing is left.\n")
    [newest, *_] = pipeline.step_functions.list_executions(stateMachineArn=pipeline.state_machine_arn)["executions"]
    assert read_end(pipeline.step_functions, newest["executionArn"]).status in ("ABORTED", "SUCCEEDED")
    assert {key for key in keys(pipeline) if not key.startswith("athena-results/")} == set(THEIRS)


def test_verify_interrupted_twice_says_how_to_remove_the_bars(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "check_alarms", interrupt)
    with monkeypatch.context() as patch:
        patch.setattr(Canary, "remove", interrupt)
        ran = command()
    assert ran.exit_code == INTERRUPTED, ran.output
    place = f"s3://{pipeline.bucket}/{FOLDER}"
    assert ran.output.endswith(f"The folder was empty before: aws s3 rm --recursive {place}\n")
    states = pipeline.step_functions
    [newest, *_] = states.list_executions(stateMachineArn=pipeline.state_machine_arn)["executions"]
    pipeline.await_end(newest["executionArn"])
    for key in keys(pipeline) - set(THEIRS):
        pipeline.s3.delete_object(Bucket=pipeline.bucket, Key=key)


# Broken deployments


@contextmanager
def without_permission(pipeline: Pipeline, role: str, policy: str, sid: str) -> Iterator[None]:
    """Take a statement from a role's policy."""
    iam = pipeline.cloud.client("iam")
    of_role = {"RoleName": physical_ids(pipeline)[role], "PolicyName": policy}
    document = iam.get_role_policy(**of_role)["PolicyDocument"]
    left = [statement for statement in document["Statement"] if statement["Sid"] != sid]
    iam.put_role_policy(**of_role, PolicyDocument=json.dumps({**document, "Statement": left}))
    yield
    iam.put_role_policy(**of_role, PolicyDocument=json.dumps(document))


@contextmanager
def dropping_newlines(pipeline: Pipeline) -> Iterator[None]:
    """Deploy a transformer that adds no newline to a record."""
    folder, _ = package()
    template = json.loads((folder / TEMPLATE).read_text())
    code = template["Resources"]["TransformerLambdaFunction"]["Properties"]["Code"]["S3Key"]
    good = (folder / Path(code).name).read_bytes()
    client, name = pipeline.cloud.client("lambda"), f"{STACK}-transformer"
    broken = change_archive(good, "handlers/transformer.py", "lines + NEWLINE", "lines")
    client.update_function_code(FunctionName=name, ZipFile=broken)
    yield
    client.update_function_code(FunctionName=name, ZipFile=good)


@contextmanager
def with_table(pipeline: Pipeline, serde: str) -> Iterator[None]:
    """Give the table of delivered bars another SerDe."""
    glue, database = pipeline.cloud.client("glue"), pipeline.database
    table = glue.get_table(DatabaseName=database, Name="delivered_bars")["Table"]
    known = ("Name", "Description", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    good = {name: table[name] for name in known}
    storage = {**good["StorageDescriptor"], "SerdeInfo": {"SerializationLibrary": serde}}
    glue.update_table(DatabaseName=database, TableInput={**good, "StorageDescriptor": storage})
    yield
    glue.update_table(DatabaseName=database, TableInput=good)


@contextmanager
def with_prefix(pipeline: Pipeline, prefix: str) -> Iterator[None]:
    """Let the stream write to another folder, which its role may write."""
    firehose, name = pipeline.cloud.client("firehose"), pipeline.stream

    def update(prefix: str) -> str:
        stream = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
        destination = stream["Destinations"][0]
        firehose.update_destination(
            DeliveryStreamName=name,
            CurrentDeliveryStreamVersionId=stream["VersionId"],
            DestinationId=destination["DestinationId"],
            ExtendedS3DestinationUpdate={"Prefix": prefix},
        )
        good: str = destination["ExtendedS3DestinationDescription"]["Prefix"]
        return good

    good = update(prefix)
    yield
    update(good)


@contextmanager
def with_schedule_on(pipeline: Pipeline) -> Iterator[None]:
    """Turn one schedule on."""
    scheduler = pipeline.cloud.client("scheduler")
    found = scheduler.get_schedule(Name="close", GroupName=STACK)
    known = ("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "FlexibleTimeWindow", "Target")
    good = {name: found[name] for name in (*known, "Description")}
    with pipeline.cloud.clock.held():  # it doesn't fire by itself: the canary is the only execution
        scheduler.update_schedule(**good, State="ENABLED")
        Scheduler.timetable.remove(good["GroupName"], good["Name"])
    yield
    scheduler.update_schedule(**good, State="DISABLED")


def physical_ids(pipeline: Pipeline) -> dict[str, str]:
    pages = pipeline.cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK)
    return {
        one["LogicalResourceId"]: one["PhysicalResourceId"] for page in pages for one in page["StackResourceSummaries"]
    }


def test_verify_finds_missing_permissions_lost_newlines_and_a_schedule(pipeline: Pipeline) -> None:
    """The API can't start the canary, so Step Functions does."""
    with (
        without_permission(pipeline, "ScheduleRole", "schedule", "DeadLetters"),
        without_permission(pipeline, "StarterRole", "starter", "Start"),
        dropping_newlines(pipeline),
        with_schedule_on(pipeline),
    ):
        found = failed(pipeline)
    key = found.pop("end of each record")
    assert (key.startswith(FOLDER), key.endswith(" doesn't end with one")) == (True, True)
    assert found.pop("HTTP API, signed request").startswith("500: ")
    assert found.pop("drift of StarterRole").startswith("/Policies/0/PolicyDocument/Statement is ")
    assert found == {
        "ScheduleRole": f"refused: sqs:SendMessage on arn:aws:sqs:{HERE}:{STACK}-schedule-dead-letters",
        "StarterRole": f"refused: states:StartExecution on {pipeline.state_machine_arn}",
        "code of the functions": "TransformerLambdaFunction has another archive",
        "schedules": "CloseSchedule/State is ENABLED",
        "drift of CloseSchedule": "/State is ENABLED, not DISABLED",
    }


def test_verify_finds_another_serde(pipeline: Pipeline) -> None:
    serde = "org.apache.hive.hcatalog.data.JsonSerDe"
    with with_table(pipeline, serde):
        found = failed(pipeline)
    at = "DeliveredBarsTable/StorageDescriptor/SerdeInfo"
    library, parameters = found.pop("tables and view").split("; ")
    assert library == f"{at}/SerializationLibrary is {serde}"
    assert parameters.startswith(f"{at}/Parameters/ignore.malformed.json is ")
    assert serde in found["canary"]


def test_verify_finds_a_prefix_outside_the_table(pipeline: Pipeline) -> None:
    with with_prefix(pipeline, "bars/dt=!{partitionKeyFromLambda:dt}/interval=!{partitionKeyFromLambda:interval}/"):
        found = failed(pipeline)
    assert found["canary"].startswith("NotDelivered: ")
    assert found["object's key"].startswith(f"s3://.../bars/dt={DAY}/interval=1h/{pipeline.stream}-")
    assert found["drift of DeliveryStream"].startswith("/ExtendedS3DestinationConfiguration/Prefix is bars/dt=!")

"""An execution that is followed: the time left of its waits, the printed lines, and its highs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber
from rich.console import Console

from finance_stream.client.answer import ResultGoneError, fetch_highs
from finance_stream.client.execution import ExecutionEnd, follow, list_newest
from finance_stream.client.waits import read_wait_seconds
from finance_stream.client.watch import ProgressLog, render_states
from finance_stream.progress import Progress, read_progress
from tests.conftest import ROOT

ARN = "arn:aws:states:us-east-1:123456789012:execution:pipeline:one"
MACHINE = ARN.removesuffix(":one").replace(":execution:", ":stateMachine:")
ENTERED = datetime(2026, 11, 24, 21, 0, 0, tzinfo=UTC)
LOCATION = "s3://lake/athena-results/one.csv"


def stubbed(service: str) -> tuple[Any, Stubber]:
    make: Any = boto3.client  # boto3's types need a literal service name
    client = make(service, "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    stubber = Stubber(client)
    stubber.activate()
    return client, stubber


@pytest.fixture
def states() -> Iterator[tuple[Any, Stubber]]:
    client, stubber = stubbed("stepfunctions")
    yield client, stubber
    stubber.assert_no_pending_responses()


def defined(stubber: Stubber, **waits: Any) -> None:
    """Stub a state machine of Wait states with these seconds."""
    definition = json.dumps({"States": {name: {"Type": "Wait", "Seconds": given} for name, given in waits.items()}})
    answer = {"stateMachineArn": MACHINE, "name": "pipeline", "roleArn": "arn:aws:iam::1:role/r", "updateDate": ENTERED}
    stubber.add_response("describe_state_machine_for_execution", {**answer, "definition": definition})


def described(stubber: Stubber, status: str, **more: Any) -> None:
    answer = {"executionArn": ARN, "stateMachineArn": MACHINE, "name": "one", "startDate": ENTERED, "status": status}
    stubber.add_response("describe_execution", {**answer, **more})


def history(stubber: Stubber, *events: dict[str, Any]) -> None:
    numbered = [{"timestamp": ENTERED, "type": "none", "id": place, **event} for place, event in enumerate(events, 1)]
    stubber.add_response("get_execution_history", {"events": numbered})


# The time left of a wait


def test_read_wait_seconds_evaluates_the_pipelines_wait(states: tuple[Any, Stubber]) -> None:
    client, stubber = states
    text = (ROOT / "statemachine" / "pipeline.asl.json").read_text()
    pipeline = json.loads(re.sub(r"\$\{(\w+)\}", "61", text))["States"]["AwaitDelivery"]
    defined(stubber, AwaitDelivery=pipeline["Seconds"])
    # 1.5 x 61 + 61 + 30, rounded up: a Wait takes integers
    assert read_wait_seconds(client, ARN) == {"AwaitDelivery": 183}


def test_read_wait_seconds_leaves_out_waits_known_only_at_run_time(states: tuple[Any, Stubber]) -> None:
    client, stubber = states
    defined(stubber, Fixed=30, OfVariables="{% 2 * $plan.seconds %}", Broken="{% $error('no') %}", Until=None)
    assert read_wait_seconds(client, ARN) == {"Fixed": 30}


def test_follow_measures_the_time_left_by_the_clouds_clock(states: tuple[Any, Stubber]) -> None:
    client, stubber = states
    defined(stubber, AwaitDelivery="{% 150 %}")
    ten_seconds_later = {"date": "Tue, 24 Nov 2026 21:00:10 GMT"}
    described(stubber, "RUNNING", ResponseMetadata={"HTTPHeaders": ten_seconds_later})
    history(stubber, {"type": "WaitStateEntered", "stateEnteredEventDetails": {"name": "AwaitDelivery"}})
    step = next(follow(client, ARN, lambda: None))
    assert step.wait_left == timedelta(seconds=140)


def test_read_progress_leaves_out_choice_states(states: tuple[Any, Stubber]) -> None:
    client, stubber = states
    history(
        stubber,
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Plan"}},
        {"type": "TaskStateExited", "stateExitedEventDetails": {"name": "Plan", "output": "{}"}},
        {"type": "ChoiceStateEntered", "stateEnteredEventDetails": {"name": "HasSession"}},
        {"type": "ChoiceStateExited", "stateExitedEventDetails": {"name": "HasSession", "output": "{}"}},
    )
    assert read_progress(client, ARN, "RUNNING").states == [("Plan", True)]


# The printed lines


def step(*states: tuple[str, bool], **more: Any) -> Progress:
    return Progress(states=list(states), **more)


def printed(*steps: Progress) -> list[str]:
    said = StringIO()
    log = ProgressLog(Console(file=said, width=80))
    for one in steps:
        log.show(one)
    return said.getvalue().splitlines()


def test_progress_log_prints_a_wait_once() -> None:
    waits = (step(("AwaitDelivery", False), wait_left=timedelta(seconds=seconds)) for seconds in (125, 124, 123))
    assert printed(*waits, step(("AwaitDelivery", True))) == [
        "  ...     AwaitDelivery: 2:05 left",
        "  done    AwaitDelivery",
    ]


def test_progress_log_marks_the_state_that_failed() -> None:
    failed = step(("Plan", True), ("InputRefused", False), status="FAILED")
    assert printed(failed) == ["  done    Plan", "  failed  InputRefused"]


def test_render_states_shows_a_sign_per_state() -> None:
    said = StringIO()
    console = Console(file=said, width=80, force_terminal=True, color_system=None)
    known = {"tickers_done": 3, "tickers_total": 1000, "bars_collected": 1170}
    console.print(render_states(step(("Plan", True), ("CollectBars", False), **known)))
    assert said.getvalue() == "  ✓ Plan\n  … CollectBars: 3 of 1,000 tickers, 1,170 bars\n"


# The highs


HEADER = "ticker,session,hour,high,high_at,minutes_at_high,bars_delivered\n"
ROW = "META,2026-11-23,9,362.58,2026-11-23T09:53:00-05:00,1,30\n"
LARGE = ExecutionEnd(ARN, "SUCCEEDED", {"query": {"id": "one", "result": LOCATION}, "highs": None}, None, None)


def test_answer_reads_highs_from_the_query_result(states: tuple[Any, Stubber]) -> None:
    client, stubber = states
    plan = {"name": "Plan", "output": json.dumps({"tickers": ["META"]})}
    history(stubber, {"type": "TaskStateExited", "stateExitedEventDetails": plan})
    content = (HEADER + ROW + ROW.replace("META", "ANOTHER")).encode()
    s3, in_s3 = stubbed("s3")
    asked = {"Bucket": "lake", "Key": "athena-results/one.csv"}
    in_s3.add_response("get_object", {"Body": StreamingBody(BytesIO(content), len(content))}, asked)
    [high] = fetch_highs(client, s3, LARGE)
    assert (high["ticker"], high["hour"], high["high"]) == ("META", 9, 362.58)


def test_answer_says_that_the_query_result_was_deleted(states: tuple[Any, Stubber]) -> None:
    s3, in_s3 = stubbed("s3")
    in_s3.add_client_error("get_object", "NoSuchKey", "The specified key does not exist.", 404)
    with pytest.raises(ResultGoneError, match=f"{LOCATION} no longer exists: query results expire after 7 days"):
        fetch_highs(states[0], s3, LARGE)


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        (ExecutionEnd(ARN, "FAILED", None, "QueryFailed", "no such table"), "QueryFailed: no such table"),
        (ExecutionEnd(ARN, "TIMED_OUT", None, None, None), "TIMED_OUT"),
    ],
)
def test_execution_end_has_a_reason_without_error_and_cause(ended: ExecutionEnd, reason: str) -> None:
    assert ended.reason == reason


# The newest executions


def test_list_newest_counts_without_canaries(states: tuple[Any, Stubber]) -> None:
    client, stubber = states
    for names, token in ((["three", "verify-2"], {"nextToken": "more"}), (["verify-1", "two"], {"nextToken": "last"})):
        executions = [
            {"executionArn": ARN, "stateMachineArn": MACHINE, "name": name, "status": "RUNNING", "startDate": ENTERED}
            for name in names
        ]
        stubber.add_response("list_executions", {"executions": executions, **token})
    assert [one["name"] for one in list_newest(client, MACHINE, 2)] == ["three", "two"]

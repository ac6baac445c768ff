"""Log lines of a stack: their order, their text, and the lines that a follower has seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from commands.logs import parse_age
from commands.target import TargetError
from finance_stream.client.logs import (
    LATE_SECONDS,
    LogLine,
    describe_event,
    follow_lines,
    format_message,
    name_log_groups,
    read_execution_lines,
    read_history,
    read_lines,
)

BEGUN = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
ARN = "arn:aws:states:us-east-1:123456789012:execution:pipeline:one"


@pytest.fixture
def logs() -> Iterator[tuple[Any, Stubber]]:
    yield from stubbed("logs")


@pytest.fixture
def states() -> Iterator[tuple[Any, Stubber]]:
    yield from stubbed("stepfunctions")


def stubbed(service: str) -> Iterator[tuple[Any, Stubber]]:
    make: Any = boto3.client  # boto3's types need a literal service name
    client = make(service, "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


def found(*events: tuple[int, str], token: str | None = None) -> dict[str, Any]:
    """Return an answer of FilterLogEvents with these messages, each so many seconds after the begin."""
    at = int(BEGUN.timestamp() * 1000)
    rows = [{"timestamp": at + 1000 * second, "message": text, "eventId": text} for second, text in events]
    return {"events": rows, **({"nextToken": token} if token else {})}


def line(second: float, message: str = "said") -> LogLine:
    return LogLine(BEGUN + timedelta(seconds=second), "planner", message, f"{second} {message}")


def test_name_log_groups_calls_each_group_by_its_resource() -> None:
    resources = [
        ("HttpApiLogGroup", "AWS::Logs::LogGroup", "/aws/vendedlogs/apis/a"),
        ("DeliveryStreamLogGroup", "AWS::Logs::LogGroup", "/aws/kinesisfirehose/a-bars"),
        ("PlannerLogGroup", "AWS::Logs::LogGroup", "/aws/lambda/a-planner"),
        ("DeliveryStreamLogStream", "AWS::Logs::LogStream", "s3"),
    ]
    assert name_log_groups(resources) == {
        "delivery-stream": "/aws/kinesisfirehose/a-bars",
        "http-api": "/aws/vendedlogs/apis/a",
        "planner": "/aws/lambda/a-planner",
    }


def test_read_lines_merges_pages_of_all_groups_by_time(logs: tuple[Any, Stubber]) -> None:
    client, stubber = logs
    since = {"startTime": int(BEGUN.timestamp() * 1000)}
    stubber.add_response("filter_log_events", found((1, "a"), token="more"), {"logGroupName": "/a", **since})
    stubber.add_response("filter_log_events", found((2, "b")), {"logGroupName": "/b", **since})
    stubber.add_response("filter_log_events", found((3, "c")), {"logGroupName": "/a", "nextToken": "more", **since})
    lines = list(read_lines(client, {"planner": "/a", "checker": "/b"}, BEGUN))
    assert [(one.source, one.message) for one in lines] == [("planner", "a"), ("checker", "b"), ("planner", "c")]


def test_read_lines_has_none_of_an_absent_group(logs: tuple[Any, Stubber]) -> None:
    client, stubber = logs
    stubber.add_client_error("filter_log_events", "ResourceNotFoundException")
    assert list(read_lines(client, {"planner": "/a"}, BEGUN)) == []


def test_read_execution_lines_leaves_out_other_executions(
    logs: tuple[Any, Stubber], states: tuple[Any, Stubber]
) -> None:
    machine = ARN.replace(":execution:", ":stateMachine:").removesuffix(":one")
    described = {"executionArn": ARN, "stateMachineArn": machine, "name": "one", "status": "FAILED"}
    until = BEGUN + timedelta(seconds=9)
    states[1].add_response("describe_execution", {**described, "startDate": BEGUN, "stopDate": until})
    other, child = ARN.replace(":one", ":two"), ARN.replace("pipeline:one", "pipeline/CollectBars:three")
    events = [json.dumps({"type": "ExecutionFailed", "execution_arn": of}) for of in (other, ARN, child)]
    window = {"startTime": int(BEGUN.timestamp() * 1000), "endTime": int(until.timestamp() * 1000)}
    answer = found(*enumerate([*events, "START RequestId: 1"]))
    logs[1].add_response("filter_log_events", answer, {"logGroupName": "/a", **window})
    before = BEGUN - timedelta(days=1)
    lines = list(read_execution_lines(states[0], logs[0], {"pipeline": "/a"}, ARN, before))
    assert [one.message for one in lines] == [*events[1:], "START RequestId: 1"]


def test_read_history_tells_states_and_errors(states: tuple[Any, Stubber]) -> None:
    client, stubber = states
    failed = {"error": "NotDelivered", "cause": "10 of 390 bars"}
    events: list[dict[str, Any]] = [
        {"type": "ExecutionStarted"},
        {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Plan"}},
        {"type": "TaskScheduled"},
        {"type": "TaskFailed", "taskFailedEventDetails": {"resourceType": "lambda", "resource": "invoke", **failed}},
        {"type": "TaskStateExited", "stateExitedEventDetails": {"name": "Plan"}},
        {"type": "ExecutionAborted", "executionAbortedEventDetails": {}},
    ]
    numbered = [{"timestamp": BEGUN, "id": number, **event} for number, event in enumerate(events, 1)]
    stubber.add_response("get_execution_history", {"events": numbered})
    assert [one.message for one in read_history(client, ARN)] == [
        "ExecutionStarted",
        "Plan entered",
        "TaskFailed: NotDelivered: 10 of 390 bars",
        "Plan left",
        "ExecutionAborted",
    ]


def test_describe_event_has_the_error_of_a_map_run() -> None:
    event: Any = {
        "type": "MapRunFailed",
        "mapRunFailedEventDetails": {"error": "States.ExceedToleratedFailureThreshold"},
    }
    assert describe_event(event) == "MapRunFailed: States.ExceedToleratedFailureThreshold"


def test_follow_lines_yields_each_line_once_until_the_end() -> None:
    rounds = iter([[line(0), line(40)], [line(15), line(40), line(41)], [line(41), line(42)]])
    asked, pauses = [], []
    ends = iter([False, False, True])

    def read(since: datetime) -> list[LogLine]:
        asked.append((since - BEGUN).total_seconds())
        return next(rounds)

    lines = list(follow_lines(read, BEGUN, lambda: pauses.append(1), lambda: next(ends)))
    assert [(one.at - BEGUN).seconds for one in lines] == [0, 40, 15, 41, 42]
    assert asked == [0, 40 - LATE_SECONDS, 41 - LATE_SECONDS]
    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("START RequestId: 1 Version: $LATEST\n", "START RequestId: 1 Version: $LATEST"),
        (
            '{"level":"INFO","location":"handler:29","message":"planned","timestamp":"t","service":"s",'
            '"cold_start":true,"function_name":"f","function_request_id":"1","xray_trace_id":"2","tickers":10}',
            "INFO planned tickers=10",
        ),
        (
            '{"level":"ERROR","message":"failed","exception":"Traceback:\\n  line 1","exception_name":"KeyError"}',
            "ERROR failed\nTraceback:\n  line 1",
        ),
        (
            '{"_aws":{"CloudWatchMetrics":[{"Metrics":[{"Name":"BarsCollected"}]}]},"BarsCollected":[390.0]}',
            "metrics BarsCollected=[390.0]",
        ),
        (
            f'{{"type":"ExecutionFailed","execution_arn":"{ARN}","details":{{"error":"NoData","cause":"none"}}}}',
            "ExecutionFailed one: NoData: none",
        ),
        ('{"status":200}', '{"status":200}'),
    ],
)
def test_format_message_is_one_text_for_each_kind_of_line(message: str, text: str) -> None:
    assert format_message(message) == text


def test_log_line_has_its_time_in_utc() -> None:
    assert line(1.25, "hello\n").format() == "2026-11-23 21:00:01.250Z planner     hello"
    assert line(1.25, '{"a":1}').to_json() == {
        "at": "2026-11-23T21:00:01.250+00:00",
        "source": "planner",
        "message": {"a": 1},
    }


@pytest.mark.parametrize(("text", "age"), [("90s", 90), ("30m", 1_800), ("2h", 7_200), ("1d", 86_400)])
def test_parse_age_reads_a_number_with_its_unit(text: str, age: int) -> None:
    assert parse_age(text) == timedelta(seconds=age)


@pytest.mark.parametrize("text", ["", "0m", "1w", "-1h", "1.5h", "h", "٣m", "1234567h"])
def test_parse_age_rejects_other_texts(text: str) -> None:
    with pytest.raises(TargetError, match="is not a duration"):
        parse_age(text)

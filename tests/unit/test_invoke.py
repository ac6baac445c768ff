"""``python -m tools.invoke``: the event that an execution gave a function, and the function's context."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner

from commands.target import TargetError
from tests.unit.test_logs import ARN, BEGUN
from tools.invoke import main, make_context, read_event


@pytest.fixture
def states() -> Iterator[Any]:
    client = boto3.client("stepfunctions", "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")
    function = "arn:aws:lambda:us-east-1:123456789012:function:finance-stream-dev"
    calls = [("counter", 1), ("checker", 2), ("checker", 3)]
    parameters = [json.dumps({"FunctionName": f"{function}-{name}", "Payload": {"try": n}}) for name, n in calls]
    scheduled: dict[str, Any] = {"resourceType": "lambda", "resource": "invoke", "region": "us-east-1"}
    events: Any = [
        {"timestamp": BEGUN, "id": 1, "type": "ExecutionStarted"},
        *(
            {
                "timestamp": BEGUN,
                "id": number,
                "type": "TaskScheduled",
                "taskScheduledEventDetails": {**scheduled, "parameters": text},
            }
            for number, text in enumerate(parameters, 2)
        ),
    ]
    with Stubber(client) as stubber:
        stubber.add_response("get_execution_history", {"events": events})
        yield client


@pytest.mark.parametrize(("function", "event"), [("counter", 1), ("checker", 3)])
def test_read_event_is_the_last_one_of_the_function(states: Any, function: str, event: int) -> None:
    assert read_event(states, ARN, function) == {"try": event}


def test_read_event_rejects_a_function_that_the_history_lacks(states: Any) -> None:
    with pytest.raises(TargetError, match="has no call of 'collector': give a file"):
        read_event(states, ARN, "collector")


def test_make_context_has_what_the_handlers_read() -> None:
    context = make_context({"FunctionName": "planner", "MemorySize": 512, "FunctionArn": "arn"})
    assert (context.function_name, context.memory_limit_in_mb, context.invoked_function_arn) == ("planner", 512, "arn")
    assert context.get_remaining_time_in_millis() == 900_000


def test_invoke_needs_an_event_or_an_execution(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.target._find_target", lambda *_: None)
    ran = CliRunner().invoke(main, ["planner"])
    assert (ran.exit_code, ran.stderr) == (2, "EVENT: give a file or --execution, and not both\n")

"""The HTTP API's functions: their calls to Step Functions, and the errors that a client sees."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import ANY, Stubber

from finance_stream.http_api import MAX_BODY_BYTES
from handlers import follower, starter
from tests.conftest import ROOT

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:pipeline"
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:pipeline:k"
STARTED = {"executionArn": EXECUTION, "startDate": datetime(2026, 11, 24, tzinfo=UTC)}
CONTEXT = cast(
    Any,
    SimpleNamespace(
        function_name="f", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="r", log_stream_name="l"
    ),
)


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """Yield a stub of Step Functions that accepts only the calls that a test expects."""
    client = boto3.client("stepfunctions", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s")
    for module in (starter, follower):
        monkeypatch.setattr(module, "get_client", lambda: client)
        monkeypatch.setattr(module, "STATE_MACHINE_ARN", MACHINE)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def sample(function: str) -> dict[str, Any]:
    """Return the function's sample event."""
    event: dict[str, Any] = json.loads((ROOT / "tests" / "events" / f"{function}.json").read_text())
    return event


def post(body: str | bytes | None, key: str | None = None, content_type: str | None = "application/json") -> Any:
    """Return the starter's answer with its body decoded."""
    event = sample("starter")
    for name, value in (("content-type", content_type), ("idempotency-key", key)):
        del event["headers"][name]
        if value is not None:
            event["headers"][name] = value
    del event["body"]
    if isinstance(body, bytes):
        event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    elif body is not None:
        event["body"] = body
    return read(starter.handler(event, CONTEXT))


def get(execution: str) -> Any:
    """Return the follower's answer with its body decoded."""
    return read(follower.handler(sample("follower") | {"pathParameters": {"id": execution}}, CONTEXT))


def read(answer: Any) -> Any:
    return answer | {"body": json.loads(answer["body"])}


@pytest.mark.present
def test_starter_normalizes_spaces_and_order_of_the_input(states: Stubber) -> None:
    """Normalize the input, because Step Functions compares inputs as text."""
    wanted = {"stateMachineArn": MACHINE, "input": '{"interval":"5m","tickers":["META"]}', "name": "k"}
    states.add_response("start_execution", STARTED, wanted)
    states.add_response("start_execution", STARTED, wanted)
    for body in ('{"tickers": ["META"], "interval": "5m"}', b'\n{"interval":"5m","tickers":["META"]}'):
        answer = post(body, "k")
        assert (answer["statusCode"], answer["body"]["id"]) == (202, "k")
        assert answer["headers"]["location"] == answer["body"]["location"] == f"{starter.API_ENDPOINT}/executions/k"


@pytest.mark.present
def test_starter_lets_step_functions_name_the_execution(states: Stubber) -> None:
    states.add_response("start_execution", STARTED, {"stateMachineArn": MACHINE, "input": "{}"})
    assert post("{}")["body"]["id"] == "k"


@pytest.mark.present
@pytest.mark.parametrize(("earlier", "status"), [('{ "tickers": ["META"] }', 202), ('{"tickers":["NFLX"]}', 409)])
def test_starter_compares_the_input_of_a_reused_token(states: Stubber, earlier: str, status: int) -> None:
    """Return 409 for another input.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (ExecutionAlreadyExists)
    """
    states.add_client_error("start_execution", "ExecutionAlreadyExists", "Execution Already Exists: 'arn'")
    described = {**STARTED, "stateMachineArn": MACHINE, "status": "SUCCEEDED", "input": earlier}
    states.add_response("describe_execution", described, {"executionArn": EXECUTION})
    assert post('{"tickers":["META"]}', "k")["statusCode"] == status


@pytest.mark.present
@pytest.mark.parametrize(
    ("body", "content_type", "status", "said"),
    [
        ("{}", "text/plain", 415, "content-type: 'text/plain' is not application/json"),
        ("{}", None, 415, "content-type: '' is not application/json"),
        (None, "application/json", 400, "body: not JSON"),
        ("{", "application/json", 400, "body: not JSON"),
        ("NaN", "application/json", 400, "body: not JSON: NaN is not JSON"),
        ("[" * 100_000, "application/json", 400, "body: not JSON"),
        (b"\xff", "application/json", 400, "body: not JSON"),
        ("{}".encode("utf-16"), "application/json", 400, "body: not JSON"),
        ("[]", "application/json", 400, "input: [] is not an object with tickers, start, end"),
        ('"' + "x" * MAX_BODY_BYTES, "application/json", 413, "body: 262,145 bytes, at most 262,144 are allowed"),
    ],
    ids=["text", "no type", "no body", "half", "NaN", "deep", "no UTF-8", "UTF-16", "no object", "too long"],
)
@pytest.mark.usefixtures("states")
def test_starter_explains_a_rejected_body(
    body: str | bytes | None, content_type: str | None, status: int, said: str
) -> None:
    answer = post(body, content_type=content_type)
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (status, "application/problem+json")
    assert said in answer["body"]["detail"]
    assert answer["body"]["status"] == status


@pytest.mark.present
@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_starter_accepts_every_form_of_the_json_content_type(states: Stubber, content_type: str) -> None:
    states.add_response("start_execution", STARTED, {"stateMachineArn": ANY, "input": "{}"})
    assert post("{}", content_type=content_type)["statusCode"] == 202


@pytest.mark.present
@pytest.mark.parametrize("key", ["", "a b", "a" * 81, "a.b", "é"])
@pytest.mark.usefixtures("states")
def test_starter_rejects_an_invalid_token(key: str) -> None:
    answer = post("{}", key)
    assert answer["statusCode"] == 400
    assert answer["body"]["faults"][0].endswith("is not 1 to 80 letters, digits, - and _")


@pytest.mark.present
@pytest.mark.usefixtures("states")
def test_starter_lists_every_fault_separately() -> None:
    faults = post('{"tickers": [], "interval": "3m", "end": "soon"}', "a b")["body"]["faults"]
    assert [fault.split(":")[0] for fault in faults] == ["Idempotency-Key", "tickers", "interval", "end"]


@pytest.mark.present
@pytest.mark.parametrize(
    ("code", "http_status", "status"),
    [
        ("AccessDeniedException", 400, 500),
        ("StateMachineDoesNotExist", 400, 500),
        ("ThrottlingException", 400, 429),
        ("ExecutionLimitExceeded", 400, 429),
        ("InternalFailure", 500, 503),
        ("ServiceUnavailable", 503, 503),
    ],
)
def test_http_api_hides_the_errors_of_step_functions(states: Stubber, code: str, http_status: int, status: int) -> None:
    secret = f"User: arn:aws:sts::123456789012:assumed-role/starter may not {MACHINE}"
    for operation in ("start_execution", "describe_execution"):
        states.add_client_error(operation, code, secret, http_status)
        answer = post("{}") if operation == "start_execution" else get("k")
        assert answer["statusCode"] == status
        assert "arn:" not in json.dumps(answer)
        assert code not in json.dumps(answer)
        assert ("retry-after" in answer["headers"]) == (status == 429)


def test_follower_returns_503_without_step_functions(states: Stubber, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://states.internal")

    monkeypatch.setattr(states.client, "describe_execution", unreachable)
    answer = get("k")
    assert answer["statusCode"] == 503
    assert "internal" not in json.dumps(answer)


@pytest.mark.parametrize("execution", ["a.b", "a b", "a" * 81, "a:b", "é", "a\n"])
@pytest.mark.usefixtures("states")
def test_follower_rejects_an_invalid_id_without_a_call(execution: str) -> None:
    answer = get(execution)
    assert (answer["statusCode"], answer["body"]["faults"]) == (400, [answer["body"]["detail"]])


def test_follower_returns_404_for_an_unknown_execution(states: Stubber) -> None:
    states.add_client_error("describe_execution", "ExecutionDoesNotExist", f"Execution Does Not Exist: '{EXECUTION}'")
    answer = get("k")
    assert (answer["statusCode"], answer["body"]["detail"]) == (404, "id: no execution k")


def test_follower_returns_the_progress_of_a_running_execution(states: Stubber) -> None:
    described = {**STARTED, "stateMachineArn": MACHINE, "status": "RUNNING", "input": '{"tickers":["META"]}'}
    entered = [
        {
            "stateEnteredEventDetails": {"name": name},
            "timestamp": STARTED["startDate"],
            "type": "TaskStateEntered",
            "id": 1,
        }
        for name in ("Plan", "CollectBars")
    ]
    left = {"stateExitedEventDetails": {"name": "Plan", "output": "{}"}}
    events = [entered[0], entered[0] | left, entered[1]]
    del events[1]["stateEnteredEventDetails"]
    counts = dict.fromkeys(
        ("pending", "running", "resultsWritten", "failuresNotRedrivable", "pendingRedrive", "aborted"), 0
    )
    items = {**counts, "succeeded": 3, "failed": 1, "timedOut": 0, "total": 10}
    run = {"mapRunArn": "arn:aws:states:us-east-1:123456789012:mapRun:pipeline/CollectBars:1"}
    listed = {**run, "executionArn": EXECUTION, "stateMachineArn": MACHINE, "startDate": STARTED["startDate"]}
    map_run = {
        **run,
        "executionArn": EXECUTION,
        "status": "RUNNING",
        "startDate": STARTED["startDate"],
        "maxConcurrency": 5,
        "toleratedFailurePercentage": 100,
        "toleratedFailureCount": 0,
        "itemCounts": items,
        "executionCounts": items,
    }
    states.add_response("describe_execution", described)
    states.add_response("get_execution_history", {"events": events})
    states.add_response("list_map_runs", {"mapRuns": [listed]})
    states.add_response("describe_map_run", map_run)
    assert get("k")["body"] == {
        "id": "k",
        "status": "RUNNING",
        "started_at": "2026-11-24T00:00:00.000000Z",
        "stopped_at": None,
        "input": {"tickers": ["META"]},
        "progress": {
            "states": [{"name": "Plan", "left": True}, {"name": "CollectBars", "left": False}],
            "tickers": {"done": 4, "total": 10},
            "bars": {"collected": None, "delivered": None},
        },
        "answer": None,
        "error": None,
        "cause": None,
    }

"""The API of state machines and executions.

https://docs.aws.amazon.com/step-functions/latest/apireference/Welcome.html
"""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.stepfunctions.backend import find_execution
from embedded_cloud.stepfunctions.failure import MAX_PAYLOAD_BYTES
from tests.embedded_cloud.stepfunctions.border import ROLE_ARN, Border, Workflow, invoke
from tests.waiting import DEADLINE_SECONDS, eventually

ECHO = {"Echo": {"Type": "Pass", "End": True}}
SLEEP = {"Sleep": {"Type": "Wait", "Seconds": 99_999_999, "End": True}}


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html


@pytest.mark.parametrize(
    "name", ["a b", "a\tb", "a{b", "a[b]", "a<b", "a?", "a*", 'a"', "a#", "a%", "a:b", "a/b", "a\x01"]
)
def test_start_execution_rejects_a_name_with_an_invalid_character(workflow: Workflow, name: str) -> None:
    with pytest.raises(workflow.client.exceptions.InvalidName):
        workflow.start(workflow.create(ECHO), name=name)


def test_start_execution_rejects_a_name_over_80_characters(workflow: Workflow) -> None:
    arn = workflow.create(ECHO)

    workflow.start(arn, name="n" * 80)
    with pytest.raises(workflow.client.exceptions.ClientError, match="length less than or equal to 80"):
        workflow.start(arn, name="n" * 81)


def test_start_execution_generates_a_missing_name(workflow: Workflow) -> None:
    arn = workflow.create(ECHO)

    first, second = workflow.ended(workflow.start(arn)), workflow.ended(workflow.start(arn))

    assert first["name"] and first["name"] != second["name"]
    assert first["executionArn"] == f"{arn.replace(':stateMachine:', ':execution:')}:{first['name']}"


def test_describe_execution_reports_running_until_the_output_exists(
    workflow: Workflow, border: Border, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, seen = threading.Event(), []

    def describe(copied: Any) -> Any:
        seen.append(workflow.client.describe_execution(executionArn=arn))
        return copied

    def function(_: Any) -> str:
        started.wait(DEADLINE_SECONDS)
        states = find_execution(workflow.cloud, arn).exec_worker.env.states
        copy = states.get_input
        monkeypatch.setattr(states, "get_input", lambda: describe(copy()))
        return "output"

    border.functions["f"] = function
    arn = workflow.start(workflow.create({"Task": invoke("f", Output="{% $states.result.Payload %}")}))
    started.set()

    assert workflow.ended(arn)["output"] == "output"
    assert {described["status"] for described in seen} == {"RUNNING"}
    assert not any("stopDate" in described or "output" in described for described in seen)


@pytest.mark.usefixtures("held")
def test_start_execution_is_idempotent_while_the_execution_runs(workflow: Workflow) -> None:
    arn = workflow.create(SLEEP)

    first = workflow.start(arn, {"a": 1}, name="daily")

    assert workflow.start(arn, {"a": 1}, name="daily") == first
    with pytest.raises(workflow.client.exceptions.ExecutionAlreadyExists):
        workflow.start(arn, {"a": 2}, name="daily")
    workflow.client.stop_execution(executionArn=first)
    with pytest.raises(workflow.client.exceptions.ExecutionAlreadyExists):
        workflow.start(arn, {"a": 1}, name="daily")


@pytest.mark.usefixtures("held")
def test_start_execution_starts_one_execution_for_concurrent_calls(workflow: Workflow) -> None:
    arn, started = workflow.create(SLEEP), []

    threads = [threading.Thread(target=lambda: started.append(workflow.start(arn, name="once"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(started) == 8
    assert len(set(started)) == 1
    assert len(workflow.client.list_executions(stateMachineArn=arn)["executions"]) == 1
    workflow.client.stop_execution(executionArn=started[0])


def test_start_execution_rejects_input_that_is_not_json(workflow: Workflow) -> None:
    with pytest.raises(workflow.client.exceptions.InvalidExecutionInput):
        workflow.client.start_execution(stateMachineArn=workflow.create(ECHO), input="{")


def test_start_execution_rejects_input_over_256_kib(workflow: Workflow) -> None:
    arn = workflow.create(ECHO)
    largest = json.dumps("é" * (MAX_PAYLOAD_BYTES // 2 - 1), ensure_ascii=False)

    execution = workflow.client.start_execution(stateMachineArn=arn, input=largest)["executionArn"]

    assert workflow.ended(execution)["status"] == "SUCCEEDED"
    with pytest.raises(workflow.client.exceptions.ClientError, match="ValidationException"):
        workflow.client.start_execution(stateMachineArn=arn, input=largest.replace('"', ' "'))


def test_start_execution_rejects_an_unknown_state_machine(workflow: Workflow) -> None:
    with pytest.raises(workflow.client.exceptions.StateMachineDoesNotExist):
        workflow.start("arn:aws:states:us-east-1:123456789012:stateMachine:nobody")


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html


@pytest.mark.parametrize("value", ["text", None, [1], {"a": "é"}, 0, False])
def test_describe_execution_returns_the_output_as_json(workflow: Workflow, value: Any) -> None:
    execution = workflow.start(workflow.create({"Pass": {"Type": "Pass", "Output": value, "End": True}}))
    workflow.ended(execution)

    output = workflow.client.describe_execution(executionArn=execution)["output"]

    assert output == json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def test_list_executions_filters_by_status_newest_first(workflow: Workflow) -> None:
    arn = workflow.create({"Choose": _fails_if_told(), **ECHO, "Fail": {"Type": "Fail", "Error": "E"}})
    first, failed, last = (workflow.start(arn, {"fail": fail}) for fail in (False, True, False))
    for execution in (first, failed, last):
        workflow.ended(execution)

    def listed(**more: Any) -> list[str]:
        pages = workflow.client.get_paginator("list_executions").paginate(
            stateMachineArn=arn, PaginationConfig={"PageSize": 1}, **more
        )
        return [execution["executionArn"] for page in pages for execution in page["executions"]]

    assert listed() == [last, failed, first]
    assert listed(statusFilter="FAILED") == [failed]
    assert listed(statusFilter="RUNNING") == []
    described = workflow.client.list_executions(stateMachineArn=arn, statusFilter="FAILED")["executions"][0]
    assert described["stopDate"] >= described["startDate"]


def _fails_if_told() -> dict[str, Any]:
    rule = {"Condition": "{% $states.input.fail %}", "Next": "Fail"}
    return {"Type": "Choice", "Choices": [rule], "Default": "Echo"}


@pytest.mark.usefixtures("held")
def test_update_state_machine_keeps_the_definition_of_executions(workflow: Workflow) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html"""
    arn = workflow.create(SLEEP)
    execution = workflow.start(arn)
    before = workflow.client.describe_state_machine(stateMachineArn=arn)["definition"]

    workflow.client.update_state_machine(
        stateMachineArn=arn, definition=json.dumps({"StartAt": "Echo", "States": ECHO}), roleArn=ROLE_ARN
    )

    described = workflow.client.describe_state_machine_for_execution(executionArn=execution)
    assert described["definition"] == before
    assert workflow.client.describe_execution(executionArn=execution)["status"] == "RUNNING"
    workflow.client.stop_execution(executionArn=execution)


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html


def test_get_execution_history_pages_in_either_order(workflow: Workflow) -> None:
    states: dict[str, Any] = {f"S{number}": {"Type": "Pass", "Next": f"S{number + 1}"} for number in range(60)}
    ended = workflow.run({**states, "S60": {"Type": "Succeed"}})

    events = workflow.history(ended["executionArn"])
    newest = workflow.client.get_execution_history(executionArn=ended["executionArn"], reverseOrder=True, maxResults=1)

    assert [event["id"] for event in events] == list(range(1, 125))
    assert [event["type"] for event in newest["events"]] == ["ExecutionSucceeded"]
    assert newest["nextToken"]


def test_get_execution_history_has_task_parameters_and_output(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = lambda _: {"bars": 390}
    ended = workflow.run({"X": invoke("f", {"ticker": "META"})})

    by_type = {event["type"]: event for event in workflow.history(ended["executionArn"])}

    assert json.loads(by_type["TaskScheduled"]["taskScheduledEventDetails"]["parameters"])["Payload"] == {
        "ticker": "META"
    }
    assert json.loads(by_type["TaskSucceeded"]["taskSucceededEventDetails"]["output"])["Payload"] == {"bars": 390}


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html


@pytest.mark.usefixtures("held")
def test_stop_execution_ends_a_wait_at_once(workflow: Workflow) -> None:
    execution = workflow.start(workflow.create(SLEEP))

    stopped = workflow.client.stop_execution(executionArn=execution, error="Enough", cause="said so")

    described = workflow.client.describe_execution(executionArn=execution)
    assert (described["status"], described["error"], described["cause"]) == ("ABORTED", "Enough", "said so")
    assert described["stopDate"] == stopped["stopDate"]
    assert workflow.history(execution)[-1]["type"] == "ExecutionAborted"


def test_stop_execution_does_not_wait_for_a_running_function(workflow: Workflow, border: Border) -> None:
    never = threading.Event()
    border.functions["f"] = lambda _: never.wait(20)
    execution = workflow.start(workflow.create({"X": invoke("f")}))
    eventually(lambda: border.calls, bool)

    workflow.client.stop_execution(executionArn=execution)

    assert workflow.client.describe_execution(executionArn=execution)["status"] == "ABORTED"
    never.set()
    assert workflow.history(execution)[-1]["type"] == "ExecutionAborted"


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html


def test_create_state_machine_is_idempotent(workflow: Workflow) -> None:
    def create(definition: dict[str, Any]) -> str:
        made = workflow.client.create_state_machine(
            name="again",
            definition=json.dumps({"StartAt": next(iter(definition)), "States": definition}),
            roleArn=ROLE_ARN,
        )
        return str(made["stateMachineArn"])

    assert create(ECHO) == create(ECHO)
    with pytest.raises(workflow.client.exceptions.StateMachineAlreadyExists):
        create({"Other": {"Type": "Succeed"}})


def test_delete_state_machine_deletes_its_executions(workflow: Workflow) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html"""
    arn = workflow.create(SLEEP)
    execution = workflow.start(arn)

    workflow.client.delete_state_machine(stateMachineArn=arn)

    with pytest.raises(workflow.client.exceptions.ExecutionDoesNotExist):
        workflow.client.describe_execution(executionArn=execution)
    assert not [thread for thread in threading.enumerate() if thread.name == execution and not _ended(thread)]


def _ended(thread: threading.Thread) -> bool:
    thread.join(timeout=DEADLINE_SECONDS)
    return not thread.is_alive()


# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html


def test_logging_configuration_logs_the_events_of_its_level(workflow: Workflow, cloud: EmbeddedCloud) -> None:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName="/aws/vendedlogs/states/workflow")
    group = logs.describe_log_groups(logGroupNamePrefix="/aws/vendedlogs/states/workflow")["logGroups"][0]["arn"]
    destination = {"cloudWatchLogsLogGroup": {"logGroupArn": group}}
    arn = workflow.create({"Fail": {"Type": "Fail", "Error": "NoData"}})
    workflow.client.update_state_machine(
        stateMachineArn=arn, loggingConfiguration={"level": "ERROR", "destinations": [destination]}
    )

    execution = workflow.start(arn)
    events = eventually(
        lambda: logs.filter_log_events(logGroupName="/aws/vendedlogs/states/workflow")["events"],
        lambda found: len(found) == 3,
    )

    assert events[0]["logStreamName"] == "log_stream_created_by_aws_to_validate_log_delivery_subscriptions"
    messages = [json.loads(event["message"]) for event in events[1:]]
    assert [message["type"] for message in messages] == ["FailStateEntered", "ExecutionFailed"]
    assert {message["execution_arn"] for message in messages} == {execution}
    assert {message["redrive_count"] for message in messages} == {"0"}
    assert messages[1]["details"] == {"error": "NoData"}


def test_logging_configuration_rejects_an_unknown_log_group(workflow: Workflow) -> None:
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:nobody:*"
    destination = {"cloudWatchLogsLogGroup": {"logGroupArn": arn}}

    with pytest.raises(workflow.client.exceptions.InvalidLoggingConfiguration):
        workflow.client.create_state_machine(
            name="logged",
            definition=json.dumps({"StartAt": "Echo", "States": ECHO}),
            roleArn=ROLE_ARN,
            loggingConfiguration={"level": "ALL", "destinations": [destination]},
        )

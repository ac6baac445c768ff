"""The API of executions.

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
def test_a_name_with_a_character_that_is_not_allowed_is_refused(workflow: Workflow, name: str) -> None:
    with pytest.raises(workflow.client.exceptions.InvalidName):
        workflow.start(workflow.create(ECHO), name=name)


def test_a_name_has_at_most_eighty_characters(workflow: Workflow) -> None:
    arn = workflow.create(ECHO)

    workflow.start(arn, name="n" * 80)
    with pytest.raises(workflow.client.exceptions.ClientError, match="length less than or equal to 80"):
        workflow.start(arn, name="n" * 81)


def test_an_execution_without_a_name_gets_one(workflow: Workflow) -> None:
    arn = workflow.create(ECHO)

    first, second = workflow.ended(workflow.start(arn)), workflow.ended(workflow.start(arn))

    assert first["name"] and first["name"] != second["name"]
    assert first["executionArn"] == f"{arn.replace(':stateMachine:', ':execution:')}:{first['name']}"


def test_an_execution_is_running_until_its_output_is_there(
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


def test_the_same_name_and_input_is_the_same_execution_while_it_runs(workflow: Workflow) -> None:
    arn = workflow.create(SLEEP)

    first = workflow.start(arn, {"a": 1}, name="daily")

    assert workflow.start(arn, {"a": 1}, name="daily") == first
    with pytest.raises(workflow.client.exceptions.ExecutionAlreadyExists):
        workflow.start(arn, {"a": 2}, name="daily")
    workflow.client.stop_execution(executionArn=first)
    with pytest.raises(workflow.client.exceptions.ExecutionAlreadyExists):
        workflow.start(arn, {"a": 1}, name="daily")


def test_two_starts_at_once_are_one_execution(workflow: Workflow) -> None:
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


def test_an_input_that_is_no_json_is_refused(workflow: Workflow) -> None:
    with pytest.raises(workflow.client.exceptions.InvalidExecutionInput):
        workflow.client.start_execution(stateMachineArn=workflow.create(ECHO), input="{")


def test_an_input_has_at_most_256_kib(workflow: Workflow) -> None:
    arn = workflow.create(ECHO)
    largest = json.dumps("é" * (MAX_PAYLOAD_BYTES // 2 - 1), ensure_ascii=False)

    execution = workflow.client.start_execution(stateMachineArn=arn, input=largest)["executionArn"]

    assert workflow.ended(execution)["status"] == "SUCCEEDED"
    with pytest.raises(workflow.client.exceptions.ClientError, match="ValidationException"):
        workflow.client.start_execution(stateMachineArn=arn, input=largest.replace('"', ' "'))


def test_no_such_state_machine_is_named(workflow: Workflow) -> None:
    with pytest.raises(workflow.client.exceptions.StateMachineDoesNotExist):
        workflow.start("arn:aws:states:us-east-1:123456789012:stateMachine:nobody")


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html


@pytest.mark.parametrize("value", ["text", None, [1], {"a": "é"}, 0, False])
def test_the_output_is_json_text(workflow: Workflow, value: Any) -> None:
    execution = workflow.start(workflow.create({"Pass": {"Type": "Pass", "Output": value, "End": True}}))
    workflow.ended(execution)

    output = workflow.client.describe_execution(executionArn=execution)["output"]

    assert output == json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def test_executions_are_listed_by_status_newest_first(workflow: Workflow) -> None:
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


def test_an_execution_keeps_the_definition_it_began_with(workflow: Workflow) -> None:
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


def test_the_history_has_pages_either_way_round(workflow: Workflow) -> None:
    states: dict[str, Any] = {f"S{number}": {"Type": "Pass", "Next": f"S{number + 1}"} for number in range(60)}
    ended = workflow.run({**states, "S60": {"Type": "Succeed"}})

    events = workflow.history(ended["executionArn"])
    newest = workflow.client.get_execution_history(executionArn=ended["executionArn"], reverseOrder=True, maxResults=1)

    assert [event["id"] for event in events] == list(range(1, 125))
    assert [event["type"] for event in newest["events"]] == ["ExecutionSucceeded"]
    assert newest["nextToken"]


def test_the_history_tells_how_a_task_failed(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = lambda _: {"bars": 390}
    ended = workflow.run({"X": invoke("f", {"ticker": "META"})})

    by_type = {event["type"]: event for event in workflow.history(ended["executionArn"])}

    assert json.loads(by_type["TaskScheduled"]["taskScheduledEventDetails"]["parameters"])["Payload"] == {
        "ticker": "META"
    }
    assert json.loads(by_type["TaskSucceeded"]["taskSucceededEventDetails"]["output"])["Payload"] == {"bars": 390}


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html


def test_a_stop_ends_a_wait_at_once(workflow: Workflow) -> None:
    execution = workflow.start(workflow.create(SLEEP))

    stopped = workflow.client.stop_execution(executionArn=execution, error="Enough", cause="said so")

    described = workflow.client.describe_execution(executionArn=execution)
    assert (described["status"], described["error"], described["cause"]) == ("ABORTED", "Enough", "said so")
    assert described["stopDate"] == stopped["stopDate"]
    assert workflow.history(execution)[-1]["type"] == "ExecutionAborted"


def test_a_stop_does_not_wait_for_a_running_function(workflow: Workflow, border: Border) -> None:
    never = threading.Event()
    border.functions["f"] = lambda _: never.wait(20)
    execution = workflow.start(workflow.create({"X": invoke("f")}))
    eventually(lambda: border.calls, bool)

    workflow.client.stop_execution(executionArn=execution)

    assert workflow.client.describe_execution(executionArn=execution)["status"] == "ABORTED"
    never.set()
    assert workflow.history(execution)[-1]["type"] == "ExecutionAborted"


# https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html


def test_the_same_state_machine_again_is_the_same_one(workflow: Workflow) -> None:
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


def test_a_state_machine_that_is_deleted_takes_its_executions_along(workflow: Workflow) -> None:
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


def test_events_are_logged_as_the_level_says(workflow: Workflow, cloud: EmbeddedCloud) -> None:
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
        lambda found: len(found) == 2,
    )

    messages = [json.loads(event["message"]) for event in events]
    assert [message["type"] for message in messages] == ["FailStateEntered", "ExecutionFailed"]
    assert {message["execution_arn"] for message in messages} == {execution}
    assert messages[1]["details"] == {"error": "NoData"}


def test_a_log_group_that_does_not_exist_is_refused(workflow: Workflow) -> None:
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:nobody:*"
    destination = {"cloudWatchLogsLogGroup": {"logGroupArn": arn}}

    with pytest.raises(workflow.client.exceptions.InvalidLoggingConfiguration):
        workflow.client.create_state_machine(
            name="logged",
            definition=json.dumps({"StartAt": "Echo", "States": ECHO}),
            roleArn=ROLE_ARN,
            loggingConfiguration={"level": "ALL", "destinations": [destination]},
        )

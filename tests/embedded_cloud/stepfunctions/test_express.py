"""State machines of type EXPRESS.

https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.stepfunctions import execution as execution_module
from embedded_cloud.stepfunctions import maprun
from embedded_cloud.stepfunctions.backend import find_execution
from tests.embedded_cloud.stepfunctions.border import ROLE_ARN, Workflow, distributed, inline
from tests.waiting import DEADLINE_SECONDS

ECHO = {"Echo": {"Type": "Pass", "End": True}}
SLEEP = {"Sleep": {"Type": "Wait", "Seconds": 99_999_999, "End": True}}
QUERY = {"Query": {"Type": "Task", "Resource": "arn:aws:states:::athena:startQueryExecution.sync", "End": True}}


def create(workflow: Workflow, name: str, states: dict[str, Any], **more: Any) -> str:
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **more}
    created = workflow.client.create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=ROLE_ARN, type="EXPRESS"
    )
    return str(created["stateMachineArn"])


@pytest.fixture(scope="module")
def echo(workflow: Workflow) -> str:
    return create(workflow, "express-echo", ECHO)


def test_express_state_machine_runs_and_describes_its_type(workflow: Workflow, cloud: EmbeddedCloud, echo: str) -> None:
    execution = find_execution(cloud, workflow.start(echo, {"a": 1}))
    assert execution.ended.wait(real_timeout=DEADLINE_SECONDS)
    assert (execution.status, execution.output) == ("SUCCEEDED", {"a": 1})
    assert workflow.client.describe_state_machine(stateMachineArn=echo)["type"] == "EXPRESS"


def test_start_execution_accepts_a_used_name_for_express(workflow: Workflow, echo: str) -> None:
    first, second = (workflow.start(echo, name="twice") for _ in range(2))
    assert first != second
    assert first.startswith(f"{echo.replace(':stateMachine:', ':express:')}:twice:")


def test_execution_actions_reject_express_executions(workflow: Workflow, echo: str) -> None:
    client, arn = workflow.client, workflow.start(echo)
    for operation in (client.describe_execution, client.get_execution_history, client.stop_execution):
        with pytest.raises(client.exceptions.InvalidArn, match="Resource type not valid in this context: express"):
            operation(executionArn=arn)
    with pytest.raises(client.exceptions.StateMachineTypeNotSupported):
        client.list_executions(stateMachineArn=echo)


@pytest.mark.parametrize(
    ("states", "refused"),
    [
        (QUERY, "Express state machine does not support '.sync' service integration"),
        ({"Each": distributed(ECHO)}, "Express state machine does not support distributed Map states"),
    ],
)
def test_create_state_machine_rejects_sync_and_distributed_map_in_express(
    workflow: Workflow, states: dict[str, Any], refused: str
) -> None:
    with pytest.raises(workflow.client.exceptions.InvalidDefinition, match=refused):
        create(workflow, "express-refused", states)


def test_update_state_machine_rejects_sync_tasks_in_express(workflow: Workflow) -> None:
    arn = create(workflow, "express-updated", {"Each": inline(ECHO)})
    definition = {"QueryLanguage": "JSONata", "StartAt": "Query", "States": QUERY}
    with pytest.raises(workflow.client.exceptions.InvalidDefinition, match="Express state machine does not support"):
        workflow.client.update_state_machine(stateMachineArn=arn, definition=json.dumps(definition))


def test_express_execution_times_out_after_five_minutes(
    workflow: Workflow, cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert maprun.EXPRESS_SECONDS == 300
    monkeypatch.setattr(execution_module, "EXPRESS_SECONDS", 0.1)
    arn = create(workflow, "express-sleep", SLEEP, TimeoutSeconds=3600)
    execution = find_execution(cloud, workflow.start(arn))
    assert execution.ended.wait(real_timeout=DEADLINE_SECONDS)
    assert execution.status == "TIMED_OUT"

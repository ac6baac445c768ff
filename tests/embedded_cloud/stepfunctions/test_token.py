"""Tasks that wait for their token.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.embedded_cloud.stepfunctions.border import Border, Workflow, invoke
from tests.waiting import eventually


@pytest.fixture(autouse=True)
def function(border: Border) -> None:
    border.functions["f"] = lambda _: None


def waiting(**more: Any) -> dict[str, Any]:
    state = invoke("f", {"token": "{% $states.context.Task.Token %}"}, **more)
    return {**state, "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken"}


@pytest.mark.usefixtures("held")
def test_send_task_success_sets_the_result_of_the_task(workflow: Workflow, border: Border) -> None:
    execution = workflow.start(workflow.create({"X": waiting()}))
    ((_, request),) = eventually(lambda: list(border.calls), bool)

    workflow.client.send_task_success(taskToken=request["token"], output='{"bars": 390}')

    assert workflow.ended(execution)["output"] == {"bars": 390}


@pytest.mark.parametrize("name", ["States.HeartbeatTimeout", "States.Timeout"])
def test_heartbeat_timeout_is_caught_by_either_name(workflow: Workflow, border: Border, name: str) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "Wrong"}, {"ErrorEquals": [name], "Next": "Caught"}]
    states = {
        "X": waiting(HeartbeatSeconds=1, TimeoutSeconds=20, Catch=catch),
        "Caught": {"Type": "Succeed"},
        "Wrong": {"Type": "Fail"},
    }

    assert workflow.output(states) == {"Error": "States.Timeout", "Cause": ""}
    assert len(border.calls) == 1


def test_task_without_an_answer_ends_after_its_timeout(workflow: Workflow) -> None:
    ended = workflow.run({"X": waiting(TimeoutSeconds=86_400)})

    assert ended["error"] == "States.Timeout"
    assert timedelta(days=1) <= ended["stopDate"] - ended["startDate"] < timedelta(days=1, minutes=5)

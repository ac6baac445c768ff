"""The Wait state.

https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.embedded_cloud.stepfunctions.border import Workflow, workflow_cloud


@pytest.fixture(scope="module")
def workflow() -> Iterator[Workflow]:
    with workflow_cloud() as cloud:
        yield Workflow(cloud)


def test_wait_passes_in_cloud_time(workflow: Workflow) -> None:
    state = {"Type": "Wait", "Seconds": "{% $states.input.seconds %}", "End": True}

    ended = workflow.run({"Wait": state}, {"seconds": 7 * 86_400})

    assert timedelta(days=7) <= ended["stopDate"] - ended["startDate"] < timedelta(days=7, minutes=5)


def test_wait_ends_at_its_timestamp(workflow: Workflow) -> None:
    until = (workflow.cloud.clock.now() + timedelta(days=1)).replace(microsecond=0)

    ended = workflow.run({"Wait": {"Type": "Wait", "Timestamp": f"{until:%Y-%m-%dT%H:%M:%SZ}", "End": True}})

    assert timedelta() <= ended["stopDate"] - until < timedelta(minutes=5)


def test_timeout_seconds_of_a_state_machine_ends_its_wait(workflow: Workflow) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html"""
    wait = {"Type": "Wait", "Seconds": 600, "End": True}

    ended = workflow.run({"Wait": wait}, TimeoutSeconds=60)

    assert ended["status"] == "TIMED_OUT"
    assert timedelta(seconds=60) <= ended["stopDate"] - ended["startDate"] < timedelta(seconds=600)


def test_retry_waits_in_cloud_time(workflow: Workflow) -> None:
    """An hour, then a day: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"""
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3600, "BackoffRate": 24, "MaxAttempts": 2}]
    branch = {"StartAt": "Boom", "States": {"Boom": {"Type": "Fail", "Error": "Boom"}}}
    parallel = {"Type": "Parallel", "Branches": [branch], "Retry": retry, "End": True}

    ended = workflow.run({"Both": parallel})

    assert ended["error"] == "Boom"
    assert timedelta(hours=25) <= ended["stopDate"] - ended["startDate"] < timedelta(hours=26)


@pytest.mark.parametrize("seconds", [-1, 1.5, "soon", 99_999_999 + 1])
def test_wait_rejects_invalid_seconds(workflow: Workflow, seconds: Any) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html"""
    state = {"Type": "Wait", "Seconds": "{% $states.input.seconds %}", "End": True}

    assert workflow.run({"Wait": state}, {"seconds": seconds})["error"] == "States.QueryEvaluationError"


def test_wait_ends_at_once_for_a_past_timestamp(workflow: Workflow) -> None:
    state = {"Type": "Wait", "Timestamp": "2020-05-14T13:30:00Z", "End": True}

    assert workflow.output({"Wait": state}) == {}

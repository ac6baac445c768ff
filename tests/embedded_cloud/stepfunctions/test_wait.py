"""The Wait state.

https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_cloud.stepfunctions.border import Workflow, workflow_cloud


@pytest.fixture(scope="module")
def workflow() -> Iterator[Workflow]:
    with workflow_cloud() as cloud:
        yield Workflow(cloud)


def test_wait_passes_in_cloud_time(workflow: Workflow) -> None:
    """Ten minutes take 0.6 s in a cloud that is 1,000 times as fast as real time."""
    begun = time.monotonic()

    workflow.output({"Wait": {"Type": "Wait", "Seconds": "{% $states.input.seconds %}", "End": True}}, {"seconds": 600})

    assert time.monotonic() - begun >= 0.6


@pytest.mark.parametrize("seconds", [-1, 1.5, "soon", 99_999_999 + 1])
def test_wait_rejects_invalid_seconds(workflow: Workflow, seconds: Any) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html"""
    state = {"Type": "Wait", "Seconds": "{% $states.input.seconds %}", "End": True}

    assert workflow.run({"Wait": state}, {"seconds": seconds})["error"] == "States.QueryEvaluationError"


def test_wait_ends_at_once_for_a_past_timestamp(workflow: Workflow) -> None:
    state = {"Type": "Wait", "Timestamp": "2020-05-14T13:30:00Z", "End": True}

    assert workflow.output({"Wait": state}) == {}

"""A deployed stack: its clients, and the pauses between polls."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from finance_stream.client.deployment import Deployment

SESSION: Any = boto3.Session("key", "secret", region_name="eu-central-1")


@pytest.mark.parametrize(("time_factor", "seconds"), [(1.0, 0.5), (2.0, 0.25), (60.0, 0.1), (1000.0, 0.1)])
def test_poll_seconds_shrink_with_faster_waits_down_to_a_minimum(time_factor: float, seconds: float) -> None:
    deployment = Deployment(stack_name="stack", session=SESSION, outputs={}, time_factor=time_factor)
    assert deployment.choose_poll_seconds(0.5) == pytest.approx(seconds)


def test_deployment_makes_each_client_once_in_its_own_session() -> None:
    outputs = {"WorkGroupName": "stack", "DatabaseName": "stack"}
    deployment = Deployment(stack_name="stack", session=SESSION, outputs=outputs)
    assert deployment.s3 is deployment.s3
    assert deployment.athena is deployment.athena
    assert deployment.step_functions.meta.region_name == "eu-central-1"

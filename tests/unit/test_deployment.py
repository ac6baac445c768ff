"""A deployed stack: its clients and its date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from finance_stream.client.deployment import Deployment

SESSION: Any = boto3.Session("key", "secret", region_name="eu-central-1")


@pytest.mark.present
def test_deployment_now_is_the_clouds_date() -> None:
    stack = Deployment(stack_name="stack", session=SESSION, outputs={}, seconds_ahead=86_400.0)
    assert timedelta(hours=23) < stack.now() - datetime.now(UTC) < timedelta(hours=25)


def test_deployment_makes_each_client_once_in_its_own_session() -> None:
    outputs = {"WorkGroupName": "stack", "DatabaseName": "stack"}
    deployment = Deployment(stack_name="stack", session=SESSION, outputs=outputs)
    assert deployment.s3 is deployment.s3
    assert deployment.athena is deployment.athena
    assert deployment.step_functions.meta.region_name == "eu-central-1"

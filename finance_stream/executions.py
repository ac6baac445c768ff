"""The executions of the state machine as the HTTP API names them: an execution's id is its name."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

import boto3

from finance_stream.http_api import CLIENT_CONFIG

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

STATE_MACHINE_ARN = os.environ["STATE_MACHINE_ARN"]


@lru_cache(maxsize=1)
def get_client() -> SFNClient:
    """Return the Step Functions client, which is made once."""
    return boto3.client("stepfunctions", config=CLIENT_CONFIG)


def make_execution_arn(name: str) -> str:
    """Return the ARN of the state machine's execution ``name``."""
    return f"{STATE_MACHINE_ARN.replace(':stateMachine:', ':execution:')}:{name}"

"""The executions of the state machine as the HTTP API names them: an execution's id is its name."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import boto3

from handlers.http_api import CLIENT_CONFIG

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

STATE_MACHINE_ARN = os.environ["STATE_MACHINE_ARN"]

# A part of what a name may be: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
NAME_RULE = "1 to 80 letters, digits, - and _"


@lru_cache(maxsize=1)
def step_functions() -> SFNClient:
    """The client, made once."""
    return boto3.client("stepfunctions", config=CLIENT_CONFIG)


def is_name(text: str) -> bool:
    """Whether an execution may be asked for by ``text``: :data:`NAME_RULE`."""
    return bool(_NAME.fullmatch(text))


def execution_arn(name: str) -> str:
    """The ARN of the state machine's execution of that name."""
    return f"{STATE_MACHINE_ARN.replace(':stateMachine:', ':execution:')}:{name}"

"""Executions of a state machine: their ARNs, and a start that happens once per name. An execution's id is its name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from finance_stream.strict_json import read_json_or_none

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# The first letters of a canary's name: finance_stream/client/verify/canary.py. Its bars don't stay in the lake.
CANARY = "verify-"
# The statuses of executions that have ended.
TERMINAL = frozenset({"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})


class NameTakenError(Exception):
    """The name has started an execution of another input. Step Functions keeps names for 90 days."""


def make_execution_arn(state_machine_arn: str, name: str) -> str:
    """Return the ARN of the state machine's execution of that name."""
    return f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"


def start(client: SFNClient, state_machine_arn: str, execution_input: Any, name: str | None = None) -> str:
    """Start an execution and return its ARN. A ``name`` starts once: the same input again gets the same execution.

    Raises
    ------
    NameTakenError
        When an execution of that name has another input.
    """
    # One text for one input, whatever its spaces and the order of its fields: Step Functions compares texts.
    text = json.dumps(execution_input, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    named = {"name": name} if name else {}
    try:
        return client.start_execution(stateMachineArn=state_machine_arn, input=text, **named)["executionArn"]
    except client.exceptions.ExecutionAlreadyExists:
        arn = make_execution_arn(state_machine_arn, str(name))  # only a name that was given can be taken
        taken_by = client.describe_execution(executionArn=arn)["input"]
        if read_json_or_none(taken_by) != execution_input:
            raise NameTakenError(f"'{name}' has started an execution of another input: {taken_by}") from None
        return arn

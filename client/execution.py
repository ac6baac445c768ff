"""Start an execution of the state machine and follow it: the same calls on AWS and in the embedded cloud."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handlers.progress import Progress, progress

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

TERMINAL = frozenset({"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})


@dataclass(frozen=True)
class Ended:
    """How an execution ended: ``output`` of a green one, ``error`` and ``cause`` of a red one."""

    arn: str
    status: str
    output: dict[str, Any] | None
    error: str | None
    cause: str | None

    @property
    def green(self) -> bool:
        return self.status == "SUCCEEDED"


def start(client: SFNClient, state_machine_arn: str, execution_input: dict[str, Any]) -> str:
    """Start an execution; its ARN."""
    return client.start_execution(stateMachineArn=state_machine_arn, input=json.dumps(execution_input))["executionArn"]


def follow(
    client: SFNClient, arn: str, pause: Callable[[], object], bars_so_far: Callable[[], int] | None = None
) -> Iterator[Progress]:
    """Where the execution stands, again and again with a ``pause`` between, until it has ended.

    ``bars_so_far`` tells the bars collected before the state machine does, where that can be known.
    """
    while True:
        # The status first: what the history shows after it can only be newer.
        status = client.describe_execution(executionArn=arn)["status"]
        now = progress(client, arn, status)
        if now.bars_collected is None and bars_so_far is not None:
            now.bars_collected = bars_so_far()
        yield now
        if status in TERMINAL:
            return
        pause()


def ended(client: SFNClient, arn: str) -> Ended:
    """How an execution that is over ended."""
    described = client.describe_execution(executionArn=arn)
    output = json.loads(described["output"]) if described.get("output") else None
    return Ended(arn, described["status"], output, described.get("error"), described.get("cause"))

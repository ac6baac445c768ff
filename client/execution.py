"""Start an execution of the state machine and follow it: the same calls on AWS and in the embedded cloud."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# The state machine's map over the tickers; its items are no states of the execution's own.
MAP_STATE = "CollectBars"
TERMINAL = frozenset({"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"})


@dataclass
class Progress:
    """Where an execution stands.

    ``states`` in the order entered, each with whether it was left; tickers done, of how many; bars collected and
    delivered as soon as a state has said so.
    """

    status: str = "RUNNING"
    states: list[tuple[str, bool]] = field(default_factory=list)
    tickers_done: int = 0
    tickers_total: int = 0
    bars_collected: int | None = None
    bars_delivered: int | None = None


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
        progress = _progress(client, arn, status)
        if progress.bars_collected is None and bars_so_far is not None:
            progress.bars_collected = bars_so_far()
        yield progress
        if status in TERMINAL:
            return
        pause()


def ended(client: SFNClient, arn: str) -> Ended:
    """How an execution that is over ended."""
    described = client.describe_execution(executionArn=arn)
    output = json.loads(described["output"]) if described.get("output") else None
    return Ended(arn, described["status"], output, described.get("error"), described.get("cause"))


def _progress(client: SFNClient, arn: str, status: str) -> Progress:
    progress = Progress(status)
    pages = client.get_paginator("get_execution_history").paginate(executionArn=arn)
    for event in (event for page in pages for event in page["events"]):
        if "stateEnteredEventDetails" in event:
            progress.states.append((event["stateEnteredEventDetails"]["name"], False))
        elif "stateExitedEventDetails" in event:
            _leave(progress, event["stateExitedEventDetails"])
    if any(name == MAP_STATE for name, _ in progress.states):
        _count_items(client, arn, progress)
    return progress


def _leave(progress: Progress, details: Any) -> None:
    name = details["name"]
    progress.states = [(state, left or state == name) for state, left in progress.states]
    try:
        output = json.loads(details.get("output", "null"))
    except ValueError:  # AWS cuts what is too long for the history
        return
    if isinstance(output, dict):
        progress.bars_collected = output.get("bars_collected", progress.bars_collected)
        progress.bars_delivered = output.get("bars_delivered", progress.bars_delivered)


def _count_items(client: SFNClient, arn: str, progress: Progress) -> None:
    for run in client.list_map_runs(executionArn=arn)["mapRuns"]:
        counts = client.describe_map_run(mapRunArn=run["mapRunArn"])["itemCounts"]
        progress.tickers_total = counts["total"]
        progress.tickers_done = counts["succeeded"] + counts["failed"] + counts["aborted"] + counts["timedOut"]

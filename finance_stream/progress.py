"""The progress of an execution, read from Step Functions' API. Knows nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from finance_stream.strict_json import read_json_or_none

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef

PLAN_STATE = "Plan"
# The state machine's map over the tickers. The states of its items are not in the execution's own history.
MAP_STATE = "CollectBars"
# The state after it, whose output has the counts of the map's results.
COUNT_STATE = "CountCollected"
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html (maxResults)
MAX_PAGE_EVENTS = 1_000


@dataclass
class Progress:
    """The progress of an execution.

    ``states`` are in the order entered, each with True once it was left. ``entered_at`` is the time when the last of
    them was entered. The numbers of bars are None until a state's output has them.
    ``wait_left`` is the time left in the current Wait state, which only a reader of the definition fills in.
    """

    status: str = "RUNNING"
    states: list[tuple[str, bool]] = field(default_factory=list)
    entered_at: datetime | None = None
    tickers_done: int = 0
    tickers_total: int = 0
    bars_collected: int | None = None
    bars_delivered: int | None = None
    wait_left: timedelta | None = field(default=None, compare=False)


def list_events(client: SFNClient, arn: str) -> Iterator[HistoryEventTypeDef]:
    """Return the events of an execution, in order."""
    pages = client.get_paginator("get_execution_history").paginate(
        executionArn=arn, PaginationConfig={"PageSize": MAX_PAGE_EVENTS}
    )
    return (event for page in pages for event in page["events"])


def read_progress(client: SFNClient, arn: str, status: str) -> Progress:
    """Return the progress of the execution ``arn``. Its status was ``status`` a moment ago."""
    found = Progress(status)
    for event in list_events(client, arn):
        if event["type"] == "ChoiceStateEntered":
            continue  # it takes no time, and its name says nothing to a reader
        if "stateEnteredEventDetails" in event:
            found.states.append((event["stateEnteredEventDetails"]["name"], False))
            found.entered_at = event["timestamp"]
        elif "stateExitedEventDetails" in event:
            _leave(found, event["stateExitedEventDetails"])
    if any(name == MAP_STATE for name, _ in found.states):
        _count_items(client, arn, found)
    return found


def _leave(found: Progress, details: Any) -> None:
    name = details["name"]
    found.states = [(state, left or state == name) for state, left in found.states]
    output = read_json_or_none(details.get("output"))
    if isinstance(output, dict):
        found.bars_collected = output.get("bars_collected", found.bars_collected)
        found.bars_delivered = output.get("bars_delivered", found.bars_delivered)


def _count_items(client: SFNClient, arn: str, found: Progress) -> None:
    for run in client.list_map_runs(executionArn=arn)["mapRuns"]:
        counts = client.describe_map_run(mapRunArn=run["mapRunArn"])["itemCounts"]
        found.tickers_total = counts["total"]
        found.tickers_done = counts["succeeded"] + counts["failed"] + counts["aborted"] + counts["timedOut"]

"""What executions collected of a session, as their history tells: the lake itself holds only what arrived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from finance_stream.client.execution import TERMINAL
from finance_stream.client.gaps import CollectedBars
from finance_stream.progress import list_events
from finance_stream.request import DEFAULT_INTERVAL
from finance_stream.strict_json import read_json_or_none

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef

# Looked at, the oldest first; DescribeExecution is throttled to 15 a second after a burst of 300:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_EXECUTIONS = 200


@dataclass(frozen=True)
class ExpectedBars:
    """A session that is asked about: its date, interval, and when each bar of each ticker starts."""

    day: date
    interval: str
    starts: Mapping[str, Sequence[datetime]]


def find_collected(client: SFNClient, state_machine_arn: str, asked: ExpectedBars) -> dict[str, CollectedBars]:
    """What the first execution that saw all of a ticker's session collected of it, by ticker.

    A ticker of which no execution did is not in it: none ran after the close, it failed in each, or none came as far as
    to count. Step Functions keeps an execution's history for 90 days.
    """
    found: dict[str, CollectedBars] = {}
    open_tickers = {ticker for ticker, starts in asked.starts.items() if starts}
    if not open_tickers:
        return found
    first = max(asked.starts[ticker][0] for ticker in open_tickers)
    last = min(asked.starts[ticker][-1] for ticker in open_tickers)
    for arn in _list_executions(client, state_machine_arn, asked.interval, first, last):
        found |= {ticker: of for ticker, of in _read_collected(client, arn, asked).items() if ticker in open_tickers}
        open_tickers -= found.keys()
        if not open_tickers:
            break
    return found


def _list_executions(client: SFNClient, arn: str, interval: str, first: datetime, last: datetime) -> Iterator[str]:
    """ARNs of the executions that may have seen bars from ``first`` on, begun after ``last``; the oldest first."""
    pages = client.get_paginator("list_executions").paginate(stateMachineArn=arn)
    ended = [one for page in pages for one in page["executions"] if one["status"] in TERMINAL]
    later = sorted((one for one in ended if one["startDate"] > last), key=lambda one: one["startDate"])
    for one in later[:MAX_EXECUTIONS]:
        given = read_json_or_none(client.describe_execution(executionArn=one["executionArn"]).get("input") or "{}")
        if not isinstance(given, dict) or (given.get("interval") or DEFAULT_INTERVAL) != interval:
            continue
        lookback = given.get("lookback_minutes")
        # A poll each minute sees five of them: its history need not be read.
        if isinstance(lookback, int) and one["startDate"] - timedelta(minutes=lookback + 1) > first:
            continue
        yield one["executionArn"]


def _read_collected(client: SFNClient, arn: str, asked: ExpectedBars) -> dict[str, CollectedBars]:
    """What an execution collected of the tickers whose session its plan holds."""
    planned, checked = find_plan_and_check(list_events(client, arn))
    if planned is None or checked is None or planned["interval"] != asked.interval:
        return {}
    start, end = (date.fromisoformat(planned[field]) for field in ("start", "end"))
    since = datetime.fromisoformat(planned["since"]) if planned["since"] else None
    planned_at = datetime.fromisoformat(planned["planned_at"])
    counts = dict(zip(checked["tickers"], checked["collected"], strict=True))
    return {
        ticker: CollectedBars(counts[ticker], start, end, since)
        for ticker, starts in asked.starts.items()
        if starts
        and counts.get(ticker)  # none: it failed
        and start <= asked.day < end
        and (since is None or since <= starts[0])
        and starts[-1] < planned_at
    }


def find_plan_and_check(events: Iterable[HistoryEventTypeDef]) -> tuple[Any, Any]:
    """The plan, and what CheckDelivery was given to count; None for what the execution did not come to."""
    planned = checked = None
    for event in events:
        left, scheduled = event.get("stateExitedEventDetails"), event.get("taskScheduledEventDetails")
        if left and left["name"] == "Plan":
            planned = read_json_or_none(left.get("output"))
        elif scheduled:
            payload = (read_json_or_none(scheduled["parameters"]) or {}).get("Payload")
            checked = payload if isinstance(payload, dict) and "collected" in payload else checked
    return planned, checked

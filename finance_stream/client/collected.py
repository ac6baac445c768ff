"""The bars that executions collected, read from their history. The lake has only the delivered ones."""

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

# The most executions to read, the oldest first. DescribeExecution allows 15 calls per second after a burst of 300:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_EXECUTIONS = 200


@dataclass(frozen=True)
class ExpectedBars:
    """The bars to expect of a session: its date, the interval, and the start of each bar per ticker."""

    day: date
    interval: str
    starts: Mapping[str, Sequence[datetime]]


def find_collected(client: SFNClient, state_machine_arn: str, wanted: ExpectedBars) -> dict[str, CollectedBars]:
    """Return the collected bars per ticker, from the first execution that covered the ticker's whole session.

    A ticker is left out if no execution covered its session: none ran after the close, the ticker failed in each, or
    none reached CheckDelivery. Step Functions keeps an execution's history for 90 days.
    """
    found: dict[str, CollectedBars] = {}
    open_tickers = {ticker for ticker, starts in wanted.starts.items() if starts}
    if not open_tickers:
        return found
    first = max(wanted.starts[ticker][0] for ticker in open_tickers)
    last = min(wanted.starts[ticker][-1] for ticker in open_tickers)
    for arn in _list_executions(client, state_machine_arn, wanted.interval, first, last):
        found |= {ticker: of for ticker, of in _read_collected(client, arn, wanted).items() if ticker in open_tickers}
        open_tickers -= found.keys()
        if not open_tickers:
            break
    return found


def _list_executions(client: SFNClient, arn: str, interval: str, first: datetime, last: datetime) -> Iterator[str]:
    """Yield ARNs of executions that started after ``last`` and may cover bars from ``first`` on, the oldest first."""
    pages = client.get_paginator("list_executions").paginate(stateMachineArn=arn)
    ended = [one for page in pages for one in page["executions"] if one["status"] in TERMINAL]
    later = sorted((one for one in ended if one["startDate"] > last), key=lambda one: one["startDate"])
    for one in later[:MAX_EXECUTIONS]:
        given = read_json_or_none(client.describe_execution(executionArn=one["executionArn"]).get("input") or "{}")
        if not isinstance(given, dict) or (given.get("interval") or DEFAULT_INTERVAL) != interval:
            continue
        lookback = given.get("lookback_minutes")
        # A poll covers five minutes, so its history need not be read.
        if isinstance(lookback, int) and one["startDate"] - timedelta(minutes=lookback + 1) > first:
            continue
        yield one["executionArn"]


def _read_collected(client: SFNClient, arn: str, wanted: ExpectedBars) -> dict[str, CollectedBars]:
    """Return the collected bars per ticker whose session is in the execution's plan."""
    planned, checked = find_plan_and_check(list_events(client, arn))
    if planned is None or checked is None or planned["interval"] != wanted.interval:
        return {}
    start, end = (date.fromisoformat(planned[field]) for field in ("start", "end"))
    since = datetime.fromisoformat(planned["since"]) if planned["since"] else None
    planned_at = datetime.fromisoformat(planned["planned_at"])
    counts = dict(zip(checked["tickers"], checked["collected"], strict=True))
    return {
        ticker: CollectedBars(counts[ticker], start, end, since)
        for ticker, starts in wanted.starts.items()
        if starts
        and counts.get(ticker)  # 0 or None: the ticker failed
        and start <= wanted.day < end
        and (since is None or since <= starts[0])
        and starts[-1] < planned_at
    }


def find_plan_and_check(events: Iterable[HistoryEventTypeDef]) -> tuple[Any, Any]:
    """Return the plan, and the input of CheckDelivery. Each is None if the execution didn't reach that state."""
    planned = checked = None
    for event in events:
        left, scheduled = event.get("stateExitedEventDetails"), event.get("taskScheduledEventDetails")
        if left and left["name"] == "Plan":
            planned = read_json_or_none(left.get("output"))
        elif scheduled:
            payload = (read_json_or_none(scheduled["parameters"]) or {}).get("Payload")
            checked = payload if isinstance(payload, dict) and "collected" in payload else checked
    return planned, checked

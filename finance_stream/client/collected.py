"""The bars that executions collected, read from the results of their maps. The lake has only the delivered ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finance_stream.client.gaps import CollectedBars
from finance_stream.exchanges import find_exchange_name
from finance_stream.executions import CANARY, TERMINAL
from finance_stream.hours import find_zone, parse_hours
from finance_stream.map_results import read_results
from finance_stream.progress import COUNT_STATE, MAP_STATE, PLAN_STATE, list_events
from finance_stream.request import DEFAULT_INTERVAL
from finance_stream.strict_json import read_json_or_none

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef

# The most executions to read, the oldest first. DescribeExecution allows 15 calls per second after a burst of 300:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_EXECUTIONS = 200
# The first time zone to reach a new date is 14 hours ahead of UTC.
FARTHEST_EAST = timedelta(hours=14)


@dataclass(frozen=True)
class ExpectedBars:
    """The bars to expect of a session: its date, the interval, and the start of each bar per ticker.

    A ticker without a session has no start: an execution may have found that Yahoo has one.
    """

    day: date
    interval: str
    starts: Mapping[str, Sequence[datetime]]


def find_collected(
    client: SFNClient, s3: S3Client, state_machine_arn: str, wanted: ExpectedBars
) -> dict[str, CollectedBars]:
    """Return the collected bars per ticker, from the first execution that covered the ticker's whole session.

    A ticker is left out if no execution covered its session: none ran after the close, the ticker failed in each, or
    none got past CollectBars. Step Functions keeps an execution's history for 90 days, and the bucket its results.
    """
    found: dict[str, CollectedBars] = {}
    # Only executions that name the date have asked Yahoo for a session that no calendar has.
    with_session = {ticker for ticker, starts in wanted.starts.items() if starts}
    open_tickers = with_session or set(wanted.starts)
    for arn in _list_executions(client, state_machine_arn, wanted) if open_tickers else ():
        found = _read_collected(client, s3, arn, wanted) | found
        if open_tickers <= found.keys():
            break
    return found


def _list_executions(client: SFNClient, arn: str, wanted: ExpectedBars) -> Iterator[str]:
    """Yield ARNs of executions that may cover a session of ``wanted``, the oldest first."""
    sessions = [starts for starts in wanted.starts.values() if starts]
    midnight = datetime.combine(wanted.day, time(), UTC)
    first = max((starts[0] for starts in sessions), default=midnight)
    last = min((starts[-1] for starts in sessions), default=midnight - FARTHEST_EAST)
    pages = client.get_paginator("list_executions").paginate(stateMachineArn=arn)
    listed = (one for page in pages for one in page["executions"] if not one["name"].startswith(CANARY))
    ended = [one for one in listed if one["status"] in TERMINAL]
    later = sorted((one for one in ended if one["startDate"] > last), key=lambda one: one["startDate"])
    for one in later[:MAX_EXECUTIONS]:
        given = read_json_or_none(client.describe_execution(executionArn=one["executionArn"]).get("input") or "{}")
        if not isinstance(given, dict) or (given.get("interval") or DEFAULT_INTERVAL) != wanted.interval:
            continue
        if not sessions and not (given.get("start") or given.get("end")):
            continue
        lookback = given.get("lookback_minutes")
        # A poll covers five minutes, so its history need not be read.
        if isinstance(lookback, int) and one["startDate"] - timedelta(minutes=lookback + 1) > first:
            continue
        yield one["executionArn"]


def _read_collected(client: SFNClient, s3: S3Client, arn: str, wanted: ExpectedBars) -> dict[str, CollectedBars]:
    """Return the collected bars per ticker whose session is in the execution's plan."""
    events = list(list_events(client, arn))
    planned, details = find_plan_and_results(events)
    if planned is None or details is None or planned["interval"] != wanted.interval:
        return {}
    start, end = (date.fromisoformat(planned[field]) for field in ("start", "end"))
    since = datetime.fromisoformat(planned["since"]) if planned["since"] else None
    planned_at = datetime.fromisoformat(planned["planned_at"])
    counts = read_counts(s3, details) or {}
    told = find_told_starts(events, wanted.starts, wanted.day, wanted.interval)
    # If Yahoo has no session where the calendar has one, the calendar's tells whether the execution came after it.
    sessions = {ticker: told.get(ticker) or starts for ticker, starts in wanted.starts.items()}
    return {
        ticker: CollectedBars(counts[ticker], start, end, since, told.get(ticker))
        for ticker, starts in sessions.items()
        if starts
        and counts.get(ticker)  # 0 or None: the ticker failed
        and start <= wanted.day < end
        and (since is None or since <= starts[0])
        and starts[-1] < planned_at
    }


def find_told_starts(
    events: Iterable[HistoryEventTypeDef], tickers: Iterable[str], day: date, interval: str
) -> dict[str, list[datetime]]:
    """Return the starts of a date's bars by the hours that Yahoo told an execution, where the calendar has others.

    A list is empty if Yahoo has no session on the date.
    """
    texts: dict[str, list[str]] = {}
    for event in events:
        left = event.get("stateExitedEventDetails")
        if left and left["name"] == COUNT_STATE:
            output = read_json_or_none(left.get("output"))
            for text in output.get("hours", []) if isinstance(output, dict) else ():
                texts.setdefault(str(text).partition(" ")[0], []).append(str(text))
    told = {}
    for ticker in tickers:
        calendar = find_exchange_name(ticker)
        if calendar in texts:
            hours = next(filter(None, (parse_hours(text, day) for text in texts[calendar])), None)
            zone = find_zone(calendar)
            told[ticker] = [datetime.fromtimestamp(at, zone) for at in hours.list_starts(interval)] if hours else []
    return told


def find_plan_and_results(events: Iterable[HistoryEventTypeDef]) -> tuple[Any, Any]:
    """Return the plan, and the place of the map's results. Each is None if the execution didn't leave its state."""
    outputs = {
        left["name"]: read_json_or_none(left.get("output"))
        for event in events
        if (left := event.get("stateExitedEventDetails")) and left["name"] in (PLAN_STATE, MAP_STATE)
    }
    written = outputs.get(MAP_STATE)
    return outputs.get(PLAN_STATE), written.get("ResultWriterDetails") if isinstance(written, dict) else None


def read_counts(s3: S3Client, details: Mapping[str, str]) -> dict[str, int] | None:
    """Return the collected bars per ticker, None if the bucket no longer has the results."""
    try:
        return {one.ticker: one.bars for one in read_results(s3, details)}
    except ClientError as error:
        if error.response["Error"].get("Code") in ("NoSuchKey", "NoSuchBucket"):
            return None
        raise

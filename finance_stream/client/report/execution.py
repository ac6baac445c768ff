"""The execution of a report, read from Step Functions' history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from finance_stream.client.collected import find_plan_and_results, find_told_starts, read_counts
from finance_stream.client.execution import list_newest, parse_end
from finance_stream.client.gaps import CollectedBars
from finance_stream.progress import list_events
from finance_stream.request import DEFAULT_INTERVAL
from finance_stream.strict_json import read_json_or_none

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef

# The most executions to search, the newest first. The polls of each minute belong to another state machine.
MAX_EXECUTIONS = 100
# Exchanges are at most 14 hours ahead of UTC: a session may have begun on the date before its own.
AHEAD_OF_UTC = timedelta(hours=14)


@dataclass
class Step:
    """A state of an execution, with its kind (Task, Wait, Map ...), and the times when it was entered and left.

    ``tries`` counts how often its task was scheduled. ``errors`` are those of the failed tries.
    """

    state: str
    kind: str
    entered: datetime
    left: datetime | None = None
    tries: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Executed:
    """An execution: its status, its steps, its plan, and the collected bars per ticker. None means unknown.

    ``results`` is the place of its map's results, from which :meth:`load_counts` reads ``counts``.
    """

    id: str
    status: str
    started: datetime
    stopped: datetime | None
    execution_input: Mapping[str, Any]
    output: Mapping[str, Any] | None
    error: str | None
    cause: str | None
    steps: Sequence[Step]
    plan: Mapping[str, Any] | None
    counts: Mapping[str, int] | None = None
    results: Mapping[str, str] | None = None
    events: Sequence[HistoryEventTypeDef] = field(default=(), repr=False)

    def list_told_starts(self, tickers: Iterable[str], day: date, interval: str) -> dict[str, list[datetime]]:
        """Return the starts of a date's bars by Yahoo's own hours, where the calendar has others."""
        return find_told_starts(self.events, tickers, day, interval)

    def load_counts(self, s3: S3Client) -> Executed:
        """Return the execution with the collected bars per ticker, if its results are in S3."""
        return replace(self, counts=read_counts(s3, self.results)) if self.results else self

    def find_collected(self, ticker: str) -> CollectedBars | None:
        """Return the collected bars of a ticker, or None if unknown."""
        if self.plan is None or not (self.counts or {}).get(ticker):
            return None
        start, end = (date.fromisoformat(self.plan[name]) for name in ("start", "end"))
        since = datetime.fromisoformat(self.plan["since"]) if self.plan["since"] else None
        return CollectedBars((self.counts or {})[ticker], start, end, since)


def find_execution(client: SFNClient, state_machine_arn: str, day: date, interval: str) -> Executed | None:
    """Return the newest execution of a date and interval, SUCCEEDED or not, or None.

    An execution without a plan counts for the dates in its input.
    """
    earliest = datetime.fromisoformat(f"{day}T00:00:00+00:00") - AHEAD_OF_UTC
    for one in list_newest(client, state_machine_arn, MAX_EXECUTIONS):
        if one["startDate"] < earliest:
            break
        found = read_execution(client, one["executionArn"])
        if read_interval(found) == interval and day in list_dates(found):
            return found
    return None


def find_newest(client: SFNClient, state_machine_arn: str) -> Executed | None:
    """Return the newest execution that has a date, or None."""
    found = (
        read_execution(client, one["executionArn"]) for one in list_newest(client, state_machine_arn, MAX_EXECUTIONS)
    )
    return next((one for one in found if find_newest_date(one) is not None), None)


def read_execution(client: SFNClient, arn: str) -> Executed:
    """Read an execution, which may still be running."""
    described = client.describe_execution(executionArn=arn)
    events = list(list_events(client, arn))
    plan, results = find_plan_and_results(events)
    end = parse_end(described)
    given = read_json_or_none(described.get("input") or "{}")
    return Executed(
        id=described["name"],
        status=end.status,
        started=described["startDate"],
        stopped=described.get("stopDate"),
        execution_input=given if isinstance(given, dict) else {},
        output=end.output,
        error=end.error,
        cause=end.cause,
        steps=list(list_steps(events)),
        plan=plan,
        results=results,
        events=events,
    )


def read_interval(found: Executed) -> str:
    return str((found.plan or found.execution_input).get("interval") or DEFAULT_INTERVAL)


def list_dates(found: Executed) -> list[date]:
    """List the local dates of an execution: none if neither its plan nor its input has them."""
    given = found.plan or found.execution_input
    try:
        first = date.fromisoformat(given["start"])
        end = date.fromisoformat(given["end"]) if given.get("end") else first + timedelta(days=1)
    except (KeyError, TypeError, ValueError):
        return []
    return [first + timedelta(days=number) for number in range((end - first).days)]


def find_newest_date(found: Executed) -> date | None:
    """Return the last local date of an execution: that of its last session, if its plan has sessions."""
    sessions = (found.plan or {}).get("sessions") or []
    dates = [date.fromisoformat(session["date"]) for session in sessions] or list_dates(found)
    return max(dates, default=None)


def list_steps(events: Sequence[Mapping[str, Any]]) -> Iterator[Step]:
    """Yield the states of a history in the order entered. A state that is entered again is another step.

    Types of events: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
    """
    step: Step | None = None
    for event in events:
        kind, at = str(event["type"]), event["timestamp"]
        if entered := event.get("stateEnteredEventDetails"):
            step = Step(entered["name"], kind.removesuffix("StateEntered"), at)
            yield step
        elif step is None:
            continue
        elif "stateExitedEventDetails" in event or kind.startswith("Execution"):
            step.left = step.left or at
        elif kind == "TaskScheduled":
            step.tries += 1
        elif kind.startswith(("TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed")):
            details = event[kind[0].lower() + kind[1:] + "EventDetails"]
            step.errors.append(str(details.get("error") or kind))

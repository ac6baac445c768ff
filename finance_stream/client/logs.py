"""Log lines of a stack: its functions, its state machines, its API and its delivery stream."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from finance_stream.executions import TERMINAL
from finance_stream.progress import list_events
from finance_stream.strict_json import read_json_or_none

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef

LOG_GROUP = "AWS::Logs::LogGroup"
# CloudWatch Logs shows an event some seconds after its timestamp. A following reader looks back this far.
LATE_SECONDS = 30
EXECUTION = "execution"  # the source of the lines of an execution's history
# The sources of an execution's lines. The transformer handles its bars, though Firehose calls it.
OF_EXECUTION = ("planner", "collector", "counter", "checker", "transformer", "pipeline")
# Fields of the functions' log that stand elsewhere in the line, or are the same in each:
# https://docs.powertools.aws.dev/lambda/python/latest/core/logger/#standard-structured-keys
_STANDING = re.compile("level|location|message|timestamp|service|cold_start|function_.*|xray_trace_id|exception.*")


@dataclass(frozen=True, order=True)
class LogLine:
    """A line of a log, or an event of an execution's history. ``source`` is the name of the log group's owner."""

    at: datetime
    source: str
    message: str
    id: str

    def format(self) -> str:
        """Return the line with its time in UTC, its source, and its message as text."""
        at = self.at.astimezone(UTC)
        return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}Z {self.source:<11} {format_message(self.message)}"

    def to_json(self) -> dict[str, Any]:
        """Return the line with its message parsed, if that is JSON."""
        parsed = read_json_or_none(self.message)
        at = self.at.astimezone(UTC).isoformat(timespec="milliseconds")
        return {"at": at, "source": self.source, "message": self.message.rstrip() if parsed is None else parsed}


def name_log_groups(resources: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return a stack's log groups by source: ``planner`` for the resource PlannerLogGroup.

    ``resources`` are the logical ID, type and physical ID of each resource.
    """
    groups = ((logical_id.removesuffix("LogGroup"), name) for logical_id, kind, name in resources if kind == LOG_GROUP)
    return {re.sub("(?<=[a-z])(?=[A-Z])", "-", owner).lower(): name for owner, name in sorted(groups)}


def read_lines(
    client: CloudWatchLogsClient, groups: Mapping[str, str], since: datetime, until: datetime | None = None
) -> Iterator[LogLine]:
    """Yield the lines of the log groups by time. A group that doesn't exist (yet) has none."""
    return heapq.merge(*(_read_group(client, source, name, since, until) for source, name in groups.items()))


def _read_group(
    client: CloudWatchLogsClient, source: str, name: str, since: datetime, until: datetime | None
) -> Iterator[LogLine]:
    window: dict[str, int] = {"startTime": int(since.timestamp() * 1000)}
    if until is not None:
        window["endTime"] = int(until.timestamp() * 1000)
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=name, **window)  # type: ignore[arg-type]
    try:
        for page in pages:
            for event in page["events"]:
                at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                yield LogLine(at, source, event["message"], event["eventId"])
    except client.exceptions.ResourceNotFoundException:
        return


def read_execution_lines(
    states: SFNClient, client: CloudWatchLogsClient, groups: Mapping[str, str], arn: str, since: datetime
) -> Iterator[LogLine]:
    """Yield the lines that an execution's functions wrote while it ran, from ``since`` on, by time.

    Functions don't know their execution. If two of them run at once, the lines of both are here.
    """
    described = states.describe_execution(executionArn=arn)
    lines = read_lines(client, groups, max(since, described["startDate"]), described.get("stopDate"))
    return (line for line in lines if not _is_of_another(line, arn))


def read_history(states: SFNClient, arn: str) -> Iterator[LogLine]:
    """Yield the events of an execution's history that have a text."""
    for event in list_events(states, arn):
        if message := describe_event(event):
            yield LogLine(event["timestamp"], EXECUTION, message, f"{arn}:{event['id']}")


def _is_of_another(line: LogLine, arn: str) -> bool:
    """Return True for an event of another execution. The name of a map's child execution has a ``/``."""
    event = read_json_or_none(line.message)
    of = event.get("execution_arn") if isinstance(event, dict) else None
    return of is not None and of != arn and "/" not in of


def describe_event(event: HistoryEventTypeDef) -> str:
    """Return an event of a history as text: a state that is entered or left, or an error. Other events have none.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
    """
    kind = event["type"]
    if entered := event.get("stateEnteredEventDetails"):
        return f"{entered['name']} entered"
    if exited := event.get("stateExitedEventDetails"):
        return f"{exited['name']} left"
    details: Any = event.get(f"{kind[0].lower()}{kind[1:]}EventDetails") or {}
    if error := ": ".join(filter(None, (details.get("error"), details.get("cause")))):
        return f"{kind}: {error}"
    return kind if kind.startswith("Execution") else ""


def follow_lines(
    read: Callable[[datetime], Iterable[LogLine]],
    since: datetime,
    pause: Callable[[], object],
    ended: Callable[[], bool] = lambda: False,
) -> Iterator[LogLine]:
    """Yield the lines since a time, and each new one once, with a ``pause`` in between, until it has ``ended``."""
    seen: dict[str, datetime] = {}
    while True:
        last = ended()  # before the lines, so none is missed
        for line in read(since):
            if line.id not in seen:
                seen[line.id] = line.at
                yield line
        if last:
            return
        since = max([since, *(at - timedelta(seconds=LATE_SECONDS) for at in seen.values())])
        pause()


def has_ended(states: SFNClient, arn: str) -> bool:
    """Return True if the execution has ended."""
    return states.describe_execution(executionArn=arn)["status"] in TERMINAL


def format_message(message: str) -> str:
    """Return a message as text. Unknown JSON stays as it is."""
    said = read_json_or_none(message)
    if not isinstance(said, dict):
        return message.rstrip()
    if "execution_arn" in said:
        return _format_event(said)
    if "_aws" in said:
        return f"metrics {_join(said, _list_metrics(said))}"
    if {"level", "message"} <= said.keys():
        fields = [name for name in said if not _STANDING.fullmatch(name)]
        line = f"{said['level']} {said['message']} {_join(said, fields)}".rstrip()
        return "\n".join([line, *str(said.get("exception", "")).splitlines()])
    return message.rstrip()


def _format_event(event: Mapping[str, Any]) -> str:
    """Return an event of a state machine's log as text.

    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    """
    details = event.get("details") or {}
    name = str(event["execution_arn"]).rpartition(":")[2]
    return ": ".join(filter(None, (f"{event.get('type')} {name}", *(details.get(of) for of in ("error", "cause")))))


def _list_metrics(message: Mapping[str, Any]) -> Sequence[str]:
    """Return the names of the metrics in a line of the embedded metric format."""
    written = (message["_aws"] or {}).get("CloudWatchMetrics", [])
    return [metric["Name"] for one in written for metric in one.get("Metrics", [])]


def _join(said: Mapping[str, Any], names: Iterable[str]) -> str:
    return " ".join(f"{name}={said.get(name)}" for name in names)

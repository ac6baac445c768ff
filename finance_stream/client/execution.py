"""Executions of the state machine: follow one, stop one, read its end. The same on AWS and in the embedded cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from finance_stream.client.waits import read_wait_seconds
from finance_stream.executions import CANARY, TERMINAL
from finance_stream.progress import PLAN_STATE, Progress, list_events, read_progress
from finance_stream.strict_json import read_json, read_json_or_none

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef, ExecutionListItemTypeDef


@dataclass(frozen=True)
class ExecutionEnd:
    """The end of an execution. If it SUCCEEDED it has an ``output``, else it may have an ``error`` and a ``cause``."""

    arn: str
    status: str
    output: dict[str, Any] | None
    error: str | None
    cause: str | None

    @property
    def succeeded(self) -> bool:
        return self.status == "SUCCEEDED"

    @property
    def reason(self) -> str:
        """The reason of a failure. A stopped or timed-out execution may have only its status."""
        return ": ".join(part for part in (self.error or self.status, self.cause) if part)


def list_newest(client: SFNClient, state_machine_arn: str, count: int) -> list[ExecutionListItemTypeDef]:
    """List the newest executions without canaries, the newest first, as Step Functions orders them.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
    """
    pages = client.get_paginator("list_executions").paginate(
        stateMachineArn=state_machine_arn, PaginationConfig={"PageSize": count}
    )
    own = (one for page in pages for one in page["executions"] if not one["name"].startswith(CANARY))
    return list(islice(own, count))


def follow(
    client: SFNClient,
    arn: str,
    pause: Callable[[], object],
    bars_so_far: Callable[[], int] | None = None,
) -> Iterator[Progress]:
    """Yield the execution's progress until it has ended, with a ``pause`` in between.

    Parameters
    ----------
    bars_so_far
        Returns the bars collected so far, if they are known before the state machine reports them.
    """
    waits = read_wait_seconds(client, arn)
    while True:
        now = observe(client, arn, waits, bars_so_far)
        yield now
        if now.status in TERMINAL:
            return
        pause()


def observe(
    client: SFNClient,
    arn: str,
    waits: Mapping[str, float],
    bars_so_far: Callable[[], int] | None = None,
) -> Progress:
    """Return the execution's progress now.

    ``waits`` are its :func:`finance_stream.client.waits.read_wait_seconds`. The rest is as for :func:`follow`.
    """
    # The status comes first: the history that is read after it can only be newer.
    described = client.describe_execution(executionArn=arn)
    now = read_progress(client, arn, described["status"])
    if now.bars_collected is None and bars_so_far is not None:
        now.bars_collected = bars_so_far()
    if now.states and not now.states[-1][1] and now.states[-1][0] in waits and now.entered_at is not None:
        ends = now.entered_at + timedelta(seconds=waits[now.states[-1][0]])
        now.wait_left = max(timedelta(), ends - _read_clock(described))
    return now


def _read_clock(answer: Any) -> datetime:
    """Read the service's time from the response's date. This computer's clock may be minutes off."""
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return parsedate_to_datetime(date) if date else datetime.now(UTC)


def stop(client: SFNClient, arn: str, cause: str) -> None:
    """Stop the execution. Its collected bars are kept."""
    client.stop_execution(executionArn=arn, error="Stopped", cause=cause)


def read_end(client: SFNClient, arn: str) -> ExecutionEnd:
    """Read the end of an execution that has ended."""
    return parse_end(client.describe_execution(executionArn=arn))


def parse_end(described: DescribeExecutionOutputTypeDef) -> ExecutionEnd:
    """Return an execution's end from a response of DescribeExecution."""
    output = read_json_or_none(described.get("output"))
    arn, status = described["executionArn"], described["status"]
    return ExecutionEnd(arn, status, output, described.get("error"), described.get("cause"))


def read_planned_tickers(client: SFNClient, arn: str) -> list[str]:
    """Read the tickers of the execution's plan from its history."""
    for event in list_events(client, arn):
        left = event.get("stateExitedEventDetails")
        if left and left["name"] == PLAN_STATE:
            return list(read_json(left["output"])["tickers"])
    return []

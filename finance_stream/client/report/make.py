"""Make the report of a deployment's date or execution: find the execution, then collect what the lake has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from finance_stream.client.deployment import Deployment
from finance_stream.client.report.data import Asked, NothingToReportError, Report, collect
from finance_stream.client.report.execution import execution_of, interval_of, newest, newest_date, read
from finance_stream.client.report.lake import Lake, source_of
from finance_stream.request import DEFAULT_INTERVAL


def make_report(
    deployment: Deployment,
    *,
    day: date | None = None,
    execution: str | None = None,
    tickers: Sequence[str] | None = None,
    interval: str | None = None,
) -> Report:
    """Return the report of a date.

    Parameters
    ----------
    day
        By default the last date of the execution.
    execution
        An ARN. By default the newest execution of the date, or without a date the newest that has one.
    tickers, interval
        By default the execution's.

    Raises
    ------
    NothingToReportError
        When no execution says a date, or when neither an execution nor a bar is of the date.
    """
    states, state_machine = deployment.step_functions, deployment.state_machine_arn
    executed = read(states, execution) if execution else None
    if day is None:
        executed = executed or newest(states, state_machine)
        day = newest_date(executed) if executed else None
        if day is None:
            raise NothingToReportError("date: is missing, and no execution says one: give one like 2026-11-23")
    interval = interval or (interval_of(executed) if executed else DEFAULT_INTERVAL)
    if executed is None or (execution is None and interval_of(executed) != interval):
        executed = execution_of(states, state_machine, day, interval)
    source = source_of(deployment.s3, deployment.bucket)
    asked = Asked(day, interval, tickers, deployment.stack_name, source, "SYNTHETIC" in source)
    return collect(Lake(deployment.athena), executed, asked)

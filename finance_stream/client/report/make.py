"""The report of a deployment's date or execution."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from finance_stream.client.deployment import Deployment, is_synthetic
from finance_stream.client.report.data import NothingToReportError, Report, Subject, collect
from finance_stream.client.report.execution import (
    find_execution,
    find_newest,
    find_newest_date,
    read_execution,
    read_interval,
)
from finance_stream.client.report.lake import BarReader, read_lake_source
from finance_stream.client.report.sessions import explain_closure
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
        An ARN. By default the newest execution of the date, or without a date the newest execution that has one.
    tickers, interval
        By default the execution's.

    Raises
    ------
    NothingToReportError
        When no execution has a date, when the date has neither an execution nor a bar, or when a given ``day`` has no
        session and no bar. A text about a closed date names the nearest sessions.
    """
    date_is_given = day is not None
    states, state_machine = deployment.step_functions, deployment.state_machine_arn
    executed = read_execution(states, execution) if execution else None
    if day is None:
        executed = executed or find_newest(states, state_machine)
        day = find_newest_date(executed) if executed else None
        if day is None:
            raise NothingToReportError("date: missing, and no execution has one (use YYYY-MM-DD)")
    interval = interval or (read_interval(executed) if executed else DEFAULT_INTERVAL)
    if executed is None or (execution is None and read_interval(executed) != interval):
        executed = find_execution(states, state_machine, day, interval)
    source = read_lake_source(deployment.s3, deployment.bucket)
    subject = Subject(day, interval, tickers, deployment.stack_name, source, is_synthetic(source))
    counted = executed and executed.load_counts(deployment.s3)
    try:
        report = collect(BarReader(deployment.athena), counted, subject, deployment.now())
    except NothingToReportError as error:
        names = tickers or deployment.read_default_tickers()
        raise NothingToReportError(explain_closure(day, names, deployment.now().date()) or str(error)) from error
    names = [one.name for one in report.tickers]
    asked = date_is_given and execution is None and not any(one.hours for one in report.tickers)
    if asked and (closed := explain_closure(day, names, deployment.now().date())):
        raise NothingToReportError(closed)
    return report

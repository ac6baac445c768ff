"""The report that a local run leaves in out/: the same page as that of a stage."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

from rich.console import Console

from finance_stream.client.execution import newest_first
from finance_stream.client.report.data import Asked, Report, collect
from finance_stream.client.report.execution import Executed, interval_of, newest_date, read
from finance_stream.client.report.lake import SOURCE_KEY, Lake
from finance_stream.client.report.page import render
from local.outputs import PAGE, OutFolder
from local.pipeline import STACK, Pipeline
from local.query import ask
from local.source import Source


def leave_report(console: Console, pipeline: Pipeline, source: Source, out: OutFolder) -> str | None:
    """Write the report of the newest execution's last date, and in the lake where its bars are from.

    ``npm run report`` reads that there; an execution that came to no date leaves no report. The URL of the report.
    """
    s3, states = pipeline.cloud.client("s3"), pipeline.cloud.client("stepfunctions")
    s3.put_object(Bucket=pipeline.bucket, Key=SOURCE_KEY, Body=source.label.encode())
    executions = newest_first(states, pipeline.state_machine_arn, 1)
    if not executions:
        return None
    executed = read(states, executions[0]["executionArn"])
    report = report_of(executed, source, Lake(functools.partial(ask, pipeline), s3))
    if report is None:
        return None
    url = out.add(PAGE, render(report).encode()).resolve().as_uri()
    console.print(f"Report of {report.asked.day}: {url}")
    return url


def report_of(executed: Executed, source: Source, lake: Lake) -> Report | None:
    """The report of an execution's last date; None where it has none."""
    day = newest_date(executed)
    if day is None:
        return None
    asked = Asked(day, interval_of(executed), None, STACK, source.label, source.synthetic)
    return collect(lake, executed, asked, datetime.now(UTC))

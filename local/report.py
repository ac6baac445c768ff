"""The report that a local run leaves in out/: the same page as that of a stage."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from client.report.data import Asked, collect
from client.report.execution import interval_of, newest_date, read
from client.report.lake import SOURCE_KEY, Lake
from client.report.page import render
from local.pipeline import STACK, Pipeline
from local.query import ask
from local.source import Source

PAGE = "report.html"


def leave_report(console: Console, pipeline: Pipeline, source: Source, out: Path) -> None:
    """Write the report of the newest execution's last date, and in the lake where its bars are from.

    ``npm run report`` reads that there; an execution that came to no date leaves no report.
    """
    s3, states = pipeline.cloud.client("s3"), pipeline.cloud.client("stepfunctions")
    s3.put_object(Bucket=pipeline.bucket, Key=SOURCE_KEY, Body=source.label.encode())
    executions = states.list_executions(stateMachineArn=pipeline.state_machine_arn)["executions"]
    if not executions:
        return
    executed = read(states, max(executions, key=lambda one: one["startDate"])["executionArn"])
    day = newest_date(executed)
    if day is None:
        return
    asked = Asked(day, interval_of(executed), None, STACK, source.label, source.synthetic)
    report = collect(Lake(functools.partial(ask, pipeline), s3), executed, asked, datetime.now(UTC))
    out.mkdir(parents=True, exist_ok=True)
    (out / PAGE).write_text(render(report), encoding="utf-8")
    console.print(f"Report of {day}: {(out / PAGE).resolve().as_uri()}")

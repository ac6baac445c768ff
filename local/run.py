"""The executions of a local run and their report, shown as on AWS and saved to out/."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from rich.console import Console

from finance_stream.client.answer import fetch_highs, write_csv
from finance_stream.client.ask import choose_question, prepare
from finance_stream.client.deployment import Deployment
from finance_stream.client.execute import complain_of_failure, execute
from finance_stream.client.execution import ExecutionEnd
from finance_stream.client.frames import type_bars
from finance_stream.client.lake_dates import Asked
from finance_stream.client.life import showing_life
from finance_stream.client.questions import VIEW
from finance_stream.client.reader import Reader
from finance_stream.client.report.data import NothingToReportError
from finance_stream.client.report.lake import SOURCE_KEY
from finance_stream.client.report.make import make_report
from finance_stream.client.report.page import render
from finance_stream.client.show import list_totals, show_answer
from finance_stream.request import DEFAULT_INTERVAL, EARLIEST
from local.outputs import BARS, BARS_PARQUET, HIGHS_CSV, PAGE, SOURCE, OutFolder
from local.pipeline import Pipeline
from local.source import Source

SUCCEEDED = 0
FAILED = 1


def run(console: Console, pipeline: Pipeline, source: Source, out: OutFolder) -> int:
    """Run the source's executions one after the other, save the results of each as it ends, and show all of them.

    Return the exit code. An execution that fails doesn't stop the others.
    """
    ends: list[ExecutionEnd] = []
    highs: list[dict[str, Any]] = []
    for execution_input in source.execution_inputs:
        end = execute(console, pipeline, execution_input, pipeline.count_bars_put_from_now())
        ends.append(end)
        if end.succeeded:
            highs += fetch_highs(pipeline.step_functions, pipeline.s3, end)
        else:
            complain_of_failure(end)
        answer = {HIGHS_CSV: _to_csv(highs, pipeline.source)} if highs else {}
        bars = dict(pipeline.read_objects("bars/", known=out.saved))
        out.save({**bars, **answer, SOURCE: _describe_source(pipeline.source)})
    if highs:
        show_answer(console, highs, pipeline.source)
    succeeded = [end for end in ends if end.succeeded]
    totals = [line for end in succeeded for line in list_totals(end)]
    for line in [*totals, *source.left_out, *_describe_uncollected(source, ends)]:
        console.print(line)
    return SUCCEEDED if len(succeeded) == len(ends) else FAILED


def note_source(deployment: Deployment) -> None:
    """Write the source of the bars into the lake, so that ``npm run report`` can read it there."""
    deployment.s3.put_object(Bucket=deployment.bucket, Key=SOURCE_KEY, Body=deployment.source.encode())


def save_report(console: Console, deployment: Deployment, out: OutFolder) -> str | None:
    """Save the report of the newest execution's last date. Return its URL, or None if no execution has a date."""
    with showing_life("Writing the report"):
        try:
            report = make_report(deployment)
        except NothingToReportError:
            return None
        page = render(report).encode()
    url = out.add(PAGE, page).resolve().as_uri()
    console.print(f"Report of {report.subject.day}: {url}")
    return url


def save_bars(deployment: Deployment, source: Source, out: OutFolder) -> None:
    """Save every bar of the lake as one Parquet file, with typed columns. Without bars, there is no file."""
    interval = source.execution_inputs[0].get("interval", DEFAULT_INTERVAL)
    every_date = Asked(interval, EARLIEST, deployment.now().date() + timedelta(days=2))
    prepared = prepare(choose_question(VIEW), every_date)
    rows = type_bars(Reader(deployment).ask(prepared.sql, prepared.parameters, every_date))
    if rows.num_rows:
        written = pa.BufferOutputStream()
        # The file names its source, as every output does.
        pyarrow.parquet.write_table(rows.replace_schema_metadata({"source": deployment.source}), written)
        out.add(BARS_PARQUET, written.getvalue().to_pybytes())


def print_saved(console: Console, out: OutFolder) -> None:
    """Print the results that this run has saved, on one line."""
    saved = [name for name in (HIGHS_CSV, BARS_PARQUET, PAGE) if name in out.saved]
    if bars := sum(path.startswith(f"{BARS}/") for path in out.saved):
        saved.append(f"{BARS}/ ({bars:,} {'file' if bars == 1 else 'files'})")
    if saved:
        console.print(f"Saved to {out.folder}{os.sep}: {', '.join(saved)}")


def _to_csv(highs: Sequence[dict[str, Any]], label: str) -> bytes:
    text = io.StringIO()
    write_csv(text, highs, label)
    return text.getvalue().encode()


def _describe_source(label: str) -> bytes:
    """Return the text of SOURCE.txt. Every output names its source, so that nobody takes synthetic data for real."""
    return f"The bars of the last run come from: {label}\n".encode()


def _describe_uncollected(source: Source, ends: Sequence[ExecutionEnd]) -> list[str]:
    """Return a line about bars within regular hours that weren't collected, if all of them were asked for."""
    if source.bars_to_collect is None:
        return []
    collected = sum(end.output["bars"]["collected"] for end in ends if end.output and "bars" in end.output)
    missing = source.bars_to_collect - collected
    if missing <= 0:
        return []
    bars = "1 bar of the replay was" if missing == 1 else f"{missing:,} bars of the replay were"
    return [f"{bars} not collected: of a failed ticker, or rejected by the collector."]

"""The executions of a local run: followed while they run, their answers shown and left in out/."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.live import Live

from client.execution import Ended, ended, follow, start
from client.show import ProgressLog, highs_tables, live_states, totals
from handlers.answer import read_highs
from local.outputs import HIGHS_CSV, write_outputs
from local.pipeline import Pipeline
from local.source import Source

GREEN = 0
RED = 1
POLL_SECONDS = 0.2
MAX_TICKERS_NAMED = 20


def run(console: Console, pipeline: Pipeline, source: Source, out: Path) -> int:
    """Run the source's executions one after the other, show their answers, leave them in ``out``; the exit code."""
    ends = []
    for execution_input in source.execution_inputs:
        console.print(f"Execution: {_shown(execution_input)}")
        end = _execute(console, pipeline, execution_input)
        if not end.green:
            click.echo(f"The execution is red: {end.error}: {end.cause}", err=True)
            return RED
        ends.append(end)
    answers = zip(ends, source.execution_inputs, strict=True)
    if highs := [row for end, asked in answers for row in _highs(pipeline, end, asked["tickers"])]:
        for table in highs_tables(highs, source.label):
            console.print(table)
        if source.synthetic:
            console.print("The data is SYNTHETIC: made up, of no market.", style="bold")
        objects = write_outputs(out, pipeline, highs, source.label)
        console.print(f"Left in {out}: {HIGHS_CSV}, and in bars/ every delivered object ({len(objects)}).")
    for line in [line for end in ends for line in totals(end)] + _left_out(source, ends):
        console.print(line)
    return GREEN


def _shown(execution_input: Mapping[str, Any]) -> str:
    """An execution's input on a line, however many tickers it has."""
    tickers = execution_input["tickers"]
    if len(tickers) > MAX_TICKERS_NAMED:
        tickers = [*tickers[:MAX_TICKERS_NAMED], f"... {len(tickers):,} in all"]
    return json.dumps({**execution_input, "tickers": tickers})


def _execute(console: Console, pipeline: Pipeline, execution_input: Mapping[str, Any]) -> Ended:
    client = pipeline.cloud.client("stepfunctions")
    put_before = pipeline.bars_put()
    arn = start(client, pipeline.state_machine_arn, dict(execution_input))
    idle = threading.Event()
    steps = follow(client, arn, lambda: idle.wait(POLL_SECONDS), lambda: pipeline.bars_put() - put_before)
    if console.is_terminal:
        with Live(console=console, auto_refresh=False) as live:
            for progress in steps:
                live.update(live_states(progress), refresh=True)
    else:
        log = ProgressLog(console)
        for progress in steps:
            log.show(progress)
    return ended(client, arn)


def _highs(pipeline: Pipeline, end: Ended, tickers: Sequence[str]) -> list[dict[str, Any]]:
    """The highs of a green execution: from its output, or from the query's result where the output had no room."""
    output = end.output or {}
    if "query" not in output:  # no session
        return []
    if output["highs"] is not None:
        return list(output["highs"])
    highs, _ = read_highs(pipeline.query_result(output["query"]["result"]), tickers)
    return highs


def _left_out(source: Source, ends: Sequence[Ended]) -> list[str]:
    """What a replayed file holds beyond what was collected of it, when all of it was asked for."""
    if source.bars_to_collect is None:
        return []
    collected = sum(end.output["bars"]["collected"] for end in ends if end.output and "bars" in end.output)
    left_out = source.bars_to_collect - collected
    if left_out <= 0:
        return []
    return [f"{left_out:,} bars of the replay are not collected: outside regular hours, or of a ticker that failed."]

"""The executions of a local run: followed while they run, their answers shown and left in out/."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console

from finance_stream.client.answer import highs_of, write_csv
from finance_stream.client.console import complain
from finance_stream.client.execution import Ended, ended, follow
from finance_stream.client.show import show_answer, totals
from finance_stream.client.watch import watch
from finance_stream.executions import start
from local.outputs import HIGHS_CSV, SOURCE, OutFolder
from local.pipeline import Pipeline
from local.source import Source

GREEN = 0
RED = 1
POLL_SECONDS = 0.2
MAX_TICKERS_NAMED = 20


def run(console: Console, pipeline: Pipeline, source: Source, out: OutFolder) -> int:
    """Run the source's executions one after the other, show their answers, leave them in ``out``; the exit code."""
    ends = []
    for execution_input in source.execution_inputs:
        console.print(f"Execution: {_shown(execution_input)}")
        end = _execute(console, pipeline, execution_input)
        if not end.green:
            complain(f"The execution is red: {end.reason}")
            return RED
        ends.append(end)
    states, s3 = pipeline.cloud.client("stepfunctions"), pipeline.cloud.client("s3")
    if highs := [row for end in ends for row in highs_of(states, s3, end)]:
        show_answer(console, highs, source.label)
        objects = dict(pipeline.objects("bars/"))
        out.leave({**objects, HIGHS_CSV: _csv(highs, source.label), SOURCE: _origin(source.label)})
        console.print(f"Left in {out.folder}: {HIGHS_CSV}, and in bars/ every delivered object ({len(objects)}).")
    for line in [line for end in ends for line in totals(end)] + _left_out(source, ends):
        console.print(line)
    return GREEN


def _csv(highs: Sequence[dict[str, Any]], label: str) -> bytes:
    text = io.StringIO()
    write_csv(text, highs, label)
    return text.getvalue().encode()


def _origin(label: str) -> bytes:
    """Every output names its source, so that synthetic data can't be taken for a market's."""
    return f"The bars of the last run are from: {label}\n".encode()


def _shown(execution_input: Mapping[str, Any]) -> str:
    """An execution's input on a line, however many tickers it has."""
    tickers = execution_input["tickers"]
    if len(tickers) > MAX_TICKERS_NAMED:
        tickers = [*tickers[:MAX_TICKERS_NAMED], f"... {len(tickers):,} in all"]
    return json.dumps({**execution_input, "tickers": tickers})


def _execute(console: Console, pipeline: Pipeline, execution_input: Mapping[str, Any]) -> Ended:
    client = pipeline.cloud.client("stepfunctions")
    put_before = pipeline.bars_put()
    arn = start(client, pipeline.state_machine_arn, execution_input)
    idle = threading.Event()
    steps = follow(
        client,
        arn,
        lambda: idle.wait(POLL_SECONDS),
        lambda: pipeline.bars_put() - put_before,
        pipeline.cloud.clock.factor,
    )
    watch(console, steps)
    return ended(client, arn)


def _left_out(source: Source, ends: Sequence[Ended]) -> list[str]:
    """What a replayed file holds beyond what was collected of it, when all of it was asked for."""
    if source.bars_to_collect is None:
        return []
    collected = sum(end.output["bars"]["collected"] for end in ends if end.output and "bars" in end.output)
    left_out = source.bars_to_collect - collected
    if left_out <= 0:
        return []
    return [f"{left_out:,} bars of the replay are not collected: outside regular hours, or of a ticker that failed."]

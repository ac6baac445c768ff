"""An execution from the terminal: start it, watch it to its end, and explain a failure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import click
from rich.console import Console

from finance_stream.client.console import complain
from finance_stream.client.deployment import Deployment
from finance_stream.client.execution import ExecutionEnd, follow, read_end
from finance_stream.client.watch import watch
from finance_stream.executions import start

MAX_TICKERS_NAMED = 20


def execute(
    console: Console,
    deployment: Deployment,
    execution_input: Mapping[str, Any],
    bars_so_far: Callable[[], int] | None = None,
) -> ExecutionEnd:
    """Start an execution, watch it to its end, and return its end. ``bars_so_far`` is as for :func:`follow`."""
    arn = start(deployment.step_functions, deployment.state_machine_arn, execution_input)
    return watch_to_the_end(console, deployment, arn, execution_input, bars_so_far)


def watch_to_the_end(
    console: Console,
    deployment: Deployment,
    arn: str,
    execution_input: Mapping[str, Any] | None = None,
    bars_so_far: Callable[[], int] | None = None,
) -> ExecutionEnd:
    """Show an execution until it ends, below its id and its input if given, and return its end."""
    given = f": {_shorten_input(execution_input)}" if execution_input is not None else ""
    console.print(f"Execution {arn.rpartition(':')[2]}{given}")
    states = deployment.step_functions
    watch(console, follow(states, arn, lambda: deployment.pause(arn), bars_so_far))
    return read_end(states, arn)


def complain_of_failure(end: ExecutionEnd) -> None:
    """Print to stderr why an execution failed, and the page that says what to do."""
    complain(f"The execution failed: {end.reason}")
    click.echo(f"What to do about {end.error or end.status}: docs/operations.md", err=True)


def _shorten_input(execution_input: Mapping[str, Any]) -> str:
    """Return an execution's input as one line, with at most :data:`MAX_TICKERS_NAMED` tickers."""
    tickers = execution_input.get("tickers", ())
    if len(tickers) <= MAX_TICKERS_NAMED:
        return json.dumps(execution_input)
    return json.dumps({**execution_input, "tickers": [*tickers[:MAX_TICKERS_NAMED], f"... {len(tickers):,} in all"]})

"""``npm run execute``: start an execution of a stage, follow it, and print its answer."""

from __future__ import annotations

import functools
import json
from typing import Any

import click

from commands.follow import CSV, JSON, add_answer_options, explain_running, follow_to_the_end
from commands.options import check_request, make_event
from commands.target import Target, TargetError, stage_command
from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.deployment import Deployment
from finance_stream.errors import quote_value
from finance_stream.executions import NameTakenError, start
from finance_stream.request import DEFAULT_INTERVAL, MAX_LOOKBACK_MINUTES, NAME_RULE, is_name


@functools.partial(stage_command, passes_on=False)
@click.option("--tickers", metavar="A,B", help="Yahoo symbols. Default: the stage's.")
@click.option("--start", metavar="YYYY-MM-DD", help="First local date. Default: the newest session.")
@click.option("--end", metavar="YYYY-MM-DD", help="Date after the last one. Default: the date after --start.")
@click.option(
    "--interval",
    type=click.Choice(list(INTERVAL_MINUTES)),
    metavar="|".join(INTERVAL_MINUTES),
    help=f"Length of a bar. Default: {DEFAULT_INTERVAL}.",
)
@click.option(
    "--lookback-minutes",
    metavar="N",
    help=f"Instead of dates: the bars of the last N minutes, 1 to {MAX_LOOKBACK_MINUTES:,}.",
)
@click.option("--name", metavar="ID", help="Name of the execution. The same name and input start no second one.")
@click.option("--detach", is_flag=True, help="Print the execution's ID, and don't follow it.")
@add_answer_options
def main(target: Target, form: str, name: str | None, detach: bool, **options: str | None) -> int:
    """Start an execution, follow it to its end, and print its answer.

    The answer is the highest price of each hour. The input is checked before anything starts. Ctrl-C asks whether to
    stop the execution or only the watching. Exit codes: 0 SUCCEEDED, 1 FAILED, 2 invalid input.

    \b
    npm run execute -- --stage dev
    npm run execute -- --stage dev --tickers META,NFLX --start 2026-11-23
    npm run --silent execute -- --stage dev --start 2026-11-23 --csv > highs.csv
    npm run execute -- --stage dev --detach --name my-backfill --start 2026-11-16 --end 2026-11-21
    """
    if name is not None and not is_name(name):
        raise TargetError(f"name: {quote_value(name)} is not {NAME_RULE}")
    if detach and form == CSV:
        raise TargetError("detach: --detach has no highs to print: leave out --csv")
    deployment = target.require_deployment()
    execution_input = _make_input(deployment, options)
    arn = _start(deployment, execution_input, name)
    if not detach:
        return follow_to_the_end(target, deployment, arn, form, execution_input)
    execution = arn.rpartition(":")[2]
    click.echo(json.dumps({"id": execution, "arn": arn, "input": execution_input}) if form == JSON else execution)
    click.echo(explain_running(target, arn), err=True)
    return 0


def _make_input(deployment: Deployment, options: dict[str, str | None]) -> dict[str, Any]:
    """Return the options as an execution's input, checked by the planner's rules. An error names its option."""
    event = make_event(options)
    if event.get("lookback_minutes", "").isdecimal():
        event["lookback_minutes"] = int(event["lookback_minutes"])
    check_request(event, deployment.read_default_tickers(), {"lookback_minutes": "lookback-minutes"})
    return event


def _start(deployment: Deployment, execution_input: dict[str, Any], name: str | None) -> str:
    try:
        return start(deployment.step_functions, deployment.state_machine_arn, execution_input, name)
    except NameTakenError as error:
        raise TargetError(f"name: {error}; use another one") from error

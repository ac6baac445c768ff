"""``npm run follow``: the progress and the answer of a stage's execution."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from commands.target import FAILED, Target, TargetError, stage_command
from finance_stream.client.answer import ResultGoneError, fetch_highs, write_csv
from finance_stream.client.console import PlainConsole
from finance_stream.client.deployment import Deployment
from finance_stream.client.execute import complain_of_failure, watch_to_the_end
from finance_stream.client.execution import ExecutionEnd, list_newest, stop
from finance_stream.client.show import list_totals, show_answer
from finance_stream.executions import make_execution_arn

INTERRUPTED = 130  # as in shells: 128 plus the signal's number
TABLE, JSON, CSV = "table", "json", "csv"
NAMES_SHOWN = 3


def add_answer_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options for the form of the answer, which the command receives as ``form``."""

    @functools.wraps(command)
    def chosen(target: Target, *, as_json: bool, as_csv: bool, **own: Any) -> int:
        if as_json and as_csv:
            raise TargetError("csv: --csv goes without --json: choose one")
        return command(target, form=JSON if as_json else CSV if as_csv else TABLE, **own)

    as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON only: status and answer.")
    as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print CSV only: the hourly highs.")
    return as_json(as_csv(chosen))


@functools.partial(stage_command, passes_on=False)
@click.argument("execution", required=False, metavar="[ID]")
@add_answer_options
def main(target: Target, execution: str | None, form: str) -> int:
    """Follow an execution to its end, and print its answer.

    If it has ended, the answer is printed at once. ID is its name or ARN. Default: the newest execution.
    Ctrl-C asks whether to stop the execution or only the watching. Exit codes: 0 SUCCEEDED, 1 FAILED, 2 invalid input.

    \b
    npm run follow
    npm run follow -- --stage dev my-backfill
    npm run --silent follow -- --stage dev --csv > highs.csv
    """
    deployment = target.require_deployment()
    return follow_to_the_end(target, deployment, find_execution(target, deployment, execution), form)


def find_execution(target: Target, deployment: Deployment, execution: str | None) -> str:
    """Return the ARN of an existing execution: the newest one, or the one with that name or ARN."""
    states, state_machine = deployment.step_functions, deployment.state_machine_arn
    names = [one["name"] for one in list_newest(states, state_machine, NAMES_SHOWN)]
    start = target.format_command("execute")
    if execution is None:
        if not names:
            raise TargetError(f"ID: {target} has had no execution yet; to start one: {start}")
        return make_execution_arn(state_machine, names[0])
    arn = execution if execution.startswith("arn:") else make_execution_arn(state_machine, execution)
    try:
        if arn.rpartition(":")[0] != make_execution_arn(state_machine, "").rpartition(":")[0]:
            raise TargetError(f"ID: '{execution}' is not an execution of {target}: set its --stage and --region")
        states.describe_execution(executionArn=arn)
    except (states.exceptions.ExecutionDoesNotExist, states.exceptions.InvalidArn):
        newest_of = f"the newest are {', '.join(names)}" if names else "it has had none yet"
        raise TargetError(
            f"ID: '{execution}' is not an execution of {target}: {newest_of}. To start one: {start}"
        ) from None
    return arn


def follow_to_the_end(
    target: Target, deployment: Deployment, arn: str, form: str, execution_input: Mapping[str, Any] | None = None
) -> int:
    """Watch the execution, print its answer in ``form``, and return the exit code."""
    console = PlainConsole(stderr=form != TABLE)
    while True:
        try:
            end = watch_to_the_end(console, deployment, arn, execution_input)
            break
        except KeyboardInterrupt:
            if not _ask_to_go_on(target, deployment, console, arn):
                return INTERRUPTED
        except (BotoCoreError, ClientError):
            click.echo(explain_running(target, arn), err=True)
            raise
    return print_end(deployment, console, end, form)


def explain_running(target: Target, arn: str) -> str:
    """Return the commands that follow and stop a running execution."""
    return (
        f"The execution goes on. Follow it: {target.format_command('follow', arn.rpartition(':')[2])}\n"
        f"Stop it: aws stepfunctions stop-execution --region {target.region} --execution-arn {arn}"
    )


def _ask_to_go_on(target: Target, deployment: Deployment, console: Console, arn: str) -> bool:
    """Return True to go on watching after Ctrl-C. In a terminal, ask, and stop the execution if wanted."""
    choice = "w"
    if sys.stdin.isatty() and console.is_terminal:
        try:
            choice = click.prompt(
                "\nStop the execution (s), only the watching (w), or watch on (c)?",
                type=click.Choice(["s", "w", "c"], case_sensitive=False),
                default="w",
                show_choices=False,
                err=True,
            )
        except click.Abort:  # a second Ctrl-C
            click.echo(err=True)
    if choice == "s":
        stop(deployment.step_functions, arn, "by Ctrl-C at the command line")
        click.echo(f"Stopped: {arn.rpartition(':')[2]}. Its collected bars are still delivered.", err=True)
    elif choice == "w":
        click.echo(explain_running(target, arn), err=True)
    return choice == "c"


def print_end(deployment: Deployment, console: Console, end: ExecutionEnd, form: str) -> int:
    """Print the end of the execution, and return the exit code."""
    try:
        highs = fetch_highs(deployment.step_functions, deployment.s3, end)
    except ResultGoneError as error:
        raise TargetError(
            f"ID: {end.arn.rpartition(':')[2]} SUCCEEDED, but its highs cannot be shown: {error}"
        ) from error
    source = deployment.source
    if form == JSON:
        answer = {**end.output, "highs": highs} if end.output else None
        head = {"id": end.arn.rpartition(":")[2], "arn": end.arn, "status": end.status, "source": source}
        click.echo(json.dumps({**head, "answer": answer, "error": end.error, "cause": end.cause}))
    elif form == CSV and end.succeeded:
        write_csv(sys.stdout, highs, source)
    elif end.succeeded:
        show_answer(console, highs, source)
    if end.succeeded:
        for line in list_totals(end):
            console.print(line)
        return 0
    complain_of_failure(end)
    return FAILED

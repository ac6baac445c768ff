"""``npm run logs``: the log lines of a stage."""

from __future__ import annotations

import functools
import heapq
import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from commands.follow import INTERRUPTED, find_execution
from commands.target import Target, TargetError, stage_command
from finance_stream.client.console import PlainConsole
from finance_stream.client.deployment import Deployment
from finance_stream.client.logs import (
    OF_EXECUTION,
    LogLine,
    follow_lines,
    has_ended,
    name_log_groups,
    read_execution_lines,
    read_history,
    read_lines,
)

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
DEFAULT_SINCE = "1h"
# A stage has 11 log groups, and FilterLogEvents a quota of calls per second in an account and region:
# https://docs.aws.amazon.com/general/latest/gr/cwl_region.html
FOLLOW_SECONDS = 3


@functools.partial(stage_command, passes_on=False)
@click.argument("function", required=False, metavar="[FUNCTION]")
@click.option("--execution", metavar="ID", help="Name or ARN. Only the lines of this execution, with its history.")
@click.option("--since", metavar="30m|2h|1d", help=f"Age of the oldest line. Default: {DEFAULT_SINCE}.")
@click.option("--follow", "follows", is_flag=True, help="Go on with new lines, until Ctrl-C or the execution's end.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object per line.")
def main(
    target: Target, function: str | None, execution: str | None, since: str | None, *, follows: bool, as_json: bool
) -> int:
    """Print the log lines of a stage's functions and state machines, or of one execution.

    The HTTP API and the delivery stream have lines too. FUNCTION is one of them all, such as planner, http-api or
    pipeline, which has the lines of every state machine. Times are in UTC. An execution's lines are its history, and
    those that its functions wrote while it ran. They include the lines of other executions at that time.

    \b
    npm run logs -- --stage dev
    npm run logs -- --stage dev collector --since 2h --follow
    npm run logs -- --stage dev --execution my-first
    """
    if execution is not None and since is not None:
        raise TargetError("since: --since goes without --execution, which has its own times")
    age = parse_age(since or DEFAULT_SINCE)
    deployment = target.require_deployment()
    groups = _choose(name_log_groups(target.list_resources()), function, of_execution=execution is not None)
    client = target.session.client("logs")
    if execution is None:
        lines = follow_lines(
            functools.partial(read_lines, client, groups), deployment.now() - age, _pause, lambda: not follows
        )
    else:
        arn = find_execution(target, deployment, execution)
        lines = _read_execution(deployment, client, groups, arn, history=function is None, follows=follows)
    try:
        printed = _print(lines, as_json=as_json)
    except KeyboardInterrupt:
        return INTERRUPTED
    if not printed:
        older = "" if execution else f" in the last {since or DEFAULT_SINCE}: --since 1d looks further back"
        click.echo(f"No lines of {', '.join(groups)}{older}.", err=True)
    return 0


def _read_execution(
    deployment: Deployment,
    client: CloudWatchLogsClient,
    groups: Mapping[str, str],
    arn: str,
    *,
    history: bool,
    follows: bool,
) -> Iterator[LogLine]:
    """Yield the lines of an execution, with its history or without."""
    states = deployment.step_functions

    def read(since: datetime) -> Iterator[LogLine]:
        of_functions = read_execution_lines(states, client, groups, arn, since)
        return heapq.merge(read_history(states, arn) if history else (), of_functions)

    start = states.describe_execution(executionArn=arn)["startDate"]
    return follow_lines(read, start, _pause, lambda: not follows or has_ended(states, arn))


def _pause() -> None:
    threading.Event().wait(FOLLOW_SECONDS)


def parse_age(text: str) -> timedelta:
    """Return the duration of ``30m``, ``2h`` or ``1d``.

    Raises
    ------
    TargetError
        For any other text.
    """
    found = re.fullmatch(r"([1-9]\d{0,4})([smhd])", text, re.ASCII)
    if found is None:
        raise TargetError(f"since: '{text}' is not a duration (use a number with s, m, h or d, such as 30m)")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _choose(groups: dict[str, str], function: str | None, *, of_execution: bool) -> dict[str, str]:
    """Return the log groups to read."""
    if of_execution:
        groups = {source: name for source, name in groups.items() if source in OF_EXECUTION}
    if function is None:
        return groups
    if function not in groups:
        raise TargetError(f"FUNCTION: '{function}' is not one of {', '.join(groups)}")
    return {function: groups[function]}


def _print(lines: Iterable[LogLine], *, as_json: bool) -> int:
    """Print the lines as they come, and return their number."""
    console, printed = PlainConsole(soft_wrap=True), 0
    for line in lines:
        printed += 1
        if as_json:
            click.echo(json.dumps(line.to_json()))
        else:
            console.print(line.format())
    return printed

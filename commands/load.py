"""``npm run load``: one execution of many tickers in the embedded cloud, reconciled, and the functions' memory."""

from __future__ import annotations

import datetime as dt
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import click
from botocore.exceptions import ClientError
from rich.console import Console
from rich.table import Table

from commands.options import check_request
from commands.target import TargetError
from deployment.package import PackageError, package
from finance_stream.client.console import PlainConsole, complain
from finance_stream.request import ANY_TICKERS, MAX_TICKERS
from local.chaos.case import Case
from local.chaos.case_run import CaseResult, run_case
from local.pipeline import STACK, Pipeline, running
from local.yahoo.exchange import NEW_YORK, find_closed_session
from local.yahoo.server import YahooReplay

CLEAN, UNCLEAN, BAD_INPUT = 0, 1, 2
# The line that Lambda writes after each invocation:
# https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
_REPORT = re.compile(r"^REPORT .*\bMemory Size: (?P<size>\d+) MB\tMax Memory Used: (?P<used>\d+) MB")


@dataclass(frozen=True)
class Memory:
    """A function's invocations, its memory in MB, and the most MB that it used."""

    function: str
    invocations: int
    size_mb: int
    used_mb: int


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--tickers", type=click.IntRange(1, MAX_TICKERS), default=1000, show_default=True, help="Number of tickers."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the synthetic session.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Date of the session. Default: the latest closed one.")
def main(*, tickers: int, seed: int, day: str | None) -> None:
    """Run one execution of many tickers in the embedded cloud, and reconcile its bars.

    Each ticker has a whole synthetic session.

    \b
    npm run load -- --tickers 1000 --date 2026-11-23

    Exit codes: 0 if every bar is reconciled, 1 if a bar is lost, a duplicate or changed, 2 invalid input.
    """
    console = PlainConsole()
    try:
        sys.exit(_load(console, tickers, seed, choose_date(day, dt.datetime.now(dt.UTC))))
    except (TargetError, PackageError) as error:
        complain(error)
        sys.exit(BAD_INPUT)


def choose_date(day: str | None, now: dt.datetime) -> dt.date:
    """Return the date of a session in New York that has closed: ``day``, or the latest one.

    Raises
    ------
    TargetError
        One line that names the date and why it isn't allowed.
    """
    latest = find_closed_session(now)
    if day is None:
        return latest
    check_request({"start": day}, ANY_TICKERS, {"start": "date"})
    date = dt.date.fromisoformat(day)
    if date > latest:
        raise TargetError(f"date: '{date}' has no session that has closed. The latest is '{latest}'.")
    if not NEW_YORK.list_sessions(date, date):
        raise TargetError(f"date: '{date}' has no session of {NEW_YORK.full_name}. The latest is '{latest}'.")
    return date


def _load(console: Console, tickers: int, seed: int, date: dt.date) -> int:
    folder, _ = package()
    symbols = tuple(f"T{number:04}" for number in range(tickers))
    case = Case(seed=seed, date=date, tickers=symbols)
    replay = case.make_replay()
    with (
        YahooReplay(replay) as yahoo,
        running(folder, yahoo.environment(), held=True) as pipeline,
    ):
        console.print(f"{tickers:,} tickers, {replay.label}: one execution ...")
        began = time.monotonic()
        session = run_case(pipeline, yahoo, case)
        seconds = time.monotonic() - began
        memory = list(read_memory(pipeline))
    _print(console, session, memory, seconds)
    return UNCLEAN if session.problems else CLEAN


def read_memory(pipeline: Pipeline) -> Iterator[Memory]:
    """Yield the memory of each of the stack's functions that has run, from its logs."""
    logs, functions = pipeline.cloud.client("logs"), pipeline.cloud.client("lambda")
    for function in functions.list_functions()["Functions"]:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=function["LoggingConfig"]["LogGroup"])
        try:
            events = [event["message"] for page in pages for event in page["events"]]
        except ClientError:  # the first event creates the log group
            continue
        reports = [found for found in map(_REPORT.match, events) if found]
        if reports:
            name = function["FunctionName"].removeprefix(f"{STACK}-")
            used = max(int(report["used"]) for report in reports)
            yield Memory(name, len(reports), int(reports[0]["size"]), used)


def _print(console: Console, session: CaseResult, memory: list[Memory], seconds: float) -> None:
    [end] = session.ends
    bars = (end.output or {}).get("bars", {})
    status = "SUCCEEDED" if end.succeeded else f"FAILED: {end.error}: {end.cause}"
    console.print(f"{status}: {bars}, {seconds:.0f} s with the ledger.")
    table = Table("function", "invocations", "memory, MB", "used at most, MB")
    for one in memory:
        table.add_row(one.function, f"{one.invocations:,}", str(one.size_mb), str(one.used_mb))
    console.print(table)
    for problem in session.problems:
        console.print(problem, style="red")
    console.print(
        f"{session.served:,} bars from Yahoo, {session.sent:,} sent, {session.lost:,} lost, "
        f"{session.duplicates:,} duplicates, {'ledger clean' if not session.problems else 'LEDGER NOT CLEAN'}."
    )

"""``npm run redrive``: put records that collectors or Firehose could not deliver back on the stream."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Callable

import click
from botocore.config import Config
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from commands.target import FAILED, Target, TargetError, stage_command
from finance_stream.client.console import PlainConsole
from finance_stream.client.redrive import PREFIXES, RedriveReport, redrive
from finance_stream.collect.delivery import CLIENT_CONFIG

MAX_REASONS_SHOWN = 5  # per object
MAX_REASON_CHARACTERS = 200
S3_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 5})

Show = Callable[[RedriveReport, str], None]


@functools.partial(stage_command, passes_on=False)
@click.option("--since", metavar="DATE", help="Only records that failed on this UTC date or later.")
@click.option("--dry-run", is_flag=True, help="Only count. Put nothing back, and delete nothing.")
def main(target: Target, since: str | None, dry_run: bool) -> int:
    """Put a stage's failed records back on its delivery stream.

    They are in the lake under dead-letter/ and processing-failed/. An object is deleted when the stream has accepted
    all of its bars. Lines that aren't bars stay, and are listed with their reasons. You can run this any number of
    times.

    \b
    npm run redrive -- --stage dev --dry-run
    npm run redrive -- --stage prod --since 2026-11-23
    """
    date = _parse_date(since)
    deployment = target.require_deployment()
    bucket, stream = deployment.bucket, deployment.stream
    s3 = deployment.session.client("s3", config=S3_CONFIG)
    firehose = deployment.session.client("firehose", config=CLIENT_CONFIG)
    console = PlainConsole()
    if console.is_terminal:
        report = _run_with_bar(console, lambda show: redrive(s3, firehose, bucket, stream, date, dry_run, show=show))
    else:
        show = _make_line_printer(console)
        report = redrive(s3, firehose, bucket, stream, date, dry_run, show=show)
    for line in summarize(report, bucket, dry_run):
        console.print(line)
    return 0 if report.clean else FAILED


def _parse_date(since: str | None) -> dt.date | None:
    try:
        return None if since is None else dt.datetime.strptime(since, "%Y-%m-%d").date()  # noqa: DTZ007 - a date has no time zone
    except ValueError:
        raise TargetError(f"since: '{since}' is not a date (use YYYY-MM-DD)") from None


def _run_with_bar(console: Console, run: Callable[[Show], RedriveReport]) -> RedriveReport:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("objects"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("0 bars", total=None)

        def show(report: RedriveReport, key: str) -> None:
            del key
            progress.update(task, description=f"{report.bars:,} bars", completed=report.objects, total=report.found)

        return run(show)


def _make_line_printer(console: Console) -> Show:
    def show(report: RedriveReport, key: str) -> None:
        console.print(f"  {report.objects:,} of {report.found:,}: {key}: {report.bars:,} bars so far")

    return show


def summarize(report: RedriveReport, bucket: str, dry_run: bool) -> list[str]:
    """Return lines about the redriven bars, the remaining bad lines, and their reasons."""
    if not report.found:
        return [f"Nothing to put back: s3://{bucket} has nothing under {', '.join(PREFIXES)}."]
    put_back, deleted = ("would be put back", "would be deleted") if dry_run else ("put back", "deleted")
    lines = [f"{report.bars:,} bars {put_back}; {report.cleared:,} of {report.found:,} objects {deleted}."]
    for key, reasons in report.bad.items():
        lines.append(f"Still bad: s3://{bucket}/{key}: {reasons.total():,} lines")
        lines += _list_reasons(reasons)
    if report.stopped:
        unseen = report.found - report.objects
        lines.append(f"The stream takes no more: {report.stopped}")
        lines.append(f"{unseen:,} objects were not looked at. Nothing is lost. Fix the problem, then run this again.")
    return lines


def _list_reasons(reasons: Counter[str]) -> list[str]:
    shown = reasons.most_common(MAX_REASONS_SHOWN)
    lines = [f"  {count:,} times: {reason[:MAX_REASON_CHARACTERS]}" for reason, count in shown]
    more = len(reasons) - len(shown)
    return [*lines, f"  and {more:,} more reasons"] if more else lines

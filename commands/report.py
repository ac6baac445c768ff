"""``npm run report``: a date's bars and its execution, as one page or as pictures."""

from __future__ import annotations

import functools
from datetime import date
from pathlib import Path

import click
import pyathena

from commands.options import check_request, make_event
from commands.target import Target, TargetError, stage_command
from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.browser import open_in_browser
from finance_stream.client.output_file import check_file, check_writable, write_output
from finance_stream.client.report.data import NothingToReportError, Report
from finance_stream.client.report.make import make_report
from finance_stream.client.report.page import render
from finance_stream.executions import make_execution_arn
from finance_stream.request import ANY_TICKERS, DEFAULT_INTERVAL
from local.outputs import OutFolder

PAGE = Path("out/report.html")
PICTURES = Path("out")


@functools.partial(stage_command, passes_on=False)
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Local date. Default: the newest execution's.")
@click.option("--execution", metavar="ID", help="Name or ARN. Default: the date's newest execution.")
@click.option("--tickers", metavar="A,B", help="Yahoo symbols. Default: the execution's, or all of the date.")
@click.option("--interval", metavar="|".join(INTERVAL_MINUTES), help=f"Length of a bar. Default: {DEFAULT_INTERVAL}.")
@click.option("--format", "kind", type=click.Choice(["html", "png", "svg"]), default="html", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path), help=f"File of the page, or folder of the pictures. Default: {PAGE}."
)
@click.option("--open", "opens", is_flag=True, help="Open the result in the browser.")
def main(target: Target, kind: str, out: Path | None, opens: bool, **options: str | None) -> int:
    """Report a date: hourly highs, charts, completeness, the execution, its failures and its cost.

    The page is one file that needs no network. The pictures are the highs per hour as lines with a common axis, as
    lines with an axis per ticker, and as bars.

    \b
    npm run report -- --stage dev --open
    npm run report -- --stage dev --execution my-first --out monday.html
    npm run report -- --stage dev --date 2026-11-23 --format png
    """
    _check_out(kind, out)
    try:
        report = _make_report(target, **options)
    except NothingToReportError as error:
        raise TargetError(str(error)) from error
    except pyathena.Error as error:
        raise TargetError(f"Athena: {error}") from error
    if kind == "html":
        written = [_save_page(render(report).encode(), out)]
    else:
        from finance_stream.client.report.pictures import draw  # matplotlib takes a second to import

        written = draw(report, out or PICTURES, kind)
    for path in written:
        click.echo(path.resolve().as_uri())
        if opens:
            open_in_browser(path.resolve().as_uri())
    return 0


def _check_out(kind: str, out: Path | None) -> None:
    """Check that the page or the pictures can be written, before Athena runs a query."""
    if kind != "html":
        check_writable(out or PICTURES)
    elif out is None:
        OutFolder(PAGE.parent).check(PAGE.name)
    else:
        check_file(out)


def _save_page(page: bytes, out: Path | None) -> Path:
    """Write the page, and return its path. It replaces a file that the user names, or a file of an earlier run."""
    if out is None:
        return OutFolder(PAGE.parent).add(PAGE.name, page)
    write_output(out, page)
    OutFolder(out.parent).note(out.name, page)
    return out


def _make_report(
    target: Target, day: str | None, execution: str | None, tickers: str | None, interval: str | None
) -> Report:
    deployment = target.require_deployment()
    request = check_request(
        make_event({"start": day, "interval": interval, "tickers": tickers}), ANY_TICKERS, {"start": "date"}
    )
    if execution is not None and not execution.startswith("arn:"):
        execution = make_execution_arn(deployment.state_machine_arn, execution)
    return make_report(
        deployment,
        day=date.fromisoformat(day) if day is not None else None,
        execution=execution,
        tickers=list(request.tickers) if tickers is not None else None,
        interval=interval,
    )

"""``npm run bench``: the project's measurements in one table."""

from __future__ import annotations

from local.environment import clean_environment

clean_environment()  # before the imports below, some of which read it

import importlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence

import click
from rich.box import MARKDOWN, SIMPLE_HEAD
from rich.table import Table

from bench.line import BenchLine, Measurement
from commands.leave import run_and_leave
from deployment.package import PackageError
from finance_stream.client.console import PlainConsole, complain

BAD_INPUT = 2
WIDTH = 100
MAX_WIDTH = 400  # in Markdown, a row is one line
# Each is a file of this folder. The fast ones come first.
FILES = (
    "calls",
    "billed_bytes",
    "frame",
    "transformer",
    "package_size",
    "cold_start",
    "memory",
    "scanned",
    "compaction",
    "local_run",
    "reach",
)
# They take too long to be measured unless you ask for them.
ASKED = frozenset({"reach"})


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--only", multiple=True, type=click.Choice(FILES), help="Only these lines. May be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array instead of the table.")
@click.option("--markdown", is_flag=True, help="Print the table as Markdown, for docs/performance.md.")
@click.option(
    "--full", is_flag=True, help="Measure the local run of 1,000 tickers as well, and with reach a first run."
)
@click.option("--quick", is_flag=True, help="Measure each line once, to see that it runs.")
def main(*, only: Sequence[str], as_json: bool, markdown: bool, full: bool, quick: bool) -> None:
    """Measure ours, the reference to beat and the limit of each line, in the same run on the same data.

    \b
    npm run bench
    npm run bench -- --only frame --only transformer
    npm run bench -- --full --json
    npm run bench -- --only reach

    docs/performance.md explains the table. The exit code is 0 even if a goal is not met.
    """
    progress = PlainConsole(stderr=True)
    try:
        measured = list(
            _measure(only or [name for name in FILES if name not in ASKED], progress.print, quick=quick, full=full)
        )
    except PackageError as error:
        complain(error)
        sys.exit(BAD_INPUT)
    if as_json:
        click.echo(json.dumps([line.to_json() for line in measured], indent=2))
    else:
        table, width = (make_markdown(measured), MAX_WIDTH) if markdown else (make_table(measured), WIDTH)
        PlainConsole(width=width).print(table)


def _measure(files: Sequence[str], say: Callable[[str], None], *, quick: bool, full: bool) -> Iterator[BenchLine]:
    for name in FILES:
        if name in files:
            say(f"Measuring {name} ...")
            yield from importlib.import_module(f"bench.{name}").measure(quick=quick, full=full)


def make_table(measured: Sequence[BenchLine]) -> Table:
    """Return the table for a terminal, with at most :data:`WIDTH` columns.

    A figure is the least of its measurements, and the median and the most stand below it. The data and the goal stand
    below the line's name.
    """
    made = Table(box=SIMPLE_HEAD, pad_edge=False)
    made.add_column("line, data, goal")
    for heading in ("ours", "reference", "limit", "reference\n/ ours", "ours\n/ limit"):
        made.add_column(heading, justify="right", no_wrap=True)
    made.add_column("met", no_wrap=True)
    for line in measured:
        name = "\n".join(filter(None, (f"{line.name}, {line.unit}", line.data, str(line.goal))))
        figures = [_format_figure(one).replace(" ", "\n") for one in (line.ours, line.reference, line.limit)]
        made.add_row(name, *figures, *_format_end(line))
    return made


def make_markdown(measured: Sequence[BenchLine]) -> Table:
    """Return the table as Markdown, with a row per line. The brackets have the median and the most."""
    made = Table(box=MARKDOWN)
    for heading in ("line", "on", "unit"):
        made.add_column(heading)
    for heading in ("ours", "reference", "limit", "reference / ours", "ours / limit"):
        made.add_column(heading, justify="right")
    made.add_column("goal")
    made.add_column("met")
    for line in measured:
        figures = (_format_figure(line.ours), _format_figure(line.reference), _format_figure(line.limit))
        *ratios, met = _format_end(line)
        made.add_row(line.name, line.data, line.unit, *figures, *ratios, str(line.goal), met)
    return made


def _format_end(line: BenchLine) -> tuple[str, str, str]:
    return _format_ratio(line.gain), _format_ratio(line.distance), "yes" if line.met else "NO"


def _format_figure(measured: Measurement | None) -> str:
    if measured is None:
        return "-"
    if measured.least == measured.most:
        return _format_number(measured.least)
    return f"{_format_number(measured.least)} ({_format_number(measured.middle)}, {_format_number(measured.most)})"


def _format_number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def _format_ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    run_and_leave(main)

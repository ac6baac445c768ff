"""``npm run simulate``: some days of a stage's own schedules in the embedded cloud, and a reconciliation of each."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from commands.cost import read_packaged_stack
from deployment.package import PackageError, package_without_libraries
from finance_stream.client.console import PlainConsole, complain
from local.pipeline import running
from local.simulation import SimulatedDay, Simulation, find_start, make_market
from local.source import read_stage_tickers
from local.yahoo.files.tickers import split_tickers
from local.yahoo.replay import Replay
from local.yahoo.server import YahooReplay

CLEAN, UNCLEAN, BAD_INPUT = 0, 1, 2
MAX_DAYS = 366
MAX_FAILURES_PRINTED = 5


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--days", type=click.IntRange(1, MAX_DAYS), default=7, show_default=True, help="Number of dates.")
@click.option(
    "--from", "first", type=click.DateTime(["%Y-%m-%d"]), default="2026-11-23", show_default=True, help="First date."
)
@click.option("-s", "--stage", default="prod", show_default=True, help="Stage. In prod, the schedules are on.")
@click.option("--tickers", metavar="A,B,...", help="Yahoo symbols. Default: the stage's.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the synthetic bars.")
def main(*, days: int, first: dt.datetime, stage: str, tickers: str | None, seed: int) -> None:
    """Deploy a stage to the embedded cloud, let its own schedules run some days, and reconcile each date.

    The clock is virtual, so a day takes only its work. The synthetic Yahoo serves each bar when it is due.

    \b
    npm run simulate -- --days 7 --from 2026-11-23 --stage prod

    Exit codes: 0 if every ledger is clean, 1 if a bar is lost or a duplicate, 2 invalid input.
    """
    began = time.monotonic()
    chosen = split_tickers(tickers) if tickers else None
    own = [] if chosen is None else [f"tickers={','.join(chosen)}"]
    try:
        folder = package_without_libraries(stage, *own)
        market = make_market(chosen or read_stage_tickers(folder), first.date(), days, seed)
    except (PackageError, ValueError) as error:
        complain(error)
        sys.exit(BAD_INPUT)
    console = PlainConsole()
    found = _simulate(console, folder, market, first.date(), days, stage)
    _print_summary(console, found, time.monotonic() - began)
    sys.exit(CLEAN if all(day.clean for day in found) else UNCLEAN)


def _simulate(
    console: Console, folder: Path, market: Replay, first: dt.date, days: int, stage: str
) -> list[SimulatedDay]:
    """Run the days, print each after its night, and return them."""
    console.print(f"{days} days of {stage} from {first} on, {len(market.instruments)} tickers, {market.label}")
    with (
        YahooReplay(market) as yahoo,
        running(
            folder, yahoo.environment(), source=market.label, stage=stage, start=find_start(first), held=True
        ) as pipeline,
    ):
        simulation = Simulation(pipeline, market, read_packaged_stack(folder))
        yahoo.served = simulation.ledger.enter
        found = []
        for day in simulation.run(first, days, _Progress()):
            found.append(day)
            _print_day(console, day)
    return found


class _Progress:
    """A line on stderr per simulated hour."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, now: dt.datetime) -> None:
        click.echo(f"  {now:%a %Y-%m-%d %H:%M} New York ({time.monotonic() - self._began:.0f} s)", err=True)


def _print_day(console: Console, day: SimulatedDay) -> None:
    table = Table("exchange", "expected", "collected", "delivered", "compacted", "lost", "duplicates")
    for one in day.exchanges:
        counts = (one.expected, one.collected, one.delivered, one.compacted, one.lost, one.duplicates)
        table.add_row(one.exchange, *(f"{count:,}" for count in counts))
    console.print(
        f"{day.date:%a %Y-%m-%d}: {day.executions:,} executions, {len(day.failures)} FAILED, ${day.dollars:.4f}, "
        f"{'ledger clean' if day.clean else 'LEDGER NOT CLEAN'}"
    )
    console.print(table)
    for line in day.failures[:MAX_FAILURES_PRINTED]:
        console.print(f"    {line}", style="red")


def _print_summary(console: Console, days: Sequence[SimulatedDay], seconds: float) -> None:
    bars = [one for day in days for one in day.exchanges]
    console.print(
        f"\n{sum(day.clean for day in days)} of {len(days)} ledgers clean: "
        f"{sum(one.expected for one in bars):,} bars expected, {sum(one.collected for one in bars):,} collected, "
        f"{sum(one.delivered for one in bars):,} delivered, {sum(one.compacted for one in bars):,} compacted, "
        f"{sum(one.lost for one in bars):,} lost, {sum(one.duplicates for one in bars):,} duplicates. "
        f"{sum(day.executions for day in days):,} executions, {sum(len(day.failures) for day in days):,} FAILED. "
        f"Cost, estimated at list prices: ${sum(day.dollars for day in days):.3f}. {seconds:.0f} s."
    )

"""Tables and lines for the terminal: an execution's answer and counts, gaps, and costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from finance_stream.client.console import measure_width
from finance_stream.client.deployment import is_synthetic
from finance_stream.client.execution import ExecutionEnd
from finance_stream.client.gaps import Completeness
from finance_stream.client.price import count_decimals, format_price
from finance_stream.cost import BillLine
from finance_stream.exchanges import find_exchange_name
from finance_stream.hours import format_run, split_runs
from finance_stream.sessions import list_early_closes

MAX_TICKERS_SHOWN = 40
MAX_SESSIONS_SHOWN = 5
MAX_INCOMPLETE_NAMED = 10
# Quantities of a bill are whole from here on, since they have 4 digits.
LEAST_WHOLE = 1_000
# An exchange with more hours than these is open all day, and is shown as a list.
MAX_HOURS_ACROSS = 9


def show_answer(console: Console, highs: Sequence[dict[str, Any]], source: str) -> None:
    """Print the highs of each session, and a warning where the ``source`` is synthetic."""
    for table in make_highs_tables(highs, source, console.width):
        console.print(table)
    if highs and is_synthetic(source):
        console.print("Demo data: these prices are randomly generated.", style="bold")


def make_highs_tables(highs: Sequence[dict[str, Any]], source: str = "", width: int = 80) -> list[Table]:
    """Return the hourly highs as tables of at most ``width`` columns: one per session and exchange.

    An exchange that is open all day has a list of hours. Another has a row per ticker and a column per hour, over as
    many tables as the hours need: a price is never cut. ``source`` names the origin of the bars, in each title.
    """
    by_session: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in sorted(highs, key=lambda row: str(row["session"])):
        by_session.setdefault(str(row["session"]), {}).setdefault(find_exchange_name(row["ticker"]), []).append(row)
    tables = []
    for session, by_exchange in list(by_session.items())[-MAX_SESSIONS_SHOWN:]:
        for exchange, rows in by_exchange.items():
            title = f"Hourly highs of {session}" + (f", {exchange}" if len(by_exchange) > 1 else "")
            hours = sorted({row["hour"] for row in rows})
            own = _make_grids(hours, rows, width) if len(hours) <= MAX_HOURS_ACROSS else [_make_list(rows)]
            own[0].title = title + (f" ({source})" if source else "")
            tables += own
    if len(by_session) > MAX_SESSIONS_SHOWN:
        earlier = f"{len(by_session) - MAX_SESSIONS_SHOWN:,} earlier sessions are in the result."
        tables[-1].caption = f"{tables[-1].caption} {earlier}"
    return tables


def _start_table(first_column: str) -> Table:
    table = Table(box=SIMPLE_HEAD, title_justify="left", caption_justify="left", pad_edge=False)
    table.add_column(first_column, no_wrap=True, overflow="fold")
    return table


def _make_grids(hours: Sequence[int], rows: Sequence[dict[str, Any]], width: int) -> list[Table]:
    """Return a row per ticker and a column per hour, in as many tables as ``width`` needs."""
    by_ticker = {name: {row["hour"]: row for row in own} for name, own in groupby(rows, key=lambda row: row["ticker"])}
    cells = {ticker: _make_cells(ticker, own) for ticker, own in list(by_ticker.items())[:MAX_TICKERS_SHOWN]}
    tables, left = [], list(hours)
    while left:
        fitting = len(left)
        while fitting > 1 and measure_width(_make_grid(left[:fitting], cells)) > width:
            fitting -= 1
        tables.append(_make_grid(left[:fitting], cells))
        left = left[fitting:]
    _set_caption(
        tables[-1],
        len(by_ticker),
        "* the session's highest. Below each high, the first minute that reached it.",
    )
    return tables


def _make_grid(hours: Sequence[int], cells: Mapping[str, Mapping[int, Text]]) -> Table:
    table = _start_table("ticker")
    for hour in hours:
        table.add_column(f"{hour:02}h", justify="right", no_wrap=True, overflow="fold")
    for ticker, own in cells.items():
        table.add_row(ticker, *(own.get(hour, Text("-")) for hour in hours))
    return table


def _make_cells(ticker: str, own: Mapping[int, dict[str, Any]]) -> dict[int, Text]:
    """Return each hour's high and its first minute. The session's highest has a star, and is bold on a terminal."""
    highs = [row["high"] for row in own.values()]
    decimals, top = count_decimals(ticker, highs), max(highs)
    cells = {}
    for hour, row in own.items():
        star, style = ("*", "bold") if row["high"] == top else ("", "")
        high = f"{star}{format_price(row['high'], decimals)}"
        cells[hour] = Text.assemble((high, style), "\n", (row["high_at"][11:16], "dim"))
    return cells


def _make_list(rows: Sequence[dict[str, Any]]) -> Table:
    table = _start_table("ticker")
    for column in ("hour", "high", "first at", "times"):
        table.add_column(column, justify="right")
    prices: dict[str, list[float]] = {}
    for row in rows:
        prices.setdefault(row["ticker"], []).append(row["high"])
    decimals = {ticker: count_decimals(ticker, own) for ticker, own in prices.items()}
    for row in rows[:MAX_TICKERS_SHOWN]:
        high = format_price(row["high"], decimals[row["ticker"]])
        table.add_row(row["ticker"], f"{row['hour']:02}h", high, row["high_at"][11:16], str(row["minutes_at_high"]))
    _set_caption(table, len(rows), "times: the number of bars that reached the high.")
    return table


def _set_caption(table: Table, rows: int, legend: str) -> None:
    more = f" {rows - MAX_TICKERS_SHOWN:,} more rows are in the result." if rows > MAX_TICKERS_SHOWN else ""
    table.caption = legend + more


def make_gaps_table(found: Sequence[Completeness], title: str, step: timedelta) -> Table:
    """Return a row per ticker with its expected, delivered and missing bars, and each gap in the exchange's time.

    ``step`` is the length of a bar.
    """
    table = _start_table("ticker")
    table.title = title
    for column in ("expected", "delivered", "missing"):
        table.add_column(column, justify="right")
    table.add_column("missing and unexpected bars, by their start")
    for one in found:
        expected = "not known" if one.expected is None else f"{one.expected:,}"
        counts = (expected, f"{one.delivered:,}", f"{one.missing:,}")
        table.add_row(one.ticker, *counts, _describe_gaps(one, step))
    return table


def _describe_gaps(one: Completeness, step: timedelta) -> str:
    if one.expected is None:
        return "no calendar knows this session"
    unexpected = [f"{format_run(run)} unexpected" for run in split_runs(one.unexpected, step)]
    if not one.expected:
        return "\n".join(["no session", *unexpected])
    runs = [f"{gap.first:%H:%M}" + (f"-{gap.last:%H:%M}" if gap.bars > 1 else "") + f" {gap.kind}" for gap in one.gaps]
    lost = [f"{one.lost:,} lost"] if one.lost else []
    return "\n".join(lost + runs + unexpected)


def make_cost_table(by_use: Sequence[BillLine], fixed: Sequence[BillLine], title: str) -> Table:
    """Return a row per line of the bill, the most expensive service first, then the sums by use and per month."""
    table = _start_table("service")
    table.title = title
    table.add_column("what")
    for column in ("per month", "dollars"):
        table.add_column(column, justify="right")
    services = {line.service: 0.0 for line in by_use}
    for line in by_use:
        services[line.service] += line.dollars
    for line in sorted(by_use, key=lambda line: (-services[line.service], line.service, -line.dollars)):
        table.add_row(line.service, line.what, _format_quantity(line.quantity), f"{line.dollars:,.4f}")
    used, monthly = sum(services.values()), sum(line.dollars for line in fixed)
    table.add_row("by use", "", "", f"{used:,.4f}", style="bold")
    for line in fixed:
        table.add_row(line.service, line.what, _format_quantity(line.quantity), f"{line.dollars:,.4f}")
    table.add_row("alarms and keys", "", "", f"{monthly:,.4f}", style="bold")
    table.add_row("total", "", "", f"{used + monthly:,.4f}", style="bold")
    return table


def summarize_cost(by_use: Sequence[BillLine], fixed: Sequence[BillLine]) -> str:
    """Return the whole bill and its share by use as a sentence."""
    used, monthly = sum(line.dollars for line in by_use), sum(line.dollars for line in fixed)
    return f"${used + monthly:,.2f} per month, of which ${used:,.2f} by use."


def _format_quantity(quantity: float) -> str:
    """Return a quantity with at least 4 digits, and never with an exponent."""
    if quantity >= LEAST_WHOLE:
        return f"{quantity:,.0f}"
    return f"{Decimal(f'{quantity:.4g}'):f}"


def list_totals(ended: ExecutionEnd) -> list[str]:
    """Return a SUCCEEDED execution's counts in lines, with the tickers that lack bars or failed."""
    output = ended.output or {}
    if output.get("status") == "no session":
        return [f"No session from {output['start']} until {output['end']}: the exchange is closed. Nothing to collect."]
    bars, tickers = output["bars"], output["tickers"]
    if output["complete"] is None:
        lines = [f"Delivered: {bars['delivered']:,} bars, all that are known to be expected"]
    else:
        present = bars["expected"] - _count_missing({**bars, **output.get("differences", {})})
        counts = f"{present:,} of {bars['expected']:,} bars{_describe_half_days(output['sessions'])}"
        lines = [f"{'Complete' if output['complete'] else 'Not complete'}: {counts}", *_describe_incomplete(tickers)]
    if unknown := tickers.get("not_known"):
        named = f"{unknown:,} ticker{'s' if unknown > 1 else ''}"
        lines.append(f"No calendar knows the sessions of {named}, so no bars are expected there.")
    lines += _describe_cost(output.get("cost"))
    lines += [f"Failed: {one['ticker']}: {one['error']}: {one['reason']}" for one in tickers["failed"]]
    if tickers["failed_others"]:
        unnamed = tickers["failed_count"] - len(tickers["failed"]) - len(tickers["failed_others"])
        lines.append(f"Failed as well: {_join_names(tickers['failed_others'], unnamed)}")
    if tickers["no_session"]:
        unnamed = tickers["no_session_count"] - len(tickers["no_session"])
        lines.append(f"No session: {_join_names(tickers['no_session'], unnamed)}")
    return lines


def _describe_half_days(sessions: Sequence[dict[str, Any]] | None) -> str:
    """Return a note on the sessions that closed early, or nothing. The output of a long window has no sessions."""
    dates: dict[str, list[date]] = {}
    for one in sessions or ():
        dates.setdefault(one["exchange"], []).append(date.fromisoformat(one["date"]))
    closes = [close for exchange, own in dates.items() for close in list_early_closes(exchange, own)]
    notes = [f"{close.city} closed at {close.at:%H:%M}" for close in closes]
    if not notes:
        return ""
    more = f" and {len(notes) - 1:,} more" if len(notes) > 1 else ""
    return f" (half day: {notes[0]}{more})"


def _describe_cost(cost: dict[str, Any] | None) -> list[str]:
    """Return the execution's cost by service, the largest first, or nothing for an execution of an older stack."""
    if cost is None:
        return []
    services = sorted(cost["by_service"].items(), key=lambda one: -one[1])
    named = ", ".join(f"{service} ${dollars:.6f}" for service, dollars in services)
    return [f"Cost, estimated at list prices ({cost['estimated_at']}): ${cost['dollars']:.6f}: {named}"]


def _describe_incomplete(tickers: dict[str, Any]) -> list[str]:
    """Name the tickers with other bars than expected, the worst first. Failed tickers have lines of their own."""
    failed = {*(one["ticker"] for one in tickers["failed"]), *tickers["failed_others"]}
    collected = [one for one in tickers["incomplete"] if one["ticker"] not in failed]
    fewer = [one for one in collected if _count_missing(one)]
    lines = []
    if fewer:
        named = [_describe_differences(one) for one in fewer[:MAX_INCOMPLETE_NAMED]]
        counted = tickers["complete"] + tickers["failed_count"] + tickers.get("not_known", 0)
        more = tickers["planned"] - counted - len(named)
        lines.append(f"Bars are missing: {', '.join(named)}" + (f" and {more:,} more tickers" if more > 0 else ""))
    if others := [one for one in collected if not _count_missing(one)]:
        lines.append(f"Unexpected bars: {', '.join(map(_describe_differences, others[:MAX_INCOMPLETE_NAMED]))}")
    return lines


def _describe_differences(one: dict[str, Any]) -> str:
    present = f"{one['ticker']} {one['expected'] - _count_missing(one):,} of {one['expected']:,}"
    return f"{present} ({one['differences']})" if one.get("differences") else present


def _count_missing(counts: dict[str, Any]) -> int:
    """Return the missing bars in the counts of an execution or a ticker. An older stack's tell only their number."""
    return int(counts.get("missing", counts["expected"] - counts["delivered"]))


def _join_names(named: list[str], unnamed: int) -> str:
    return ", ".join([*named, *([f"and {unnamed:,} more"] if unnamed else [])])

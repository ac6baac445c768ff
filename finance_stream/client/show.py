"""What a person sees of an execution that is over: its answer as tables, its counts in lines; and other tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from finance_stream.client.execution import Ended
from finance_stream.client.gaps import Completeness
from finance_stream.cost import Line

# How the label of bars begins that are of no market: local/yahoo/synthetic.py.
SYNTHETIC = "SYNTHETIC"
MAX_TICKERS_SHOWN = 40
MAX_SESSIONS_SHOWN = 5
MAX_INCOMPLETE_NAMED = 10
# More columns than an 80-column terminal holds: an exchange that is open all day is shown as a list.
MAX_HOURS_ACROSS = 9


def show_answer(console: Console, highs: Sequence[dict[str, Any]], source: str) -> None:
    """Print the highs of each session, and that they are synthetic where the ``source`` says so."""
    for table in highs_tables(highs, source):
        console.print(table)
    if highs and source.startswith(SYNTHETIC):
        console.print("The data is SYNTHETIC: made up, of no market.", style="bold")


def highs_tables(highs: Sequence[dict[str, Any]], source: str = "") -> list[Table]:
    """The hourly highs of each session: a row a ticker, a column an hour, below each high its first minute.

    ``source`` says where the bars are from, in each title.
    """
    by_session = groupby(sorted(highs, key=lambda row: str(row["session"])), key=lambda row: str(row["session"]))
    sessions = [(session, list(rows)) for session, rows in by_session]
    tables = []
    for session, of_session in sessions[-MAX_SESSIONS_SHOWN:]:
        hours = sorted({row["hour"] for row in of_session})
        title = f"Hourly highs of {session}" + (f" ({source})" if source else "")
        table = _grid(hours, of_session) if len(hours) <= MAX_HOURS_ACROSS else _list(of_session)
        table.title = title
        tables.append(table)
    if len(sessions) > MAX_SESSIONS_SHOWN:
        earlier = f"{len(sessions) - MAX_SESSIONS_SHOWN:,} earlier sessions are in the result"
        tables[-1].caption = f"{tables[-1].caption}; {earlier}"
    return tables


def _table(first_column: str) -> Table:
    table = Table(box=SIMPLE_HEAD, title_justify="left", caption_justify="left", pad_edge=False)
    table.add_column(first_column)
    return table


def _grid(hours: Sequence[int], rows: Sequence[dict[str, Any]]) -> Table:
    table = _table("ticker")
    for hour in hours:
        table.add_column(f"{hour:02}h", justify="right")
    by_ticker = {name: {row["hour"]: row for row in own} for name, own in groupby(rows, key=lambda row: row["ticker"])}
    for name, own in list(by_ticker.items())[:MAX_TICKERS_SHOWN]:
        top = max(row["high"] for row in own.values())
        table.add_row(name, *(_cell(own.get(hour), top) for hour in hours))
    _caption(table, len(by_ticker), "* the session's highest; below each high the minute that reached it first")
    return table


def _cell(row: dict[str, Any] | None, top: float) -> Text:
    """The high and its minute; the session's highest is marked with a star, on a terminal in bold as well."""
    if row is None:
        return Text("-")
    star = "*" if row["high"] == top else ""
    return Text.assemble((f"{star}{row['high']:,.2f}", "bold" if star else ""), "\n", (row["high_at"][11:16], "dim"))


def _list(rows: Sequence[dict[str, Any]]) -> Table:
    table = _table("ticker")
    for column in ("hour", "high", "first at", "times"):
        table.add_column(column, justify="right")
    for row in rows[:MAX_TICKERS_SHOWN]:
        cells = (f"{row['hour']:02}h", f"{row['high']:,.2f}", row["high_at"][11:16], str(row["minutes_at_high"]))
        table.add_row(row["ticker"], *cells)
    _caption(table, len(rows), "times: how many bars reached it")
    return table


def _caption(table: Table, rows: int, legend: str) -> None:
    more = f"; {rows - MAX_TICKERS_SHOWN:,} more rows are in the result" if rows > MAX_TICKERS_SHOWN else ""
    table.caption = legend + more


def gaps_table(found: Sequence[Completeness], title: str) -> Table:
    """A row a ticker: the bars to expect, those there, and each run of missing ones, in the exchange's own time."""
    table = _table("ticker")
    table.title = title
    for column in ("expected", "there", "missing"):
        table.add_column(column, justify="right")
    table.add_column("missing bars, by their start")
    for one in found:
        counts = (f"{count:,}" for count in (one.expected, one.there, one.missing))
        table.add_row(one.ticker, *counts, _gaps(one))
    return table


def _gaps(one: Completeness) -> str:
    if not one.expected:
        return "no session"
    runs = [f"{gap.first:%H:%M}" + (f"-{gap.last:%H:%M}" if gap.bars > 1 else "") + f" {gap.kind}" for gap in one.gaps]
    lost = [f"{one.lost:,} lost"] if one.lost else []
    return "\n".join(lost + runs)


def cost_table(by_use: Sequence[Line], fixed: Sequence[Line], title: str) -> Table:
    """A row a line of the bill, dearest service first; then what is billed by use, what by the month, and both."""
    table = _table("service")
    table.title = title
    table.add_column("what")
    for column in ("a month", "dollars"):
        table.add_column(column, justify="right")
    services = {line.service: 0.0 for line in by_use}
    for line in by_use:
        services[line.service] += line.dollars
    for line in sorted(by_use, key=lambda line: (-services[line.service], line.service, -line.dollars)):
        table.add_row(line.service, line.what, f"{line.quantity:,.4g}", f"{line.dollars:,.4f}")
    used, monthly = sum(services.values()), sum(line.dollars for line in fixed)
    table.add_row("by use", "", "", f"{used:,.4f}", style="bold")
    for line in fixed:
        table.add_row(line.service, line.what, f"{line.quantity:,.4g}", f"{line.dollars:,.4f}")
    table.add_row("alarms and keys", "", "", f"{monthly:,.4f}", style="bold")
    table.add_row("total", "", "", f"{used + monthly:,.4f}", style="bold")
    return table


def totals(ended: Ended) -> list[str]:
    """A green execution's counts, and what is wrong with it, in lines."""
    output = ended.output or {}
    if output.get("status") == "no session":
        return [f"No session from {output['start']} until {output['end']}: the exchange is closed. Nothing to collect."]
    bars, tickers = output["bars"], output["tickers"]
    missing = bars["expected"] - bars["collected"]
    lines = [
        f"{bars['collected']:,} bars collected, {bars['delivered']:,} delivered: "
        + (f"{missing:,} fewer than" if missing > 0 else "all that")
        + " the exchange's calendar has."
    ]
    lines += [*_incomplete(tickers), *_cost(output.get("cost"))]
    lines += [f"Failed: {one['ticker']}: {one['error']}: {one['reason']}" for one in tickers["failed"]]
    if tickers["failed_others"]:
        unnamed = tickers["failed_count"] - len(tickers["failed"]) - len(tickers["failed_others"])
        lines.append(f"Failed as well: {_names(tickers['failed_others'], unnamed)}")
    if tickers["no_session"]:
        unnamed = tickers["no_session_count"] - len(tickers["no_session"])
        lines.append(f"No session: {_names(tickers['no_session'], unnamed)}")
    return lines


def _cost(cost: dict[str, Any] | None) -> list[str]:
    """What the execution has cost, dearest service first; an execution of an older stack does not say."""
    if cost is None:
        return []
    services = sorted(cost["by_service"].items(), key=lambda one: -one[1])
    named = ", ".join(f"{service} ${dollars:.6f}" for service, dollars in services)
    return [f"Cost, estimated at list prices ({cost['estimated_at']}): ${cost['dollars']:.6f}: {named}"]


def _incomplete(tickers: dict[str, Any]) -> list[str]:
    """Which tickers have fewer bars than the calendar, the worst by name; those that failed have lines of their own."""
    failed = {*(one["ticker"] for one in tickers["failed"]), *tickers["failed_others"]}
    fewer = [one for one in tickers["incomplete"] if one["ticker"] not in failed]
    if not fewer:
        return []
    named = [f"{one['ticker']} {one['delivered']:,} of {one['expected']:,}" for one in fewer[:MAX_INCOMPLETE_NAMED]]
    more = tickers["planned"] - tickers["complete"] - tickers["failed_count"] - len(named)
    return [f"Not complete: {', '.join(named)}" + (f" and {more:,} more tickers" if more > 0 else "")]


def _names(named: list[str], unnamed: int) -> str:
    return ", ".join([*named, *([f"and {unnamed:,} more"] if unnamed else [])])

"""A table's columns by the fields that they have, and a row per ticker and time."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Self

import pandas as pd

from local.yahoo.files.aliases import (
    BAR_COLUMNS,
    COLLECTED_AT,
    DATE,
    INTERVAL,
    NAME,
    TIME,
    TS,
    describe_columns,
    find_field,
    is_utc,
    match_columns,
    split_name,
)
from local.yahoo.files.instants import has_time, has_zone, to_text
from local.yahoo.files.table import Table, make_error


@dataclass(frozen=True)
class BarTable:
    """Rows with a field's name per column: ``name`` and ``ts`` or ``date`` and ``time``, ``high``, ``low`` and more.

    ``labels`` are the file's own names of the columns. ``utc`` says that the name of the times' column has UTC in it.
    """

    table: Table
    labels: Mapping[str, Hashable]
    utc: bool = False

    def keep(self, kept: pd.Series[bool]) -> Self:
        """Return the table with some of its rows."""
        return replace(self, table=self.table.keep(kept))

    def label(self, field: str) -> str:
        """Return a field's name in the file, for an error's text."""
        return str(self.labels.get(field, field))


def name_columns(table: Table) -> BarTable:
    """Return the table with the fields' names.

    Raises
    ------
    ReplayError
        If there is no high, no low or no time. It names the columns found and needed.
    """
    table = _stack_tickers(table)
    found = match_columns(table.frame.columns)
    times = _choose_times(table, found)
    labels: dict[str, Hashable] = {field: found[field][0] for field in (NAME, INTERVAL, COLLECTED_AT) if field in found}
    labels |= {field: found[field][0] for field in BAR_COLUMNS if field in found} | times
    missing = [field for field in ("high", "low") if field not in labels] + ([] if times else ["a time"])
    if missing:
        raise make_error(table.file, describe_columns(table.frame.columns, missing))
    frame = pd.DataFrame({field: table.frame[column] for field, column in labels.items()})
    return BarTable(table.with_frame(frame), labels, any(is_utc(column) for column in times.values()))


def _choose_times(table: Table, found: Mapping[str, list[Hashable]]) -> dict[str, Hashable]:
    """Return the columns of the times: one with whole times, or one with dates and one with times of the day.

    Of several columns with whole times, one with instants goes first.
    """
    whole = [
        column for field in (TS, DATE, TIME) for column in found.get(field, ()) if has_time(_get_first(table, column))
    ]
    if whole:
        return {TS: next((column for column in whole if has_zone(_get_first(table, column))), whole[0])}
    if DATE in found and TIME in found:
        return {DATE: found[DATE][0], TIME: found[TIME][0]}
    if TS in found and TIME in found:
        return {DATE: found[TS][0], TIME: found[TIME][0]}
    alone = [column for field in (TS, DATE, TIME) for column in found.get(field, ())]
    return {TS: alone[0]} if alone else {}


def _get_first(table: Table, column: Hashable) -> str:
    values = table.frame[column].dropna()
    return to_text(values.iloc[0]) or "" if len(values) else ""


def _stack_tickers(table: Table) -> Table:
    """Return a row per ticker and time if each ticker has columns of its own, as in a download of yfinance."""
    frame = table.frame
    pairs = {column: split_name(column) for column in frame.columns}
    if {"high", "low"} <= {*match_columns(frame.columns)} or not any(pairs.values()):
        return table
    shared: dict[Hashable, Hashable] = {}
    by_ticker: dict[str, dict[Hashable, Hashable]] = {}
    for column, pair in pairs.items():
        field, ticker = _order_pair(pair) if pair else (str(column), "")
        if ticker:
            by_ticker.setdefault(ticker, {})[column] = field
        else:
            shared[column] = field
    parts, rows = [], []
    for ticker, own in by_ticker.items():
        part = frame[[*shared, *own]].rename(columns={**shared, **own})
        part.columns = pd.Index([*shared.values(), *own.values()])
        delivered = part[[*own.values()]].notna().any(axis=1)
        parts.append(part[delivered].assign(ticker=ticker))
        rows += [int(row) for row in delivered.to_numpy().nonzero()[0]]
    return table.with_frame(pd.concat(parts, ignore_index=True), rows)


def _order_pair(pair: tuple[str, str]) -> tuple[str, str]:
    """Return a pair as its field and its ticker."""
    first, second = pair
    if find_field(second) in BAR_COLUMNS and find_field(first) not in BAR_COLUMNS:
        return second, first
    return (first, second) if first else (second, "")

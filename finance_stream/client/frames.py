"""The forms of an answer, pandas, polars or Arrow, and its times as timestamps with a zone."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa
import pyarrow.compute

from finance_stream.client.gaps import NOT_KNOWN, Completeness
from finance_stream.exchanges import find_exchange_name
from finance_stream.hours import find_zone

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Frame = TypeVar("Frame")
BAR_COLUMNS = ("time", "ticker", "open", "high", "low", "close", "volume")
# It makes a frame of a table, and of the name of the column that is the index in pandas.
Form = Callable[[pa.Table, str | None], Frame]


class MissingLibraryError(Exception):
    """A library that isn't installed. The text says how to install it."""


def to_pandas(table: pa.Table, index: str | None) -> pd.DataFrame:
    """Return a pandas DataFrame. Dates are timestamps at midnight, which pandas can select and group by."""
    frame: pd.DataFrame = table.to_pandas(date_as_object=False)
    return frame if index is None else frame.set_index(index)


def check_polars() -> None:
    """Check that polars is installed.

    Raises
    ------
    MissingLibraryError
    """
    if importlib.util.find_spec("polars") is None:
        raise MissingLibraryError("polars: not installed: pip install 'finance-stream[polars]'")


def to_polars(table: pa.Table, index: str | None) -> pl.DataFrame:
    """Return a polars DataFrame. polars has no index."""
    import polars as pl  # an extra

    del index
    return pl.DataFrame(table)


def to_arrow(table: pa.Table, index: str | None) -> pa.Table:
    """Return the table."""
    del index
    return table


def find_common_zone(tickers: Iterable[str]) -> tzinfo:
    """Return the time zone of the tickers' exchanges, or UTC if they have several or an unknown one."""
    zones = {find_zone(find_exchange_name(ticker)) for ticker in tickers}
    [zone] = zones if len(zones) == 1 else {None}
    return zone or UTC


def type_times(rows: pa.Table, tickers: str, texts: str, name: str) -> pa.Table:
    """Return rows in which the column ``texts``, of ISO 8601 texts with an offset, is ``name`` with timestamps.

    Parameters
    ----------
    tickers
        The column of the tickers, whose zone the timestamps have: :func:`find_common_zone`.
    """
    zone = find_common_zone(pyarrow.compute.unique(rows[tickers]).to_pylist())
    times = rows[texts].cast(pa.timestamp("ms", str(zone)))
    place = rows.column_names.index(texts)
    return rows.set_column(place, name, times)


def type_bars(rows: pa.Table) -> pa.Table:
    """Return the rows of the question ``bars`` with a timestamp, ``time``, as the first column."""
    typed = type_times(rows, "name", "ts", "time")
    place = typed.column_names.index("name")
    return typed.set_column(place, "ticker", typed["name"]).select(BAR_COLUMNS)


def describe_gaps(found: Sequence[Completeness]) -> pa.Table:
    """Return a row per gap, and one for each ticker whose session no calendar knows."""
    zone = str(find_common_zone(one.ticker for one in found))
    rows: list[dict[str, object]] = []
    for one in found:
        rows += [
            {"ticker": one.ticker, "first": gap.first, "last": gap.last, "bars": gap.bars, "kind": gap.kind}
            for gap in one.gaps
        ]
        if one.expected is None:
            rows.append({"ticker": one.ticker, "kind": NOT_KNOWN})
    times = pa.timestamp("ms", zone)
    kinds = {"ticker": pa.string(), "first": times, "last": times, "bars": pa.int64(), "kind": pa.string()}
    return pa.Table.from_pylist(rows, pa.schema(list(kinds.items())))

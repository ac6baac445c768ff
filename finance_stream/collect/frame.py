"""Bars from yfinance's DataFrame, column by column. Knows pandas and bars, but neither Yahoo's API nor AWS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from finance_stream.bars import MAX_VOLUME, encode_bars, pack
from finance_stream.hours import Hours

_PRICES = ("Open", "High", "Low", "Close")
# The largest float that is not above MAX_VOLUME.
MAX_VOLUME_BELOW = float(np.nextafter(float(MAX_VOLUME), 0))
_SECOND = 1_000_000  # microseconds
_MINUTE = 60 * _SECOND

Numbers = npt.NDArray[Any]  # of floats, or of integers where none is absent
Flags = npt.NDArray[np.bool_]
Instants = npt.NDArray[np.int64]  # microseconds since the epoch


@dataclass(frozen=True)
class Bars:
    """The bars of one ticker, oldest first.

    ``lines`` is NDJSON without newlines, ``dates`` the local date of each line, ``rejected`` the number of other rows
    in the frame, by reason. ``starts`` are the starts of the bars in seconds since the epoch.
    """

    lines: list[bytes]
    dates: list[str]
    rejected: dict[str, int]
    starts: tuple[int, ...] = ()

    def pack_records(self) -> Iterator[bytes]:
        """Yield Firehose records. Each has bars of one local date, which is its partition."""
        for _, dated in groupby(zip(self.dates, self.lines, strict=True), key=lambda pair: pair[0]):
            yield from pack(line for _, line in dated)


def to_bars(
    frame: pd.DataFrame,
    ticker: str,
    window: tuple[str, str],
    interval: str,
    collected_at: str,
    since: str | None = None,
    hours: Sequence[Hours] = (),
) -> Bars:
    """Return the bars in a frame of :func:`finance_stream.collect.yahoo.fetch_history`.

    Parameters
    ----------
    frame
        Columns Open, High, Low, Close, Volume. The index is the bar's start with the exchange's time zone.
    window
        First local date, and the one after the last.
    collected_at
        Time of the request to Yahoo: UTC, ISO 8601.
    since
        Bars that began earlier are outside the window as well: UTC, ISO 8601.
    hours
        Yahoo's hours in the window, which tell an unfinished bar by its start.
    """
    index = pd.DatetimeIndex(frame.index).as_unit("us")
    prices = {name: _keep_finite(frame[name]) for name in _PRICES}
    volume = _keep_finite(frame["Volume"])
    at = index.asi8
    unfinished = _find_unfinished(at, hours, interval)
    places, rejected = _clean(at, prices, volume, find_bounds(index.tz, window, since), unfinished)
    starts = _format_local(index.take(places))
    columns = [_to_numbers(prices[name][places]) for name in _PRICES]
    volumes = [int(one) if one is not None and one == int(one) else one for one in _to_numbers(volume[places])]
    lines = encode_bars(ticker, interval, collected_at, starts, columns, volumes)
    return Bars(lines, [start[:10] for start in starts], rejected, tuple((at[places] // _SECOND).tolist()))


def find_bounds(zone: tzinfo | None, window: tuple[str, str], since: str | None) -> tuple[int, int]:
    """Return the first second of the window and the one after its last, since the epoch."""
    start, end = (pd.Timestamp(date, tz=zone) for date in window)
    if since is not None:
        start = max(start, pd.Timestamp(since).ceil("s"))
    return int(start.timestamp()), int(end.timestamp())


def _clean(
    at: Instants, prices: dict[str, Numbers], volume: Numbers, bounds: tuple[int, int], unfinished: Flags
) -> tuple[npt.NDArray[np.intp], dict[str, int]]:
    """Return the places of the rows that are bars, sorted by start without duplicates, and the rejected by reason."""
    places, rejected = np.arange(len(at)), dict[str, int]()

    def reject(reason: str, bad: Flags) -> None:
        nonlocal places
        if count := int(np.count_nonzero(bad)):
            rejected[reason] = count
            places = places[~bad]

    reject("outside the window", (at < bounds[0] * _SECOND) | (at >= bounds[1] * _SECOND))
    reject("not a whole interval yet", unfinished[places])
    high, low = prices["High"], prices["Low"]
    reject("no high or low", np.isnan(high[places]) | np.isnan(low[places]))
    reject("high below low", high[places] < low[places])
    reject("negative volume", volume[places] < 0)
    reject("volume beyond 64 bits", volume[places] > MAX_VOLUME_BELOW)
    places = places[np.argsort(at[places], kind="stable")]
    starts = at[places]
    reject("repeated start, the last one kept", np.diff(starts, append=starts[-1:] + 1) == 0)
    return places, rejected


def _find_unfinished(at: Instants, hours: Sequence[Hours], interval: str) -> Flags:
    """Return True for the newest row if it is not a whole bar yet: the next run gets that bar whole.

    While a session is open, its newest row starts at the time of the request and not on Yahoo's grid. An older row off
    the grid is a bar of hours that the answer doesn't list.
    """
    unfinished: Flags = at % _MINUTE != 0
    newest = at == at.max(initial=0)
    for one in hours:
        whole = Hours(one.opens, one.closes).list_starts(interval)  # the grid goes on through a break
        within = (at >= one.opens * _SECOND) & (at < one.closes * _SECOND)
        unfinished |= newest & within & ~np.isin(at, np.array(whole, dtype=np.int64) * _SECOND)
    return unfinished


def _format_local(index: pd.DatetimeIndex) -> list[str]:
    """Return each instant as ISO 8601 in the index's time zone with its UTC offset: 2020-05-14T09:30:00-04:00."""
    local = index.tz_localize(None)
    offsets = (local.asi8 - index.asi8) // _MINUTE
    suffixes = {minutes: _format_offset(minutes) for minutes in np.unique(offsets).tolist()}
    texts = np.datetime_as_string(local.to_numpy(), unit="s").tolist()  # strftime takes ten times as long
    return [text + suffixes[minutes] for text, minutes in zip(texts, offsets.tolist(), strict=True)]


def _format_offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _keep_finite(column: pd.Series[Any]) -> Numbers:
    """Return a column with NaN for missing and infinite values. yfinance has already made NaN of Yahoo's null."""
    values = column.to_numpy()
    if values.dtype.kind == "i":  # numbers of shares, which a float can't always hold exactly
        return values
    values = column.to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def _to_numbers(values: Numbers) -> list[Any]:
    """Return plain Python numbers, with None for NaN."""
    return [None if value != value else value for value in values.tolist()]

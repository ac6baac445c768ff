"""Turn yfinance's frame into bars, by column. Knows pandas and what a bar is, nothing of Yahoo's API or of AWS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from handlers.bars import INTERVAL_MINUTES, encode_bar, pack

_PRICES = ("Open", "High", "Low", "Close")


@dataclass(frozen=True)
class Bars:
    """The bars of one ticker, oldest first.

    ``lines`` is NDJSON without newlines, ``dates`` the local date of each line, ``rejected`` how many rows of the
    frame are no bar, by reason.
    """

    lines: list[bytes]
    dates: list[str]
    rejected: dict[str, int]

    def records(self) -> Iterator[bytes]:
        """Firehose records, each of one local date: the partition that it is delivered to."""
        for _, dated in groupby(zip(self.dates, self.lines, strict=True), key=lambda pair: pair[0]):
            yield from pack(line for _, line in dated)


def bars_of(
    frame: pd.DataFrame,
    ticker: str,
    window: tuple[str, str],
    interval: str,
    collected_at: str,
    since: str | None = None,
) -> Bars:
    """The bars in a frame of :func:`handlers.yahoo.fetch_history`.

    Parameters
    ----------
    frame
        Columns Open, High, Low, Close, Volume; the index is the bar's start with the exchange's time zone.
    window
        First local date, and the one after the last.
    collected_at
        When Yahoo was asked, UTC, ISO 8601.
    since
        Bars that began before it (UTC, ISO 8601) are outside the window as well.
    """
    frame, rejected = _clean(frame, window, interval, since)
    ts = _local_iso(pd.DatetimeIndex(frame.index))
    columns = [_numbers(frame[column]) for column in _PRICES]
    volume = [None if value is None else int(value) for value in _numbers(frame["Volume"])]
    lines = [
        encode_bar(
            {
                "name": ticker,
                "ts": start,
                "open": open_,
                "high": high,
                "low": low,
                "close": close,
                "volume": shares,
                "interval": interval,
                "collected_at": collected_at,
            }
        )
        for start, open_, high, low, close, shares in zip(ts, *columns, volume, strict=True)
    ]
    return Bars(lines, [start[:10] for start in ts], rejected)


def _clean(
    frame: pd.DataFrame, window: tuple[str, str], interval: str, since: str | None
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows that are bars, sorted and each start once, and how many others there were, by reason."""
    rejected: dict[str, int] = {}

    def reject(reason: str, bad: Any) -> None:
        nonlocal frame
        if count := int(np.count_nonzero(bad)):
            rejected[reason] = count
            frame = frame[~np.asarray(bad)]

    # Infinity is not a price; Yahoo's null for a price it does not have is NaN by now.
    frame = frame.replace([np.inf, -np.inf], np.nan)
    index = pd.DatetimeIndex(frame.index)
    start, end = (pd.Timestamp(date, tz=index.tz) for date in window)
    if since is not None:
        start = max(start, pd.Timestamp(since))
    reject("outside the window", (index < start) | (index >= end))
    # The newest row of a session still on starts when Yahoo was asked, not on the grid: the next run has it whole.
    # An hour's bars begin at the half where the session does.
    # In UTC, from which every exchange is whole half hours away: a local hour comes twice where clocks go back.
    instants = pd.DatetimeIndex(frame.index).tz_convert("UTC")
    reject("not a whole interval yet", instants != instants.floor(f"{min(INTERVAL_MINUTES[interval], 30)}min"))
    reject("no high or low", frame["High"].isna() | frame["Low"].isna())
    reject("high below low", frame["High"] < frame["Low"])
    reject("negative volume", frame["Volume"] < 0)
    if not frame.index.is_monotonic_increasing:
        frame = frame.sort_index(kind="stable")
    reject("repeated start, the last one kept", frame.index.duplicated(keep="last"))
    return frame, rejected


def _local_iso(index: pd.DatetimeIndex) -> list[str]:
    """ISO 8601 of each instant in the index's own time zone with its UTC offset: 2020-05-14T09:30:00-04:00."""
    text = index.strftime("%Y-%m-%dT%H:%M:%S%z")  # the offset comes as -0400
    return [stamp[:-2] + ":" + stamp[-2:] for stamp in text]


def _numbers(column: pd.Series[Any]) -> list[Any]:
    """A column as plain numbers, None where there is none."""
    return column.astype(object).where(column.notna(), None).tolist()

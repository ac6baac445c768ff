"""The windows of the executions that collect a replay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import NamedTuple

from local.yahoo.replay import Instrument, Replay

# Eight days are too long for one request of 1-minute bars if clocks change.
DAYS_PER_WINDOW = 7
# More windows of one week than these take longer than they tell: such a week has one window for all tickers.
MAX_WINDOWS_PER_WEEK = 10
ONE_DAY = dt.timedelta(days=1)


class Window(NamedTuple):
    """The first and last date of an execution, both with bars, and its tickers."""

    first: dt.date
    last: dt.date
    tickers: list[str]


def split_into_windows(replay: Replay, tickers: Collection[str], dates: Collection[dt.date]) -> Iterator[Window]:
    """Yield windows that hold every bar of some tickers and dates, and no session that a ticker has no bar of."""
    by_ticker = {ticker: [day for day in replay.instruments[ticker].traded_dates if day in dates] for ticker in tickers}
    left = sorted({day for own in by_ticker.values() for day in own})
    while left:
        week = [day for day in left if day < left[0] + DAYS_PER_WINDOW * ONE_DAY]
        found: dict[tuple[dt.date, dt.date], list[str]] = {}
        for ticker, own in by_ticker.items():
            for run in _find_runs([day for day in own if week[0] <= day <= week[-1]], replay.instruments[ticker]):
                found.setdefault(run, []).append(ticker)
        if len(found) > MAX_WINDOWS_PER_WEEK:
            traded = [ticker for ticker, own in by_ticker.items() if not set(week).isdisjoint(own)]
            found = {(week[0], week[-1]): traded}
        for (first, last), own_tickers in sorted(found.items()):
            yield Window(first, last, own_tickers)
        left = left[len(week) :]


def _find_runs(dates: list[dt.date], instrument: Instrument) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield the first and last date of each run of dates without another session of the exchange in between."""
    if not dates:
        return
    first = previous = dates[0]
    for day in dates[1:]:
        if day - previous > ONE_DAY and instrument.exchange.list_sessions(previous + ONE_DAY, day - ONE_DAY):
            yield first, previous
            first = day
        previous = day
    yield first, previous

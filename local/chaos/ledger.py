"""The ledger of a session: it finds the bars from Yahoo that are lost, altered or duplicated in the lake."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from local.yahoo.replay import Instrument, Replay


class Minute(NamedTuple):
    """The key of a bar: its ticker and its start, in local time with the UTC offset."""

    name: str
    ts: str


class Price(NamedTuple):
    """The fields of a bar that the hourly highs depend on."""

    high: float
    low: float


Bars = Mapping[Minute, Price]


class Ledger:
    """The bars that Yahoo has sent of one session. Call :meth:`enter` with each chart as it is sent."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.expected = list_bars(replay)  # the bars that Yahoo sends of the session without a fault
        self.served: dict[Minute, Price] = {}
        self._lock = threading.Lock()

    def enter(self, symbol: str, interval: str, document: Mapping[str, Any]) -> None:
        """Enter the rows of a chart that are bars: within regular hours, with a high that isn't below the low."""
        [result] = document["chart"]["result"]
        if interval != "1m" or "timestamp" not in result:
            return
        one, quote = self.replay.instruments[symbol], result["indicators"]["quote"][0]
        minutes = _to_minutes(one, pd.to_datetime(result["timestamp"], unit="s", utc=True))
        entered = {
            minute: Price(high, low)
            for minute, high, low in zip(minutes, quote["high"], quote["low"], strict=True)
            if high is not None and low is not None and high >= low
        }
        with self._lock:
            self.served |= {minute: price for minute, price in entered.items() if minute in self.expected}

    def find_lost(self, lake: Collection[Minute], failures: Collection[Minute], named: Collection[str]) -> list[Minute]:
        """Return the bars from Yahoo that are neither in the lake nor under a failure prefix.

        Bars of the tickers in ``named`` are left out: an execution has reported those tickers as failed.
        """
        return sorted(
            minute
            for minute in self.served
            if minute not in lake and minute not in failures and minute.name not in named
        )

    def find_altered(self, lake: Bars) -> list[Minute]:
        """Return the bars in the lake that differ from the bars that Yahoo sent."""
        return sorted(minute for minute, price in lake.items() if self.served.get(minute) != price)


def find_duplicates(rows: Iterable[Minute]) -> list[Minute]:
    """Return the bars that occur more than once."""
    return sorted(minute for minute, count in Counter(rows).items() if count > 1)


def _to_minutes(one: Instrument, at: pd.DatetimeIndex) -> list[Minute]:
    return [Minute(one.symbol, local.isoformat()) for local in at.tz_convert(one.zone)]


def list_bars(replay: Replay) -> dict[Minute, Price]:
    """Return the bars of a replay that start within their session."""
    found: dict[Minute, Price] = {}
    for one in replay.instruments.values():
        for session in one.sessions:
            within = one.bars[(one.bars.index >= session.open) & (one.bars.index < session.close)]
            prices = map(Price, within["high"].tolist(), within["low"].tolist())
            found |= zip(_to_minutes(one, pd.DatetimeIndex(within.index)), prices, strict=True)
    return found


def compute_hourly_highs(bars: Bars, date: str) -> list[dict[str, Any]]:
    """Return the rows that athena/hourly_highs.sql should return for ``bars`` of one date, computed without SQL."""
    hours: dict[tuple[str, int], list[tuple[str, float]]] = {}
    for minute, price in sorted(bars.items()):
        hours.setdefault((minute.name, int(minute.ts[11:13])), []).append((minute.ts, price.high))
    return [_compute_high(ticker, date, hour, bars_of_hour) for (ticker, hour), bars_of_hour in sorted(hours.items())]


def _compute_high(ticker: str, date: str, hour: int, bars: Iterable[tuple[str, float]]) -> dict[str, Any]:
    bars = list(bars)
    high = max(price for _, price in bars)
    reached = [ts for ts, price in bars if price == high]
    return {
        "ticker": ticker,
        "session": date,
        "hour": hour,
        "high": high,
        "high_at": reached[0],
        "minutes_at_high": len(reached),
    }

"""The books of a session: every bar that Yahoo gave is accounted for, and none is counted twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from local.yahoo.replay import Instrument, Replay


class Minute(NamedTuple):
    """Which bar: its symbol and its start, in local time with the offset."""

    name: str
    ts: str


class Price(NamedTuple):
    """What a bar says that the answer depends on."""

    high: float
    low: float


Bars = Mapping[Minute, Price]


class Ledger:
    """What Yahoo gave of one session; :meth:`take` is told of each chart as it is sent."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.expected = list_bars(replay)  # what a Yahoo without faults gives of the session
        self.served: dict[Minute, Price] = {}
        self._lock = threading.Lock()

    def enter(self, symbol: str, interval: str, document: Mapping[str, Any]) -> None:
        """Enter the bars of a chart: rows within regular hours that have a high that is not below their low."""
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
        """The bars that Yahoo gave and that are in neither the lake nor a failure prefix, nor named by their ticker."""
        return sorted(
            minute
            for minute in self.served
            if minute not in lake and minute not in failures and minute.name not in named
        )

    def find_altered(self, lake: Bars) -> list[Minute]:
        """The bars in the lake that are not as Yahoo gave them."""
        return sorted(minute for minute, price in lake.items() if self.served.get(minute) != price)


def find_duplicates(rows: Iterable[Minute]) -> list[Minute]:
    """The bars of which there is more than one."""
    return sorted(minute for minute, count in Counter(rows).items() if count > 1)


def _to_minutes(one: Instrument, at: pd.DatetimeIndex) -> list[Minute]:
    return [Minute(one.symbol, local.isoformat()) for local in at.tz_convert(one.zone)]


def list_bars(replay: Replay) -> dict[Minute, Price]:
    """Each bar of the replay within its session."""
    found: dict[Minute, Price] = {}
    for one in replay.instruments.values():
        for session in one.sessions:
            within = one.bars[(one.bars.index >= session.open) & (one.bars.index < session.close)]
            prices = map(Price, within["high"].tolist(), within["low"].tolist())
            found |= zip(_to_minutes(one, pd.DatetimeIndex(within.index)), prices, strict=True)
    return found


def compute_hourly_highs(bars: Bars, date: str) -> list[dict[str, Any]]:
    """What athena/hourly_highs.sql is to answer over ``bars`` of one date, worked out here without it."""
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

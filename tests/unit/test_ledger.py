"""The ledger of a chaos run, which finds lost, altered and duplicate bars."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from local.chaos.ledger import Ledger, Minute, Price, compute_hourly_highs, find_duplicates
from local.yahoo.chart import make_chart
from local.yahoo.synthetic import make_synthetic_session

DAY = dt.date(2025, 11, 28)  # a half day: 210 bars
BOUNDS = {"period1": "1764288000", "period2": "1764374400", "interval": "1m"}


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(make_synthetic_session(DAY, ["META", "NFLX"]))


def document(ledger: Ledger, symbol: str = "META") -> dict[str, Any]:
    return make_chart(ledger.replay, symbol, BOUNDS)


def test_enter_enters_served_bars_by_local_time(ledger: Ledger) -> None:
    ledger.enter("META", "1m", document(ledger))
    assert len(ledger.served) == 210
    assert min(ledger.served) == Minute("META", "2025-11-28T09:30:00-05:00")
    assert ledger.served.items() <= ledger.expected.items()


def test_enter_skips_rows_that_are_not_bars(ledger: Ledger) -> None:
    spoilt = document(ledger)
    quote = spoilt["chart"]["result"][0]["indicators"]["quote"][0]
    quote["high"][0] = None
    quote["high"][1] = quote["low"][1] - 1
    ledger.enter("META", "1m", spoilt)
    assert len(ledger.served) == 208


def test_enter_skips_daily_and_empty_charts(ledger: Ledger) -> None:
    ledger.enter("META", "1d", document(ledger))
    empty = document(ledger)
    del empty["chart"]["result"][0]["timestamp"]
    ledger.enter("META", "1m", empty)
    assert not ledger.served


def test_find_lost_lists_bars_that_are_nowhere(ledger: Ledger) -> None:
    for symbol in ("META", "NFLX"):
        ledger.enter(symbol, "1m", document(ledger, symbol))
    lake = dict(ledger.served)
    first, second, *_ = sorted(minute for minute in lake if minute.name == "META")
    del lake[first], lake[second]
    assert ledger.find_lost(lake, (), ()) == [first, second]
    assert ledger.find_lost(lake, {first}, ()) == [second]
    assert ledger.find_lost(lake, (), {"META"}) == []
    assert ledger.find_lost(lake, (), {"NFLX"}) == [first, second]


def test_find_altered_lists_changed_and_invented_bars(ledger: Ledger) -> None:
    ledger.enter("META", "1m", document(ledger))
    minute = min(ledger.served)
    lake = {**ledger.served, minute: Price(1.0, 1.0), Minute("META", "2025-11-28T13:00:00-05:00"): Price(2.0, 1.0)}
    assert ledger.find_altered(lake) == [minute, Minute("META", "2025-11-28T13:00:00-05:00")]


def test_find_duplicates_lists_repeated_bars() -> None:
    assert find_duplicates([Minute("A", "1"), Minute("B", "1"), Minute("A", "1")]) == [Minute("A", "1")]


def test_compute_hourly_highs_finds_the_high_of_each_hour() -> None:
    bars = {
        Minute("META", f"2025-11-28T{time}:00-05:00"): Price(high, 1.0)
        for time, high in {"09:30": 2.0, "09:58": 3.0, "09:59": 3.0, "10:00": 1.5}.items()
    }
    assert compute_hourly_highs(bars, "2025-11-28") == [
        {
            "ticker": "META",
            "session": "2025-11-28",
            "hour": 9,
            "high": 3.0,
            "high_at": "2025-11-28T09:58:00-05:00",
            "minutes_at_high": 2,
        },
        {
            "ticker": "META",
            "session": "2025-11-28",
            "hour": 10,
            "high": 1.5,
            "high_at": "2025-11-28T10:00:00-05:00",
            "minutes_at_high": 1,
        },
    ]

"""The ledger of a chaos run, which finds lost, altered and duplicate bars."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from local.chaos.books import Books, Minute, Price, hourly_highs, repeated
from local.yahoo.chart import chart
from local.yahoo.synthetic import synthetic_session

DAY = dt.date(2025, 11, 28)  # a half day: 210 bars
BOUNDS = {"period1": "1764288000", "period2": "1764374400", "interval": "1m"}


@pytest.fixture
def books() -> Books:
    return Books(synthetic_session(DAY, ["META", "NFLX"]))


def document(books: Books, symbol: str = "META") -> dict[str, Any]:
    return chart(books.replay, symbol, BOUNDS)


def test_take_enters_served_bars_by_local_time(books: Books) -> None:
    books.take("META", "1m", document(books))
    assert len(books.served) == 210
    assert min(books.served) == Minute("META", "2025-11-28T09:30:00-05:00")
    assert books.served.items() <= books.everything.items()


def test_take_skips_rows_that_are_not_bars(books: Books) -> None:
    spoilt = document(books)
    quote = spoilt["chart"]["result"][0]["indicators"]["quote"][0]
    quote["high"][0] = None
    quote["high"][1] = quote["low"][1] - 1
    books.take("META", "1m", spoilt)
    assert len(books.served) == 208


def test_take_skips_daily_and_empty_charts(books: Books) -> None:
    books.take("META", "1d", document(books))
    empty = document(books)
    del empty["chart"]["result"][0]["timestamp"]
    books.take("META", "1m", empty)
    assert not books.served


def test_lost_lists_bars_that_are_nowhere(books: Books) -> None:
    for symbol in ("META", "NFLX"):
        books.take(symbol, "1m", document(books, symbol))
    lake = dict(books.served)
    first, second, *_ = sorted(minute for minute in lake if minute.name == "META")
    del lake[first], lake[second]
    assert books.lost(lake, (), ()) == [first, second]
    assert books.lost(lake, {first}, ()) == [second]
    assert books.lost(lake, (), {"META"}) == []
    assert books.lost(lake, (), {"NFLX"}) == [first, second]


def test_altered_lists_changed_and_invented_bars(books: Books) -> None:
    books.take("META", "1m", document(books))
    minute = min(books.served)
    lake = {**books.served, minute: Price(1.0, 1.0), Minute("META", "2025-11-28T13:00:00-05:00"): Price(2.0, 1.0)}
    assert books.altered(lake) == [minute, Minute("META", "2025-11-28T13:00:00-05:00")]


def test_repeated_lists_duplicates() -> None:
    assert repeated([Minute("A", "1"), Minute("B", "1"), Minute("A", "1")]) == [Minute("A", "1")]


def test_hourly_highs_finds_the_high_of_each_hour() -> None:
    bars = {
        Minute("META", f"2025-11-28T{time}:00-05:00"): Price(high, 1.0)
        for time, high in {"09:30": 2.0, "09:58": 3.0, "09:59": 3.0, "10:00": 1.5}.items()
    }
    assert hourly_highs(bars, "2025-11-28") == [
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

"""Bars for the questions in athena/: sessions of edge cases, and a date with the fields that its file lacks."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

from tests.market_day import Day

FIRST, SECOND = "2026-11-18", "2026-11-19"
AWKWARD = (FIRST, "2026-11-20")


def session(
    name: str, day: str, begins: str = "09:30", bars: int = 60, offset: str = "-05:00", **fields: Any
) -> list[dict[str, Any]]:
    """Return one-minute bars of a seeded random walk. Prices are multiples of 0.25, so highs are often equal."""
    chance, price = random.Random(name + day), 100.0  # noqa: S311 - made-up prices
    start = dt.datetime.fromisoformat(f"{day}T{begins}:00{offset}")
    made = []
    for minute in range(bars):
        moved = price + chance.randint(-4, 4) / 4
        high, low = max(price, moved) + chance.randint(0, 2) / 4, min(price, moved) - chance.randint(0, 2) / 4
        ts = (start + dt.timedelta(minutes=minute)).isoformat()
        one = {"name": name, "dt": day, "ts": ts, "open": price, "high": high, "low": low, "close": moved}
        made.append(one | {"volume": chance.randint(0, 900), "collected_at": f"{day}T21:00:00.000000Z"} | fields)
        price = moved
    return made


def _shift(bar: dict[str, Any], by: float) -> dict[str, Any]:
    """Return the bar with its prices moved."""
    return bar | {name: bar[name] + by for name in ("open", "high", "low", "close")}


def awkward() -> list[dict[str, Any]]:
    """Return two dates of ties, nulls, one bar alone, a session without a trade, other exchanges and a half day."""
    bars = [*session("META", FIRST, bars=390), *session("META", SECOND, bars=210)]
    for one in (bars[0], bars[5], bars[389], bars[599]):
        one |= {"open": None, "close": None}
    for one in bars[40:80]:
        one["volume"] = None
    bars[7]["collected_at"] = f"{FIRST}T21:00:30.000000Z"
    del bars[100:107]  # a halt
    nothing: dict[str, Any] = {"open": None, "close": None, "volume": None}
    flat: dict[str, Any] = {"open": 5.0, "high": 5.0, "low": 5.0, "close": 5.0, "volume": 0}
    return [
        *bars,
        *session("ALONE", FIRST, begins="15:59", bars=1),
        *session("BARE", FIRST, bars=50, **nothing),
        *session("FLAT", FIRST, **flat),
        *session("FLAT", SECOND, **flat),
        # Oil on 2020-04-20: prices from 20 to -40, and a first price that is negative.
        *[_shift(one, -110.0) for one in session("CL=F", FIRST)],
        *[_shift(one, -100.25) for one in session("CL=F", SECOND)],
        # The moves of the twins are equal and share a place.
        *[one | {"name": "TWIN"} for one in session("META", SECOND, bars=210)],
        *[one | {"name": "TWIN2"} for one in session("META", SECOND, bars=210)],
        *session("7203.T", SECOND, begins="09:00", bars=45, offset="+09:00"),
        *session("BTC-USD", SECOND, begins="00:00", bars=200, offset="+00:00"),
    ]


def completed(day: Day) -> list[dict[str, Any]]:
    """Return the date's highs and lows, with opens, closes and volumes calculated from them."""
    bars = [json.loads(line) for line in day.text().splitlines()]
    for number, one in enumerate(bars):
        low, width = one["low"], one["high"] - one["low"]
        one |= {"open": low + width * (number % 5) / 4, "close": low + width * (number % 7) / 6}
        one |= {"volume": number * 7919 % 10_000, "dt": f"{day.date}", "collected_at": f"{day.date}T20:05:00.000000Z"}
    return bars

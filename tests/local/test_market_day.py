"""The generated session, which replaces the real one in tests and has its shape."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from tests.local.real_day import absent_by_pandas, highs_by_pandas
from tests.market_day import GENERATED, OPEN_MINUTES, TICKERS


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GENERATED.text().splitlines()]


def test_generated_day_has_only_32_bit_highs_and_lows(rows: list[dict[str, Any]]) -> None:
    assert {frozenset(row) for row in rows} == {frozenset(("name", "ts", "high", "low"))}
    assert any(len(str(row["high"])) > len("123.45") for row in rows)


@pytest.mark.fault(43)
def test_generated_day_has_384_or_385_bars_per_ticker(rows: list[dict[str, Any]]) -> None:
    bars = Counter(row["name"] for row in rows)
    assert tuple(bars) == TICKERS
    assert Counter(bars.values()) == {385: 7, 384: 3}


def test_generated_day_has_a_halt_and_shorter_gaps() -> None:
    absent = absent_by_pandas(GENERATED)
    minutes = {name: sorted(minute for one, minute in absent if one == name) for name, _ in absent}
    assert all(minutes.values())
    assert [name for name, own in minutes.items() if (own[-1] - own[0]).seconds == 4 * 60] == ["PINS"]


def test_generated_day_has_hours_with_equal_highs() -> None:
    highs = highs_by_pandas(GENERATED)
    assert len(highs) == 70
    assert {row["minutes_at_high"] for row in highs} > {1}


def test_generated_day_is_the_same_each_time(rows: list[dict[str, Any]]) -> None:
    assert [json.loads(line) for line in GENERATED.text().splitlines()] == rows
    assert len(rows) < len(TICKERS) * OPEN_MINUTES

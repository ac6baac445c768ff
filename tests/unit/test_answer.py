"""The query's result: its rows, and the comparison of delivered with collected bars."""

from __future__ import annotations

import json

from finance_stream.answer import (
    MAX_HIGHS_BYTES,
    MAX_INCOMPLETE_TICKERS,
    MAX_MISSING_TICKERS,
    Differences,
    compare,
    read_highs,
)
from finance_stream.request import MAX_TICKERS

HEADER = '"ticker","session","hour","high","high_at","minutes_at_high","bars","bars_delivered"'
RESULT = [
    HEADER,
    '"META","2026-11-23","9","203.87","2026-11-23T09:37:00-05:00","1","30","30"',
    '"META","2026-11-23","10","203.9","2026-11-23T10:02:00-05:00","2","60","58"',
    '"NFLX","2026-11-23","9","450.0","2026-11-23T09:30:00-05:00","1","30","30"',
]
NONE: Differences = {"tickers": 0, "missing": 0, "unexpected": 0}


def test_read_highs_converts_each_column() -> None:
    highs, _ = read_highs(RESULT, ["META"])
    assert highs[0] == {
        "ticker": "META",
        "session": "2026-11-23",
        "hour": 9,
        "high": 203.87,
        "high_at": "2026-11-23T09:37:00-05:00",
        "minutes_at_high": 1,
    }


def test_read_highs_leaves_out_other_executions_tickers() -> None:
    highs, delivered = read_highs(RESULT, ["META"])
    assert {row["ticker"] for row in highs} == {"META"}
    assert delivered == {"META": 88}


def test_compare_counts_each_ticker_by_itself() -> None:
    checked = compare(["META", "NFLX"], [90, 60], [88, 60], {"META": 200, "NFLX": 30}, [], NONE)
    assert checked["delivered"] == 118
    assert checked["missing"] == [{"ticker": "NFLX", "collected": 60, "delivered": 30}]


def test_compare_lists_no_missing_bars_for_a_failed_ticker() -> None:
    assert compare(["META"], [390], [0], {}, [], NONE)["missing"] == []


def test_compare_leaves_out_highs_over_the_size_limit() -> None:
    row = read_highs(RESULT, ["META"])[0][0]
    assert compare([], [], [], {}, [row], NONE)["highs"] == [row]
    assert compare([], [], [], {}, [row] * (MAX_HIGHS_BYTES // 100), NONE)["highs"] is None


def test_compare_limits_missing_tickers() -> None:
    tickers = [f"T{n}" for n in range(1000)]
    assert len(compare(tickers, [1] * 1000, [1] * 1000, {}, [], NONE)["missing"]) == MAX_MISSING_TICKERS


def test_compare_sums_the_expected_bars_by_ticker() -> None:
    differences: Differences = {"tickers": 1, "missing": 5, "unexpected": 1}
    tickers, delivered = ["META", "NFLX", "FAILED", "NEW.XX"], {"META": 391, "NFLX": 386, "NEW.XX": 7}
    checked = compare(tickers, [390, 390, 390, None], [390, 386, 0, 7], delivered, [], differences)
    assert (checked["expected"], checked["missing_bars"]) == (3 * 390, 5 + 390)
    assert (checked["complete"], checked["failed"]) == (1, 1)
    assert checked["incomplete"] == [
        {"ticker": "FAILED", "expected": 390, "collected": 0, "delivered": 0, "missing": 390, "unexpected": 0}
    ]


def test_compare_limits_failed_tickers_and_counts_them() -> None:
    tickers = [f"{n:021}" for n in range(MAX_TICKERS)]  # as long as a ticker may be
    checked = compare(tickers, [366 * 1_440] * MAX_TICKERS, [0] * MAX_TICKERS, {}, [], NONE)
    assert (len(checked["incomplete"]), checked["complete"]) == (MAX_INCOMPLETE_TICKERS, 0)
    assert checked["failed"] == MAX_TICKERS
    assert len(json.dumps(checked["incomplete"])) <= 150 * MAX_INCOMPLETE_TICKERS

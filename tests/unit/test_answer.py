"""Reading the query's result: whose rows count, and what has arrived."""

from __future__ import annotations

import json

from finance_stream.answer import MAX_HIGHS_BYTES, MAX_INCOMPLETE_TICKERS, MAX_MISSING_TICKERS, compare, read_highs
from finance_stream.request import MAX_TICKERS

HEADER = '"ticker","session","hour","high","high_at","minutes_at_high","bars","bars_delivered"'
RESULT = [
    HEADER,
    '"META","2026-11-23","9","203.87","2026-11-23T09:37:00-05:00","1","30","30"',
    '"META","2026-11-23","10","203.9","2026-11-23T10:02:00-05:00","2","60","58"',
    '"NFLX","2026-11-23","9","450.0","2026-11-23T09:30:00-05:00","1","30","30"',
]


def test_a_row_is_read_with_its_types() -> None:
    highs, _ = read_highs(RESULT, ["META"])
    assert highs[0] == {
        "ticker": "META",
        "session": "2026-11-23",
        "hour": 9,
        "high": 203.87,
        "high_at": "2026-11-23T09:37:00-05:00",
        "minutes_at_high": 1,
    }


def test_another_executions_tickers_are_not_ours() -> None:
    highs, delivered = read_highs(RESULT, ["META"])
    assert {row["ticker"] for row in highs} == {"META"}
    assert delivered == {"META": 88}


def test_a_surplus_of_one_ticker_does_not_hide_what_another_lacks() -> None:
    checked = compare(["META", "NFLX"], [90, 60], [88, 60], {"META": 200, "NFLX": 30}, [])
    assert checked["delivered"] == 118
    assert checked["missing"] == [{"ticker": "NFLX", "collected": 60, "delivered": 30}]


def test_a_failed_ticker_lacks_nothing() -> None:
    assert compare(["META"], [390], [0], {}, [])["missing"] == []


def test_highs_are_given_where_they_fit() -> None:
    row = read_highs(RESULT, ["META"])[0][0]
    assert compare([], [], [], {}, [row])["highs"] == [row]
    assert compare([], [], [], {}, [row] * (MAX_HIGHS_BYTES // 100))["highs"] is None


def test_the_list_of_what_is_missing_is_bounded() -> None:
    tickers = [f"T{n}" for n in range(1000)]
    assert len(compare(tickers, [1] * 1000, [1] * 1000, {}, [])["missing"]) == MAX_MISSING_TICKERS


def test_each_incomplete_ticker_has_its_three_counts_and_the_worst_comes_first() -> None:
    checked = compare(["META", "NFLX", "FAILED"], [390] * 3, [390, 385, 0], {"META": 391, "NFLX": 385}, [])
    assert checked["complete"] == 1
    assert checked["incomplete"] == [
        {"ticker": "FAILED", "expected": 390, "collected": 0, "delivered": 0},
        {"ticker": "NFLX", "expected": 390, "collected": 385, "delivered": 385},
    ]
    assert checked["more_incomplete"] == 0


def test_more_bars_than_expected_are_complete() -> None:
    """Minutes that began after the plan was made."""
    assert compare(["META"], [100], [103], {"META": 103}, [])["complete"] == 1


def test_the_list_of_incomplete_tickers_is_bounded_and_the_rest_counted() -> None:
    tickers = [f"{n:021}" for n in range(MAX_TICKERS)]  # as long as a symbol may be
    year = [366 * 1_440] * MAX_TICKERS
    checked = compare(tickers, year, [count - 1 for count in year], {}, [])
    assert (len(checked["incomplete"]), checked["complete"]) == (MAX_INCOMPLETE_TICKERS, 0)
    assert checked["more_incomplete"] == MAX_TICKERS - MAX_INCOMPLETE_TICKERS
    assert len(json.dumps(checked["incomplete"])) <= 110 * MAX_INCOMPLETE_TICKERS

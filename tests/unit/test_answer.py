"""The query's result: its rows, and the comparison of delivered with collected bars."""

from __future__ import annotations

from finance_stream.answer import MAX_HIGHS_BYTES, MAX_MISSING_TICKERS, compare, read_highs
from finance_stream.map_results import TickerResult

HEADER = '"ticker","session","hour","high","high_at","minutes_at_high","bars","bars_delivered"'
RESULT = [
    HEADER,
    '"META","2026-11-23","9","203.87","2026-11-23T09:37:00-05:00","1","30","30"',
    '"META","2026-11-23","10","203.9","2026-11-23T10:02:00-05:00","2","60","58"',
    '"NFLX","2026-11-23","9","450.0","2026-11-23T09:30:00-05:00","1","30","30"',
]


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
    results = [TickerResult("NFLX", 60), TickerResult("META", 88)]
    checked = compare(results, {"META": 200, "NFLX": 30}, [])
    assert checked["delivered"] == 118
    assert checked["missing"] == [{"ticker": "NFLX", "collected": 60, "delivered": 30}]


def test_compare_lists_no_missing_bars_for_a_failed_ticker() -> None:
    assert compare([TickerResult("META", error="NoData")], {}, [])["missing"] == []


def test_compare_leaves_out_highs_over_the_size_limit() -> None:
    row = read_highs(RESULT, ["META"])[0][0]
    assert compare([], {}, [row])["highs"] == [row]
    assert compare([], {}, [row] * (MAX_HIGHS_BYTES // 100))["highs"] is None


def test_compare_limits_missing_tickers() -> None:
    results = [TickerResult(f"T{n}", 1) for n in range(1000)]
    assert len(compare(results, {}, [])["missing"]) == MAX_MISSING_TICKERS

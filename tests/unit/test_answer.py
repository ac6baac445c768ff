"""Reading the query's result: whose rows count, and what has arrived."""

from __future__ import annotations

from handlers.answer import MAX_HIGHS_BYTES, MAX_MISSING_TICKERS, compare, read_highs

HEADER = '"name","session","hour","high","high_at","minutes_at_high","bars","bars_delivered"'
RESULT = [
    HEADER,
    '"META","2026-11-23","9","203.87","2026-11-23T09:37:00-05:00","1","30","30"',
    '"META","2026-11-23","10","203.9","2026-11-23T10:02:00-05:00","2","60","58"',
    '"NFLX","2026-11-23","9","450.0","2026-11-23T09:30:00-05:00","1","30","30"',
]


def test_a_row_is_read_with_its_types() -> None:
    highs, _ = read_highs(RESULT, ["META"])
    assert highs[0] == {
        "name": "META",
        "session": "2026-11-23",
        "hour": 9,
        "high": 203.87,
        "high_at": "2026-11-23T09:37:00-05:00",
        "minutes_at_high": 1,
    }


def test_another_executions_tickers_are_not_ours() -> None:
    highs, delivered = read_highs(RESULT, ["META"])
    assert {row["name"] for row in highs} == {"META"}
    assert delivered == {"META": 88}


def test_a_surplus_of_one_ticker_does_not_hide_what_another_lacks() -> None:
    checked = compare(["META", "NFLX"], [88, 60], {"META": 200, "NFLX": 30}, [])
    assert checked["delivered"] == 118
    assert checked["missing"] == [{"ticker": "NFLX", "collected": 60, "delivered": 30}]


def test_a_failed_ticker_lacks_nothing() -> None:
    assert compare(["META"], [0], {}, [])["missing"] == []


def test_highs_are_given_where_they_fit() -> None:
    row = read_highs(RESULT, ["META"])[0][0]
    assert compare([], [], {}, [row])["highs"] == [row]
    assert compare([], [], {}, [row] * (MAX_HIGHS_BYTES // 100))["highs"] is None


def test_the_list_of_what_is_missing_is_bounded() -> None:
    tickers = [f"T{n}" for n in range(1000)]
    assert len(compare(tickers, [1] * 1000, {}, [])["missing"]) == MAX_MISSING_TICKERS

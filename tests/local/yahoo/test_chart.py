"""The chart API's answers: windows, limits, aggregation and shape."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd
import pytest

from local.yahoo.chart import ChartError, aggregate, make_chart
from local.yahoo.exchange import NEW_YORK
from local.yahoo.replay import BAR_COLUMNS, Instrument, Replay
from local.yahoo.synthetic import make_synthetic_session

MONDAY = dt.date(2026, 11, 23)
DAY_SECONDS = 86_400
NaN = float("nan")


def epoch(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp())


MIDNIGHT = epoch("2026-11-23T00:00:00-05:00")
OPEN = epoch("2026-11-23T09:30:00-05:00")
CLOSE = epoch("2026-11-23T16:00:00-05:00")


@pytest.fixture(scope="module")
def replay() -> Replay:
    return make_synthetic_session(MONDAY, ["META", "AMZN"])


def ask(replay: Replay, symbol: str = "META", **query: object) -> dict[str, Any]:
    """Return the result of a chart request, as a client reads it from JSON."""
    document = make_chart(replay, symbol, {name: str(value) for name, value in query.items()})
    received = json.loads(json.dumps(document, allow_nan=False))
    assert received["chart"]["error"] is None
    (result,) = received["chart"]["result"]
    assert isinstance(result, dict)
    return result


def refusal(replay: Replay, symbol: str = "META", **query: object) -> tuple[int, str, str]:
    with pytest.raises(ChartError) as caught:
        make_chart(replay, symbol, {name: str(value) for name, value in query.items()})
    error = caught.value
    description = error.description
    assert error.to_document() == {"chart": {"result": None, "error": {"code": error.code, "description": description}}}
    return error.status, error.code, description


def recorded(rows: list[tuple[str, float, float, float, float, float]], date: dt.date = MONDAY) -> Replay:
    """Return a replay of META with these bars: local time, open, high, low, close, volume."""
    index = pd.DatetimeIndex([pd.Timestamp(f"{date}T{row[0]}", tz=NEW_YORK.zone) for row in rows]).tz_convert("UTC")
    bars = pd.DataFrame([row[1:] for row in rows], index=index, columns=list(BAR_COLUMNS), dtype=float)
    return Replay("test", {"META": Instrument("META", "Meta", NEW_YORK, bars, NEW_YORK.list_sessions(date, date))})


# Windows


def test_chart_window_includes_its_start_and_excludes_its_end(replay: Replay) -> None:
    result = ask(replay, interval="1m", period1=OPEN, period2=OPEN + 120)

    assert result["timestamp"] == [OPEN, OPEN + 60]


def test_chart_window_without_bars_has_no_timestamps(replay: Replay) -> None:
    result = ask(replay, interval="1m", period1=MIDNIGHT - 2 * DAY_SECONDS, period2=MIDNIGHT)

    assert "timestamp" not in result
    assert result["indicators"] == {"quote": [{}]}
    assert result["meta"]["tradingPeriods"] == []


@pytest.mark.parametrize("name", ["1d", "5d", "1mo", "3mo", "1y", "10y", "ytd", "max"])
def test_chart_range_ends_with_the_newest_session(replay: Replay, name: str) -> None:
    result = ask(replay, interval="1d", range=name)

    assert result["timestamp"] == [OPEN]
    assert result["meta"]["range"] == name


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        (
            {"interval": "7m"},
            "interval=7m is not supported. "
            "Valid intervals: [1m, 2m, 5m, 15m, 30m, 60m, 90m, 1h, 4h, 1d, 5d, 1wk, 1mo, 3mo]",
        ),
        ({"range": "1w"}, "range=1w is not supported."),
        ({"period1": "noon", "period2": "9"}, "start date. A valid Unix timestamp is required."),
        ({"period1": "9", "period2": ""}, "end date. A valid Unix timestamp is required."),
        (
            {"period1": "9", "period2": "8"},
            "start date cannot be after end date. startDate = 9, endDate = 8",
        ),
    ],
)
def test_chart_refuses_bad_input_in_yahoos_words(replay: Replay, query: dict[str, str], refused: str) -> None:
    assert refusal(replay, **query) == (400, "Bad Request", f"Invalid input - {refused}")


def test_chart_refuses_an_interval_that_is_not_replayed(replay: Replay) -> None:
    status, _, text = refusal(replay, interval="1wk", range="1mo")

    assert (status, text) == (
        501,
        "interval=1wk is not in this replay, only [1m, 2m, 5m, 15m, 30m, 60m, 90m, 1h, 1d]",
    )


def test_chart_answers_404_for_an_unknown_symbol(replay: Replay) -> None:
    assert refusal(replay, "MSFT") == (404, "Not Found", "No data found, symbol may be delisted")


def test_chart_takes_a_symbol_in_any_case(replay: Replay) -> None:
    assert ask(replay, "meta", range="1d")["meta"]["symbol"] == "META"


# Limits


def test_chart_spans_at_most_8_days_of_1_minute_bars(replay: Replay) -> None:
    """https://github.com/ranaroussi/yfinance/issues/1589 (7 days then, 8 since)"""
    end = MIDNIGHT + DAY_SECONDS
    start = end - 8 * DAY_SECONDS

    assert len(ask(replay, interval="1m", period1=start, period2=end)["timestamp"]) == 390
    assert refusal(replay, interval="1m", period1=start - 1, period2=end) == (
        422,
        "Unprocessable Entity",
        f"1m data not available for startTime={start - 1} and endTime={end}. "
        "Only 8 days worth of 1m granularity data are allowed to be fetched per request.",
    )


@pytest.mark.parametrize(
    ("interval", "days"), [("1m", 30), ("2m", 60), ("5m", 60), ("15m", 60), ("90m", 60), ("60m", 730), ("1h", 730)]
)
def test_chart_keeps_each_interval_for_a_number_of_days(replay: Replay, interval: str, days: int) -> None:
    """https://github.com/ranaroussi/yfinance/issues/383 (1m), 1389 (5m), 636 (1h)"""
    start = CLOSE - days * DAY_SECONDS
    end = start + DAY_SECONDS

    assert "timestamp" not in ask(replay, interval=interval, period1=start, period2=end)
    assert refusal(replay, interval=interval, period1=start - 1, period2=end) == (
        422,
        "Unprocessable Entity",
        f"{interval} data not available for startTime={start - 1} and endTime={end}. "
        f"The requested range must be within the last {days} days.",
    )


def test_chart_has_no_limit_for_daily_bars(replay: Replay) -> None:
    assert ask(replay, interval="1d", period1=0, period2=CLOSE)["timestamp"] == [OPEN]


# Aggregation


def test_aggregate_combines_open_high_low_close_and_volume() -> None:
    replay = recorded(
        [
            ("09:30", 10, 12, 9, 11, 100),
            ("09:31", 11, 15, 10, 14, 200),
            ("09:34", 14, 14, 8, 9, 300),
            ("09:35", 20, 21, 19, 20, 400),
        ]
    )
    result = ask(replay, interval="5m", period1=OPEN, period2=CLOSE)

    assert result["timestamp"] == [OPEN, OPEN + 300]
    assert result["indicators"]["quote"] == [
        {"open": [10, 20], "high": [15, 21], "low": [8, 19], "close": [9, 20], "volume": [600, 400]}
    ]


def test_aggregate_ignores_nulls_unless_all_are_null() -> None:
    replay = recorded(
        [
            ("09:30", NaN, 12, 9, NaN, NaN),
            ("09:31", 11, 11, 11, 11.5, 5),
            ("09:32", NaN, NaN, NaN, NaN, NaN),
            ("09:35", NaN, 13, 12, NaN, NaN),
        ]
    )
    result = ask(replay, interval="5m", period1=OPEN, period2=CLOSE)

    assert result["indicators"]["quote"] == [
        {"open": [11, None], "high": [12, 13], "low": [9, 12], "close": [11.5, None], "volume": [5, None]}
    ]


@pytest.mark.parametrize(
    ("interval", "starts"),
    [
        ("30m", ["09:30", "10:00", "15:30"]),
        ("60m", ["09:30", "10:30", "15:30"]),
        ("1h", ["09:30", "10:30", "15:30"]),
        ("90m", ["09:30", "11:00", "15:30"]),
        ("1d", ["09:30"]),
    ],
)
def test_aggregate_counts_its_intervals_from_the_open(replay: Replay, interval: str, starts: list[str]) -> None:
    result = ask(replay, interval=interval, period1=MIDNIGHT, period2=MIDNIGHT + DAY_SECONDS)
    local = [
        dt.datetime.fromtimestamp(second, tz=dt.timezone(dt.timedelta(hours=-5))).strftime("%H:%M")
        for second in result["timestamp"]
    ]

    assert [*local[:2], *local[-1:]][: len(starts)] == starts


@pytest.mark.parametrize("interval", ["2m", "5m", "15m", "30m", "60m", "90m", "1d"])
def test_aggregate_keeps_all_volume_and_the_extremes(replay: Replay, interval: str) -> None:
    bars = replay.instruments["META"].bars
    (quote,) = ask(replay, interval=interval, period1=MIDNIGHT, period2=CLOSE)["indicators"]["quote"]

    assert sum(quote["volume"]) == bars["volume"].sum()
    assert (max(quote["high"]), min(quote["low"])) == (bars["high"].max(), bars["low"].min())
    assert (quote["open"][0], quote["close"][-1]) == (bars["open"].iloc[0], bars["close"].iloc[-1])


def test_aggregate_leaves_out_a_row_after_the_close() -> None:
    replay = recorded([("15:59", 1, 2, 1, 2, 10), ("16:00", 9, 9, 9, 9, 0)])

    assert ask(replay, interval="1m", range="1d")["timestamp"] == [CLOSE - 60]
    assert ask(replay, interval="1m", period1=OPEN, period2=CLOSE + 60)["timestamp"] == [CLOSE - 60, CLOSE]
    assert ask(replay, interval="1d", period1=OPEN, period2=CLOSE)["indicators"]["quote"][0]["high"] == [2]


def test_aggregate_has_pre_market_bars_only_on_request() -> None:
    replay = recorded([("09:25", 1, 2, 1, 2, 10), ("09:30", 3, 4, 3, 4, 20)])
    extended = ask(replay, interval="5m", period1=MIDNIGHT, period2=CLOSE, includePrePost="true")
    regular = ask(replay, interval="5m", period1=MIDNIGHT, period2=CLOSE, includePrePost="false")

    assert extended["timestamp"] == [OPEN - 300, OPEN]
    assert regular["timestamp"] == [OPEN]


def test_aggregate_is_empty_without_bars_in_regular_hours() -> None:
    replay = recorded([("09:25", 1, 2, 1, 2, 10)])

    assert aggregate(replay.instruments["META"], pd.Timedelta(hours=1)).empty
    assert "timestamp" not in ask(replay, interval="1h", period1=MIDNIGHT, period2=CLOSE)


# Shape


def test_chart_meta_of_an_intraday_chart_has_yahoos_fields(replay: Replay) -> None:
    meta = ask(replay, interval="60m", period1=MIDNIGHT, period2=CLOSE)["meta"]
    regular = {"timezone": "EST", "start": OPEN, "end": CLOSE, "gmtoffset": -18_000}

    assert (meta["currency"], meta["symbol"]) == ("USD", "META")
    assert (meta["exchangeName"], meta["fullExchangeName"]) == ("NYQ", "NYSE")
    assert (meta["instrumentType"], meta["exchangeTimezoneName"]) == ("EQUITY", "America/New_York")
    assert (meta["timezone"], meta["gmtoffset"]) == ("EST", -18_000)
    assert (meta["firstTradeDate"], meta["regularMarketTime"], meta["priceHint"]) == (OPEN, CLOSE, 2)
    assert (meta["dataGranularity"], meta["range"]) == ("1h", "")
    assert meta["tradingPeriods"] == [[regular]]
    assert meta["currentTradingPeriod"]["regular"] == regular
    assert meta["currentTradingPeriod"]["pre"]["start"] == epoch("2026-11-23T04:00:00-05:00")
    assert meta["currentTradingPeriod"]["post"]["end"] == epoch("2026-11-23T20:00:00-05:00")
    assert {"1d", "5d", "1mo", "max"} <= set(meta["validRanges"])


def test_chart_meta_says_synthetic(replay: Replay) -> None:
    meta = ask(replay, range="1d")["meta"]

    assert (meta["longName"], meta["shortName"]) == ("SYNTHETIC META", "SYNTHETIC META")


def test_chart_meta_lists_pre_and_post_market_periods(replay: Replay) -> None:
    periods = ask(replay, interval="1m", range="1d", includePrePost="True")["meta"]["tradingPeriods"]

    assert [periods[part][0][0]["end"] for part in ("pre", "regular", "post")] == [OPEN, CLOSE, CLOSE + 4 * 3600]


def test_chart_of_days_has_adjusted_closes_and_no_trading_periods(replay: Replay) -> None:
    result = ask(replay, interval="1d", range="1d")

    assert result["indicators"]["adjclose"] == [{"adjclose": result["indicators"]["quote"][0]["close"]}]
    assert "tradingPeriods" not in result["meta"]


def test_chart_quote_has_whole_volumes_and_null_for_missing_values() -> None:
    replay = recorded([("09:30", NaN, 2, 1, NaN, NaN), ("09:31", 1, 2, 1, 2, 10)])
    (quote,) = ask(replay, interval="1m", period1=OPEN, period2=CLOSE)["indicators"]["quote"]

    assert quote == {"open": [None, 1], "high": [2, 2], "low": [1, 1], "close": [None, 2], "volume": [None, 10]}
    assert isinstance(quote["volume"][1], int)

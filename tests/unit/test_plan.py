"""The planner: plans of valid inputs, and errors that name the invalid field (fault 41)."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_stream.errors import InvalidInput
from finance_stream.plan import plan
from finance_stream.request import MAX_TICKERS, check

DEFAULT = ("META", "NFLX")
# Tuesday, after the close in New York, before the open in Tokyo.
NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)


def planned(event: Any, now: datetime = NOW) -> dict[str, Any]:
    return plan(event, DEFAULT, now)


def test_plan_defaults_to_the_stages_tickers_and_latest_session() -> None:
    assert planned({}) == {
        "tickers": ["META", "NFLX"],
        "start": "2026-11-24",
        "end": "2026-11-25",
        "since": None,
        "interval": "1m",
        "sessions": [{"exchange": "XNYS", "date": "2026-11-24", "tickers": 2, "bars": 390}],
        "bars_by_exchange": {"XNYS": 390},
        "bars_expected": 780,
        "no_session": [],
        "not_known": 0,
        "planned_at": "2026-11-24T22:00:00.000000Z",
    }


@pytest.mark.fault(21)
@pytest.mark.parametrize(
    ("now", "start", "bars"),
    [
        (datetime(2026, 11, 24, 14, 29, tzinfo=UTC), "2026-11-23", 390),  # a minute before the open
        (datetime(2026, 11, 24, 15, 0, 30, tzinfo=UTC), "2026-11-24", 31),  # the 31st minute has begun
        (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), "2026-11-20", 390),  # Sunday
        (datetime(2026, 11, 28, 12, 0, tzinfo=UTC), "2026-11-27", 210),  # after the half day
    ],
)
def test_plan_chooses_the_newest_session_that_has_begun(now: datetime, start: str, bars: int) -> None:
    latest = planned({"tickers": ["META"]}, now)
    assert (latest["start"], latest["bars_expected"]) == (start, bars)


@pytest.mark.fault(21)
@pytest.mark.fault(23)
@pytest.mark.parametrize(
    ("tickers", "window", "bars"),
    [
        (
            ["META"],
            ("2026-11-23", "2026-11-28"),
            3 * 390 + 210,
        ),  # Thanksgiving is closed, the Friday after is a half day
        (["7203.T"], ("2026-11-24", "2026-11-25"), 330),  # a lunch break
        (["BTC-USD"], ("2026-11-21", "2026-11-22"), 1439),  # Saturday
        (["SHEL.L"], ("2026-11-23", "2026-11-24"), 510),
    ],
)
def test_plan_expects_bars_by_the_exchanges_calendar(tickers: list[str], window: tuple[str, str], bars: int) -> None:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    assert planned({"tickers": tickers, "start": window[0], "end": window[1]}, now)["bars_expected"] == bars


@pytest.mark.parametrize(
    ("interval", "bars"), [("1m", 390), ("2m", 195), ("5m", 78), ("15m", 26), ("30m", 13), ("1h", 7)]
)
def test_plan_expects_bars_by_the_interval(interval: str, bars: int) -> None:
    assert planned({"tickers": ["META"], "interval": interval})["bars_expected"] == bars


def test_plan_names_tickers_without_a_session() -> None:
    saturday = planned({"tickers": ["META", "BTC-USD"], "lookback_minutes": 5}, datetime(2026, 11, 21, 18, tzinfo=UTC))
    assert (saturday["tickers"], saturday["no_session"]) == (["BTC-USD"], ["META"])


def test_plan_asks_yahoo_about_a_named_date_that_the_calendar_has_closed() -> None:
    saturday = planned({"tickers": ["META", "BTC-USD"], "start": "2026-11-21"})
    assert (saturday["tickers"], saturday["no_session"]) == (["META", "BTC-USD"], [])
    assert saturday["bars_by_exchange"] == {"24/7": 1_439, "XNYS": 0}


@pytest.mark.fault(20)
def test_plan_has_no_tickers_on_a_holiday() -> None:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    thanksgiving = planned({"lookback_minutes": 480}, datetime(2026, 11, 26, 21, 30, tzinfo=UTC))
    assert (thanksgiving["tickers"], thanksgiving["sessions"], thanksgiving["bars_expected"]) == ([], [], 0)
    assert thanksgiving["no_session"] == ["META", "NFLX"]
    assert planned({"start": "2026-11-26"}, now)["bars_by_exchange"] == {"XNYS": 0}


@pytest.mark.fault(41)
def test_check_normalizes_tickers_and_removes_duplicates() -> None:
    given = {"tickers": ["nflx", " META ", "NFLX", "brk-b", "^GSPC", "btc-usd", "7203.t", "EURUSD=X", "ES=F"]}
    assert check(given, DEFAULT, NOW).tickers == [
        "NFLX",
        "META",
        "BRK-B",
        "^GSPC",
        "BTC-USD",
        "7203.T",
        "EURUSD=X",
        "ES=F",
    ]


@pytest.mark.fault(41)
@pytest.mark.parametrize(
    ("event", "said"),
    [
        ([], "input: [] is not an object"),
        (None, "input: None is not an object"),
        ({"tickers": []}, "tickers: [] is not a list of one to 10,000 tickers"),
        ({"tickers": "META"}, "tickers: 'META' is not a list"),
        ({"tickers": ["META"] * (MAX_TICKERS + 1)}, "tickers: 10,001 of them, at most 10,000 are allowed"),
        (
            {"tickers": [f"T{number:020}" for number in range(7_501)]},
            "tickers: 180,024 bytes of JSON, at most 180,000 are allowed: start several executions",
        ),
        (
            {"tickers": ["META", "A'; DROP TABLE bars; --"]},
            'tickers[1]: "A\'; DROP TABLE bars; --" is not a Yahoo symbol',
        ),
        ({"tickers": ["../../etc/passwd"]}, "tickers[0]: '../../etc/passwd' is not a Yahoo symbol"),
        ({"tickers": ["MÉTA"]}, "tickers[0]: 'M\\xc9TA' is not a Yahoo symbol"),
        ({"tickers": ["META\nX"]}, "tickers[0]: 'META\\nX' is not a Yahoo symbol"),
        ({"tickers": [7]}, "tickers[0]: 7 is not a Yahoo symbol"),
        (
            {"tickers": ["BRK.B"]},
            "tickers[0]: 'BRK.B': no exchange has the suffix 'B' (a share class takes a dash",
        ),
        ({"start": "2026-02-30"}, "start: '2026-02-30' is not a calendar date (use YYYY-MM-DD)"),
        ({"start": "yesterday"}, "start: 'yesterday' is not a calendar date"),
        ({"start": 20261123}, "start: 20261123 is not a calendar date"),
        ({"start": "2026-11-24", "end": "2026-11-23"}, "start: '2026-11-24' is not before end: '2026-11-23'"),
        ({"start": "2026-11-23", "end": "2026-11-23"}, "is not before end"),
        ({"start": "2026-12-24"}, "start: '2026-12-24' is in the future"),
        ({"start": "2020-01-01", "end": "2026-01-01"}, "end: '2026-01-01' is more than 366 days after start"),
        ({"interval": "7m"}, "interval: '7m' is not one of 1m, 2m, 5m, 15m, 30m, 1h"),
        ({"interval": ["1m"]}, "interval: ['1m'] is not one of"),
        ({"ticker": "META"}, "'ticker': not a field of the input, which has tickers, start, end, lookback_minutes, "),
        ({"lookback_minutes": 0}, "lookback_minutes: 0 is not a whole number from 1 to 1,440"),
        ({"lookback_minutes": 1441}, "lookback_minutes: 1441 is not a whole number"),
        ({"lookback_minutes": 2.5}, "lookback_minutes: 2.5 is not a whole number"),
        ({"lookback_minutes": True}, "lookback_minutes: True is not a whole number"),
        ({"lookback_minutes": "5"}, "lookback_minutes: '5' is not a whole number"),
        (
            {"lookback_minutes": 5, "end": "2026-11-24"},
            "lookback_minutes: 5 reaches back from now: leave out end",
        ),
    ],
)
def test_plan_rejects_bad_input_by_field_and_value(event: Any, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        planned(event)
    assert said in str(refused.value)


def test_plan_names_every_fault_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        planned({"tickers": ["a b", "META"], "start": "x", "interval": "0m", "speed": 1})
    assert [part.split(":")[0] for part in str(refused.value).split("; ")] == [
        "'speed'",
        "tickers[0]",
        "interval",
        "start",
    ]


def test_plan_does_not_repeat_a_huge_value() -> None:
    with pytest.raises(InvalidInput) as refused:
        planned({"interval": "x" * 100_000})
    assert len(str(refused.value)) < 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=10,
)


@pytest.mark.fault(41)
@given(
    JSON
    | st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("tickers", "start", "end", "lookback_minutes", "interval"), JSON)
    )
)
def test_plan_accepts_any_json_or_explains_its_rejection(event: Any) -> None:
    try:
        answer = planned(event)
    except InvalidInput as refused:
        assert str(refused).isprintable()
    else:
        assert json.loads(json.dumps(answer)) == answer
        assert date.fromisoformat(answer["start"]) < date.fromisoformat(answer["end"])


@pytest.mark.parametrize(
    ("now", "minutes", "interval", "bars"),
    [
        ("2026-11-24T15:00:30+00:00", 5, "1m", 5),  # 9:55 to 9:59 in New York: the bar of 10:00 isn't whole yet
        ("2026-11-24T15:00:00+00:00", 5, "1m", 5),
        ("2026-11-24T14:32:10+00:00", 5, "1m", 2),  # two minutes after the open
        ("2026-11-24T14:30:40+00:00", 5, "1m", 0),  # the first bar isn't whole yet
        ("2026-11-24T21:03:00+00:00", 5, "1m", 2),  # three minutes after the close
        ("2026-11-24T21:30:00+00:00", 480, "1m", 390),  # a single run after the close: the whole session
        ("2026-11-27T21:30:00+00:00", 480, "1m", 210),  # the same for a half day
        ("2026-11-24T21:30:00+00:00", 480, "1h", 7),  # the last bar ends at the close after half an hour
        ("2026-11-24T15:00:30+00:00", 31, "5m", 6),
        ("2026-11-26T15:00:00+00:00", 5, "1m", 0),  # Thanksgiving
        ("2026-11-22T15:00:00+00:00", 480, "1m", 0),  # Sunday
    ],
)
def test_plan_expects_the_whole_bars_of_a_lookback(now: str, minutes: int, interval: str, bars: int) -> None:
    event = {"tickers": ["META"], "lookback_minutes": minutes, "interval": interval}
    assert planned(event, datetime.fromisoformat(now))["bars_expected"] == bars


def test_plan_names_the_date_and_whole_minute_of_a_lookback() -> None:
    plan_now = planned({"lookback_minutes": 5}, datetime(2026, 11, 24, 15, 0, 30, tzinfo=UTC))
    assert (plan_now["start"], plan_now["end"], plan_now["since"]) == (
        "2026-11-24",
        "2026-11-25",
        "2026-11-24T14:55:00.000000Z",
    )
    assert plan_now["sessions"] == [{"exchange": "XNYS", "date": "2026-11-24", "tickers": 2, "bars": 5}]


def test_plan_has_no_tickers_for_a_lookback_on_a_holiday() -> None:
    thanksgiving = planned({"lookback_minutes": 480}, datetime(2026, 11, 26, 21, 30, tzinfo=UTC))
    assert (thanksgiving["tickers"], thanksgiving["no_session"]) == ([], ["META", "NFLX"])


@pytest.mark.fault(23)
@pytest.mark.parametrize(
    ("ticker", "now", "start", "end", "bars"),
    [
        ("7203.T", "2026-11-25T00:10:00+00:00", "2026-11-25", "2026-11-26", 10),  # 9:10 in Tokyo
        ("7203.T", "2026-11-25T03:32:00+00:00", "2026-11-25", "2026-11-26", 2),  # two minutes after the lunch break
        ("BTC-USD", "2026-11-25T00:10:00+00:00", "2026-11-24", "2026-11-26", 14),  # across midnight
        ("ES=F", "2026-11-24T23:20:00+00:00", "2026-11-24", "2026-11-25", 15),  # the evening before the session's date
    ],
)
def test_plan_gives_lookback_dates_in_exchange_time(ticker: str, now: str, start: str, end: str, bars: int) -> None:
    answer = planned({"tickers": [ticker], "lookback_minutes": 15}, datetime.fromisoformat(now))
    assert (answer["start"], answer["end"], answer["bars_expected"]) == (start, end, bars)


@pytest.mark.parametrize(
    ("ticker", "start"),
    [("META", "2026-09-05"), ("7203.T", "2026-09-21"), ("META", "2026-11-26"), ("600519.SS", "2026-10-05")],
)
def test_plan_finds_no_session_between_closed_dates(ticker: str, start: str) -> None:
    assert planned({"tickers": [ticker], "start": start}, datetime(2026, 11, 30, tzinfo=UTC))["bars_expected"] == 0


@pytest.mark.parametrize("ticker", ["RELIANCE.BO", "D05.SI", "600519.SS", "META"])
def test_plan_covers_a_year_end_without_next_years_holidays(ticker: str) -> None:
    now = datetime(2026, 12, 31, 22, 0, tzinfo=UTC)
    assert planned({"tickers": [ticker]}, now)["bars_expected"] > 0


@pytest.mark.parametrize("field", ["start", "end"])
def test_plan_rejects_dates_before_the_lake_begins(field: str) -> None:
    with pytest.raises(InvalidInput, match="before 2010-01-01, the first date of the stage"):
        planned({field: "0001-01-05"})


def test_plan_rejects_dates_before_the_stages_tables() -> None:
    first = date(2026, 11, 24)
    refused = f"'2026-11-23' is before {first}, the first date of the stage's tables (firstDate)"
    with pytest.raises(InvalidInput, match=re.escape(refused)):
        plan({"tickers": ["META"], "start": "2026-11-23"}, ["META"], NOW, first)
    with pytest.raises(InvalidInput, match=re.escape(refused)):
        plan({"tickers": ["META"], "end": "2026-11-24"}, ["META"], NOW, first)
    assert plan({"tickers": ["META"], "start": "2026-11-24"}, ["META"], NOW, first)["start"] == "2026-11-24"


def test_plan_counts_the_faults_that_it_does_not_name() -> None:
    with pytest.raises(InvalidInput, match="and 8,980 more") as refused:
        planned({"tickers": ["a b"] * 9000})
    assert len(str(refused.value)) < 10_000


KNOWN = [{"exchange": "XNYS", "date": "2027-01-25", "tickers": 1, "bars": 390}]


@pytest.mark.usefixtures("mumbai_ends")
@pytest.mark.parametrize(
    ("ticker", "dates", "now"),
    [
        ("RELIANCE.NS", {}, datetime(2027, 1, 25, 22, tzinfo=UTC)),  # three weeks after its calendar's end
        ("RELIANCE.NS", {"start": "2027-01-25"}, datetime(2027, 1, 25, 22, tzinfo=UTC)),
        ("RELIANCE.NS", {"lookback_minutes": 600}, datetime(2027, 1, 25, 22, tzinfo=UTC)),
        ("IMOEX.ME", {}, datetime(2027, 1, 25, 22, tzinfo=UTC)),  # an exchange without a calendar
        ("^WEIRD", {}, datetime(2027, 1, 25, 22, tzinfo=UTC)),  # an index of no known exchange
    ],
)
def test_plan_collects_tickers_without_a_calendar_and_expects_nothing(
    ticker: str, dates: dict[str, Any], now: datetime
) -> None:
    plan = planned({"tickers": [ticker, "META"], **dates}, now)
    assert plan["tickers"] == [ticker, "META"]
    assert (plan["not_known"], plan["no_session"]) == (1, [])
    assert plan["sessions"] == KNOWN
    assert plan["bars_expected"] == 390
    assert sorted(plan["bars_by_exchange"].values(), key=str) == [390, None]
    alone = planned({"tickers": [ticker], **dates}, now)
    assert (alone["tickers"], alone["sessions"], alone["bars_expected"]) == ([ticker], [], 0)
    assert alone["start"] <= "2027-01-25" < alone["end"]


@pytest.mark.usefixtures("mumbai_ends")
def test_plan_expects_bars_up_to_the_end_of_a_calendar() -> None:
    now = datetime(2026, 12, 31, 12, tzinfo=UTC)
    plan = planned({"tickers": ["RELIANCE.NS"], "start": "2026-12-30", "end": "2027-01-10"}, now)
    assert (plan["bars_expected"], plan["not_known"]) == (2 * 375, 0)


def test_plan_knows_no_session_before_the_first_date_of_a_calendar() -> None:
    assert planned({"tickers": ["TEVA.TA"], "start": "2026-01-15"})["bars_expected"] == 436
    assert planned({"tickers": ["TEVA.TA"], "start": "2025-12-15"})["not_known"] == 1

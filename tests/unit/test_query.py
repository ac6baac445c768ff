"""``npm run query``: its statements and parameters, and the options that it refuses before it asks Athena."""

from __future__ import annotations

from typing import Any

import pytest

from commands.query import Statement, make_statement
from commands.target import TargetError
from finance_stream.client.questions import FOLDER

DAY = "2026-11-23"
VWAP = str(FOLDER / "vwap.sql")


def asked(name: str, **options: Any) -> Statement:
    nothing = {"day": None, "end": None, "interval": None, "tickers": None, "params": ()}
    return make_statement(name, **nothing | options)


@pytest.mark.present
def test_query_passes_interval_and_dates_as_parameters() -> None:
    assert asked("vwap", day=DAY).parameters == ["'1m'", "'2026-11-23'", "'2026-11-24'"]
    over_days = asked("vwap", day=DAY, end="2026-11-27", interval="5m")
    assert over_days.parameters == ["'5m'", "'2026-11-23'", "'2026-11-27'"]
    assert (over_days.title, over_days.session) == ("vwap of 2026-11-23 until 2026-11-27 at 5m", None)


@pytest.mark.present
def test_query_passes_hourly_highs_the_first_date_twice() -> None:
    assert asked("highs", day=DAY).parameters == ["'1m'", "'2026-11-23'", "'2026-11-24'", "'2026-11-23'"]


@pytest.mark.present
def test_query_has_a_session_for_a_single_date() -> None:
    assert asked("sessions", day=DAY).session == asked("sessions", day=DAY, end="2026-11-24").session == DAY
    assert asked("sessions", day=DAY).title == "completeness of 2026-11-23 at 1m"


@pytest.mark.present
def test_query_writes_tickers_in_upper_case() -> None:
    assert asked("vwap", day=DAY, tickers="meta, brk-b").tickers == ["META", "BRK-B"]
    assert asked("vwap", day=DAY).tickers == []


@pytest.mark.present
def test_query_filters_bars_by_ticker() -> None:
    of_two = asked("bars", day=DAY, tickers="META,NFLX")
    assert "AND name IN (?, ?)" in of_two.sql
    assert list(of_two.parameters[3:]) == ["'META'", "'NFLX'"]
    assert len(asked("bars", day=DAY).parameters) == 3


@pytest.mark.present
def test_query_passes_given_parameters_to_a_file() -> None:
    assert asked(VWAP, params=("1m", DAY, "2026-11-24")).parameters == asked("vwap", day=DAY).parameters


@pytest.mark.present
@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("vwop", {}, "question: 'vwop' is neither a question nor a file: did you mean vwap? npm run query lists the"),
        ("xyzzy", {}, "question: 'xyzzy' is neither a question nor a file. npm run query lists the questions"),
        ("vwap", {}, "--date: missing: npm run query -- vwap --date YYYY-MM-DD"),
        ("vwap", {"day": "2026-02-30"}, "date: '2026-02-30' is not a calendar date (use YYYY-MM-DD)"),
        ("vwap", {"day": DAY, "end": "tomorrow"}, "end: 'tomorrow' is not a calendar date (use YYYY-MM-DD)"),
        ("vwap", {"day": DAY, "end": DAY}, "date: '2026-11-23' is not before end: '2026-11-23'"),
        ("vwap", {"day": DAY, "interval": "7m"}, "interval: '7m' is not one of 1m, 2m, 5m, 15m, 30m, 1h"),
        ("vwap", {"day": DAY, "tickers": "A;B"}, "tickers[0]: 'A;B' is not a Yahoo symbol"),
        ("vwap", {"day": DAY, "params": ("1",)}, "--param: '1': vwap takes --date, --end, --interval and --tickers"),
        ("highs_spread", {"day": DAY, "tickers": "META"}, "--tickers: 'META': highs_spread is about all tickers"),
        (VWAP, {"params": ("1m",)}, "vwap.sql has 3 parameters (?)"),
        (VWAP, {"day": DAY}, "is a file: give its parameters by --param"),
    ],
)
def test_query_names_invalid_options(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(TargetError) as refused:
        asked(name, **options)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)

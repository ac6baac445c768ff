"""``npm run query``: its statements and parameters, and the options that it refuses before it asks Athena."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from commands.statement import Statement, make_statement
from commands.target import TargetError
from finance_stream.client.questions import FOLDER

DAY = "2026-11-23"
VWAP = str(FOLDER / "vwap.sql")


def asked(name: str, newest: date | None = None, **options: Any) -> Statement:
    nothing = {"day": None, "end": None, "interval": None, "tickers": None, "params": ()}
    return make_statement(name, find_newest=lambda _: newest, **nothing | options)


def tickers(of: Statement) -> Sequence[str]:
    assert of.asked is not None
    return of.asked.tickers


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
    assert tickers(asked("vwap", day=DAY, tickers="meta, brk-b")) == ["META", "BRK-B"]
    assert tickers(asked("vwap", day=DAY)) == []


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
def test_query_asks_about_the_newest_date_without_one() -> None:
    newest = asked("vwap", newest=date(2026, 11, 20), interval="5m")
    assert newest.parameters == ["'5m'", "'2026-11-20'", "'2026-11-21'"]
    assert (newest.title, newest.session) == ("vwap of 2026-11-20 at 5m", "2026-11-20")


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1", "  select 1;\n", "WITH a AS (SELECT 1) SELECT * FROM a", "-- why\n/* so */ SHOW TABLES", "(SELECT 1)"],
)
def test_query_accepts_sql_on_the_command_line(sql: str) -> None:
    statement = asked(sql)
    assert (statement.sql, statement.title, statement.session) == (sql.strip().removesuffix(";"), "the SQL", None)


def test_query_binds_parameters_of_sql_on_the_command_line() -> None:
    assert asked("SELECT high FROM bars WHERE dt = ? AND high > ?", params=(DAY, "5")).parameters == [f"'{DAY}'", "5"]


@pytest.mark.present
@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        (
            "vwop",
            {},
            "question: 'vwop' is neither a question, a file nor SQL: did you mean vwap? npm run query lists the",
        ),
        ("xyzzy", {}, "question: 'xyzzy' is neither a question, a file nor SQL. npm run query lists the questions"),
        ("selected", {}, "question: 'selected' is neither a question, a file nor SQL"),
        ("vwap", {}, "--date: missing, and the lake has no bars at 1m yet"),
        ("vwap", {"end": DAY}, "--end: '2026-11-23': give --date too, the first date (use YYYY-MM-DD)"),
        ("vwap", {"day": "2026-02-30"}, "date: '2026-02-30' is not a calendar date (use YYYY-MM-DD)"),
        ("vwap", {"day": DAY, "end": "tomorrow"}, "end: 'tomorrow' is not a calendar date (use YYYY-MM-DD)"),
        ("vwap", {"day": DAY, "end": DAY}, "date: '2026-11-23' is not before end: '2026-11-23'"),
        ("vwap", {"day": DAY, "interval": "7m"}, "interval: '7m' is not one of 1m, 2m, 5m, 15m, 30m, 1h"),
        ("vwap", {"day": DAY, "tickers": "A;B"}, "tickers[0]: 'A;B' is not a Yahoo symbol"),
        ("vwap", {"day": DAY, "params": ("1",)}, "--param: '1': vwap takes --date, --end, --interval and --tickers"),
        ("highs_spread", {"day": DAY, "tickers": "META"}, "--tickers: 'META': highs_spread is about all tickers"),
        (VWAP, {"params": ("1m",)}, "vwap.sql has 3 parameters (?)"),
        (VWAP, {"day": DAY}, "--date: '2026-11-23': vwap.sql has its own filters: write it there, or as --param"),
        ("SELECT 1", {"tickers": "META"}, "--tickers: 'META': the SQL has its own filters"),
        ("SELECT ?", {}, "--param: 0 given, and the SQL has 1 parameters (?)"),
    ],
)
def test_query_names_invalid_options(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(TargetError) as refused:
        asked(name, **options)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)

"""The code that reads this computer's clock, at each instant of tests/present.py, and the guard of all other tests."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from types import FrameType, SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from commands.load import choose_date
from finance_stream.client.embedded import ENDPOINT, SECONDS_AHEAD, read_date
from handlers import planner
from local.yahoo.market import SyntheticMarket
from tests.present import INSTANTS, find_reader

CONTEXT: Any = SimpleNamespace(
    function_name="planner", memory_limit_in_mb=512, invoked_function_arn="arn", aws_request_id="r"
)
# Per instant: the newest session of New York that has begun, its bars that have begun, and the newest closed session.
EXPECTED = {
    "half day": ("2026-11-27", 210, "2026-11-27"),
    "weekend": ("2026-11-27", 210, "2026-11-27"),
    "New Year": ("2026-12-31", 390, "2026-12-31"),
    "clocks go forward": ("2027-03-12", 390, "2027-03-12"),
    "clocks go back": ("2027-11-05", 390, "2027-11-05"),
    "leap day": ("2028-02-29", 31, "2028-02-28"),
}
NAMES = {moment: name for name, moment in INSTANTS.items()}


@pytest.mark.present
def test_planner_plans_the_newest_session_that_has_begun(present: datetime) -> None:
    planned = planner.handler({"tickers": ["META"]}, CONTEXT)
    session, bars, _ = EXPECTED[NAMES[present]]
    assert planned["start"] == session
    assert planned["bars_expected"] == bars
    assert timedelta() <= datetime.fromisoformat(planned["planned_at"]) - present < timedelta(minutes=5)


@pytest.mark.present
def test_choose_date_takes_the_newest_closed_session(present: datetime) -> None:
    assert choose_date(None, present) == date.fromisoformat(EXPECTED[NAMES[present]][2])


@pytest.mark.present
def test_market_serves_bars_until_now(present: datetime) -> None:
    session, bars, _ = EXPECTED[NAMES[present]]
    open_ = pd.Timestamp(f"{session} 09:30", tz="America/New_York")
    market = SyntheticMarket("synthetic bars", {}, synthetic=True)
    served = market.find_instrument("META", open_, open_ + pd.Timedelta(days=1))
    assert served is not None
    assert len(served.bars.tz_convert("America/New_York").loc[session]) == bars


@pytest.mark.present
def test_read_date_adds_the_lead_of_an_embedded_cloud(present: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:1")
    monkeypatch.setenv(SECONDS_AHEAD, "86400")
    assert timedelta(days=1) <= read_date() - present < timedelta(days=1, minutes=5)


def test_find_reader_names_code_of_the_project() -> None:
    here = sys._getframe()
    assert find_reader(here) == f"tests/unit/test_present.py:{here.f_lineno}"


@pytest.mark.parametrize(("library", "reader"), [("pandas", "pandas"), ("botocore", None)])
def test_find_reader_names_libraries_that_know_dates(library: str, reader: str | None) -> None:
    code = SimpleNamespace(co_filename=f"/venv/lib/site-packages/{library}/module.py")
    assert find_reader(cast(FrameType, SimpleNamespace(f_code=code, f_lineno=1))) == reader


@pytest.mark.xfail(raises=pytest.fail.Exception, strict=True, reason="the guard fails a test without the marker")
def test_guard_fails_a_test_that_reads_the_clock() -> None:
    read_date()

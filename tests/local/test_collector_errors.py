"""The collector's errors for Yahoo's faults (rows 16 to 24), by the real yfinance against a replayed Yahoo."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from typing import Any

import pytest

from local.yahoo.faults import FAULTS, ChartRequest, Fault
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session
from tests.conftest import ROOT

DAY = ("2026-11-23", "2026-11-24")
# Run in a separate process, as a function is, since curl reads the proxy when it starts.
ASK = """
import json, sys
from finance_stream.collect.yahoo import fetch_history
answers = {}
for ticker, *asked in json.loads(sys.argv[1]):
    try:
        answers[ticker] = ["bars", len(fetch_history(ticker, *asked))]
    except Exception as error:
        answers[ticker] = [type(error).__name__, str(error)]
print(json.dumps(answers))
"""

# The collector's error and a part of its text, by the ticker, which is named after its fault.
EXPECTED = {
    "RATE-LIMITED": ("RateLimited", "Too Many Requests"),
    "SERVER-ERROR": ("UpstreamUnavailable", ""),
    "BAD-GATEWAY": ("UpstreamUnavailable", ""),
    "DOWN-PAGE": ("UpstreamUnavailable", ""),
    "CONNECTION-RESET": ("UpstreamUnavailable", ""),
    "SLOW": ("UpstreamUnavailable", "timed out"),
    "TRUNCATED-JSON": ("UpstreamUnavailable", ""),
    "CHART-ERROR": ("UpstreamUnavailable", "Something went wrong"),
    "NULL-CHART": ("UpstreamUnavailable", ""),
    "EMPTY-RESULT": ("UpstreamUnavailable", ""),
}


def find_fault(request: ChartRequest) -> Fault | None:
    # Only the chart of the session, not the one that yfinance reads the time zone from.
    return FAULTS.get(request.symbol.lower()) if request.interval == "1m" else None


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    asked = [[ticker, *DAY, "1m"] for ticker in ("META", *EXPECTED)]
    asked += [["NOSUCH", *DAY, "1m"], ["NODATA", "2026-11-20", "2026-11-21", "1m"]]
    asked += [["TOOLONG", "2026-11-10", "2026-11-24", "1m"], ["TOOOLD", "2026-09-01", "2026-09-02", "1m"]]
    asked += [["LOOKBACK", *DAY, "1m", "2026-11-23T20:55:00.000000Z"]]
    known = [ticker for ticker, *_ in asked if ticker != "NOSUCH"]
    with YahooReplay(make_synthetic_session(dt.date(2026, 11, 23), known), fault=find_fault) as yahoo:
        asking = subprocess.run(
            [sys.executable, "-c", ASK, json.dumps(asked)],
            env={**os.environ, **yahoo.environment(), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
    given: dict[str, Any] = json.loads(asking.stdout.splitlines()[-1])
    return given


def test_fetch_history_returns_a_whole_session(answers: dict[str, Any]) -> None:
    assert answers["META"] == ["bars", 390]


@pytest.mark.fault(16)
@pytest.mark.fault(17)
@pytest.mark.fault(18)
@pytest.mark.parametrize("fault", EXPECTED)
def test_fetch_history_never_reports_a_yahoo_fault_as_no_data(answers: dict[str, Any], fault: str) -> None:
    error, words = answers[fault]
    assert (error, words) == (EXPECTED[fault][0], words)
    assert EXPECTED[fault][1] in words


@pytest.mark.fault(19)
def test_fetch_history_raises_unknown_ticker(answers: dict[str, Any]) -> None:
    assert answers["NOSUCH"][0] == "UnknownTicker"


@pytest.mark.fault(20)
def test_fetch_history_raises_no_data_for_a_date_without_bars(answers: dict[str, Any]) -> None:
    assert answers["NODATA"][0] == "NoData"


@pytest.mark.fault(24)
@pytest.mark.parametrize(("ticker", "limit"), [("TOOLONG", "8 days"), ("TOOOLD", "30 days")])
def test_fetch_history_names_the_limit_of_an_unavailable_window(
    answers: dict[str, Any], ticker: str, limit: str
) -> None:
    assert answers[ticker][0] == "WindowNotAvailable"
    assert limit in answers[ticker][1]


def test_fetch_history_returns_no_bar_before_the_lookback(answers: dict[str, Any]) -> None:
    assert answers["LOOKBACK"] == ["bars", 5]

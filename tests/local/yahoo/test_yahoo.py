"""The Yahoo replay, as the real yfinance in another process sees it."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from local.yahoo.faults import FAULTS, ChartRequest, Fault
from local.yahoo.replay import Replay, load_bars
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session
from tests.market_day import Day, each_day
from tests.waiting import DEADLINE_SECONDS

MONDAY = dt.date(2026, 11, 23)
CHART_URL = "https://query2.finance.yahoo.com/v8/finance/chart/"

# Asks for histories as the collector does, and prints the outcome of each: bars, or the error's classes and text.
PROGRAM = """
import json, sys, warnings
warnings.simplefilter("ignore")
import boto3, yfinance
yfinance.config.debug.hide_exceptions = False
assert yfinance._http.HAS_CURL_CFFI
outcomes = []
for symbol, options in json.load(sys.stdin):
    try:
        bars = yfinance.Ticker(symbol).history(auto_adjust=False, actions=False, prepost=False, **options)
        rows = bars.astype(object).where(bars.notna(), None).to_dict("records")
        outcomes.append({"ts": [ts.isoformat() for ts in bars.index], "rows": rows})
    except Exception as error:
        outcomes.append({"errors": [kind.__name__ for kind in type(error).__mro__], "text": str(error)})
answer = {"outcomes": outcomes}
if "AWS_ENDPOINT_URL" in __import__("os").environ:
    answer["account"] = boto3.client("sts").get_caller_identity()["Account"]
print(json.dumps(answer))
"""


def run(yahoo: YahooReplay, folder: Path, calls: list[tuple[str, dict[str, Any]]], **variables: str) -> dict[str, Any]:
    """Run the program in a process with the replay's variables, and return its answer."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder), **variables, **yahoo.environment()}
    process = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(calls),
        env=environment,
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
    )
    assert process.returncode == 0, process.stderr
    answer = json.loads(process.stdout)
    assert isinstance(answer, dict)
    return answer


def window(start: str, end: str, interval: str = "1m") -> dict[str, Any]:
    return {"start": start, "end": end, "interval": interval, "timeout": DEADLINE_SECONDS}


DAY = window("2026-11-23", "2026-11-24")


@pytest.fixture
def synthetic() -> Replay:
    return make_synthetic_session(MONDAY, ["META", "AMZN"])


@pytest.fixture
def yahoo(synthetic: Replay) -> Iterator[YahooReplay]:
    with YahooReplay(synthetic) as yahoo:
        yield yahoo


def rows_of(outcome: dict[str, Any]) -> dict[str, list[float | None]]:
    assert "rows" in outcome, outcome
    return {column: [row[column] for row in outcome["rows"]] for column in ("Open", "High", "Low", "Close", "Volume")}


def test_yfinance_returns_exactly_the_replayed_bars(yahoo: YahooReplay, tmp_path: Path) -> None:
    answer = run(yahoo, tmp_path, [("META", DAY), ("META", {"period": "1d", "interval": "1m"})])
    bars = yahoo.replay.instruments["META"].bars

    for outcome in answer["outcomes"]:
        assert rows_of(outcome) == {str(column).title(): bars[column].tolist() for column in bars}
        assert [dt.datetime.fromisoformat(ts) for ts in outcome["ts"]] == bars.index.to_list()
        assert outcome["ts"][0] == "2026-11-23T09:30:00-05:00"


@each_day
def test_yfinance_returns_a_session_with_its_nulls(day: Day, tmp_path: Path) -> None:
    replay = load_bars(day.file(tmp_path))
    asked = window(**day.window)
    with YahooReplay(replay) as yahoo:
        answer = run(yahoo, tmp_path, [(ticker, asked) for ticker in replay.tickers])

    for ticker, outcome in zip(replay.tickers, answer["outcomes"], strict=True):
        bars, rows = replay.instruments[ticker].bars, rows_of(outcome)
        assert rows["High"] == bars["high"].tolist()
        assert rows["Low"] == bars["low"].tolist()
        assert {*rows["Open"], *rows["Close"]} == {None}
        assert {*rows["Volume"]} == {0}  # yfinance's own reading of null


def test_yfinance_reads_every_aggregate(yahoo: YahooReplay, tmp_path: Path) -> None:
    counts = {"2m": 195, "5m": 78, "15m": 26, "30m": 13, "60m": 7, "1h": 7, "90m": 5, "1d": 1}
    calls: list[tuple[str, dict[str, Any]]] = [("META", {**DAY, "interval": interval}) for interval in counts]
    bars = yahoo.replay.instruments["META"].bars

    for (interval, count), outcome in zip(counts.items(), run(yahoo, tmp_path, calls)["outcomes"], strict=True):
        rows = rows_of(outcome)
        assert len(rows["High"]) == count, interval
        assert max(filter(None, rows["High"])) == bars["high"].max(), interval
        assert sum(filter(None, rows["Volume"])) == bars["volume"].sum(), interval


@pytest.mark.fault(21)
def test_yfinance_drops_the_row_after_a_half_days_close(tmp_path: Path) -> None:
    """Expect no bar after 13:00, though Yahoo sometimes sends one."""
    file = tmp_path / "bars.csv"
    file.write_text(
        "name,ts,high,low\n"
        "META,2026-11-27T12:59:00-05:00,2,1\n"
        "META,2026-11-27T13:00:00-05:00,2,1\n"
        "META,2026-11-27T13:05:00-05:00,2,1\n"
    )
    with YahooReplay(load_bars(file)) as yahoo:
        (outcome,) = run(yahoo, tmp_path, [("META", window("2026-11-27", "2026-11-28"))])["outcomes"]

    assert outcome["ts"] == ["2026-11-27T12:59:00-05:00"]


def test_yfinance_distinguishes_yahoos_refusals(yahoo: YahooReplay, tmp_path: Path) -> None:
    missing = "YFPricesMissingError"
    cases = [
        (window("2026-11-21", "2026-11-22"), missing, "no price data found"),
        (window("2026-11-23", "2026-12-02"), missing, "Only 8 days worth of 1m granularity data are allowed"),
        (window("2026-10-01", "2026-10-02"), missing, "The requested range must be within the last 30 days."),
        (window("2026-11-23", "2026-11-24", "7m"), missing, "Invalid input - interval=7m is not supported."),
        (window("2026-11-23", "2026-11-24", "1wk"), missing, "interval=1wk is not in this replay"),
    ]
    outcomes = run(yahoo, tmp_path, [("META", options) for options, _, _ in cases])["outcomes"]

    for outcome, (_, kind, text) in zip(outcomes, cases, strict=True):
        assert outcome["errors"][0] == kind
        assert text in outcome["text"]


def test_yfinance_raises_404_twice_then_a_missing_time_zone(yahoo: YahooReplay, tmp_path: Path) -> None:
    """Expect that yfinance requests the quote's summary only for the first two unknown symbols of a process."""
    outcomes = run(yahoo, tmp_path, [(symbol, DAY) for symbol in ("NONE1", "NONE2", "NONE3")])["outcomes"]

    assert [outcome["errors"][0] for outcome in outcomes] == ["HTTPError", "HTTPError", "YFTzMissingError"]
    assert outcomes[0]["text"] == "HTTP Error 404: Not Found"


@pytest.mark.fault(17)
def test_yfinance_raises_yahoos_error_for_each_fault(tmp_path: Path) -> None:
    expected = {
        "rate-limited": ("YFRateLimitError", "Too Many Requests"),
        "server-error": ("JSONDecodeError", "Expecting value"),
        "bad-gateway": ("YFDataException", "YAHOO! FINANCE IS CURRENTLY DOWN!"),
        "down-page": ("YFDataException", "YAHOO! FINANCE IS CURRENTLY DOWN!"),
        "connection-reset": ("ConnectionError", "reset by peer"),
        "slow": ("Timeout", "timed out"),
        "truncated-json": ("JSONDecodeError", ""),
        "chart-error": ("YFPricesMissingError", "Something went wrong"),
        "empty-result": ("YFPricesMissingError", "no price data found"),
        "null-chart": ("YFPricesMissingError", "no price data found"),
    }
    assert expected.keys() == FAULTS.keys()
    symbols = {name.replace("-", "").upper(): name for name in FAULTS}

    def fault(request: ChartRequest) -> Fault | None:
        return FAULTS[symbols[request.symbol]] if request.interval == "1m" else None

    impatient = {**DAY, "timeout": 2}  # seconds, and "slow" takes 60
    calls = [(symbol, impatient if name == "slow" else DAY) for symbol, name in symbols.items()]
    with YahooReplay(make_synthetic_session(MONDAY, list(symbols)), fault=fault) as yahoo:
        outcomes = run(yahoo, tmp_path, calls)["outcomes"]

    for name, outcome in zip(symbols.values(), outcomes, strict=True):
        kind, text = expected[name]
        assert outcome["errors"][0] == kind, name
        assert text in outcome["text"], name


def test_yfinance_returns_bars_after_two_rate_limited_answers(synthetic: Replay, tmp_path: Path) -> None:
    def fault(request: ChartRequest) -> Fault | None:
        return FAULTS["rate-limited"] if request.interval == "1m" and request.occurrence <= 2 else None

    with YahooReplay(synthetic, fault=fault) as yahoo:
        outcomes = run(yahoo, tmp_path, [("META", DAY), ("META", DAY), ("AMZN", DAY)])["outcomes"]

        assert outcomes[0]["errors"][0] == "YFRateLimitError"
        assert len(outcomes[1]["rows"]) == 390
        assert outcomes[2]["errors"][0] == "YFRateLimitError"
        assert [request.status for request in yahoo.list_chart_requests("META")] == [200, 429, 429, 200]


def test_aws_clients_bypass_the_proxy(cloud: EmbeddedCloud, yahoo: YahooReplay, tmp_path: Path) -> None:
    answer = run(yahoo, tmp_path, [("META", DAY)], **cloud.environment())

    assert len(answer["outcomes"][0]["rows"]) == 390
    assert answer["account"] == cloud.account_id


def test_yahoo_replay_environment_overrides_the_users_proxy(yahoo: YahooReplay, tmp_path: Path) -> None:
    elsewhere = {
        "https_proxy": "http://127.0.0.1:9",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
    }
    authorities = {"CURL_CA_BUNDLE": "/nowhere.pem", "SSL_CERT_FILE": "/nowhere.pem", "NO_PROXY": "*"}
    (outcome,) = run(yahoo, tmp_path, [("META", DAY)], **elsewhere, **authorities)["outcomes"]

    assert len(outcome["rows"]) == 390


def test_yfinance_keeps_its_cookie_for_the_next_process(yahoo: YahooReplay, tmp_path: Path) -> None:
    for _ in range(2):
        run(yahoo, tmp_path, [("META", DAY)])

    assert [request.host for request in yahoo.log].count("fc.yahoo.com") == 1

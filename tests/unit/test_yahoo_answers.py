"""Unforeseen answers of Yahoo, which the collector turns into its own typed errors."""

from __future__ import annotations

import copy
import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import yfinance.base
from hypothesis import example, given, settings
from hypothesis import strategies as st
from yfinance.data import YfData

from finance_stream.bars import INTERVAL_MINUTES, decode_bar
from finance_stream.collect import collection, yahoo
from finance_stream.collect.frame import to_bars
from finance_stream.errors import NotCollected, UpstreamUnavailable
from finance_stream.hours import find_zone
from finance_stream.sessions import list_bar_starts
from handlers import poller
from local.yahoo.chart import make_chart
from local.yahoo.exchange import Exchange
from local.yahoo.synthetic import make_synthetic_session
from tests.unit.test_dead_letter import Clock

DAY = {"start": "2026-11-23", "end": "2026-11-24", "interval": "1m"}
ROWS = 8
MAX_FOUND_BYTES = 700  # of the differences from the planned bars


def yahoos_chart() -> dict[str, Any]:
    """Return Yahoo's chart of the first minutes of a session."""
    replay = make_synthetic_session(dt.date(2026, 11, 23), ["META"])
    opens = int(replay.instruments["META"].sessions[0].open.timestamp())
    window = {"period1": str(opens), "period2": str(opens + ROWS * 60), "interval": "1m"}
    return make_chart(replay, "META", window)


CHART = yahoos_chart()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to each value in a document, including the document itself."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return the document with another value at ``path``. If an earlier change removed that place, change nothing."""
    if not path:
        return value
    parent = document = copy.deepcopy(document)
    try:
        for key in path[:-1]:
            parent = parent[key]
        parent[path[-1]] = value
    except (IndexError, KeyError, TypeError):
        pass
    return document


PRICES = ("chart", "result", 0, "indicators", "quote", 0)
META = ("chart", "result", 0, "meta")
HOSTILE: st.SearchStrategy[Any] = st.one_of(
    st.none() | st.booleans() | st.floats() | st.integers(),
    st.sampled_from([2**63 - 1, 2**64, 10**25, 10**400, -(2**63), 1e300, 5e-324]),
    st.sampled_from(["", "America", "UTC", "x" * 5_000, "\x00", "../..", "1"]),
    st.sampled_from([[], {}, [[]], [None] * ROWS, {"a": 1}, list(range(ROWS)), ["x"] * ROWS]),
)
CHANGES = st.lists(st.tuples(st.sampled_from(list(places(CHART))), HOSTILE), min_size=1, max_size=3)


class Answer:
    """An answer of the chart API in the form of curl_cffi."""

    status_code = 200
    url = "https://query2.finance.yahoo.com/v8/finance/chart/META"

    def __init__(self, text: str) -> None:
        self.text = text

    def json(self) -> Any:
        return json.loads(self.text)

    def raise_for_status(self) -> None:
        pass


@pytest.fixture(scope="module")
def answer() -> Iterator[dict[str, str]]:
    """Yield a dictionary for Yahoo's answers by ticker. No time zone is cached between tests."""
    texts: dict[str, str] = {}
    no_cache = SimpleNamespace(lookup=lambda _: None, store=lambda *_: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(YfData, "get", lambda _, url, *__, **___: Answer(texts[url.rpartition("/")[2]]))
        patch.setattr(yfinance.base.cache, "get_tz_cache", lambda: no_cache)
        yield texts


def collected(ticker: str) -> list[bytes]:
    """Return the lines that the collector makes from an answer. Its differences are short."""
    window: collection.Window = {
        "start": DAY["start"],
        "end": DAY["end"],
        "interval": "1m",
        "planned_at": "2026-11-24T21:00:00.000000Z",
        "bars_by_exchange": {"XNYS": ROWS},
    }
    bars, found = collection._fetch_bars(ticker, window, "2026-11-24T21:00:01.000000Z")
    assert len(json.dumps(found)) <= MAX_FOUND_BYTES
    return bars.lines


def test_fetch_history_reads_a_chart(answer: dict[str, str]) -> None:
    answer["META"] = json.dumps(CHART)
    assert len(collected("META")) == ROWS


@pytest.mark.fault(50)
@settings(max_examples=100)
@given(CHANGES)
@example([((*PRICES, "volume", 1), 2**64)])
@example([((*PRICES, "high", 1), 10**400)])
@example([((*META, "exchangeTimezoneName"), "America")])
@example([((*META, "exchangeTimezoneName"), "x" * 5_000)])
@example([((*META, "tradingPeriods", 0, 0, "end"), 2**40)])
@example([((*META, "tradingPeriods"), [])])
@example([((*PRICES, "volume", 1), 0.5)])
def test_fetch_history_raises_typed_errors_only(
    answer: dict[str, str], changes: list[tuple[tuple[Any, ...], Any]]
) -> None:
    document: Any = CHART
    for path, value in changes:
        document = changed(document, path, value)
    answer["META"] = json.dumps(document)
    try:
        lines = collected("META")
    except NotCollected:
        return
    for line in lines:
        decode_bar(line)


@pytest.mark.fault(50)
def test_fetch_history_types_an_error_of_yfinances_cache(
    answer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise sqlite3.OperationalError("disk I/O error")

    answer["META"] = json.dumps(CHART)
    monkeypatch.setattr(yfinance.base.cache, "get_tz_cache", lambda: SimpleNamespace(lookup=fail, store=fail))
    with pytest.raises(UpstreamUnavailable, match="META: OperationalError: disk I/O error"):
        collected("META")


@pytest.mark.fault(50)
def test_fetch_history_names_the_class_of_an_untyped_error(answer: dict[str, str]) -> None:
    answer["META"] = "[" * 100_000
    with pytest.raises(UpstreamUnavailable, match="META: RecursionError: "):
        collected("META")


@pytest.mark.present
@pytest.mark.fault(50)
def test_poller_fails_a_ticker_alone(answer: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def put(**call: Any) -> Any:
        if b'"name":"BUG"' in call["Records"][0]["Data"]:
            raise ZeroDivisionError
        return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "r"} for _ in call["Records"]]}

    monkeypatch.setattr(collection, "_get_firehose", lambda: SimpleNamespace(put_record_batch=put))
    answer["META"] = json.dumps(changed(CHART, (*PRICES, "volume", 1), 2**64))
    for ticker in ("SNAP", "BUG"):
        answer[ticker] = json.dumps(changed(CHART, (*META, "symbol"), ticker))
    event = {**DAY, "tickers": ["META", "BUG", "SNAP"]}
    assert poller.handler(event, Clock().context()) == {"bars": ROWS, "failed": 2}


@pytest.mark.parametrize(
    ("field", "told", "said"),
    [
        ("symbol", "SNAP", "META: Yahoo answers with symbol 'SNAP' instead of META"),
        ("dataGranularity", "5m", "META: Yahoo answers with dataGranularity '5m' instead of 1m"),
        (
            "exchangeTimezoneName",
            "Europe/London",
            "META: Yahoo answers with exchangeTimezoneName 'Europe/London' instead of America/New_York",
        ),
    ],
)
def test_fetch_history_rejects_an_answer_to_another_request(
    answer: dict[str, str], field: str, told: str, said: str
) -> None:
    answer["META"] = json.dumps(changed(CHART, (*META, field), told))
    with pytest.raises(UpstreamUnavailable) as raised:
        collected("META")
    assert str(raised.value) == said


@pytest.mark.parametrize("interval", INTERVAL_MINUTES)
@pytest.mark.parametrize(
    ("ticker", "calendar"), [("RELIANCE.NS", "XBOM"), ("500325.BO", "XBOM"), ("TEVA.TA", "XTAE"), ("7203.T", "XTKS")]
)
def test_collected_bars_start_on_the_grid_of_the_expected_ones(
    answer: dict[str, str], ticker: str, calendar: str, interval: str
) -> None:
    day = dt.date(2026, 11, 25)
    exchange = Exchange(str(find_zone(calendar)), calendar, "X", "X", "USD")
    replay = make_synthetic_session(day, [ticker], exchange=exchange)
    [session] = replay.instruments[ticker].sessions
    window = {"period1": str(int(session.open.timestamp())), "period2": str(int(session.close.timestamp()))}
    asked = "15m" if interval == "30m" else interval  # as yfinance does
    answer[ticker] = json.dumps(make_chart(replay, ticker, {**window, "interval": asked}))
    history = yahoo.fetch_history(ticker, "2026-11-25", "2026-11-26", interval)
    bars = to_bars(history.frame, ticker, ("2026-11-25", "2026-11-26"), interval, "x", None, history.hours)
    expected = list_bar_starts(calendar, day, interval, dt.datetime(2026, 11, 26, tzinfo=dt.UTC))
    assert list(bars.starts) == [int(start.timestamp()) for start in expected]

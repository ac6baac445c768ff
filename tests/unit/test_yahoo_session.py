"""The session of yfinance: its timeouts, and the refusals of Yahoo that it reads."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from curl_cffi.requests import Session
from curl_cffi.requests.exceptions import HTTPError
from yfinance.exceptions import YFRateLimitError

from finance_stream.collect import yahoo
from finance_stream.collect.yahoo_session import (
    CHART_TIMEOUT_SECONDS,
    SIDE_TIMEOUT_SECONDS,
    YahooSession,
    _read_document,
    read_fractions,
    read_refusal,
)
from finance_stream.errors import NotCollected, RateLimited, UnknownTicker, UpstreamUnavailable

CHART = "https://query2.finance.yahoo.com/v8/finance/chart/META"
CONSENT = "https://guce.yahoo.com/consent"
NOT_FOUND = {"chart": {"result": None, "error": {"code": "Not Found", "description": "No data found"}}}
INVALID_CRUMB = {"finance": {"result": None, "error": {"code": "Unauthorized", "description": "Invalid Crumb"}}}
LIMITED = "<!DOCTYPE html><html><head><style>a {}</style></head><body><h1>Too Many Requests</h1></body></html>"
UNAVAILABLE = "<html><body>Service  Unavailable</body></html>"


class FakeResponse:
    """A response of Yahoo's in the form of curl_cffi."""

    url = CHART

    def __init__(self, status: int, text: str) -> None:
        self.status_code, self.text, self.content = status, text, text.encode()

    def json(self) -> Any:
        return json.loads(self.text)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise HTTPError(f"HTTP Error {self.status_code}: ", 0, SimpleNamespace(status_code=self.status_code))


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (200, '{"chart": {"result": []}}', "None"),
        (404, json.dumps(NOT_FOUND), "None"),
        (500, json.dumps(NOT_FOUND), "HTTP 500: No data found"),
        (401, json.dumps(INVALID_CRUMB), "HTTP 401: Invalid Crumb"),
        (200, LIMITED, "HTTP 200: Too Many Requests"),
        (503, UNAVAILABLE, "HTTP 503: Service Unavailable"),
        (200, "", "HTTP 200: an empty answer"),
        (200, "[" * 100_000, f"HTTP 200: {'[' * 200}"),
    ],
)
def test_read_refusal_gives_yahoos_words(status: int, text: str, said: str) -> None:
    response = FakeResponse(status, text)
    assert str(read_refusal(response, _read_document(response))) == said


@pytest.mark.parametrize(
    ("volumes", "fractions"),
    [
        ([6.83444, 12, None], {60: 6.83444, 120: 12.0}),
        ([6, 12, None], {}),
        ([6.5, "12", [1]], {60: 6.5}),
        ([6.5], {}),
        ([10**400, 6.5, 0], {}),
    ],
)
def test_read_fractions_keeps_what_yfinance_cuts(volumes: list[Any], fractions: dict[int, float]) -> None:
    result = {"timestamp": [60, 120, 180], "indicators": {"quote": [{"volume": volumes}]}}
    assert read_fractions({"chart": {"result": [result]}}) == fractions
    assert read_fractions({"chart": None}) == read_fractions(None) == {}


@pytest.mark.parametrize(("interval", "volumes"), [("15m", [6.83444, 0.98, 3.0]), ("30m", [7.81444, 3.0])])
def test_restore_fractions_gives_each_bar_its_volume(interval: str, volumes: list[float]) -> None:
    starts = pd.DatetimeIndex(pd.date_range("2026-11-23", periods=len(volumes), freq=f"{interval}in", tz="UTC"))
    frame = pd.DataFrame({"Volume": [int(one) for one in volumes[:-1]] + [3]}, index=starts)
    first = int(starts[0].timestamp())
    told = yahoo.restore_fractions(frame, {first: 6.83444, first + 900: 0.98}, interval)
    assert told["Volume"].tolist() == pytest.approx(volumes)


@pytest.mark.parametrize(
    ("url", "given", "timeout"),
    [
        (CHART, 30, CHART_TIMEOUT_SECONDS),
        (CHART, 5, 5),
        (CONSENT, 30, SIDE_TIMEOUT_SECONDS),
        (CONSENT, None, SIDE_TIMEOUT_SECONDS),
    ],
)
def test_request_bounds_the_timeout(
    monkeypatch: pytest.MonkeyPatch, url: str, given: float | None, timeout: float
) -> None:
    sent: list[float] = []

    def request(*_: Any, **options: Any) -> Any:
        sent.append(options["timeout"])
        return FakeResponse(200, '{"chart": {}}')

    monkeypatch.setattr(Session, "request", request)
    YahooSession().get(url, timeout=given)
    assert sent == [timeout]


def test_request_raises_for_a_limit_that_the_status_hides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "request", lambda *_, **__: FakeResponse(200, LIMITED))
    with pytest.raises(YFRateLimitError):
        YahooSession().get(CHART)


@pytest.mark.parametrize(
    ("status", "text", "kind", "said"),
    [
        (200, LIMITED, RateLimited, "META: HTTP 200: Too Many Requests"),
        (429, "Too Many Requests", RateLimited, "META: HTTP 429: Too Many Requests"),
        (503, UNAVAILABLE, UpstreamUnavailable, "META: HTTP 503: Service Unavailable"),
        (401, json.dumps(INVALID_CRUMB), UpstreamUnavailable, "META: HTTP 401: Invalid Crumb"),
        (404, json.dumps(NOT_FOUND), UnknownTicker, "META: Yahoo does not know this ticker: "),
    ],
)
def test_fetch_history_types_a_refusal_in_yahoos_words(
    monkeypatch: pytest.MonkeyPatch, status: int, text: str, kind: type[NotCollected], said: str
) -> None:
    def request(_: Any, __: str, url: str, **___: Any) -> Any:
        if url.startswith(CHART) or "quoteSummary" in url:
            return FakeResponse(status, text)
        return FakeResponse(200, "crumb")

    monkeypatch.setattr(Session, "request", request)
    with pytest.raises(kind) as raised:
        yahoo.fetch_history("META", "2026-11-23", "2026-11-24", "1m")
    assert type(raised.value) is kind
    assert str(raised.value).startswith(said)


def test_fetch_history_names_the_new_ticker_of_a_renamed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "request", lambda *_, **__: FakeResponse(404, json.dumps(NOT_FOUND)))
    with pytest.raises(UnknownTicker) as raised:
        yahoo.fetch_history("FB", "2026-11-23", "2026-11-24", "1m")
    assert str(raised.value) == "FB has traded as META since 2022-06-09"

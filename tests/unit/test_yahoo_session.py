"""The session of yfinance: its timeouts, and the refusals of Yahoo that it reads."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from curl_cffi.requests import Session
from curl_cffi.requests.exceptions import HTTPError
from yfinance.exceptions import YFRateLimitError

from finance_stream.collect import yahoo
from finance_stream.collect.yahoo_session import CHART_TIMEOUT_SECONDS, SIDE_TIMEOUT_SECONDS, YahooSession, read_refusal
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
    assert str(read_refusal(FakeResponse(status, text))) == said


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

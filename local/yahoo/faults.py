"""The faults of Yahoo's chart API, for tests and fault plans."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

JSON = "application/json;charset=utf-8"
HTML = "text/html; charset=UTF-8"
TEXT = "text/plain;charset=utf-8"


@dataclass(frozen=True)
class ChartRequest:
    """A request for a chart. ``occurrence`` counts the requests for this symbol and interval from 1.

    yfinance asks for a ``1d`` chart first, to learn the time zone, and retries once after a status of 400 or above. So
    a failed attempt needs a fault on two occurrences.
    """

    symbol: str
    interval: str
    occurrence: int


Quote = dict[str, list[Any]]  # the columns open, high, low, close and volume


@dataclass(frozen=True)
class Fault:
    """A faulty response. Without a ``body``, the correct chart is sent, changed by the other fields.

    ``kept`` is the share of the body to send. ``delay_seconds`` is the real time to wait before the response.
    ``reset`` drops the connection without a response. ``spoil`` changes the timestamps and the quote of a chart that
    has rows.
    """

    status: int = 200
    body: str | None = None
    content_type: str = JSON
    kept: float = 1.0
    delay_seconds: float = 0.0
    reset: bool = False
    spoil: Callable[[list[int], Quote], None] | None = None

    @property
    def whole(self) -> bool:
        """True if the whole body is sent without a delay."""
        return self.kept == 1 and not self.delay_seconds and not self.reset

    def spoil_chart(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return the correct chart after ``spoil`` has changed it."""
        [result] = document["chart"]["result"]
        if self.spoil and "timestamp" in result:
            self.spoil(result["timestamp"], result["indicators"]["quote"][0])
        return document


# Called per chart request, from several threads at once. None stands for the correct response.
FaultHook = Callable[[ChartRequest], Fault | None]


def make_chart_error(code: str, description: str, status: int = 200) -> Fault:
    """Return a response with an error code and a description in Yahoo's format."""
    return _make_answer({"chart": {"result": None, "error": {"code": code, "description": description}}}, status)


def make_slow_answer(seconds: float) -> Fault:
    """Return a correct response that is sent late."""
    return Fault(delay_seconds=seconds)


def _make_answer(document: dict[str, Any], status: int = 200) -> Fault:
    return Fault(status, json.dumps(document))


def _make_page(title: str, text: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{text}</h1></body></html>"


# yfinance looks for the words "Will be right back" in the page to see that Yahoo is down.
DOWN_PAGE = _make_page("Yahoo", "Will be right back...")
ERROR_PAGE = _make_page("Error", "Internal Server Error")

FAULTS = {
    "rate-limited": Fault(429, "Too Many Requests\r\n", TEXT),
    "server-error": Fault(500, ERROR_PAGE, HTML),
    "bad-gateway": Fault(502, DOWN_PAGE, HTML),
    "down-page": Fault(200, DOWN_PAGE, HTML),
    "connection-reset": Fault(reset=True),
    "slow": make_slow_answer(60.0),
    "truncated-json": Fault(kept=0.5),
    "chart-error": make_chart_error("Internal Server Error", "Something went wrong", 500),
    "empty-result": _make_answer({"chart": {"result": [], "error": None}}),
    "null-chart": _make_answer({"chart": None}),
}

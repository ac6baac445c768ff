"""What Yahoo does instead of answering a chart request, for a test or a fault plan to choose from."""

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
    """A request for a chart; ``occurrence`` counts those for this symbol at this interval, from 1.

    yfinance asks for a ``1d`` chart first, to learn the time zone, and asks once more after a status of 400 or above:
    an attempt that is to fail needs a fault on two occurrences.
    """

    symbol: str
    interval: str
    occurrence: int


Quote = dict[str, list[Any]]  # a column each of open, high, low, close and volume


@dataclass(frozen=True)
class Fault:
    """One wrong answer. Without a ``body``, the right one is sent, spoilt by what else is set.

    ``kept`` is the share of the body that is sent, ``delay_seconds`` of real time pass before the answer, ``reset``
    drops the connection instead of answering, ``spoil`` changes a chart that has rows, its timestamps and its quote.
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
        """Whether the body arrives as it is, at once."""
        return self.kept == 1 and not self.delay_seconds and not self.reset

    def spoil_chart(self, document: dict[str, Any]) -> dict[str, Any]:
        """The right answer, spoilt."""
        [result] = document["chart"]["result"]
        if self.spoil and "timestamp" in result:
            self.spoil(result["timestamp"], result["indicators"]["quote"][0])
        return document


# Called for each chart request, several at once; None lets it be answered as Yahoo would.
FaultHook = Callable[[ChartRequest], Fault | None]


def make_chart_error(code: str, description: str, status: int = 200) -> Fault:
    """An answer that carries Yahoo's own reason."""
    return _make_answer({"chart": {"result": None, "error": {"code": code, "description": description}}}, status)


def make_slow_answer(seconds: float) -> Fault:
    """The right answer, late."""
    return Fault(delay_seconds=seconds)


def _make_answer(document: dict[str, Any], status: int = 200) -> Fault:
    return Fault(status, json.dumps(document))


def _make_page(title: str, text: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{text}</h1></body></html>"


# yfinance tells that Yahoo is down by the words "Will be right back" in the page.
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

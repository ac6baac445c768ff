"""The HTTP session that yfinance uses: bounded requests, and Yahoo's own words when it refuses. Knows curl_cffi."""

from __future__ import annotations

import math
import re
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from curl_cffi.requests import Response, Session
from yfinance.exceptions import YFRateLimitError

CHART_TIMEOUT_SECONDS = 10
# In a cold environment yfinance sends four requests for a ticker: a cookie, a crumb, the chart of the time zone and the
# chart. Without a cookie it asks for the consent page instead of the crumb, and again before the second chart. It gives
# each of these pages 30 s, and collects without them if they time out.
SIDE_TIMEOUT_SECONDS = 3
SIDE_REQUESTS_PER_CHART = 2
CHARTS_PER_TICKER = 2
TICKER_SECONDS = CHARTS_PER_TICKER * (CHART_TIMEOUT_SECONDS + SIDE_REQUESTS_PER_CHART * SIDE_TIMEOUT_SECONDS)
CHART_PATH = "/v8/finance/chart/"
MAX_WORDS_CHARACTERS = 200

_LIMIT_WORDS = "Too Many Requests"
_TAG = re.compile(r"<(script|style).*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Refusal:
    """A chart response without a chart: its HTTP status and Yahoo's words."""

    status: int
    words: str

    def __str__(self) -> str:
        return f"HTTP {self.status}: {self.words}"


class YahooSession(Session[Response]):
    """A session that looks like Chrome's. Threads may share it."""

    def __init__(self) -> None:
        super().__init__(impersonate="chrome")
        self._local = threading.local()

    @property
    def refusal(self) -> Refusal | None:
        """The refusal in this thread's last chart response, or None if it was an answer of the chart API."""
        refusal: Refusal | None = getattr(self._local, "refusal", None)
        return refusal

    @property
    def fractional_volumes(self) -> dict[int, float]:
        """The volumes in this thread's last chart by their start, in seconds since the epoch, if one is not whole.

        yfinance cuts volumes to whole numbers.
        """
        volumes: dict[int, float] = getattr(self._local, "volumes", {})
        return volumes

    def forget_answers(self) -> None:
        """Begin with another ticker in this thread."""
        self._local.refusal, self._local.volumes = None, {}

    def request(self, method: Any, url: str, *arguments: Any, **options: Any) -> Response:
        """Send a request with a timeout of at most 10 s for a chart, 3 s for anything else.

        Raises
        ------
        YFRateLimitError
            When a chart's response says so in its text. yfinance knows only the status 429.
        """
        is_chart = urlsplit(url).path.startswith(CHART_PATH)
        limit = CHART_TIMEOUT_SECONDS if is_chart else SIDE_TIMEOUT_SECONDS
        options["timeout"] = min(options.get("timeout") or limit, limit)
        if not is_chart:
            return super().request(method, url, *arguments, **options)
        self.forget_answers()
        response = super().request(method, url, *arguments, **options)
        document = _read_document(response)
        self._local.refusal, self._local.volumes = read_refusal(response, document), read_fractions(document)
        if response.status_code != 429 and self.refusal and _LIMIT_WORDS.lower() in self.refusal.words.lower():
            raise YFRateLimitError
        return response


def read_refusal(response: Any, document: Any) -> Refusal | None:
    """Return the refusal in a chart response, or None if the chart API itself answers.

    The chart API answers with a JSON object that has ``chart``, for an unknown ticker with the status 404. ``document``
    is the response's JSON, or None.
    """
    if isinstance(document, dict) and "chart" in document and response.status_code < 500:
        return None
    return Refusal(response.status_code, _read_words(document, response.text)[:MAX_WORDS_CHARACTERS])


def read_fractions(document: Any) -> dict[int, float]:
    """Return the volumes of a chart by their start, or nothing if all are whole or the document is not a chart."""
    try:
        result = document["chart"]["result"][0]
        starts, volumes = result["timestamp"], result["indicators"]["quote"][0]["volume"]
        pairs = zip(starts, volumes, strict=True)
        numbers = {at: float(one) for at, one in pairs if type(at) is int and type(one) in (int, float)}
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return {}
    return numbers if any(math.isfinite(one) and one % 1 for one in numbers.values()) else {}


def _read_document(response: Any) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _read_words(document: Any, text: str) -> str:
    """Return Yahoo's description of an error, or the page's text without its tags."""
    for part in document.values() if isinstance(document, dict) else ():
        error = part.get("error") if isinstance(part, dict) else None
        if isinstance(error, dict) and isinstance(error.get("description"), str):
            return str(error["description"])
    return " ".join(_TAG.sub(" ", text).split()) or "an empty answer"

"""The HTTP session that yfinance uses: bounded requests, and Yahoo's own words when it refuses. Knows curl_cffi."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from curl_cffi.requests import Response, Session
from yfinance.exceptions import YFRateLimitError

CHART_TIMEOUT_SECONDS = 10
# In a cold environment yfinance asks for a cookie, a crumb and, without a cookie, for the consent page, before each of
# two charts. It gives each of these requests 30 s, and collects without them if they time out.
SIDE_TIMEOUT_SECONDS = 3
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

    def forget_refusal(self) -> None:
        """Begin with another ticker in this thread."""
        self._local.refusal = None

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
        self.forget_refusal()
        response = super().request(method, url, *arguments, **options)
        self._local.refusal = read_refusal(response)
        if response.status_code != 429 and self.refusal and _LIMIT_WORDS.lower() in self.refusal.words.lower():
            raise YFRateLimitError
        return response


def read_refusal(response: Any) -> Refusal | None:
    """Return the refusal in a chart response, or None if the chart API itself answers.

    The chart API answers with a JSON object that has ``chart``, for an unknown ticker with the status 404.
    """
    document = _read_document(response)
    if isinstance(document, dict) and "chart" in document and response.status_code < 500:
        return None
    return Refusal(response.status_code, _read_words(document, response.text)[:MAX_WORDS_CHARACTERS])


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

"""Requests to Yahoo Finance for a ticker's bars, with typed errors. Knows yfinance, not AWS."""

from __future__ import annotations

import contextlib
import tempfile
import warnings
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd
import yfinance as yf
from curl_cffi.requests.exceptions import HTTPError
from yfinance.exceptions import (
    YFPricesMissingError,
    YFRateLimitError,
    YFTzMissingError,
)

from finance_stream.collect.yahoo_session import CHART_TIMEOUT_SECONDS, YahooSession
from finance_stream.errors import (
    NoData,
    NotCollected,
    RateLimited,
    UnknownTicker,
    UpstreamUnavailable,
    WindowNotAvailable,
    quote_value,
)

# By default yfinance returns an empty frame for an unknown symbol, a bad window, an HTTP 500 and a timeout alike.
yf.config.debug.hide_exceptions = False
# Lambda can't write the default, ~/.cache. Without the cache, each request fetches the cookie again.
yf.set_tz_cache_location(tempfile.mkdtemp(prefix="yfinance-"))
_SESSION = YahooSession()
# With pandas 3, each frame gives one about yfinance's own code.
warnings.filterwarnings("ignore", module="yfinance")


def fetch_history(ticker: str, start: str, end: str, interval: str, since: str | None = None) -> pd.DataFrame:
    """Fetch a ticker's bars from Yahoo with ``yfinance.Ticker.history``: unadjusted, regular hours only.

    Parameters
    ----------
    ticker
        Yahoo symbol.
    start, end
        Dates (YYYY-MM-DD) in the exchange's time zone. ``end`` is not part of the window.
    interval
        One of :data:`finance_stream.bars.INTERVAL_MINUTES`.
    since
        ISO 8601 with its offset: ask for no bar that began before it.

    Returns
    -------
    pandas.DataFrame
        One row per bar: columns Open, High, Low, Close (quote currency) and Volume, index the bar's start with the
        exchange's time zone. Never empty.

    Raises
    ------
    RateLimited, UpstreamUnavailable, UnknownTicker, NoData, WindowNotAvailable
        No other error: any other exception in yfinance or pandas becomes UpstreamUnavailable.
    """
    with convert_errors(ticker):
        return _ask_history(ticker, start, end, interval, since)


@contextlib.contextmanager
def convert_errors(ticker: str) -> Iterator[None]:
    """Turn an untyped error, caused by an answer of Yahoo's, into UpstreamUnavailable with the name of its class."""
    try:
        yield
    except NotCollected:
        raise
    except Exception as error:  # such as numbers beyond 64 bits, a time zone that is a folder's name, truncated JSON
        raise UpstreamUnavailable(f"{ticker}: {type(error).__name__}: {error}") from error


def _ask_history(ticker: str, start: str, end: str, interval: str, since: str | None) -> pd.DataFrame:
    client = yf.Ticker(ticker, session=_SESSION)
    _SESSION.forget_refusal()
    # yfinance caches the answers about windows that ended 30 minutes ago, an HTTP 500 as well. In a warm function a
    # retry would not reach Yahoo.
    client._data.cache_get.cache_clear()
    try:
        frame: pd.DataFrame = client.history(
            start=datetime.fromisoformat(since) if since else start,
            end=end,
            interval=interval,
            auto_adjust=False,
            actions=False,
            prepost=False,
            timeout=CHART_TIMEOUT_SECONDS,
        )
    except YFRateLimitError as error:
        raise RateLimited(f"{ticker}: {_SESSION.refusal or error}") from error
    except Exception as error:
        raise _convert(client, ticker, error) from error
    if frame.empty:
        raise NoData(f"{ticker}: Yahoo has no {interval} bar from {start} until {end}")
    _check_metadata(_get_metadata(client), ticker, interval)
    return frame


def _get_metadata(client: yf.Ticker) -> Any:
    """Return the raw metadata of the last chart, because get_history_metadata() fails without trading periods."""
    return client._lazy_load_price_history()._history_metadata


def _check_metadata(metadata: Any, ticker: str, interval: str) -> None:
    """Refuse an answer about another ticker or of another granularity than the request's."""
    for field, asked in (("symbol", ticker), ("dataGranularity", interval)):
        told = metadata.get(field)
        if told != asked:
            raise UpstreamUnavailable(f"{ticker}: Yahoo answers with {field} {quote_value(told)} instead of {asked}")


def _convert(client: yf.Ticker, ticker: str, error: Exception) -> Exception:
    """Return the typed error for an exception of yfinance's. A refusal in Yahoo's last chart response decides."""
    if refusal := _SESSION.refusal:
        kind = RateLimited if refusal.status == 429 else UpstreamUnavailable
        return kind(f"{ticker}: {refusal}")
    if isinstance(error, YFTzMissingError):
        return UnknownTicker(f"{ticker}: Yahoo does not know this ticker: {error.rationale}")
    if isinstance(error, YFPricesMissingError):
        return _explain_missing_prices(client, ticker, error)
    return _to_error(ticker, error) if isinstance(error, HTTPError) else error


def _to_error(ticker: str, error: HTTPError) -> Exception:
    status = error.response.status_code if error.response is not None else 0
    if status == 404:
        return UnknownTicker(f"{ticker}: Yahoo does not know this ticker: {error}")
    if status == 429:
        return RateLimited(f"{ticker}: {error}")
    return UpstreamUnavailable(f"{ticker}: {error}")


def _explain_missing_prices(client: yf.Ticker, ticker: str, error: YFPricesMissingError) -> Exception:
    """Return the error that a missing price means. Yahoo's own words decide, if it gave any."""
    words = error.yahoo_reason
    if words is None:
        # With metadata, Yahoo knows the symbol but has no bars. Without, Yahoo did not answer.
        if _get_metadata(client).get("symbol"):
            return NoData(f"{ticker}: {error.rationale}")
        return UpstreamUnavailable(f"{ticker}: {error.rationale}")
    if "data not available for startTime" in words or "Data doesn't exist for startDate" in words:
        return WindowNotAvailable(f"{ticker}: {words}")
    if "symbol may be delisted" in words:
        return UnknownTicker(f"{ticker}: {words}")
    return UpstreamUnavailable(f"{ticker}: {words}")

"""The input of an execution and its checks, the same for every way to start one. Knows neither calendars nor AWS."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.errors import InvalidInput, quote_value
from finance_stream.exchanges import find_calendar_name

# The state machine's payloads are limited to 256 KiB, and its plan has all tickers.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_TICKERS = 10_000
MAX_TICKERS_BYTES = 180_000
MAX_DAYS = 366
# 24 hours. For a longer window, give dates.
MAX_LOOKBACK_MINUTES = 1_440
# The first date of the tables in the stage local. Another stage has its own: the parameter firstDate of serverless.yml.
EARLIEST = date(2010, 1, 1)
# A Fail state's cause has at most 32,768 characters, and more faults would not help the reader.
MAX_FAULTS_NAMED = 20

DEFAULT_INTERVAL = "1m"
# A placeholder for the default tickers, where an input without tickers means all. Its value is not used.
ANY_TICKERS = ("META",)
_FIELDS = ("tickers", "start", "end", "lookback_minutes", "interval")
_FIRST_DATE = "the first date of the stage's tables (firstDate)"
_SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^=&-]{0,20}")
_SYMBOL_RULE = "a Yahoo symbol: letters, digits and . ^ = & -, at most 21 characters"

# Step Functions allows more characters than these in an execution's name:
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")
NAME_RULE = "1 to 80 letters, digits, - and _"


def is_name(text: str) -> bool:
    """Return True when ``text`` can be an execution's name: :data:`NAME_RULE`."""
    return bool(_NAME.fullmatch(text))


@dataclass(frozen=True)
class Request:
    """A checked input: upper-case tickers without duplicates, an interval and a window.

    ``window`` is the first local date and the one after the last. ``lookback_minutes`` are the minutes before now. With
    neither, the window is the latest session.
    """

    tickers: list[str]
    interval: str
    window: tuple[date, date] | None = None
    lookback_minutes: int | None = None


def check(event: Any, default_tickers: Sequence[str], now: datetime, first_date: date = EARLIEST) -> Request:
    """Check an execution's input and fill in its defaults.

    Parameters
    ----------
    event
        An object with any of ``tickers`` (list of Yahoo symbols), ``start`` and ``end`` (dates YYYY-MM-DD of the
        exchange, ``end`` not in the window) or ``lookback_minutes`` (the bars that began in that many minutes before
        now), ``interval`` (:data:`finance_stream.bars.INTERVAL_MINUTES`).
    default_tickers
        The tickers of an input without ``tickers``.
    first_date
        The first date of the stage's tables. No query would see an earlier bar.

    Raises
    ------
    InvalidInput
        Names every wrong field, its value and the allowed values.
    """
    if not isinstance(event, dict):
        raise InvalidInput(f"input: {quote_value(event)} is not an object with {', '.join(_FIELDS)}")
    faults = [
        f"{quote_value(field)}: not a field of the input, which has {', '.join(_FIELDS)}"
        for field in event
        if field not in _FIELDS
    ]
    tickers = _check_tickers(event.get("tickers"), default_tickers, faults)
    interval = _check_interval(event.get("interval"), faults)
    start, end = (_check_date(event.get(field), field, faults, first_date) for field in ("start", "end"))
    lookback = _check_lookback(event, faults)
    if faults:
        more = [f"and {len(faults) - MAX_FAULTS_NAMED:,} more"] if len(faults) > MAX_FAULTS_NAMED else []
        raise InvalidInput(*faults[:MAX_FAULTS_NAMED], *more)
    return Request(tickers, interval, _check_window(start, end, now, first_date), lookback)


def _check_tickers(given: Any, default_tickers: Sequence[str], faults: list[str]) -> list[str]:
    if given is None:
        given = list(default_tickers)
    if not isinstance(given, list) or not given:
        faults.append(f"tickers: {quote_value(given)} is not a list of one to {MAX_TICKERS:,} tickers")
        return []
    if len(given) > MAX_TICKERS:
        faults.append(f"tickers: {len(given):,} of them, at most {MAX_TICKERS:,} are allowed")
        return []
    tickers: dict[str, None] = {}  # a set that keeps the order
    for place, value in enumerate(given):
        # ASCII before upper(), which turns some other characters into ASCII letters: the long s, the ligature fi.
        ticker = value.strip().upper() if isinstance(value, str) and value.isascii() else ""
        if not _SYMBOL.fullmatch(ticker):
            faults.append(f"tickers[{place}]: {quote_value(value)} is not {_SYMBOL_RULE}")
            continue
        try:
            find_calendar_name(ticker)
        except ValueError as error:
            faults.append(f"tickers[{place}]: {quote_value(value)}: {error}")
        tickers[ticker] = None
    size = sum(len(ticker) + 3 for ticker in tickers)  # quoted, with a comma
    if size > MAX_TICKERS_BYTES:
        faults.append(
            f"tickers: {size:,} bytes of JSON, at most {MAX_TICKERS_BYTES:,} are allowed: start several executions"
        )
    return list(tickers)


def _check_interval(given: Any, faults: list[str]) -> str:
    if given is None:
        return DEFAULT_INTERVAL
    if not isinstance(given, str) or given not in INTERVAL_MINUTES:
        faults.append(f"interval: {quote_value(given)} is not one of {', '.join(INTERVAL_MINUTES)}")
    return str(given)


def _check_date(given: Any, field: str, faults: list[str], first_date: date) -> date | None:
    if given is None:
        return None
    try:
        if not (isinstance(given, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", given)):
            raise ValueError
        day = date.fromisoformat(given)
    except ValueError:
        faults.append(f"{field}: {quote_value(given)} is not a calendar date (use YYYY-MM-DD)")
        return None
    if day < first_date:
        faults.append(f"{field}: {quote_value(given)} is before {first_date}, {_FIRST_DATE}")
    return day


def _check_lookback(event: dict[str, Any], faults: list[str]) -> int | None:
    given = event.get("lookback_minutes")
    if given is None:
        return None
    if type(given) is not int or not 1 <= given <= MAX_LOOKBACK_MINUTES:  # a bool is an int to isinstance
        faults.append(
            f"lookback_minutes: {quote_value(given)} is not a whole number from 1 to {MAX_LOOKBACK_MINUTES:,}"
        )
        return None
    if dated := [field for field in ("start", "end") if event.get(field) is not None]:
        faults.append(f"lookback_minutes: {given} reaches back from now: leave out {' and '.join(dated)}")
    return given


def _check_window(start: date | None, end: date | None, now: datetime, first_date: date) -> tuple[date, date] | None:
    """Return the window of dates. A start alone is that date, an end alone the date before it."""
    start = start or (end - timedelta(days=1) if end else None)
    if start is None:
        return None
    end = end or start + timedelta(days=1)
    # The date after UTC's tomorrow has begun nowhere on earth.
    if start > now.astimezone(UTC).date() + timedelta(days=1):
        raise InvalidInput(f"start: {quote_value(start.isoformat())} is in the future")
    if start < first_date:  # the date before an end that is the first one
        raise InvalidInput(f"start: {quote_value(start.isoformat())} is before {first_date}, {_FIRST_DATE}")
    if start >= end:
        raise InvalidInput(f"start: {quote_value(start.isoformat())} is not before end: {quote_value(end.isoformat())}")
    if (end - start).days > MAX_DAYS:
        raise InvalidInput(f"end: {quote_value(end.isoformat())} is more than {MAX_DAYS} days after start: {start}")
    return start, end

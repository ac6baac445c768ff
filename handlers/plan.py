"""What an execution is to do: its input checked and made whole, the sessions and the bars to expect. Knows no AWS."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from handlers.bars import INTERVAL_MINUTES, utc_text
from handlers.errors import InvalidInput
from handlers.sessions import Session, calendar_name, latest_session, sessions

# The state machine's payloads are limited to 256 KiB, of which a ticker and its result take some 20 bytes:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_TICKERS = 10_000
MAX_DAYS = 366
# The first day of the table's partition projection, resources/catalog.yml.
EARLIEST = date(2010, 1, 1)
# More would not fit the 256 KiB either: a year of a dozen exchanges.
MAX_SESSIONS_LISTED = 500
# A Fail state's cause has 32,768 characters; more faults would say no more.
MAX_FAULTS_NAMED = 20

DEFAULT_INTERVAL = "1m"
_FIELDS = ("tickers", "start", "end", "interval")
_SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^=&-]{0,20}")
_SYMBOL_RULE = "a Yahoo symbol: letters, digits and . ^ = & -, at most 21 characters"


@dataclass(frozen=True)
class Request:
    """An execution's input, checked: upper-case tickers, each once, and a window of local dates, ``end`` not in it."""

    tickers: list[str]
    start: date
    end: date
    interval: str


def plan(event: Any, default_tickers: Sequence[str], now: datetime) -> dict[str, Any]:
    """Plan an execution.

    Parameters
    ----------
    event
        The execution's input: an object with any of ``tickers`` (list of Yahoo symbols), ``start`` and ``end`` (dates
        YYYY-MM-DD of the exchange, ``end`` not in the window), ``interval`` (:data:`handlers.bars.INTERVAL_MINUTES`).
    default_tickers
        What an input without ``tickers`` means.
    now
        An aware time; sessions that begin later are not planned.

    Returns
    -------
    dict
        ``tickers`` to collect, ``start``, ``end``, ``interval``, ``sessions`` (``exchange``, ``date``, ``tickers``,
        ``bars`` expected of each ticker), ``bars_expected`` in all, ``no_session`` (tickers whose exchange is closed
        throughout the window) and ``planned_at`` (UTC, ISO 8601).

    Raises
    ------
    InvalidInput
        Naming every field at fault, its value and what is allowed.
    """
    request = check(event, default_tickers, now)
    tickers_by_calendar = Counter(calendar_name(ticker) for ticker in request.tickers)
    found = {name: _sessions(name, request, now) for name in sorted(tickers_by_calendar)}
    open_tickers = [ticker for ticker in request.tickers if found[calendar_name(ticker)]]
    planned = [
        {"exchange": name, "date": session.date, "tickers": tickers_by_calendar[name], "bars": session.bars}
        for name, of_exchange in found.items()
        for session in of_exchange
    ]
    return {
        "tickers": open_tickers,
        "start": request.start.isoformat(),
        "end": request.end.isoformat(),
        "interval": request.interval,
        "sessions": planned if len(planned) <= MAX_SESSIONS_LISTED else None,
        "bars_expected": sum(
            tickers_by_calendar[name] * session.bars for name, days in found.items() for session in days
        ),
        "no_session": [ticker for ticker in request.tickers if not found[calendar_name(ticker)]],
        "planned_at": utc_text(now),
    }


def _sessions(calendar: str, request: Request, now: datetime) -> list[Session]:
    try:
        return sessions(calendar, request.start, request.end, request.interval, now)
    except ValueError as error:  # a year for which the exchange's holidays are not recorded
        raise InvalidInput(f"start: {_shown(request.start.isoformat())}: calendar {calendar}: {error}") from error


def check(event: Any, default_tickers: Sequence[str], now: datetime) -> Request:
    """Check an execution's input and fill in what it leaves out.

    Raises
    ------
    InvalidInput
        Naming every field at fault, its value and what is allowed.
    """
    if not isinstance(event, dict):
        raise InvalidInput(f"input: {_shown(event)} is not an object with {', '.join(_FIELDS)}")
    faults = [
        f"{_shown(field)}: not a field of the input, which has {', '.join(_FIELDS)}"
        for field in event
        if field not in _FIELDS
    ]
    tickers = _tickers(event.get("tickers"), default_tickers, faults)
    interval = _interval(event.get("interval"), faults)
    start, end = (_date(event.get(field), field, faults) for field in ("start", "end"))
    if faults:
        more = [f"and {len(faults) - MAX_FAULTS_NAMED:,} more"] if len(faults) > MAX_FAULTS_NAMED else []
        raise InvalidInput("; ".join(faults[:MAX_FAULTS_NAMED] + more))
    return Request(tickers, *_window(start, end, tickers, now), interval)


def _tickers(given: Any, default_tickers: Sequence[str], faults: list[str]) -> list[str]:
    if given is None:
        given = list(default_tickers)
    if not isinstance(given, list) or not given:
        faults.append(f"tickers: {_shown(given)} is not a list of one to {MAX_TICKERS:,} symbols")
        return []
    if len(given) > MAX_TICKERS:
        faults.append(f"tickers: {len(given):,} of them, at most {MAX_TICKERS:,} are allowed")
        return []
    tickers: dict[str, None] = {}  # a set that keeps the order
    for place, value in enumerate(given):
        symbol = value.strip().upper() if isinstance(value, str) else ""
        if not _SYMBOL.fullmatch(symbol):
            faults.append(f"tickers[{place}]: {_shown(value)} is not {_SYMBOL_RULE}")
            continue
        try:
            calendar_name(symbol)
        except ValueError as error:
            faults.append(f"tickers[{place}]: {_shown(value)}: {error}")
        tickers[symbol] = None
    return list(tickers)


def _interval(given: Any, faults: list[str]) -> str:
    if given is None:
        return DEFAULT_INTERVAL
    if not isinstance(given, str) or given not in INTERVAL_MINUTES:
        faults.append(f"interval: {_shown(given)} is not one of {', '.join(INTERVAL_MINUTES)}")
    return str(given)


def _date(given: Any, field: str, faults: list[str]) -> date | None:
    if given is None:
        return None
    try:
        if not (isinstance(given, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", given)):
            raise ValueError
        day = date.fromisoformat(given)
    except ValueError:
        faults.append(f"{field}: {_shown(given)} is not a date of the calendar (YYYY-MM-DD)")
        return None
    if day < EARLIEST:
        faults.append(f"{field}: {_shown(given)} is before {EARLIEST}, where the lake begins")
    return day


def _window(start: date | None, end: date | None, tickers: Sequence[str], now: datetime) -> tuple[date, date]:
    """The window asked for; without a start and an end, the latest session of the tickers' exchanges."""
    if start is None and end is None:
        latest = [latest_session(name, now) for name in {calendar_name(ticker) for ticker in tickers}]
        return min(latest), max(latest) + timedelta(days=1)
    start = start or (end - timedelta(days=1) if end else None)
    assert start is not None  # noqa: S101 - either was given
    end = end or start + timedelta(days=1)
    # The day after tomorrow has begun nowhere on earth.
    if start > now.astimezone(UTC).date() + timedelta(days=1):
        raise InvalidInput(f"start: {_shown(start.isoformat())} is in the future")
    if start < EARLIEST:  # the day before an end that is the first
        raise InvalidInput(f"start: {_shown(start.isoformat())} is before {EARLIEST}, where the lake begins")
    if start >= end:
        raise InvalidInput(f"start: {_shown(start.isoformat())} is not before end: {_shown(end.isoformat())}")
    if (end - start).days > MAX_DAYS:
        raise InvalidInput(f"end: {_shown(end.isoformat())} is more than {MAX_DAYS} days after start: {start}")
    return start, end


def _shown(value: Any) -> str:
    """A value as an error may quote it: recognisable, on one line, and never the whole of something huge."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."

"""The plan of an execution: its window, its sessions and the bars to expect. Knows no AWS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from finance_stream.bars import format_utc
from finance_stream.exchanges import find_calendar_name
from finance_stream.request import EARLIEST, Request, check
from finance_stream.sessions import (
    Session,
    UnknownSessionsError,
    find_latest_session,
    find_local_dates,
    list_sessions,
    list_sessions_since,
)

# Long enough to hold a session of an exchange without a calendar.
_WEEKEND = timedelta(days=3)
# The first time zone to reach a new date is 14 hours ahead of UTC.
_FARTHEST_EAST = timedelta(hours=14)
# A state's output is limited to 256 KiB, and a year of a dozen exchanges doesn't fit.
MAX_SESSIONS_LISTED = 500


def plan(event: Any, default_tickers: Sequence[str], now: datetime, first_date: date = EARLIEST) -> dict[str, Any]:
    """Plan an execution.

    Parameters
    ----------
    event, default_tickers, first_date
        The execution's input, as :func:`finance_stream.request.check` takes it.
    now
        A time with a time zone. Sessions that begin later are not planned.

    Returns
    -------
    dict
        ``tickers`` to collect, ``start``, ``end``, ``since`` (UTC, ISO 8601: bars that began earlier are left out.
        None: the whole window), ``interval``, ``sessions`` (``exchange``, ``date``, ``tickers``, expected ``bars`` per
        ticker), ``bars_by_exchange`` (expected bars per ticker of an exchange, all sessions together. None: no calendar
        tells them), ``bars_expected`` in all that calendars tell, ``no_session`` (tickers of exchanges that are closed
        throughout the window. If the input names its dates, Yahoo is asked instead), ``not_known`` (number of tickers
        that no calendar tells the sessions of, which are collected all the same) and ``planned_at`` (UTC, ISO 8601).

    Raises
    ------
    InvalidInput
        Names every wrong field, its value and the allowed values.
    """
    request = check(event, default_tickers, now, first_date)
    tickers_by_calendar = Counter(find_calendar_name(ticker) for ticker in request.tickers)
    since = _find_since(request, now)
    start, end = _choose_window(request, tickers_by_calendar, since, now)
    found = {name: _list_sessions(name, request, start, end, since, now) for name in sorted(tickers_by_calendar)}
    planned = [
        {"exchange": name, "date": session.date, "tickers": tickers_by_calendar[name], "bars": session.bars}
        for name, days in found.items()
        for session in days or ()
    ]
    bars = {name: None if days is None else sum(session.bars for session in days) for name, days in found.items()}
    by_calendar = [(ticker, bars[find_calendar_name(ticker)]) for ticker in request.tickers]
    # A calendar lacks special sessions. So Yahoo decides on the dates that a user names.
    closed = [ticker for ticker, expected in by_calendar if expected == 0 and not request.window]
    return {
        "tickers": [ticker for ticker, expected in by_calendar if expected != 0 or request.window],
        "start": start.isoformat(),
        "end": end.isoformat(),
        "since": format_utc(since) if since else None,
        "interval": request.interval,
        "sessions": planned if len(planned) <= MAX_SESSIONS_LISTED else None,
        "bars_by_exchange": bars,
        "bars_expected": sum(expected or 0 for _, expected in by_calendar),
        "no_session": closed,
        "not_known": sum(expected is None for _, expected in by_calendar),
        "planned_at": format_utc(now),
    }


def _find_since(request: Request, now: datetime) -> datetime | None:
    """Return the whole minute that a lookback reaches back to, None without one."""
    if request.lookback_minutes is None:
        return None
    return now.replace(second=0, microsecond=0) - timedelta(minutes=request.lookback_minutes)


def _choose_window(
    request: Request, calendars: Iterable[str], since: datetime | None, now: datetime
) -> tuple[date, date]:
    """Return the first local date and the one after the last.

    They are the request's own, or cover its lookback, or the latest session of each exchange.
    """
    if request.window:
        return request.window
    # Where a calendar tells the dates, the others follow it.
    dates = [day for name in calendars for day in _find_dates(name, since, now)] or [
        (since or now - _WEEKEND).date(),
        (now + _FARTHEST_EAST).date(),
    ]
    return min(dates), max(dates) + timedelta(days=1)


def _find_dates(calendar: str, since: datetime | None, now: datetime) -> tuple[date, ...]:
    """Return the local dates of a lookback or of the latest session, none if they aren't known."""
    try:
        return find_local_dates(calendar, since, now) if since else (find_latest_session(calendar, now),)
    except UnknownSessionsError:
        return ()


def _list_sessions(
    calendar: str, request: Request, start: date, end: date, since: datetime | None, now: datetime
) -> list[Session] | None:
    """Return the planned sessions of an exchange, None where no calendar tells them."""
    try:
        if since is not None:
            return list_sessions_since(calendar, since, request.interval, now)
        return list_sessions(calendar, start, end, request.interval, now)
    except UnknownSessionsError:
        return None

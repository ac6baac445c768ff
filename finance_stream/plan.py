"""The plan of an execution: its window, its sessions and the bars to expect. Knows no AWS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from finance_stream.bars import format_utc
from finance_stream.errors import InvalidInput, quote_value
from finance_stream.exchanges import find_calendar_name
from finance_stream.request import Request, check
from finance_stream.sessions import Session, find_latest_session, find_local_dates, list_sessions, list_sessions_since

# A state's output is limited to 256 KiB, and a year of a dozen exchanges doesn't fit.
MAX_SESSIONS_LISTED = 500


def plan(event: Any, default_tickers: Sequence[str], now: datetime) -> dict[str, Any]:
    """Plan an execution.

    Parameters
    ----------
    event, default_tickers
        The execution's input, as :func:`finance_stream.request.check` takes it.
    now
        A time with a time zone. Sessions that begin later are not planned.

    Returns
    -------
    dict
        ``tickers`` to collect, ``start``, ``end``, ``since`` (UTC, ISO 8601: bars that began earlier are left out.
        None: the whole window), ``interval``, ``sessions`` (``exchange``, ``date``, ``tickers``, expected ``bars`` per
        ticker), ``bars_by_exchange`` (expected bars per ticker of an exchange, all sessions together),
        ``bars_expected`` in all, ``no_session`` (tickers of exchanges that are closed throughout the window) and
        ``planned_at`` (UTC, ISO 8601).

    Raises
    ------
    InvalidInput
        Names every wrong field, its value and the allowed values.
    """
    request = check(event, default_tickers, now)
    tickers_by_calendar = Counter(find_calendar_name(ticker) for ticker in request.tickers)
    since = _find_since(request, now)
    start, end = _choose_window(request, tickers_by_calendar, since, now)

    def list_exchange_sessions(name: str) -> list[Session]:
        if since is not None:
            return list_sessions_since(name, since, request.interval, now)
        return _list_sessions(name, start, end, request.interval, now)

    found = {name: list_exchange_sessions(name) for name in sorted(tickers_by_calendar)}
    planned = [
        {"exchange": name, "date": session.date, "tickers": tickers_by_calendar[name], "bars": session.bars}
        for name, days in found.items()
        for session in days
    ]
    bars_by_exchange = {name: sum(session.bars for session in days) for name, days in found.items()}
    return {
        "tickers": [ticker for ticker in request.tickers if found[find_calendar_name(ticker)]],
        "start": start.isoformat(),
        "end": end.isoformat(),
        "since": format_utc(since) if since else None,
        "interval": request.interval,
        "sessions": planned if len(planned) <= MAX_SESSIONS_LISTED else None,
        "bars_by_exchange": bars_by_exchange,
        "bars_expected": sum(tickers_by_calendar[name] * bars for name, bars in bars_by_exchange.items()),
        "no_session": [ticker for ticker in request.tickers if not found[find_calendar_name(ticker)]],
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
    if since is not None:
        dates = [day for name in calendars for day in find_local_dates(name, since, now)]
    else:
        dates = [find_latest_session(name, now) for name in calendars]
    return min(dates), max(dates) + timedelta(days=1)


def _list_sessions(calendar: str, start: date, end: date, interval: str, now: datetime) -> list[Session]:
    try:
        return list_sessions(calendar, start, end, interval, now)
    except ValueError as error:  # a year for which the exchange's holidays are not recorded
        raise InvalidInput(f"start: {quote_value(start.isoformat())}: calendar {calendar}: {error}") from error

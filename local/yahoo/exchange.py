"""The exchanges that a replay can belong to, and the hours of their sessions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from finance_stream.exchanges import (
    CRYPTO_CALENDAR,
    CURRENCY_CALENDAR,
    FUTURES_CALENDAR,
    UNKNOWN_CALENDAR,
    find_calendar_name,
)
from finance_stream.hours import Hours, find_zone
from finance_stream.sessions import UnknownSessionsError, list_hours

DAYS_WITHOUT_SESSION = 14  # longer than the longest closure of an exchange below


class ExchangeSession(NamedTuple):
    """Yahoo's regular trading hours of one local date, in UTC. ``lunch`` is the start and end of a break, or None."""

    date: dt.date
    open: pd.Timestamp
    close: pd.Timestamp
    lunch: tuple[pd.Timestamp, pd.Timestamp] | None = None


@dataclass(frozen=True)
class Exchange:
    """An exchange as Yahoo describes it in ``chart.result[].meta``. ``calendar`` is its name in exchange_calendars."""

    zone: str
    calendar: str
    name: str
    full_name: str
    currency: str
    instrument_type: str = "EQUITY"
    pre_market_minutes: int = 0
    post_market_minutes: int = 0

    def list_sessions(self, first: dt.date, last: dt.date) -> tuple[ExchangeSession, ...]:
        """Return the sessions from ``first`` to ``last``, both included. There are none beyond the calendar's dates."""
        return _list_sessions(self.calendar, first, last) if self.calendar != UNKNOWN_CALENDAR else ()


NEW_YORK = Exchange(
    zone="America/New_York",
    calendar="XNYS",
    name="NYQ",
    full_name="NYSE",
    currency="USD",
    pre_market_minutes=330,
    post_market_minutes=240,
)

# The exchanges whose names and currencies this replay has. find_exchange makes the others from their calendars.
EXCHANGES = (
    NEW_YORK,
    Exchange("Europe/London", "XLON", "LSE", "LSE", "GBp"),
    Exchange("UTC", CRYPTO_CALENDAR, "CCC", "CCC", "USD", instrument_type="CRYPTOCURRENCY"),
    Exchange("Europe/London", CURRENCY_CALENDAR, "CCY", "CCY", "USD", instrument_type="CURRENCY"),
    Exchange("America/New_York", FUTURES_CALENDAR, "CME", "CME", "USD", instrument_type="FUTURE"),
    Exchange("Europe/Berlin", "XETR", "GER", "XETRA", "EUR"),
    Exchange("Asia/Tokyo", "XTKS", "JPX", "Tokyo", "JPY"),
    Exchange("Asia/Kolkata", "XBOM", "NSI", "NSE", "INR"),
    Exchange("Asia/Hong_Kong", "XHKG", "HKG", "HKSE", "HKD"),
    Exchange("Australia/Sydney", "XASX", "ASX", "ASX", "AUD"),
    Exchange("America/Sao_Paulo", "BVMF", "SAO", "São Paulo", "BRL"),
    Exchange("Africa/Johannesburg", "XJSE", "JNB", "Johannesburg", "ZAc"),
)
_BY_CALENDAR = {exchange.calendar: exchange for exchange in EXCHANGES}


def find_exchange(ticker: str, unknown_zone: str = "UTC") -> Exchange:
    """Return the exchange of a ticker. One that can't be placed is in ``unknown_zone``, and has no known session."""
    try:
        calendar = find_calendar_name(ticker)
    except ValueError:  # a suffix that no exchange has
        calendar = UNKNOWN_CALENDAR
    return _make_exchange(calendar, unknown_zone)


@lru_cache(maxsize=128)
def _make_exchange(calendar: str, unknown_zone: str) -> Exchange:
    if calendar in _BY_CALENDAR:
        return _BY_CALENDAR[calendar]
    zone = find_zone(calendar)
    if zone is None:
        return Exchange(unknown_zone, UNKNOWN_CALENDAR, "YHD", "unknown", "USD")
    return Exchange(zone.key, calendar, calendar, calendar, "USD")


@lru_cache(maxsize=64)
def _list_sessions(calendar: str, first: dt.date, last: dt.date) -> tuple[ExchangeSession, ...]:
    try:
        dated = list_hours(calendar, first, last)
    except OverflowError:  # Python has no later date
        return ()
    except UnknownSessionsError:  # the calendar doesn't reach all of these dates
        if first >= last:
            return ()
        middle = first + (last - first) // 2
        later = _list_sessions(calendar, middle + dt.timedelta(days=1), last)
        return (*_list_sessions(calendar, first, middle), *later)
    return tuple(_make_session(day, hours) for day, hours in dated)


def _make_session(day: dt.date, hours: Hours) -> ExchangeSession:
    """Return a date's hours at Yahoo. They have one break at most."""
    lunch = [(_to_instant(begin), _to_instant(end)) for begin, end in hours.breaks]
    return ExchangeSession(day, _to_instant(hours.opens), _to_instant(hours.closes), lunch[0] if lunch else None)


def _to_instant(seconds: int) -> pd.Timestamp:
    return pd.Timestamp(seconds, unit="s", tz="UTC")


def find_closed_session(now: dt.datetime, exchange: Exchange = NEW_YORK) -> dt.date:
    """Return the local date of the newest session that has closed by ``now``.

    Raises
    ------
    ValueError
        If ``now`` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"now: {now.isoformat()} has no time zone")
    instant = pd.Timestamp(now)
    today = instant.tz_convert(exchange.zone).date()
    sessions = exchange.list_sessions(today - dt.timedelta(days=DAYS_WITHOUT_SESSION), today)
    return max(session.date for session in sessions if session.close <= instant)

"""The exchanges that a replay can belong to, and the hours of their sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import exchange_calendars
import pandas as pd

DAYS_WITHOUT_SESSION = 14  # longer than the longest closure of an exchange below


class ExchangeSession(NamedTuple):
    """The regular trading hours of one local date, in UTC. ``lunch`` is the start and end of a break, or None."""

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
        return _list_sessions(self.calendar, first, last)


NEW_YORK = Exchange(
    zone="America/New_York",
    calendar="XNYS",
    name="NYQ",
    full_name="NYSE",
    currency="USD",
    pre_market_minutes=330,
    post_market_minutes=240,
)

# One exchange per UTC offset and clock change: Toronto shares New York's, Paris Frankfurt's, Singapore Hong Kong's.
EXCHANGES = (
    NEW_YORK,
    Exchange("Europe/London", "XLON", "LSE", "LSE", "GBp"),
    Exchange("UTC", "24/7", "CCC", "CCC", "USD", instrument_type="CRYPTOCURRENCY"),
    Exchange("Europe/Berlin", "XETR", "GER", "XETRA", "EUR"),
    Exchange("Asia/Tokyo", "XTKS", "JPX", "Tokyo", "JPY"),
    Exchange("Asia/Kolkata", "XBOM", "NSI", "NSE", "INR"),
    Exchange("Asia/Hong_Kong", "XHKG", "HKG", "HKSE", "HKD"),
    Exchange("Australia/Sydney", "XASX", "ASX", "ASX", "AUD"),
    Exchange("America/Sao_Paulo", "BVMF", "SAO", "São Paulo", "BRL"),
    Exchange("Africa/Johannesburg", "XJSE", "JNB", "Johannesburg", "ZAc"),
)


@lru_cache(maxsize=64)
def _list_sessions(calendar: str, first: dt.date, last: dt.date) -> tuple[ExchangeSession, ...]:
    try:
        # exchange_calendars refuses a span without a session, for example a weekend. So the span starts earlier.
        start = first - dt.timedelta(days=DAYS_WITHOUT_SESSION)
        schedule = exchange_calendars.get_calendar(calendar, start=start, end=last).schedule
    except ValueError:  # the calendar doesn't have the exchange's holidays of that year
        return ()
    schedule = schedule.loc[pd.Timestamp(first) :]
    return tuple(
        ExchangeSession(day.date(), one["open"], one["close"], _read_lunch(one))
        for day, one in zip(schedule.index, schedule.to_dict("records"), strict=True)
    )


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


def _read_lunch(hours: Mapping[str, pd.Timestamp]) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    return None if pd.isna(hours["break_start"]) else (hours["break_start"], hours["break_end"])

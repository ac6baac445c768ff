"""The exchanges that a replay can belong to, and the hours of their sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import exchange_calendars
import pandas as pd

DAYS_WITHOUT_SESSION = 14  # longer than any exchange of the table stays closed


class ExchangeSession(NamedTuple):
    """Regular trading hours of one local date, in UTC; some exchanges close for ``lunch``, from and to."""

    date: dt.date
    open: pd.Timestamp
    close: pd.Timestamp
    lunch: tuple[pd.Timestamp, pd.Timestamp] | None = None


@dataclass(frozen=True)
class Exchange:
    """What Yahoo says of an exchange in ``chart.result[].meta``; ``calendar`` is exchange_calendars' name of it."""

    zone: str
    calendar: str
    name: str
    full_name: str
    currency: str
    instrument_type: str = "EQUITY"
    pre_market_minutes: int = 0
    post_market_minutes: int = 0

    def list_sessions(self, first: dt.date, last: dt.date) -> tuple[ExchangeSession, ...]:
        """Sessions from ``first`` to ``last``, both included; none where the calendar does not reach."""
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

# One exchange for each way of keeping time. Toronto has New York's clock, Paris Frankfurt's, Singapore Hong Kong's.
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
        # A calendar cannot be made for a span without any session, a weekend for one: start it earlier.
        start = first - dt.timedelta(days=DAYS_WITHOUT_SESSION)
        schedule = exchange_calendars.get_calendar(calendar, start=start, end=last).schedule
    except ValueError:  # the exchange's holidays are not recorded for that year
        return ()
    schedule = schedule.loc[pd.Timestamp(first) :]
    return tuple(
        ExchangeSession(day.date(), one["open"], one["close"], _read_lunch(one))
        for day, one in zip(schedule.index, schedule.to_dict("records"), strict=True)
    )


def find_closed_session(now: dt.datetime, exchange: Exchange = NEW_YORK) -> dt.date:
    """Local date of the newest session that had closed at ``now``, which must name its time zone."""
    if now.tzinfo is None:
        raise ValueError(f"now: {now.isoformat()} has no time zone")
    instant = pd.Timestamp(now)
    today = instant.tz_convert(exchange.zone).date()
    sessions = exchange.list_sessions(today - dt.timedelta(days=DAYS_WITHOUT_SESSION), today)
    return max(session.date for session in sessions if session.close <= instant)


def _read_lunch(hours: Mapping[str, pd.Timestamp]) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    return None if pd.isna(hours["break_start"]) else (hours["break_start"], hours["break_end"])

"""Which exchange a Yahoo symbol trades on, when it is open, and how many bars that makes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import exchange_calendars
import pandas as pd

from handlers.bars import INTERVAL_MINUTES

# About its own code, with pandas 3.
warnings.filterwarnings("ignore", module="exchange_calendars")

# Calendar names of exchange_calendars (mostly ISO 10383 MICs) by Yahoo's suffix:
# https://help.yahoo.com/kb/SLN2310.html (exchanges and data providers on Yahoo Finance)
_CALENDAR_BY_SUFFIX = {
    "AS": "XAMS", "AX": "XASX", "BA": "XBUE", "BD": "XBUD", "BK": "XBKK", "BO": "XBOM", "BR": "XBRU",
    "CO": "XCSE", "DE": "XETR", "F": "XFRA", "HE": "XHEL", "HK": "XHKG", "IR": "XDUB", "IS": "XIST", "JK": "XIDX",
    "JO": "XJSE", "KL": "XKLS", "KQ": "XKRX", "KS": "XKRX", "L": "XLON", "LS": "XLIS", "MC": "XMAD", "MI": "XMIL",
    "MX": "XMEX", "NS": "XBOM", "NZ": "XNZE", "OL": "XOSL", "PA": "XPAR", "PR": "XPRA", "SA": "BVMF", "SI": "XSES",
    "SN": "XSGO", "SR": "XSAU", "SS": "XSHG", "ST": "XSTO", "SW": "XSWX", "SZ": "XSHG", "T": "XTKS", "TA": "XTAE",
    "TO": "XTSE", "TW": "XTAI", "TWO": "XTAI", "V": "XTSE", "VI": "XWBO", "WA": "XWAR",
}  # fmt: skip
_CALENDAR_BY_INDEX = {"^FTSE": "XLON", "^GDAXI": "XETR", "^FCHI": "XPAR", "^N225": "XTKS", "^HSI": "XHKG"}
DEFAULT_CALENDAR = "XNYS"  # symbols without a suffix trade in New York
CRYPTO_CALENDAR = "24/7"
CURRENCY_CALENDAR = "24/5"
FUTURES_CALENDAR = "CMES"

# Long enough to hold a session whatever the exchange: the longest closure is the Lunar New Year's of 10 days or so.
_LOOKBACK = timedelta(days=21)


@dataclass(frozen=True)
class Session:
    """One trading day of one exchange; ``bars`` of the asked interval have begun in it by now."""

    exchange: str
    date: str
    bars: int


def calendar_name(ticker: str) -> str:
    """Name of the exchange_calendars calendar of a Yahoo symbol (upper case).

    Raises
    ------
    ValueError
        When the symbol's suffix is of no exchange whose calendar is known.
    """
    if ticker in _CALENDAR_BY_INDEX:
        return _CALENDAR_BY_INDEX[ticker]
    if ticker.endswith("=X"):
        return CURRENCY_CALENDAR
    if ticker.endswith("=F"):
        return FUTURES_CALENDAR
    if ticker.endswith(("-USD", "-EUR", "-GBP", "-USDT")):
        return CRYPTO_CALENDAR
    _, dot, suffix = ticker.rpartition(".")
    if dot and suffix not in _CALENDAR_BY_SUFFIX:
        raise ValueError(f"the exchange of suffix {suffix!r} is not known (a share class takes a dash: BRK-B)")
    return _CALENDAR_BY_SUFFIX[suffix] if dot else DEFAULT_CALENDAR


@lru_cache(maxsize=64)
def _calendar(name: str, start: date, end: date) -> Any:
    # Only the days asked for: a calendar of the default twenty years takes several times as long to make. Some
    # exchanges' holidays are recorded up to this year's end only; what lies behind has not begun anyway.
    factory = exchange_calendars.calendar_utils.global_calendar_dispatcher._calendar_factories.get(name)
    last = factory.bound_max() if factory else None
    until = pd.Timestamp(end) if last is None else min(pd.Timestamp(end), last)
    return exchange_calendars.get_calendar(name, start=pd.Timestamp(start), end=until)


def latest_session(calendar: str, now: datetime) -> date:
    """Date of the newest session that has begun by ``now``."""
    calendar_days = _calendar(calendar, now.date() - _LOOKBACK, now.date() + timedelta(days=1))
    opens = calendar_days.opens
    return date.fromisoformat(str(opens.index[opens <= pd.Timestamp(now.astimezone(UTC))][-1].date()))


def sessions(calendar: str, start: date, end: date, interval: str, now: datetime) -> list[Session]:
    """The sessions of an exchange from ``start`` up to, not including, ``end`` that have begun by ``now``."""
    days = _calendar(calendar, start - _LOOKBACK, end)
    dates = days.sessions[(days.sessions >= pd.Timestamp(start)) & (days.sessions < pd.Timestamp(end))]
    found = [Session(calendar, str(day.date()), _bars_begun(days, day, interval, now)) for day in dates]
    return [session for session in found if session.bars]


def _bars_begun(calendar: Any, day: pd.Timestamp, interval: str, now: datetime) -> int:
    """Bars of a session that have begun by ``now``; a lunch break has none, a half day has fewer."""
    step = pd.Timedelta(minutes=INTERVAL_MINUTES[interval])
    opens, closes = calendar.session_open(day), calendar.session_close(day)
    pauses = calendar.session_break_start(day), calendar.session_break_end(day)
    parts = [(opens, closes)] if pd.isna(pauses[0]) else [(opens, pauses[0]), (pauses[1], closes)]
    until = pd.Timestamp(now.astimezone(UTC))
    return sum(max(0, -((begin - min(close, until)) // step)) for begin, close in parts)

"""When an exchange is open, and how many bars that makes. Knows exchange_calendars and pandas."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import exchange_calendars
import pandas as pd

from finance_stream.bars import INTERVAL_MINUTES

# About its own code, with pandas 3.
warnings.filterwarnings("ignore", module="exchange_calendars")

# Long enough to hold a session whatever the exchange: the longest closure is the Lunar New Year's of 10 days or so.
_LOOKBACK = timedelta(days=21)


@dataclass(frozen=True)
class Session:
    """One trading day of one exchange; ``bars`` of the asked interval are to be expected of it."""

    exchange: str
    date: str
    bars: int


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
    opens = _recent(calendar, now).opens
    return date.fromisoformat(str(opens.index[opens <= pd.Timestamp(now.astimezone(UTC))][-1].date()))


def local_dates(calendar: str, since: datetime, now: datetime) -> tuple[date, date]:
    """The dates that ``since`` and ``now`` fall on in the exchange's own time."""
    zone = _recent(calendar, now).tz
    return since.astimezone(zone).date(), now.astimezone(zone).date()


def sessions(calendar: str, start: date, end: date, interval: str, now: datetime) -> list[Session]:
    """The sessions of an exchange from ``start`` up to, not including, ``end`` that have begun by ``now``.

    ``bars`` counts those that have begun.
    """
    days = _calendar(calendar, start - _LOOKBACK, end)
    dates = days.sessions[(days.sessions >= pd.Timestamp(start)) & (days.sessions < pd.Timestamp(end))]
    step, until = _step(interval), _instant(now)
    found = [
        Session(calendar, str(day.date()), sum(_begun(part, step, until) for part in _parts(days, day)))
        for day in dates
    ]
    return [session for session in found if session.bars]


def sessions_since(calendar: str, since: datetime, interval: str, now: datetime) -> list[Session]:
    """The sessions of an exchange with a bar that began at or after ``since`` and is whole by ``now``.

    ``bars`` counts those.
    """
    days = _recent(calendar, now)
    first = pd.Timestamp(since.date() - timedelta(days=2))  # a session may begin the evening before its date
    step, bounds = _step(interval), (_instant(since), _instant(now))
    found = [
        Session(calendar, str(day.date()), sum(_whole(part, step, *bounds) for part in _parts(days, day)))
        for day in days.sessions[days.sessions >= first]
    ]
    return [session for session in found if session.bars]


def bar_starts(calendar: str, day: date, interval: str, now: datetime) -> list[datetime]:
    """When each bar of the session of ``day`` that is whole by ``now`` starts, in the exchange's own time.

    None where there is no session.
    """
    days, label = _calendar(calendar, day - _LOOKBACK, day + timedelta(days=1)), pd.Timestamp(day)
    if label not in days.sessions:
        return []
    step, until = _step(interval), _instant(now)
    return [
        (part[0] + number * step).tz_convert(days.tz).to_pydatetime()
        for part in _parts(days, label)
        for number in range(_whole(part, step, part[0], until))
    ]


@dataclass(frozen=True)
class EarlyClose:
    """The city of an exchange, and the local time at which it closed early."""

    city: str
    at: datetime


def early_close(calendar: str, day: date) -> EarlyClose | None:
    """Return the early close of an exchange's session, or None where it has none."""
    days, label = _calendar(calendar, day - _LOOKBACK, day + timedelta(days=1)), pd.Timestamp(day)
    if label not in days.early_closes:
        return None
    return EarlyClose(days.tz.key.rpartition("/")[2].replace("_", " "), days.session_close(label).tz_convert(days.tz))


def _recent(calendar: str, now: datetime) -> Any:
    # Two days on: a date may be ahead of UTC's, and a session may begin the evening before its date.
    return _calendar(calendar, now.date() - _LOOKBACK, now.date() + timedelta(days=2))


def _step(interval: str) -> pd.Timedelta:
    return pd.Timedelta(minutes=INTERVAL_MINUTES[interval])


def _instant(time: datetime) -> pd.Timestamp:
    return pd.Timestamp(time.astimezone(UTC))


def _parts(calendar: Any, day: pd.Timestamp) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """When a session is open, from and to: one stretch, or two around a lunch break."""
    opens, closes = calendar.session_open(day), calendar.session_close(day)
    pauses = calendar.session_break_start(day), calendar.session_break_end(day)
    return [(opens, closes)] if pd.isna(pauses[0]) else [(opens, pauses[0]), (pauses[1], closes)]


def _begun(part: tuple[pd.Timestamp, pd.Timestamp], step: pd.Timedelta, until: pd.Timestamp) -> int:
    """Bars of a stretch that have begun before ``until``."""
    begin, close = part
    return max(0, -((begin - min(close, until)) // step))


def _whole(part: tuple[pd.Timestamp, pd.Timestamp], step: pd.Timedelta, since: pd.Timestamp, now: pd.Timestamp) -> int:
    """Bars of a stretch that began at or after ``since`` and are whole by ``now``; the close ends the last one."""
    begin, close = part
    whole = _begun(part, step, close) if now >= close else max(0, (now - begin) // step)
    return max(0, whole - _begun(part, step, since))

"""The sessions of an exchange and their numbers of bars. Knows exchange_calendars and pandas."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import exchange_calendars
import pandas as pd

from finance_stream.bars import INTERVAL_MINUTES

# With pandas 3 it warns about its own code.
warnings.filterwarnings("ignore", module="exchange_calendars")

# Every exchange has a session in this time: the longest closure, at the Lunar New Year, takes about 10 days.
_LOOKBACK = timedelta(days=21)


@dataclass(frozen=True)
class Session:
    """A trading day of one exchange. ``bars`` is the number of bars to expect per ticker."""

    exchange: str
    date: str
    bars: int


@lru_cache(maxsize=64)
def _load_calendar(name: str, start: date, end: date) -> Any:
    # Only the dates needed: a calendar of the default twenty years takes several times as long to make. Some exchanges'
    # holidays are recorded up to the end of this year only. Later sessions have not begun anyway.
    factory = exchange_calendars.calendar_utils.global_calendar_dispatcher._calendar_factories.get(name)
    last = factory.bound_max() if factory else None
    until = pd.Timestamp(end) if last is None else min(pd.Timestamp(end), last)
    return exchange_calendars.get_calendar(name, start=pd.Timestamp(start), end=until)


def find_latest_session(calendar: str, now: datetime) -> date:
    """Return the date of the newest session that has begun by ``now``."""
    opens = _load_recent(calendar, now).opens
    return date.fromisoformat(str(opens.index[opens <= pd.Timestamp(now.astimezone(UTC))][-1].date()))


def find_local_dates(calendar: str, since: datetime, now: datetime) -> tuple[date, date]:
    """Return the dates of ``since`` and ``now`` in the exchange's time zone."""
    zone = _load_recent(calendar, now).tz
    return since.astimezone(zone).date(), now.astimezone(zone).date()


def list_sessions(calendar: str, start: date, end: date, interval: str, now: datetime) -> list[Session]:
    """Return the sessions of an exchange from ``start`` up to, not including, ``end`` that have begun by ``now``.

    Their ``bars`` are those that have begun.
    """
    days = _load_calendar(calendar, start - _LOOKBACK, end)
    dates = days.sessions[(days.sessions >= pd.Timestamp(start)) & (days.sessions < pd.Timestamp(end))]
    step, until = _to_step(interval), _to_instant(now)
    found = [
        Session(calendar, str(day.date()), sum(_count_begun(part, step, until) for part in _list_parts(days, day)))
        for day in dates
    ]
    return [session for session in found if session.bars]


def list_sessions_since(calendar: str, since: datetime, interval: str, now: datetime) -> list[Session]:
    """Return the sessions of an exchange with a bar that began at or after ``since`` and has ended by ``now``.

    Their ``bars`` are those bars.
    """
    days = _load_recent(calendar, now)
    first = pd.Timestamp(since.date() - timedelta(days=2))  # a session may begin the evening before its date
    step, bounds = _to_step(interval), (_to_instant(since), _to_instant(now))
    found = [
        Session(calendar, str(day.date()), sum(_count_whole(part, step, *bounds) for part in _list_parts(days, day)))
        for day in days.sessions[days.sessions >= first]
    ]
    return [session for session in found if session.bars]


def list_bar_starts(calendar: str, day: date, interval: str, now: datetime) -> list[datetime]:
    """Return the start of each bar that has ended by ``now`` in the session of ``day``, in the exchange's time zone.

    The list is empty when there is no session.
    """
    days, label = _load_calendar(calendar, day - _LOOKBACK, day + timedelta(days=1)), pd.Timestamp(day)
    if label not in days.sessions:
        return []
    step, until = _to_step(interval), _to_instant(now)
    return [
        (part[0] + number * step).tz_convert(days.tz).to_pydatetime()
        for part in _list_parts(days, label)
        for number in range(_count_whole(part, step, part[0], until))
    ]


@dataclass(frozen=True)
class EarlyClose:
    """The city of an exchange, and the local time at which it closed early."""

    city: str
    at: datetime


def find_early_close(calendar: str, day: date) -> EarlyClose | None:
    """Return the early close of an exchange's session, or None where it has none."""
    days, label = _load_calendar(calendar, day - _LOOKBACK, day + timedelta(days=1)), pd.Timestamp(day)
    if label not in days.early_closes:
        return None
    return EarlyClose(days.tz.key.rpartition("/")[2].replace("_", " "), days.session_close(label).tz_convert(days.tz))


def _load_recent(calendar: str, now: datetime) -> Any:
    # Until two days later: a local date may be ahead of UTC's, and a session may begin the evening before its date.
    return _load_calendar(calendar, now.date() - _LOOKBACK, now.date() + timedelta(days=2))


def _to_step(interval: str) -> pd.Timedelta:
    return pd.Timedelta(minutes=INTERVAL_MINUTES[interval])


def _to_instant(time: datetime) -> pd.Timestamp:
    return pd.Timestamp(time.astimezone(UTC))


def _list_parts(calendar: Any, day: pd.Timestamp) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Return the start and end of each part of a session: one part, or two around a lunch break."""
    opens, closes = calendar.session_open(day), calendar.session_close(day)
    pauses = calendar.session_break_start(day), calendar.session_break_end(day)
    return [(opens, closes)] if pd.isna(pauses[0]) else [(opens, pauses[0]), (pauses[1], closes)]


def _count_begun(part: tuple[pd.Timestamp, pd.Timestamp], step: pd.Timedelta, until: pd.Timestamp) -> int:
    """Return the number of bars in a part of a session that have begun before ``until``."""
    begin, close = part
    return max(0, -((begin - min(close, until)) // step))


def _count_whole(
    part: tuple[pd.Timestamp, pd.Timestamp], step: pd.Timedelta, since: pd.Timestamp, now: pd.Timestamp
) -> int:
    """Return the number of bars in a part of a session that began at or after ``since`` and have ended by ``now``.

    The close ends the last bar.
    """
    begin, close = part
    whole = _count_begun(part, step, close) if now >= close else max(0, (now - begin) // step)
    return max(0, whole - _count_begun(part, step, since))

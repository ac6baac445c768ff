"""The sessions of an exchange and their numbers of bars. Knows exchange_calendars and pandas."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

import exchange_calendars
import pandas as pd
from exchange_calendars.errors import InvalidCalendarName

from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.exchanges import find_exchange_name

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


class UnknownSessionsError(Exception):
    """No calendar tells the sessions of these dates: neither open nor closed, but not known."""


# The first date of a calendar that can't be made from its own first one. exchange_calendars 4.13 puts early closes on
# Tel Aviv's Sundays before this date, which it takes for no sessions.
_FIRST_DATES = {"XTAE": date(2026, 1, 5)}
_EPOCH = date(1970, 1, 1)


def _find_factory(calendar: str) -> Any:
    """Return the class of a calendar. Raise UnknownSessionsError when there is none of that name."""
    dispatcher = exchange_calendars.calendar_utils.global_calendar_dispatcher
    try:
        return dispatcher._calendar_factories[dispatcher.resolve_alias(calendar)]
    except InvalidCalendarName as error:
        raise UnknownSessionsError(f"no calendar is called {calendar}") from error


def _load_calendar(name: str, start: date, end: date, ahead: timedelta = timedelta()) -> Any:
    """Load a calendar with the dates from ``start`` up to, not including, ``end``, and the dates around that it has.

    Raises
    ------
    UnknownSessionsError
        When the calendar does not reach all the dates from ``start`` on.
    """
    factory = _find_factory(name)
    first = max(factory.bound_min() or pd.Timestamp.min, pd.Timestamp(_FIRST_DATES.get(name, _EPOCH)))
    last = factory.bound_max() or pd.Timestamp.max
    if pd.Timestamp(start) < first:
        raise UnknownSessionsError(f"calendar {name} begins on {first.date()}")
    if pd.Timestamp(end) - pd.Timedelta(days=1) > last:
        raise UnknownSessionsError(f"calendar {name} ends on {last.date()}")
    return _make_calendar(name, max(pd.Timestamp(start - _LOOKBACK), first), min(pd.Timestamp(end + ahead), last))


@lru_cache(maxsize=64)
def _make_calendar(name: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    # Only the dates needed: a calendar of the default twenty years takes several times as long to make.
    try:
        return exchange_calendars.get_calendar(name, start=start, end=end)
    except ValueError as error:  # a fault in the calendar's own dates must not fail the other exchanges
        raise UnknownSessionsError(f"calendar {name}: {error}") from error


def find_latest_session(calendar: str, now: datetime) -> date:
    """Return the date of the newest session that has begun by ``now``."""
    opens = _load_recent(calendar, now).opens
    return date.fromisoformat(str(opens.index[opens <= pd.Timestamp(now.astimezone(UTC))][-1].date()))


def find_local_dates(calendar: str, since: datetime, now: datetime) -> tuple[date, date]:
    """Return the dates of ``since`` and ``now`` in the exchange's time zone."""
    zone = _find_factory(calendar).tz
    return since.astimezone(zone).date(), now.astimezone(zone).date()


def list_sessions(calendar: str, start: date, end: date, interval: str, now: datetime) -> list[Session]:
    """Return the sessions of an exchange from ``start`` up to, not including, ``end`` that have begun by ``now``.

    Their ``bars`` are those that have begun.

    Raises
    ------
    UnknownSessionsError
        When the calendar does not reach all of these dates up to today.
    """
    today = now.astimezone(_find_factory(calendar).tz).date()
    days = _load_calendar(calendar, start, min(end, today + timedelta(days=1)), ahead=timedelta(days=1))
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

    The list is empty without a session.
    """
    days, label = _load_calendar(calendar, day, day + timedelta(days=1)), pd.Timestamp(day)
    if label not in days.sessions:
        return []
    step, until = _to_step(interval), _to_instant(now)
    return [
        (part[0] + number * step).tz_convert(days.tz).to_pydatetime()
        for part in _list_parts(days, label)
        for number in range(_count_whole(part, step, part[0], until))
    ]


def list_expected_starts(
    tickers: Iterable[str], day: date, interval: str, now: datetime
) -> dict[str, list[datetime] | None]:
    """Return the start of each expected bar per ticker, None where no calendar knows the session of ``day``."""

    @cache
    def list_starts(calendar: str) -> list[datetime] | None:
        try:
            return list_bar_starts(calendar, day, interval, now)
        except UnknownSessionsError:
            return None

    return {ticker: list_starts(find_exchange_name(ticker)) for ticker in tickers}


@dataclass(frozen=True)
class EarlyClose:
    """The city of an exchange, and the local time at which it closed early."""

    city: str
    at: datetime


def list_early_closes(calendar: str, dates: Sequence[date]) -> list[EarlyClose]:
    """Return the early closes of an exchange's sessions on one or more ``dates``."""
    days = _load_calendar(calendar, min(dates), max(dates) + timedelta(days=1))
    city = days.tz.key.rpartition("/")[2].replace("_", " ")
    labels = [label for label in map(pd.Timestamp, dates) if label in days.early_closes]
    return [EarlyClose(city, days.session_close(label).tz_convert(days.tz)) for label in labels]


def _load_recent(calendar: str, now: datetime) -> Any:
    # And tomorrow: a local date may be ahead of UTC's, and a session may begin the evening before its date.
    today = now.astimezone(UTC).date()
    return _load_calendar(calendar, today, today + timedelta(days=1), ahead=timedelta(days=1))


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

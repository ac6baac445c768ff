"""The sessions of an exchange and their numbers of bars. Knows exchange_calendars and pandas."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import exchange_calendars
import pandas as pd
from exchange_calendars.errors import InvalidCalendarName

from finance_stream.exchanges import CURRENCY_CALENDAR, FUTURES_CALENDAR, find_exchange_name
from finance_stream.hours import BREAK_BY_CALENDAR, CLOSE_BY_CALENDAR, Hours, find_zone, make_hours, to_epoch

# With pandas 3 it warns about its own code.
warnings.filterwarnings("ignore", module="exchange_calendars")

# Every exchange has a session in this time: the longest closure, at the Lunar New Year, takes about 10 days.
_LOOKBACK = timedelta(days=21)
_ONE_DAY = timedelta(days=1)


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
_SATURDAY = 5


def _find_factory(calendar: str) -> Any:
    """Return the class of a calendar. Raise UnknownSessionsError when there is none of that name."""
    dispatcher = exchange_calendars.calendar_utils.global_calendar_dispatcher
    try:
        return dispatcher._calendar_factories[dispatcher.resolve_alias(calendar)]
    except InvalidCalendarName as error:
        raise UnknownSessionsError(f"no calendar is called {calendar}") from error


def _load_calendar(
    name: str, start: date, end: date, ahead: timedelta = timedelta(), behind: timedelta = timedelta()
) -> Any:
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
    # Whole years, so that many windows share a calendar. One of a month takes as long to make.
    whole = date((start - behind - _LOOKBACK).year, 1, 1), date((end + ahead).year, 12, 31)
    return _make_calendar(name, max(pd.Timestamp(whole[0]), first), min(pd.Timestamp(whole[1]), last))


@lru_cache(maxsize=64)
def _make_calendar(name: str, start: pd.Timestamp, end: pd.Timestamp) -> Any:
    # Only the years needed: a calendar of the default twenty takes several times as long to make.
    try:
        return exchange_calendars.get_calendar(name, start=start, end=end)
    except ValueError as error:  # a fault in the calendar's own dates must not fail the other exchanges
        raise UnknownSessionsError(f"calendar {name}: {error}") from error


def find_latest_session(calendar: str, now: datetime) -> date:
    """Return the date of the newest session that has begun by ``now``."""
    today = now.astimezone(UTC).date()
    dated = _list_hours(calendar, today - _LOOKBACK, today + 2 * _ONE_DAY, known_on=today)
    return max(day for day, hours in dated if hours.opens <= now.timestamp())


def find_local_dates(calendar: str, since: datetime, now: datetime) -> tuple[date, date]:
    """Return the dates of ``since`` and ``now`` in the exchange's time zone."""
    zone = _find_known_zone(calendar)
    return since.astimezone(zone).date(), now.astimezone(zone).date()


def list_sessions(calendar: str, start: date, end: date, interval: str, now: datetime) -> list[Session]:
    """Return the sessions of an exchange from ``start`` up to, not including, ``end`` that have begun by ``now``.

    Their ``bars`` are those that have begun.

    Raises
    ------
    UnknownSessionsError
        When the calendar does not reach all of these dates up to today.
    """
    tomorrow = now.astimezone(_find_known_zone(calendar)).date() + _ONE_DAY
    found = [
        Session(calendar, day.isoformat(), hours.count_begun(interval, now.timestamp()))
        for day, hours in _list_hours(calendar, start, min(end, tomorrow))
    ]
    return [session for session in found if session.bars]


def list_sessions_since(calendar: str, since: datetime, interval: str, now: datetime) -> list[Session]:
    """Return the sessions of an exchange with a bar that began at or after ``since`` and has ended by ``now``.

    Their ``bars`` are those bars.
    """
    bounds, today = (since.timestamp(), now.timestamp()), now.astimezone(UTC).date()
    first = since.astimezone(UTC).date() - _ONE_DAY
    found = [
        Session(calendar, day.isoformat(), hours.count_whole(interval, *bounds))
        for day, hours in _list_hours(calendar, first, today + 2 * _ONE_DAY, known_on=today)
    ]
    return [session for session in found if session.bars]


def list_hours(calendar: str, first: date, last: date) -> list[tuple[date, Hours]]:
    """Return the hours of each session from ``first`` to ``last``, both included, with its date.

    Raises
    ------
    UnknownSessionsError
        When the calendar does not reach all of these dates.
    """
    return _list_hours(calendar, first, last + _ONE_DAY)


def list_bar_starts(calendar: str, day: date, interval: str, now: datetime) -> list[datetime]:
    """Return the start of each bar that has ended by ``now`` in the session of ``day``, in the exchange's time zone.

    The list is empty without a session.
    """
    return [
        start
        for _, hours in _list_hours(calendar, day, day + _ONE_DAY)
        for start in convert_starts(hours, calendar, interval, now)
    ]


def convert_starts(hours: Hours, calendar: str, interval: str, now: datetime) -> list[datetime]:
    """Return the starts of the bars that have ended by ``now``, in the exchange's time zone."""
    whole = hours.count_whole(interval, hours.opens - _ONE_DAY.total_seconds(), now.timestamp())
    zone = _find_known_zone(calendar)
    return [datetime.fromtimestamp(start, zone) for start in hours.list_starts(interval)[:whole]]


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
    """The city of an exchange, the local time at which it closed early, and the holiday's name if it has one."""

    city: str
    at: datetime
    name: str | None


def list_early_closes(calendar: str, dates: Sequence[date]) -> list[EarlyClose]:
    """Return the early closes of an exchange's sessions on one or more ``dates``."""
    days = _load_calendar(calendar, min(dates), max(dates) + timedelta(days=1))
    labels = [label for label in map(pd.Timestamp, dates) if label in days.early_closes]
    holidays = [one for _, one in days.special_closes]
    return [
        EarlyClose(find_city(calendar), days.session_close(label).tz_convert(days.tz), _name_holiday(holidays, label))
        for label in labels
    ]


def find_city(calendar: str) -> str:
    """Return the city of an exchange's time zone."""
    return _find_known_zone(calendar).key.rpartition("/")[2].replace("_", " ")


@dataclass(frozen=True)
class Closure:
    """A date without a session: the exchange's city, the reason, and the sessions before and after it, if known."""

    city: str
    reason: str
    nearest: Sequence[date]


def find_closure(calendar: str, day: date) -> Closure | None:
    """Return the reason why an exchange has no session on a date, or None if it has one.

    The reason is the name of a holiday or of a weekend's day.

    Raises
    ------
    UnknownSessionsError
        When the calendar does not reach the date.
    """
    if list_hours(calendar, day, day):
        return None
    days, label = _load_calendar(calendar, day, day + _ONE_DAY), pd.Timestamp(day)
    reason = _name_holiday(filter(None, [days.regular_holidays]), label)
    if reason is None:
        reason = f"{day:%A}" if day.weekday() >= _SATURDAY else "holiday"
    around = [one.date() for one in days.sessions]
    before, after = [one for one in around if one < day][-1:], [one for one in around if one > day][:1]
    return Closure(find_city(calendar), reason, [*before, *after])


def _name_holiday(holidays: Iterable[Any], label: pd.Timestamp) -> str | None:
    """Return a date's name in the first of the holiday calendars that has the date."""
    names = (one.holidays(label, label, return_name=True) for one in holidays)
    return next((str(found.iloc[0]) for found in names if len(found)), None)


def _find_known_zone(calendar: str) -> ZoneInfo:
    zone = find_zone(calendar)
    if zone is None:
        raise UnknownSessionsError(f"no calendar is called {calendar}")
    return zone


def _list_hours(calendar: str, start: date, end: date, *, known_on: date | None = None) -> list[tuple[date, Hours]]:
    """Return the hours of each session from ``start`` up to, not including, ``end``, with its date.

    The calendar must reach the date ``known_on``, or all dates if it is None: local dates may be one day before or
    after UTC's.
    """
    if calendar == FUTURES_CALENDAR:
        return list(_list_futures_hours(calendar, start, end))
    known = (start, end) if known_on is None else (known_on, known_on + _ONE_DAY)
    days = _load_calendar(calendar, *known, ahead=_ONE_DAY, behind=known[0] - start)
    zone = _find_known_zone(calendar)
    found = []
    for label in days.sessions[(days.sessions >= pd.Timestamp(start)) & (days.sessions < pd.Timestamp(end))]:
        day = label.date()
        opens, closes = (int(at.timestamp()) for at in (days.session_open(label), days.session_close(label)))
        if calendar == CURRENCY_CALENDAR:  # London's date, not UTC's
            opens = to_epoch(day, time(), zone)
        if early := CLOSE_BY_CALENDAR.get(calendar):
            told = to_epoch(day, early, zone)
            closes = told if calendar == CURRENCY_CALENDAR else min(closes, told)
        found.append((day, make_hours(calendar, opens, closes)))
    return found


def _list_futures_hours(calendar: str, start: date, end: date) -> Iterator[tuple[date, Hours]]:
    """Yield the hours of each date with a bar.

    A futures session begins on the evening before, so a date has the end of one and the beginning of the next.
    """
    days = _load_calendar(calendar, start, end + _ONE_DAY)
    zone = _find_known_zone(calendar)
    for day in (start + timedelta(days=number) for number in range((end - start).days)):
        label, following = pd.Timestamp(day), pd.Timestamp(day + _ONE_DAY)
        midnights = to_epoch(day, time(), zone), to_epoch(day + _ONE_DAY, time(), zone)
        evening = int(days.session_open(following).timestamp()) if following in days.sessions else None
        if label not in days.sessions:
            if evening is not None:
                yield day, make_hours(calendar, evening, midnights[1])
            continue
        closes = int(days.session_close(label).timestamp())
        pauses_at = to_epoch(day, BREAK_BY_CALENDAR[calendar][0], zone)
        if evening is None or evening >= midnights[1]:
            yield day, Hours(midnights[0], min(closes, pauses_at))
        else:
            yield day, Hours(midnights[0], midnights[1], ((min(closes, pauses_at), evening),))

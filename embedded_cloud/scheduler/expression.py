"""Expressions of schedules, parsed as strictly as Scheduler does.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")  # 1 is Sunday

# The fields in order: name, least and greatest value, and the names for the values from the least on.
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minutes", 0, 59, ()),
    ("hours", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 1, 7, _DAYS),
    ("year", 1970, 2199, ()),
)
_DAY_OF_MONTH, _DAY_OF_WEEK, _YEAR = 2, 4, 5
_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)s?\)")
_AT = re.compile(r"at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_ITEM = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>[1-9]\d*))?")


class ExpressionError(ValueError):
    """An expression that Scheduler refuses or that the embedded cloud does not support."""


@dataclass(frozen=True)
class Rate:
    """A rate: the time between two firings."""

    every: timedelta

    def find_next(self, after: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first firing after the last one, or after the schedule's creation, in UTC."""
        del zone
        return after + self.every


@dataclass(frozen=True)
class At:
    """The one time at which a schedule fires, in its own time zone."""

    local: datetime

    def find_next(self, after: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the firing in UTC, or None if it is not after an instant."""
        due = self.local.replace(tzinfo=zone).astimezone(UTC)
        return due if due > after else None


def parse_expression(expression: str) -> Cron | Rate | At:
    """Parse ``cron(...)``, ``rate(5 minutes)`` or ``at(2026-11-23T16:30:00)``. Raise :class:`ExpressionError`."""
    try:
        if expression.startswith("cron("):
            return Cron.parse(expression)
        if rate := _RATE.fullmatch(expression):
            return Rate(int(rate[1]) * _UNITS[rate[2]])
        if at := _AT.fullmatch(expression):
            return At(datetime.fromisoformat(at[1]))
        reason = (
            "use cron(minutes hours day-of-month month day-of-week year), rate(5 minutes) or at(yyyy-mm-ddThh:mm:ss)"
        )
    except (ValueError, OverflowError) as error:
        reason = str(error)
    raise ExpressionError(f"Invalid Schedule Expression {expression}. {reason}")


@dataclass(frozen=True)
class Cron:
    """A cron expression. ``values`` holds the values of each field, None for ``?``."""

    values: tuple[frozenset[int] | None, ...]

    @classmethod
    def parse(cls, expression: str) -> Cron:
        """Parse ``cron(minutes hours day-of-month month day-of-week year)``. Raise :class:`ExpressionError`."""
        inside = re.fullmatch(r"cron\((.*)\)", expression)
        fields = inside[1].split() if inside else []
        if len(fields) != len(_FIELDS):
            raise ExpressionError(f"use cron(...) with {len(_FIELDS)} fields")
        values = tuple(_parse_field(place, text) for place, text in enumerate(fields))
        if sum(values[place] is None for place in (_DAY_OF_MONTH, _DAY_OF_WEEK)) != 1:
            raise ExpressionError("exactly one of day-of-month and day-of-week must be ?")
        return cls(values)

    def find_next(self, after: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first firing after an instant, in UTC. Return None if there is none.

        A local time that the clocks skip has no firing, and one that they repeat has one:
        https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
        """
        date = after.astimezone(zone).date()
        years = self.values[_YEAR] or ()
        while date.year <= max(years):
            for local in self._list_times(date):
                due = local.replace(tzinfo=zone).astimezone(UTC)
                if due > after and due.astimezone(zone).replace(tzinfo=None) == local:
                    return due
            date += timedelta(days=1)
        return None

    def fires_at(self, local: datetime) -> bool:
        """Tell whether the schedule fires in the minute of ``local``, a time in the schedule's own time zone."""
        return self._matches(local, (local.minute, local.hour))

    def _matches(self, date: date, time: tuple[int, ...] = ()) -> bool:
        """Tell whether the expression has a date, and the minute and hour if they are given."""
        parts = (*time, date.day, date.month, date.isoweekday() % 7 + 1, date.year)
        own = self.values[len(self.values) - len(parts) :]
        return all(allowed is None or value in allowed for value, allowed in zip(parts, own, strict=True))

    def _list_times(self, date: date) -> Iterator[datetime]:
        """Yield the local times of a date, ascending."""
        minutes, hours, *_ = self.values
        if self._matches(date):
            for hour, minute in itertools.product(sorted(hours or ()), sorted(minutes or ())):
                yield datetime.combine(date, time(hour, minute))


def _parse_field(place: int, text: str) -> frozenset[int] | None:
    if text == "?" and place in (_DAY_OF_MONTH, _DAY_OF_WEEK):
        return None
    return frozenset(value for item in text.split(",") for value in _parse_item(place, item))


def _parse_item(place: int, text: str) -> range:
    name, least, greatest, _ = _FIELDS[place]
    parts = _ITEM.fullmatch(text)
    if parts is None:
        raise ExpressionError(f"{name}: {text!r} is not supported by the embedded cloud (use * a a-b a,b a/n)")
    if parts["first"] == "*":
        first, last = least, greatest
    else:
        first = _parse_value(place, parts["first"])
        last = _parse_value(place, parts["last"]) if parts["last"] else greatest if parts["step"] else first
    if first > last:
        raise ExpressionError(f"{name}: {text!r} ends before it begins")
    return range(first, last + 1, int(parts["step"] or 1))


def _parse_value(place: int, text: str) -> int:
    name, least, greatest, names = _FIELDS[place]
    if text.upper() in names:
        return least + names.index(text.upper())
    if not (text.isdecimal() and least <= int(text) <= greatest):
        raise ExpressionError(f"{name}: {text!r} is not in {least} to {greatest}")
    return int(text)

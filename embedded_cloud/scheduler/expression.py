"""Cron expressions of schedules: read as strictly as Scheduler does, and asked for a time.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")  # 1 is Sunday

# Fields in their order: name, least and greatest value, names that stand for the values from the least on.
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minutes", 0, 59, ()),
    ("hours", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 1, 7, _DAYS),
    ("year", 1970, 2199, ()),
)
_DAY_OF_MONTH, _DAY_OF_WEEK = 2, 4
_ITEM = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>[1-9]\d*))?")


class ExpressionError(ValueError):
    """An expression that Scheduler refuses, or that the embedded cloud does not know."""


@dataclass(frozen=True)
class Cron:
    """A cron expression; ``values`` are those of each field, None where it says ``?``."""

    values: tuple[frozenset[int] | None, ...]

    @classmethod
    def parse(cls, expression: str) -> Cron:
        """Read ``cron(minutes hours day-of-month month day-of-week year)``; raises :class:`ExpressionError`."""
        inside = re.fullmatch(r"cron\((.*)\)", expression)
        fields = inside[1].split() if inside else []
        if len(fields) != len(_FIELDS):
            raise ExpressionError(f"Invalid Schedule Expression {expression}: not cron( ) with {len(_FIELDS)} fields")
        values = tuple(_parse_field(place, text) for place, text in enumerate(fields))
        if sum(values[place] is None for place in (_DAY_OF_MONTH, _DAY_OF_WEEK)) != 1:
            raise ExpressionError(f"Invalid Schedule Expression {expression}: one of the two days has to be ?")
        return cls(values)

    def fires_at(self, local: datetime) -> bool:
        """Whether the minute of ``local``, a time in the schedule's own time zone, is one of the expression's."""
        weekday = local.isoweekday() % 7 + 1
        now = (local.minute, local.hour, local.day, local.month, weekday, local.year)
        return all(allowed is None or value in allowed for value, allowed in zip(now, self.values, strict=True))


def _parse_field(place: int, text: str) -> frozenset[int] | None:
    if text == "?" and place in (_DAY_OF_MONTH, _DAY_OF_WEEK):
        return None
    return frozenset(value for item in text.split(",") for value in _parse_item(place, item))


def _parse_item(place: int, text: str) -> range:
    name, least, greatest, _ = _FIELDS[place]
    parts = _ITEM.fullmatch(text)
    if parts is None:
        raise ExpressionError(
            f"{name}: {text!r} is not one of the forms that the embedded cloud knows: * a a-b a,b a/n"
        )
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
        raise ExpressionError(f"{name}: {text!r} is not from {least} to {greatest}")
    return int(text)

"""Partition projection: a table's partitions computed from its properties alone.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from embedded_cloud import clock

# The supported letters of Java's date patterns, which Athena uses. Longest first.
_JAVA_TO_STRPTIME = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
ISO_DATE = "%Y-%m-%d"
_STEPS = {
    "WEEKS": timedelta(weeks=1),
    "DAYS": timedelta(days=1),
    "HOURS": timedelta(hours=1),
    "MINUTES": timedelta(minutes=1),
    "SECONDS": timedelta(seconds=1),
}
_NOW = re.compile(r"\s*NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?\s*)?", re.IGNORECASE)
_SETTINGS = {"enum": {"type", "values"}, "date": {"type", "range", "format", "interval", "interval.unit"}}


class InvalidProjectionError(ValueError):
    """A projection property that Athena refuses or that the embedded cloud does not support."""


class Values(Protocol):
    """The possible values of a partition column."""

    def __contains__(self, value: str) -> bool: ...


@dataclass(frozen=True)
class Dates:
    """The dates from ``first`` through ``last`` at intervals of ``step``, written in strptime's ``pattern``."""

    first: datetime
    last: datetime
    step: timedelta
    pattern: str

    def __contains__(self, value: str) -> bool:
        try:
            date = datetime.strptime(value, self.pattern)  # noqa: DTZ007 - a projection's dates are naive UTC
        except ValueError:
            return False
        if date.strftime(self.pattern) != value:  # strptime also accepts 2026-1-3, which projection does not
            return False
        return self.first <= date <= self.last and not (date - self.first) % self.step


def project_partitions(columns: Sequence[str], parameters: Mapping[str, str]) -> dict[str, Values] | None:
    """Return the values of each partition column, or None if the table has no projection.

    Parameters
    ----------
    columns
        Names of the partition columns.
    parameters
        The Glue table's parameters.

    Raises
    ------
    InvalidProjectionError
        For a property that is missing, malformed or not supported. The message names it.
    """
    if parameters.get("projection.enabled", "false").strip().lower() != "true":
        return None
    settings = {
        column: {
            name.removeprefix(f"projection.{column}."): value
            for name, value in parameters.items()
            if name.startswith(f"projection.{column}.")
        }
        for column in columns
    }
    known = {"projection.enabled"} | {f"projection.{column}.{name}" for column in settings for name in settings[column]}
    if unknown := sorted(name for name in parameters if name.startswith("projection.") and name not in known):
        raise InvalidProjectionError(f"property {unknown[0]} does not belong to a partition column")
    if missing := [column for column in columns if "type" not in settings[column]]:
        raise InvalidProjectionError(f"partition columns are missing projection configuration: {missing}")
    return {column: _read_values(column, settings[column]) for column in columns}


def _read_values(column: str, settings: Mapping[str, str]) -> Values:
    kind = settings["type"].strip().lower()
    if kind not in _SETTINGS:
        raise InvalidProjectionError(f"projection.{column}.type {kind} is not supported by the embedded cloud")
    if unknown := sorted(set(settings) - _SETTINGS[kind]):
        raise InvalidProjectionError(f"property projection.{column}.{unknown[0]} is unknown for type {kind}")
    try:
        return frozenset(settings["values"].split(",")) if kind == "enum" else _read_dates(column, settings)
    except KeyError as error:
        raise InvalidProjectionError(f"property projection.{column}.{error.args[0]} is missing") from error


def _read_dates(column: str, settings: Mapping[str, str]) -> Dates:
    pattern = _to_strptime(column, settings["format"])
    within_day = any(unit in pattern for unit in ("%H", "%M", "%S"))
    unit = settings["interval.unit"] if within_day else settings.get("interval.unit", "DAYS")
    step = _STEPS.get(unit.strip().upper())
    if step is None:
        raise InvalidProjectionError(f"projection.{column}.interval.unit {unit} is not supported by the embedded cloud")
    interval = settings["interval"] if within_day else settings.get("interval", "1")
    bounds = settings["range"].split(",")
    try:
        first, last = (_parse_bound(bound, pattern) for bound in bounds)
        return Dates(first, last, step * int(interval), pattern)
    except ValueError as error:
        raise InvalidProjectionError(f"projection.{column}.range {settings['range']}: {error}") from error


def _to_strptime(column: str, java: str) -> str:
    pattern = java.replace("'", "")
    for letters, directive in _JAVA_TO_STRPTIME.items():
        pattern = pattern.replace(letters, directive)
    if re.search("[A-Za-z]", re.sub("%[YmdHMS]", "", pattern)) or "%d" not in pattern:
        raise InvalidProjectionError(f"projection.{column}.format {java} is not supported by the embedded cloud")
    return pattern


def _parse_bound(text: str, pattern: str) -> datetime:
    relative = _NOW.fullmatch(text)
    if not relative:
        return datetime.strptime(text.strip(), pattern)  # noqa: DTZ007 - a projection's dates are naive UTC
    now = clock.now().replace(tzinfo=None)
    sign, count, unit = relative.groups()
    if unit:
        now = _shift(now, int(f"{sign}{count}"), unit.upper())
    return datetime.strptime(now.strftime(pattern), pattern)  # noqa: DTZ007


def _shift(moment: datetime, count: int, unit: str) -> datetime:
    if unit not in ("YEAR", "MONTH"):
        return moment + count * _STEPS[f"{unit}S"]
    months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "YEAR" else 1)
    first = moment.replace(year=months // 12, month=months % 12 + 1, day=1)
    last_day = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(moment.day, last_day.day))

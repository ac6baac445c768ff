"""Trino's casts of text to dates and timestamps. DuckDB also reads a T, an offset and other separators.

https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/type/DateTimes.java
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from embedded_cloud.athena.errors import UNSUPPORTED

# Their names in DuckDB.
TEXT_TO_DATE, TEXT_TO_TIMESTAMP = "trino_text_to_date", "trino_text_to_timestamp"
TEXT_TO_INSTANT = "trino_text_to_instant"

_DATE = re.compile(r"\+?([0-9]+)-([0-9]{1,2})-([0-9]{1,2})")
_TIME = r"([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?"
_TIMESTAMP = re.compile(rf"\+?([0-9]{{4,}})-([0-9]{{1,2}})-([0-9]{{1,2}})(?: (?:{_TIME})?\s*(\S+)?)?")
_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")


def text_to_date(text: str) -> date | None:
    """Return the date that Trino reads from a text, or None if its cast fails."""
    found = _DATE.fullmatch(text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except (ValueError, OverflowError):
        return None


def text_to_timestamp(text: str) -> datetime | None:
    """Return the local time that Trino reads from a text, or None if its cast fails. It drops a zone."""
    found = parse_zoned(text)
    return found[0] if found else None


def text_to_instant(text: str) -> datetime | None:
    """Return the time in UTC that Trino reads from a text without a zone or in UTC, or None if its cast fails."""
    found = parse_zoned(text)
    if found and found[1] not in ("", "UTC"):
        raise ValueError(f"a cast of {text} to timestamp with time zone {UNSUPPORTED}")
    return found[0] if found else None


def parse_zoned(text: str) -> tuple[datetime, str] | None:
    """Return the local time and the zone ("" without one) of a text, or None if Trino's cast fails."""
    found = _TIMESTAMP.fullmatch(text.strip())
    if not found:
        return None
    *parts, fraction, zone = found.groups()
    name = "UTC" if zone == "Z" else zone or ""
    if name and find_zone(name) is None:
        return None
    try:
        whole = datetime(*(int(part or 0) for part in parts))  # type: ignore[arg-type]  # noqa: DTZ001 - local
        return whole + timedelta(milliseconds=round(float(f"0.{fraction or 0}") * 1000)), name
    except (ValueError, OverflowError):
        return None


@lru_cache
def find_zone(name: str) -> tzinfo | None:
    """Return the zone of a name (``America/New_York``) or an offset (``-05:00``), None if Trino has no such zone."""
    if offset := _OFFSET.fullmatch(name):
        sign, hours, minutes = offset.groups()
        return timezone((1 if sign == "+" else -1) * timedelta(hours=int(hours), minutes=int(minutes)))
    if name == "UTC":
        return UTC
    return ZoneInfo(name) if "/" in name and name in available_timezones() else None

"""Trino's casts of text to dates and timestamps. DuckDB also reads a T, an offset and other separators.

https://github.com/trinodb/trino/blob/476/core/trino-main/src/main/java/io/trino/type/DateTimes.java
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from embedded_cloud.athena.errors import UNSUPPORTED

_CACHED_TEXTS = 4096
# Their names in DuckDB.
TEXT_TO_DATE, TEXT_TO_TIMESTAMP = "trino_text_to_date", "trino_text_to_timestamp"
TEXT_TO_INSTANT, ISO_TO_INSTANT = "trino_text_to_instant", "trino_iso_to_instant"
ISO_TO_DATE = "trino_iso_to_date"

_DATE = re.compile(r"\+?([0-9]+)-([0-9]{1,2})-([0-9]{1,2})")
_TIME = r"([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?"
_TIMESTAMP = re.compile(rf"\+?([0-9]{{4,}})-([0-9]{{1,2}})-([0-9]{{1,2}})(?: (?:{_TIME})?\s*(\S+)?)?")
_FAR_DATE = re.compile(r"-[0-9]+-[0-9]{1,2}-[0-9]{1,2}|\+?[0-9]{5,}-[0-9]{1,2}-[0-9]{1,2}")
_OFFSET = re.compile(r"([+-])([0-9]{2})(?::?([0-9]{2}))?")
_MAXIMUM_OFFSET = timedelta(hours=14)
_SHORT_NAMES = frozenset({"CET", "EET", "MET", "WET", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"})
UTC_NAMES = frozenset({"UTC", "Z", "GMT", "UT", "UCT", "Zulu", "Etc/UTC"})
# https://trino.io/docs/current/functions/datetime.html: these two formats are ISO 8601's most used ones.
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ISO_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_OTHER_ISO = re.compile(r"[0-9]{4}(-?W[0-9]{2}(-?[1-7])?|-?[0-9]{3}|-?[0-9]{2})?(T.*)?|[0-9]{8}(T.*)?")


def text_to_date(text: str) -> date | None:
    """Return the date that Trino reads from a text, or None if its cast fails."""
    found = _DATE.fullmatch(text.strip())
    if _FAR_DATE.fullmatch(text.strip()):
        raise ValueError(f"the year of {text.strip()} {UNSUPPORTED}")
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
    name = "UTC" if zone in UTC_NAMES else zone or ""
    if offset := _OFFSET.fullmatch(name):
        name = f"{offset[1]}{offset[2]}:{offset[3] or '00'}"
    if name and find_zone(name) is None:
        return None
    try:
        whole = datetime(*(int(part or 0) for part in parts))  # type: ignore[arg-type]  # noqa: DTZ001 - local
        milliseconds = Decimal(f"0.{fraction or 0}").scaleb(3).quantize(Decimal(1), ROUND_HALF_UP)
        return whole + timedelta(milliseconds=int(milliseconds)), name
    except (ValueError, OverflowError):
        return None


def iso_to_date(text: str) -> date:
    """Return the date of an ISO 8601 text."""
    if found := _ISO_DATE.fullmatch(text):
        return date(*map(int, found.groups()))
    raise ValueError(_refuse_iso(text, "date"))


@lru_cache(_CACHED_TEXTS)
def iso_to_instant(text: str) -> datetime:
    """Return the time in UTC of an ISO 8601 text, which is in UTC without an offset."""
    found = _ISO_TIMESTAMP.fullmatch(text)
    if not found:
        raise ValueError(_refuse_iso(text, "timestamp"))
    day, time, offset = found.groups()
    local = datetime.fromisoformat(f"{day}T{time or '00:00'}").replace(tzinfo=find_zone(offset or "UTC"))
    return _cut_to_milliseconds(local.astimezone(UTC).replace(tzinfo=None))


def _refuse_iso(text: str, kind: str) -> str:
    if _OTHER_ISO.fullmatch(text):
        return f"the {kind} {text} {UNSUPPORTED}"
    return f'INVALID_FUNCTION_ARGUMENT: Invalid format: "{text}"'


def _cut_to_milliseconds(time: datetime) -> datetime:
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


@lru_cache
def find_zone(name: str) -> tzinfo | None:
    """Return the zone of a name (``America/New_York``) or an offset (``-05:00``), None if Trino has no such zone."""
    if offset := _OFFSET.fullmatch(name):
        sign, hours, minutes = offset.groups()
        distance = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(distance if sign == "+" else -distance) if distance <= _MAXIMUM_OFFSET else None
    if name in UTC_NAMES:
        return UTC
    is_zone = "/" in name or name in _SHORT_NAMES
    return ZoneInfo(name) if is_zone and name in available_timezones() else None

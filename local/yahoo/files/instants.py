"""The start of each bar as an instant: from dates and times in the forms of files, with or without a zone."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from local.yahoo.files.table import Table

# The range of whole years that a pandas timestamp in nanoseconds can hold.
# https://pandas.pydata.org/docs/user_guide/timeseries.html#timestamp-limitations
FIRST_INSTANT, LAST_INSTANT = pd.Timestamp("1678-01-01", tz="UTC"), pd.Timestamp("2262-01-01", tz="UTC")
TIMES_ALLOWED = (
    "a date with a time, like 2020-05-14T09:30:00-04:00, 2020-05-14 09:30, 05/14/2020 9:30 AM or 20200514 093000, "
    "or seconds or milliseconds since 1970"
)
MAX_OFFSET_MINUTES = 15 * 60

# Abbreviations that mean one zone only. CST and IST each mean several.
_SHORT_ZONES = {
    "est": "-05:00", "edt": "-04:00", "pst": "-08:00", "pdt": "-07:00", "bst": "+01:00", "cet": "+01:00",
    "cest": "+02:00", "jst": "+09:00", "kst": "+09:00", "hkt": "+08:00", "sgt": "+08:00", "aest": "+10:00",
    "aedt": "+11:00",
}  # fmt: skip
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = (
    r"(?:(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y2>\d{4}|\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)(?P<m3>\d\d)(?P<d3>\d\d)"
    rf"|(?P<d4>\d{{1,2}})[-/ ]{_MONTH.format('n4')}[-/ ,]+(?P<y4>\d{{4}}|\d\d)"
    rf"|{_MONTH.format('n5')} (?P<d5>\d{{1,2}}),? (?P<y5>\d{{4}}))"
)
_TIME = (
    r"(?:(?P<H>\d{1,2}):(?P<M>\d\d)(?::(?P<S>\d\d)(?:[.,]\d{1,9})?)?|(?P<H2>\d\d)(?P<M2>\d\d)(?P<S2>\d\d)?)"
    r"(?: ?(?P<half>[ap])\.?m\.?(?![a-z]))?"
)
_ZONE = (
    r"(?: ?(?P<offset>z|(?:utc|gmt)?[+-]\d\d(?::?\d\d)?|utc|gmt)(?: ?\([a-z ]+\))?)?"
    rf"(?: ?[\[(]?(?:(?P<zone>[a-z_]+/[a-z0-9_/+-]+|{'|'.join(_SHORT_ZONES)}|et)|(?P<letters>[a-z]{{3,5}}))[\])]?)?"
)
_WHOLE = re.compile(rf"(?:(?:mon|tue|wed|thu|fri|sat|sun),? )?{_DATE}(?:[t, ]* ?{_TIME}{_ZONE})?", re.I)
_FRACTION = re.compile(r"[.,](\d+)")
# Seconds, milliseconds, microseconds and nanoseconds since 1970, by their digits. Eight digits are a date.
_EPOCH = re.compile(r"(\d{9,11}|\d{13}|\d{16}|\d{19})(?:\.\d+)?")
_DIGITS_PER_SECOND = {9: 0, 10: 0, 11: 0, 13: 3, 16: 6, 19: 9}
# Excel's days since 1899-12-30, with the time of the day behind the point: the years 1982 to 2064.
_EXCEL = re.compile(r"[345]\d{4}\.\d+")
_EXCEL_EPOCH, _UNIX_EPOCH = dt.datetime(1899, 12, 30), dt.datetime(1970, 1, 1)  # noqa: DTZ001 - local and UTC
_NAN = float("nan")


class _Time(NamedTuple):
    """A time as ISO 8601 without a zone, its minutes ahead of UTC or NaN, its zone's name or None, and letters for it.

    The letters mean several zones in the world, but one at an exchange: IST.
    """

    local: str
    minutes: float = _NAN
    zone: str | None = None
    letters: str | None = None


def has_time(text: str) -> bool:
    """Return whether a text is a whole time: a date with a time of the day, or a number of seconds or days."""
    if _EPOCH.fullmatch(text) or _EXCEL.fullmatch(text):
        return True
    found = _WHOLE.fullmatch(_clean(text))
    return bool(found and (found["H"] or found["H2"]))


def has_zone(text: str) -> bool:
    """Return whether a text is an instant: seconds since 1970, or a time with a zone."""
    if _EPOCH.fullmatch(text):
        return True
    found = _WHOLE.fullmatch(_clean(text))
    return bool(found and (found["offset"] or found["zone"] or found["letters"]))


def is_date(text: str) -> bool:
    """Return whether a text is a date alone."""
    found = _WHOLE.fullmatch(_clean(text))
    return bool(found) and not has_time(text)


def to_text(value: Any) -> str | None:
    """Return a time as text, None if it is missing. JSON's numbers are floats, and Parquet has times of its own."""
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def join_time(date: str | None, time: str | None) -> str | None:
    """Return a date and a time of the day as one text. A time without colons may lack zeros: 93000."""
    if date is None or time is None:
        return None
    date = re.sub(r"[ T]00:00(?::00(?:\.0+)?)?$", "", date)
    if time.isdigit():
        time = time.zfill(4 if len(time) <= 4 else 6)
    return f"{date} {time}"


def read_instants(
    table: Table, texts: pd.Series[Any], label: str, zones: pd.Series[str], *, month_first: bool = False
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return the instants in UTC, and each one's UTC offset in the file: NaT where the text has none.

    Parameters
    ----------
    label
        The column's name in the file.
    zones
        The IANA time zone of each row whose text has none.
    month_first
        Take 05/06/2020 for May if nothing in the file tells.

    Raises
    ------
    ReplayError
        For the first row that isn't a time, and for dates that may be read in two ways.
    """
    codes, unique = pd.factorize(texts)

    def refuse(bad: Any, allowed: str) -> None:
        if np.any(bad):
            row = int(np.argmax(bad))
            table.refuse_value(row, label, texts.iloc[row], allowed)

    refuse(codes < 0, TIMES_ALLOWED)
    days_first, ambiguous = _find_order([*map(_clean, unique)], month_first=month_first)
    refuse(codes == ambiguous, "the day or the month may stand first (write dates as YYYY-MM-DD)")
    parsed = [_parse(str(text), days_first=days_first) for text in unique]
    by_text = pd.DataFrame([one or _Time("") for one in parsed], columns=list(_Time._fields))
    local = pd.to_datetime(by_text["local"], format="ISO8601", errors="coerce").astype("datetime64[us]")
    bad = local.isna().to_numpy()[codes]
    daily = bad.any() and is_date(str(texts.iloc[int(np.argmax(bad))]))
    refuse(bad, "a date alone, but bars must be intraday (1m to 1h)" if daily else TIMES_ALLOWED)
    by_row = by_text.assign(local=local).iloc[codes].reset_index(drop=True)
    at, offsets = _convert(by_row, zones.reset_index(drop=True))
    refuse(at.isna(), "the clocks of its zone don't show it, or show it twice, or the zone isn't the exchange's")
    refuse((at < FIRST_INSTANT) | (at >= LAST_INSTANT), f"a year from {FIRST_INSTANT.year} to {LAST_INSTANT.year - 1}")
    return at, offsets


def _convert(times: pd.DataFrame, zones: pd.Series[str]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return each time in UTC, NaT where its zone's clocks don't show it once, and its own offset or NaT."""
    offsets = pd.to_timedelta(times["minutes"], unit="min")
    at = (times["local"] - offsets).dt.tz_localize("UTC")
    naive = offsets.isna()
    named = times["zone"].fillna(zones)
    for zone in named[naive].unique():
        rows = naive & (named == zone)
        instants = times.loc[rows, "local"].dt.tz_localize(str(zone), ambiguous="NaT", nonexistent="NaT")
        lettered = times.loc[rows, "letters"].dropna().str.upper()
        other = lettered.index[lettered != instants[lettered.index].dt.strftime("%Z")]
        at[rows] = instants.dt.tz_convert("UTC").mask(instants.index.isin(other))
    own = naive & times["zone"].notna()
    offsets = offsets.where(~own, times["local"] - at.dt.tz_localize(None))
    return at.astype("datetime64[us, UTC]"), offsets


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip().strip("'\"")).lower()


def _find_order(texts: list[str], *, month_first: bool) -> tuple[bool, int | None]:
    """Return whether dates like 05/06/2020 start with the day. A part above 12 anywhere in the file tells.

    If nothing tells, the second value is the position of the first text that may be read in two ways.
    """
    day_first, ambiguous = False, list[int]()
    for position, text in enumerate(texts):
        found = _WHOLE.fullmatch(text)
        if not found or not found["a"]:
            continue
        first, second = int(found["a"]), int(found["b"])
        day_first |= first > 12 or found["sep"] == "."
        month_first |= second > 12
        if first != second:
            ambiguous.append(position)
    if ambiguous and not day_first and not month_first:
        return False, ambiguous[0]
    return day_first, None


def _parse(text: str, *, days_first: bool) -> _Time | None:
    """Return a text's time, None if it isn't one."""
    if _EPOCH.fullmatch(text):
        whole, _, fraction = text.partition(".")
        microseconds = int(whole + fraction[:6].ljust(6, "0")) // 10 ** _DIGITS_PER_SECOND[len(whole)]
        return _Time((_UNIX_EPOCH + dt.timedelta(microseconds=microseconds)).isoformat(), 0.0)
    if _EXCEL.fullmatch(text):
        return _Time((_EXCEL_EPOCH + dt.timedelta(seconds=round(float(text) * 86_400))).isoformat())
    found = _WHOLE.fullmatch(_clean(text))
    if not found or not (found["H"] or found["H2"]):
        return None
    try:
        return _Time(_make_local(found, days_first=days_first), *_read_zone(found), found["letters"])
    except ValueError:
        return None


def _make_local(found: re.Match[str], *, days_first: bool) -> str:
    """Return the local time of a match as ISO 8601."""
    if found["a"]:
        day, month = (found["a"], found["b"]) if days_first else (found["b"], found["a"])
        year = found["y2"]
    elif name := found["n4"] or found["n5"]:
        year, day = found["y4"] or found["y5"], found["d4"] or found["d5"]
        month = str(_MONTHS.index(name) + 1)
    else:
        year, month, day = (found[part] or found[f"{part}3"] for part in "ymd")
    year = year if len(year) == 4 else f"20{year}"
    hour = int(found["H"] or found["H2"])
    if half := found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half == "p" else 0)
    minute, second = found["M"] or found["M2"], found["S"] or found["S2"] or "00"
    fraction = _FRACTION.search(found[0], found.end("S")) if found["S"] else None
    rest = f".{fraction[1]}" if fraction and fraction.start() == found.end("S") else ""
    return f"{year}-{int(month):02}-{int(day):02}T{hour:02}:{minute}:{second}{rest}"


def _read_zone(found: re.Match[str]) -> tuple[float, str | None]:
    """Return the minutes of a match ahead of UTC, and its zone: NaN and None without one.

    Raises
    ------
    ValueError
        If there is no such zone or offset.
    """
    zone = found["zone"] or ""
    offset = found["offset"] or _SHORT_ZONES.get(zone, "")
    if offset in ("z", "utc", "gmt"):
        return 0.0, None
    offset = offset.removeprefix("utc").removeprefix("gmt")
    if offset:
        minutes = int(offset[1:3]) * 60 + int(offset[3:].lstrip(":") or 0)
        if minutes > MAX_OFFSET_MINUTES:
            raise ValueError(offset)
        return float(-minutes if offset[0] == "-" else minutes), None
    return _NAN, find_zone_name("America/New_York" if zone == "et" else zone) if zone else None


@lru_cache(maxsize=1)
def _load_zones() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones()}


def find_zone_name(name: str) -> str:
    """Return the IANA name of a time zone, in any case of its letters.

    Raises
    ------
    ValueError
        If there is no such zone.
    """
    if name.lower() not in _load_zones():
        raise ValueError(f"{name!r} is not a time zone (use an IANA name like Europe/Paris)")
    return _load_zones()[name.lower()]

"""Yahoo's regular hours, and the starts of Yahoo's bars in them. Knows neither calendars nor Yahoo's API.

The planner, the collector and `npm run gaps` all count with these hours: docs/architecture.md has the rule.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.exchanges import CRYPTO_CALENDAR, CURRENCY_CALENDAR, FUTURES_CALENDAR

# The time zone that Yahoo gives for a calendar's tickers. exchange_calendars has the same, except for futures (Chicago)
# and currencies (UTC), which Yahoo dates by New York and London.
_CALENDARS_BY_ZONE = {
    "Africa/Johannesburg": "XJSE", "America/Argentina/Buenos_Aires": "XBUE", "America/Mexico_City": "XMEX",
    "America/New_York": f"XNYS {FUTURES_CALENDAR}", "America/Santiago": "XSGO", "America/Sao_Paulo": "BVMF",
    "America/Toronto": "XTSE", "Asia/Bangkok": "XBKK", "Asia/Hong_Kong": "XHKG", "Asia/Jakarta": "XIDX",
    "Asia/Kolkata": "XBOM", "Asia/Kuala_Lumpur": "XKLS", "Asia/Riyadh": "XSAU", "Asia/Seoul": "XKRX",
    "Asia/Shanghai": "XSHG", "Asia/Singapore": "XSES", "Asia/Taipei": "XTAI", "Asia/Tel_Aviv": "XTAE",
    "Asia/Tokyo": "XTKS", "Australia/Sydney": "XASX", "Europe/Amsterdam": "XAMS", "Europe/Berlin": "XETR XFRA",
    "Europe/Brussels": "XBRU", "Europe/Budapest": "XBUD", "Europe/Copenhagen": "XCSE", "Europe/Dublin": "XDUB",
    "Europe/Helsinki": "XHEL", "Europe/Istanbul": "XIST", "Europe/Lisbon": "XLIS",
    "Europe/London": f"XLON {CURRENCY_CALENDAR}", "Europe/Madrid": "XMAD", "Europe/Oslo": "XOSL",
    "Europe/Paris": "XPAR", "Europe/Prague": "XPRA", "Europe/Rome": "XMIL", "Europe/Stockholm": "XSTO",
    "Europe/Vienna": "XWBO", "Europe/Warsaw": "XWAR", "Europe/Zurich": "XSWX", "Pacific/Auckland": "XNZE",
    "UTC": CRYPTO_CALENDAR,
}  # fmt: skip
_ZONE_BY_CALENDAR = {name: ZoneInfo(zone) for zone, names in _CALENDARS_BY_ZONE.items() for name in names.split()}

# The pauses of a session. Yahoo's period has none: it spans the lunch break.
BREAK_BY_CALENDAR = {
    "XHKG": (time(12), time(13)),
    "XSHG": (time(11, 30), time(13)),
    "XTKS": (time(11, 30), time(12, 30)),
    # https://www.cmegroup.com/trading-hours.html (the daily maintenance, 16:00 to 17:00 in Chicago)
    FUTURES_CALENDAR: (time(17), time(18)),
}
# The local time at which Yahoo's period ends where that is before the calendar's close (measured in November 2026).
CLOSE_BY_CALENDAR = {
    "BVMF": time(17),
    "XKRX": time(15),
    CRYPTO_CALENDAR: time(23, 59),
    CURRENCY_CALENDAR: time(23, 59),
}

# yfinance asks for 15-minute bars, and joins them on the half hours of UTC: yfinance/scrapers/history.py.
JOINED_INTERVAL, JOINED_MINUTES = "30m", 15
HALF_HOUR_SECONDS = 1_800
_DAY_SECONDS = 86_400
_DATED = re.compile(
    r"(?P<first>\d{4}-\d\d-\d\d)(?:/(?P<last>\d{4}-\d\d-\d\d))?"
    r" (?P<opens>[01]\d:[0-5]\d|2[0-3]:[0-5]\d)-(?P<closes>[01]\d:[0-5]\d|2[0-3]:[0-5]\d)"
)

Break = tuple[int, int]
Start = TypeVar("Start", int, datetime)


@dataclass(frozen=True)
class Hours:
    """The regular hours of one date: from ``opens`` to ``closes``, without the ``breaks``.

    All are seconds since the epoch. The first bar starts at ``opens``.
    """

    opens: int
    closes: int
    breaks: tuple[Break, ...] = ()

    def list_starts(self, interval: str) -> list[int]:
        """Return the starts of Yahoo's bars, in order.

        Yahoo's bars follow one another from the open, through a break as well, and only those with a traded minute
        exist. Bars of 30 minutes are yfinance's.
        """
        return [self.opens + place for place in self._place_bars(interval)]

    def count_begun(self, interval: str, until: float) -> int:
        """Return the number of bars that begin before ``until``, in seconds since the epoch."""
        return bisect_left(self._place_bars(interval), until - self.opens)

    def count_whole(self, interval: str, since: float, now: float) -> int:
        """Return the number of bars that began at or after ``since`` and have ended by ``now``.

        The close ends the last bar. Both times are seconds since the epoch.
        """
        places = self._place_bars(interval)
        step = INTERVAL_MINUTES[interval] * 60
        whole = len(places) if now >= self.closes else bisect_right(places, now - step - self.opens)
        return max(0, whole - bisect_left(places, since - self.opens))

    def _place_bars(self, interval: str) -> tuple[int, ...]:
        breaks = tuple((begin - self.opens, end - self.opens) for begin, end in self.breaks)
        return _place_bars(self.opens % HALF_HOUR_SECONDS, self.closes - self.opens, breaks, interval)


@lru_cache(maxsize=256)
def _place_bars(opens: int, length: int, breaks: tuple[Break, ...], interval: str) -> tuple[int, ...]:
    """Return the seconds from the open to each bar's start. ``opens`` is the open after the half hour, in seconds."""
    step = (JOINED_MINUTES if interval == JOINED_INTERVAL else INTERVAL_MINUTES[interval]) * 60
    places = {place for begin, end in _split_parts(length, breaks) for place in range(begin // step * step, end, step)}
    if interval == JOINED_INTERVAL:
        places = {(opens + place) // HALF_HOUR_SECONDS * HALF_HOUR_SECONDS - opens for place in places}
    return tuple(sorted(places))


def _split_parts(length: int, breaks: Iterable[Break]) -> Iterator[Break]:
    begin = 0
    for pause, end in breaks:
        if begin < pause:
            yield begin, min(pause, length)
        begin = max(begin, end)
    if begin < length:
        yield begin, length


def find_zone(calendar: str) -> ZoneInfo | None:
    """Return the time zone of a calendar's tickers at Yahoo, None for an unknown calendar."""
    return _ZONE_BY_CALENDAR.get(calendar)


def make_hours(calendar: str, opens: int, closes: int) -> Hours:
    """Return the hours from ``opens`` to ``closes``, without the calendar's breaks in between."""
    zone = find_zone(calendar)
    if calendar not in BREAK_BY_CALENDAR or zone is None:
        return Hours(opens, closes)
    first, last = (datetime.fromtimestamp(at, zone).date() for at in (opens, closes - 1))
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    pauses = [tuple(to_epoch(day, at, zone) for at in BREAK_BY_CALENDAR[calendar]) for day in dates]
    return Hours(opens, closes, tuple((begin, end) for begin, end in pauses if begin < closes and end > opens))


def to_epoch(day: date, at: time, zone: ZoneInfo) -> int:
    """Return a local time as seconds since the epoch."""
    return int(datetime.combine(day, at, zone).timestamp())


def split_runs(starts: Iterable[Start], step: Any) -> Iterator[list[Start]]:
    """Yield runs of consecutive bars, each ``step`` after the one before. A lunch break, without a bar, ends a run."""
    run: list[Start] = []
    for start in starts:
        if run and start - run[-1] != step:
            yield run
            run = []
        run.append(start)
    if run:
        yield run


def format_run(run: Sequence[datetime]) -> str:
    """Return the times of consecutive bars: ``11:30``, or ``16:00-16:04``."""
    return f"{run[0]:%H:%M}" + (f"-{run[-1]:%H:%M}" if len(run) > 1 else "")


def describe_hours(hours: Iterable[Hours], calendar: str) -> str:
    """Return the hours of a calendar's dates in local time, for example ``XBOM 2026-11-08 18:15-19:15``.

    Consecutive dates with the same hours are one range: ``BVMF 2026-10-05/2026-10-09 10:00-17:00``.
    """
    zone = find_zone(calendar)
    dated = []
    for one in hours:
        opens, closes = (datetime.fromtimestamp(at, zone) for at in (one.opens, one.closes))
        dated.append((opens.date(), f"{opens:%H:%M}-{closes:%H:%M}"))
    texts = [calendar]
    for (_, times), run in groupby(enumerate(dated), lambda pair: (pair[1][0] - timedelta(days=pair[0]), pair[1][1])):
        days = [day for _, (day, _) in run]
        texts.append(f"{days[0]}{f'/{days[-1]}' if len(days) > 1 else ''} {times}")
    return " ".join(texts)


def parse_hours(text: str, day: date) -> Hours | None:
    """Return the hours of a date in a text of :func:`describe_hours`, None if the text has none for it."""
    calendar, _, dated = text.partition(" ")
    zone = find_zone(calendar)
    for found in _DATED.finditer(dated) if zone else ():
        first, last = found["first"], found["last"] or found["first"]
        if zone and first <= day.isoformat() <= last:
            opens, closes = (to_epoch(day, time.fromisoformat(found[name]), zone) for name in ("opens", "closes"))
            return make_hours(calendar, opens, closes if closes > opens else closes + _DAY_SECONDS)
    return None

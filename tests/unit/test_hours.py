"""Yahoo's hours and the starts of Yahoo's bars in them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from finance_stream.exchanges import CRYPTO_CALENDAR, CURRENCY_CALENDAR, FUTURES_CALENDAR
from finance_stream.hours import BREAK_BY_CALENDAR, find_zone, make_hours
from finance_stream.sessions import _find_factory, list_bar_starts, list_hours, list_sessions
from local.yahoo.chart import INTERVALS, aggregate
from local.yahoo.exchange import Exchange
from local.yahoo.replay import Instrument
from local.yahoo.synthetic import make_synthetic_session
from tests.calendars import CALENDARS_IN_USE

LATER = datetime(2026, 12, 20, tzinfo=UTC)
OF_THEIR_OWN = {CRYPTO_CALENDAR, CURRENCY_CALENDAR, FUTURES_CALENDAR}


def clock(calendar: str, interval: str, day: date = date(2026, 11, 25)) -> list[str]:
    """Return the local times of the bars of a session."""
    return [f"{start:%H:%M}" for start in list_bar_starts(calendar, day, interval, LATER)]


@pytest.mark.parametrize(
    ("calendar", "interval", "bars", "first", "last"),
    [
        ("XBOM", "1m", 375, ["09:15", "09:16"], "15:29"),
        ("XBOM", "2m", 188, ["09:15", "09:17"], "15:29"),
        ("XBOM", "5m", 75, ["09:15", "09:20"], "15:25"),
        ("XBOM", "15m", 25, ["09:15", "09:30"], "15:15"),
        ("XBOM", "30m", 13, ["09:00", "09:30"], "15:00"),
        ("XBOM", "1h", 7, ["09:15", "10:15"], "15:15"),
        ("XTAE", "1m", 436, ["09:59", "10:00"], "17:14"),
        ("XTAE", "2m", 218, ["09:59", "10:01"], "17:13"),
        ("XTAE", "5m", 88, ["09:59", "10:04"], "17:14"),
        ("XTAE", "15m", 30, ["09:59", "10:14"], "17:14"),
        ("XTAE", "30m", 16, ["09:30", "10:00"], "17:00"),
        ("XTAE", "1h", 8, ["09:59", "10:59"], "16:59"),
        ("XTKS", "1h", 7, ["09:00", "10:00"], "15:00"),
        ("XTKS", "30m", 11, ["09:00", "09:30"], "15:00"),
        ("XHKG", "1h", 7, ["09:30", "10:30"], "15:30"),
        ("XNYS", "30m", 13, ["09:30", "10:00"], "15:30"),
    ],
)
def test_list_bar_starts_follows_yahoos_grid(
    calendar: str, interval: str, bars: int, first: list[str], last: str
) -> None:
    starts = clock(calendar, interval)
    assert (len(starts), starts[:2], starts[-1]) == (bars, first, last)


@pytest.mark.parametrize("calendar", ["XBOM", "XTAE", "XTKS", "XHKG", "XNYS", CRYPTO_CALENDAR, FUTURES_CALENDAR])
def test_list_starts_is_the_grid_of_the_replayed_yahoo(calendar: str) -> None:
    [(_, hours)] = list_hours(calendar, date(2026, 11, 25), date(2026, 11, 25))
    exchange = Exchange(str(find_zone(calendar)), calendar, "X", "X", "USD")
    replay = make_synthetic_session(date(2026, 11, 25), ["X"], exchange=exchange)
    instrument: Instrument = replay.instruments["X"]
    for interval in ("1m", "2m", "5m", "15m", "30m", "1h"):
        asked = "15m" if interval == "30m" else interval
        sent = pd.DatetimeIndex(aggregate(instrument, INTERVALS[asked].length).index)
        if interval == "30m":  # yfinance joins them
            sent = sent.floor("30min").unique()
        assert [int(at.timestamp()) for at in sent] == hours.list_starts(interval)


@pytest.mark.parametrize(
    ("calendar", "day", "bars"),
    [
        (CRYPTO_CALENDAR, date(2026, 11, 22), 1_439),
        (CURRENCY_CALENDAR, date(2026, 11, 25), 1_439),
        ("XKRX", date(2026, 11, 25), 360),
        ("BVMF", date(2026, 11, 25), 420),
        (FUTURES_CALENDAR, date(2026, 11, 25), 1_380),
        (FUTURES_CALENDAR, date(2026, 11, 20), 1_020),  # Friday
        (FUTURES_CALENDAR, date(2026, 11, 22), 360),  # Sunday evening
        ("XNYS", date(2026, 11, 27), 210),  # a half day
    ],
)
def test_list_sessions_counts_yahoos_hours(calendar: str, day: date, bars: int) -> None:
    [session] = list_sessions(calendar, day, date.fromordinal(day.toordinal() + 1), "1m", LATER)
    assert session.bars == bars


def test_list_hours_dates_currencies_by_london() -> None:
    [(_, hours)] = list_hours(CURRENCY_CALENDAR, date(2026, 7, 14), date(2026, 7, 14))
    assert datetime.fromtimestamp(hours.opens, UTC).isoformat() == "2026-07-13T23:00:00+00:00"


def test_make_hours_removes_each_maintenance_hour() -> None:
    opens = int(datetime(2026, 11, 23, 23, tzinfo=UTC).timestamp())  # 18:00 in New York
    assert len(make_hours(FUTURES_CALENDAR, opens, opens + 86_400).list_starts("1m")) == 1_380


def test_breaks_and_zones_are_those_of_the_calendars() -> None:
    for name in CALENDARS_IN_USE - OF_THEIR_OWN:
        factory = _find_factory(name)
        calendar = factory.__new__(factory)  # without its dates, which take 0.2 s
        zone = find_zone(name)
        assert zone is not None and calendar.tz.key == zone.key
        breaks = [calendar.break_start_times, calendar.break_end_times]
        told = tuple(times[-1][1] for times in breaks if times) or None
        assert (None if told is None or told[0] is None else told) == BREAK_BY_CALENDAR.get(name)

"""The last dates of the calendars in use. A calendar that ends soon fails here, 60 days before its tickers are unknown.

This test depends on today's date on purpose: CONTRIBUTING.md says what to do if it fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import exchange_calendars
import pytest

from tests.calendars import CALENDARS_IN_USE

NOTICE = timedelta(days=60)
# Calendars whose next year isn't in any release of exchange_calendars, with their last dates. Their exchanges publish
# the holidays of a year in the December before it. Each entry was checked with `pip index versions exchange_calendars`.
ACKNOWLEDGED = {
    "XBOM": date(2026, 12, 31),  # https://www.nseindia.com/resources/exchange-communication-holidays
    "XSES": date(2026, 12, 31),  # https://www.sgx.com/securities/trading-hours-calendar
    "XSHG": date(2026, 12, 31),  # http://english.sse.com.cn/start/trading/schedule/
}


def find_last_dates() -> dict[str, date]:
    """Return the last date of each calendar in use that has one."""
    dispatcher = exchange_calendars.calendar_utils.global_calendar_dispatcher
    bounds = {
        name: dispatcher._calendar_factories[dispatcher.resolve_alias(name)].bound_max() for name in CALENDARS_IN_USE
    }
    return {name: bound.date() for name, bound in bounds.items() if bound is not None}


def list_problems(ends: Mapping[str, date], acknowledged: Mapping[str, date], today: date) -> list[str]:
    """Return a line per calendar that ends soon, and per acknowledged end that the release no longer has."""
    stale = [
        f"{name} ends on {ends.get(name, 'no date')} and not on {end}: remove it from ACKNOWLEDGED"
        for name, end in acknowledged.items()
        if ends.get(name) != end
    ]
    near = [
        f"{name} ends on {end}: update exchange_calendars, or acknowledge it"
        for name, end in ends.items()
        if name not in acknowledged and end - today < NOTICE
    ]
    return stale + near


@pytest.mark.today
def test_calendars_in_use_reach_60_days_ahead() -> None:
    assert list_problems(find_last_dates(), ACKNOWLEDGED, datetime.now(UTC).date()) == []


@pytest.mark.parametrize(
    ("ends", "acknowledged", "problems"),
    [
        ({"XSAU": date(2029, 12, 31)}, {}, []),
        ({"XSAU": date(2026, 12, 31)}, {}, ["XSAU ends on 2026-12-31: update exchange_calendars, or acknowledge it"]),
        ({"XSAU": date(2026, 12, 31)}, {"XSAU": date(2026, 12, 31)}, []),
        (
            {"XSAU": date(2027, 12, 31)},
            {"XSAU": date(2026, 12, 31)},
            ["XSAU ends on 2027-12-31 and not on 2026-12-31: remove it from ACKNOWLEDGED"],
        ),
        (
            {},
            {"XSAU": date(2026, 12, 31)},
            ["XSAU ends on no date and not on 2026-12-31: remove it from ACKNOWLEDGED"],
        ),
    ],
    ids=["far", "near", "acknowledged", "a later release", "no end"],
)
def test_list_problems_names_calendars(
    ends: dict[str, date], acknowledged: dict[str, date], problems: list[str]
) -> None:
    assert list_problems(ends, acknowledged, date(2026, 11, 28)) == problems

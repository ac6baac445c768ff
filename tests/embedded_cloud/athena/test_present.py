"""The present in a query: the cloud's date when the query started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from embedded_cloud import clock
from embedded_cloud.athena.engine import Engine
from embedded_cloud.athena.errors import QueryFailedError
from embedded_cloud.clock import Clock
from tests.embedded_cloud.athena.test_trinos_answers import OneObject, OneTable

START = datetime(2031, 2, 28, 23, 59, 58, 765_432, tzinfo=UTC)
SLACK = timedelta(minutes=5)

Start = Callable[[datetime], None]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return a function that starts a cloud's clock at a date."""
    yield lambda date: clock.install(Clock(date))
    clock.install(None)


def select(expression: str) -> str:
    with Engine(OneTable(), OneObject(), None) as engine:
        [[value]] = engine.run(f"SELECT {expression}", "stream").rows
    assert value is not None
    return value


def since_start(text: str) -> timedelta:
    return datetime.fromisoformat(text.removesuffix(" UTC")).replace(tzinfo=UTC) - START


@pytest.mark.parametrize(
    "expression", ["now()", "current_timestamp", "current_timestamp(3)", "localtimestamp", "localtimestamp(3)"]
)
def test_present_is_the_clouds_date(start: Start, expression: str) -> None:
    start(START)
    assert timedelta(milliseconds=-1) < since_start(select(expression)) < SLACK


@pytest.mark.parametrize("moment", [START, datetime(2024, 2, 29, 12, 0, tzinfo=UTC)])
def test_present_isnt_cached_with_the_query(start: Start, moment: datetime) -> None:
    start(moment)
    before = clock.now()
    found = select("current_date")
    assert f"{before.date()}" <= found <= f"{clock.now().date()}"


def test_localtime_is_the_time_of_day(start: Start) -> None:
    start(START - timedelta(hours=6))
    assert "17:59:58.765" <= select("localtime") < "18:05"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("date_diff('day', current_date, DATE '2031-03-01')", "2"),
        ("current_date - INTERVAL '1' DAY", "2031-02-26"),
        ("date(now() AT TIME ZONE 'Asia/Tokyo')", "2031-02-28"),
        ("date_format(now(), '%Y-%m-%d')", "2031-02-27"),
        ("to_unixtime(now()) * 1000e0 = floor(to_unixtime(now()) * 1000e0)", "true"),
        ("current_timestamp = now() AND localtimestamp = CAST(now() AS timestamp)", "true"),
        ("CAST(localtimestamp AS date) = current_date", "true"),
    ],
)
def test_functions_of_dates_take_the_present(start: Start, expression: str, expected: str) -> None:
    start(START - timedelta(hours=30))
    assert select(expression) == expected


def test_present_is_constant_within_a_query(start: Start) -> None:
    start(START)
    with Engine(OneTable(), OneObject(), None) as engine:
        start(START + timedelta(days=2))
        [[found]] = engine.run("SELECT now()", "stream").rows
    assert found is not None
    assert since_start(found) < SLACK


@pytest.mark.parametrize("expression", ["current_time", "current_timestamp(6)", "localtimestamp(0)", "localtime(1)"])
def test_present_in_another_precision_or_with_a_zone_of_its_time_is_refused(expression: str) -> None:
    with pytest.raises(QueryFailedError, match="is not supported by the embedded cloud") as refused:
        select(expression)
    assert expression.partition("(")[0] in str(refused.value)

"""The parts of a simulation: bars that are served when they are due, and the cost of a date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from embedded_cloud import clock
from embedded_cloud.clock import Clock
from finance_stream import measured
from finance_stream.client.estimate import POLLS_PER_DAY, BilledStack, Poll, Work, estimate_day, estimate_month
from local.simulation import ExchangeDay, Simulation, find_start, make_market
from local.yahoo.chart import make_chart

DAY = date(2026, 11, 27)  # a half day in New York
MEMORY = dict.fromkeys(("planner", "collector", "transformer", "counter", "checker", "poller"), 512)
STACK = BilledStack(MEMORY, "arm64", 0, 0, 0, Poll(25, 5, 5, 512), compacts=True)


def count_served(ticker: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> int:
    """Count the bars of ``DAY`` that Yahoo serves at a date and time."""
    monkeypatch.setattr(clock, "_running", Clock(now))
    period = {"period1": str(int(find_start(DAY).timestamp())), "period2": str(int(now.timestamp()))}
    document = make_chart(make_market([ticker], DAY, 1, seed=1), ticker, {**period, "interval": "1m"})
    return len(document["chart"]["result"][0].get("timestamp", ()))


@pytest.mark.present
@pytest.mark.parametrize(
    ("hour", "minute", "bars"), [(14, 29, 0), (14, 31, 1), (15, 0, 30), (17, 59, 209), (18, 0, 210), (22, 0, 210)]
)
def test_unfolding_replay_serves_each_bar_when_it_has_begun(
    hour: int, minute: int, bars: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 27, hour, minute, tzinfo=UTC)
    assert count_served("META", now, monkeypatch) in (bars, bars + 1)


@pytest.mark.present
def test_unfolding_replay_does_not_know_other_tickers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_running", Clock(datetime(2026, 11, 27, 15, tzinfo=UTC)))
    market = make_market(["META"], DAY, 1, seed=1)
    assert market.find_instrument("NFLX", market.now, market.now) is None


def test_find_start_is_midnight_in_new_york() -> None:
    assert find_start(date(2026, 3, 8)).astimezone(UTC) == datetime(2026, 3, 8, 5, tzinfo=UTC)


def test_exchange_day_is_clean_without_lost_and_duplicate_bars() -> None:
    assert ExchangeDay("XNYS", 390, 389, 389, 389, 0, 0).clean
    assert not ExchangeDay("XNYS", 390, 390, 389, 389, 1, 0).clean
    assert not ExchangeDay("XNYS", 390, 390, 390, 390, 0, 1).clean


def test_estimate_day_is_a_days_share_of_a_month() -> None:
    day = estimate_day(STACK, Work(10, "1m", 1), polls=POLLS_PER_DAY)
    month = estimate_month(STACK, Work(10, "1m", 21, measured.YAHOO_SECONDS))
    assert (day * 21).lambda_requests == pytest.approx(month.lambda_requests)
    closed = estimate_day(STACK, Work(10, "1m", 1), polls=0, closed=389)
    assert 0 < closed.lambda_requests < day.lambda_requests
    assert closed.firehose_bytes == closed.athena_bytes == 0
    assert estimate_day(STACK, Work(10, "1m", 1), polls=390, closed=10).lambda_requests > day.lambda_requests


@pytest.mark.parametrize("status", ["polled", "no session", "answered", "answered, some tickers failed"])
def test_simulation_estimates_nothing_for_a_date_with_only_a_compaction(status: str) -> None:
    nothing: Any = None  # no cloud
    simulation = Simulation(nothing, make_market(["META"], DAY, 1, seed=1), STACK)
    night: Any = SimpleNamespace(output={"status": "nothing to compact"})
    run: Any = SimpleNamespace(output={"status": status})
    assert simulation._estimate([night]) == 0
    assert simulation._estimate([night, run]) > 0

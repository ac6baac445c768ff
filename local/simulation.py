"""A stage's schedules over some days, on the virtual clock, and a reconciliation of each date's bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from embedded_cloud.stepfunctions.backend import list_ended
from embedded_cloud.stepfunctions.execution import StateMachineExecution
from finance_stream.client.athena import quote_text
from finance_stream.client.estimate import BilledStack, Work, estimate_day
from finance_stream.exchanges import find_exchange_name
from finance_stream.sessions import list_expected_starts
from local.chaos.lake import SessionLake
from local.chaos.ledger import Ledger, Minute, find_duplicates
from local.pipeline import Pipeline
from local.yahoo.exchange import find_exchange
from local.yahoo.replay import Replay
from local.yahoo.synthetic import make_synthetic_sessions
from local.yahoo.unfolding import UnfoldingReplay

ZONE = ZoneInfo("America/New_York")  # of the schedules
DAYS_BEFORE = 14  # with bars, so that each exchange has a session before the first day
# The night's compaction begins at 2:00. It waits half an hour for the readers of the old objects.
RECONCILED_AT = dt.time(4)
_COMPACTED = 'SELECT DISTINCT name, ts FROM compacted_bars WHERE "interval" = ? AND dt = ?'


@dataclass(frozen=True)
class ExchangeDay:
    """The bars of one exchange on one date."""

    exchange: str
    expected: int
    collected: int
    delivered: int
    compacted: int
    lost: int
    duplicates: int

    @property
    def clean(self) -> bool:
        return not (self.lost or self.duplicates)


@dataclass(frozen=True)
class SimulatedDay:
    """A simulated date: its executions, the failed ones, its cost in dollars, and its bars per exchange."""

    date: dt.date
    executions: int
    failures: Sequence[str]
    dollars: float
    exchanges: Sequence[ExchangeDay]

    @property
    def clean(self) -> bool:
        return all(one.clean for one in self.exchanges)


def make_market(tickers: Sequence[str], first: dt.date, days: int, seed: int) -> Replay:
    """Return the synthetic bars of ``tickers`` over the simulated days and some before. Each is served when it is due.

    Raises
    ------
    ValueError
        If a ticker has no exchange that is known.
    """
    exchanges = {ticker: find_exchange(ticker) for ticker in tickers}
    begin, end = first - dt.timedelta(days=DAYS_BEFORE), first + dt.timedelta(days=days)
    return UnfoldingReplay.from_replay(make_synthetic_sessions(exchanges, begin, end, seed=seed))


def find_start(first: dt.date) -> dt.datetime:
    """Return the beginning of a date where the schedules are."""
    return dt.datetime.combine(first, dt.time(), ZONE)


class Simulation:
    """Some days of a deployed stage. The thread that runs it holds the cloud's clock."""

    def __init__(self, pipeline: Pipeline, market: Replay, stack: BilledStack) -> None:
        self._pipeline, self._stack = pipeline, stack
        self.ledger = Ledger(market)
        self._tickers = list(market.instruments)
        self._ended: set[str] = set()

    def run(self, first: dt.date, days: int, tell: Callable[[dt.datetime], None]) -> Iterator[SimulatedDay]:
        """Let the schedules run, and yield each date after its night. ``tell`` gets the date and time of each hour."""
        clock = self._pipeline.cloud.clock
        for day in (first + dt.timedelta(days=number) for number in range(days)):
            until = dt.datetime.combine(day + dt.timedelta(days=1), RECONCILED_AT, ZONE).astimezone(dt.UTC)
            while (now := clock.now()) < until:
                tell(now.astimezone(ZONE))
                clock.wait_until(min(until, now + dt.timedelta(hours=1)))
            yield self._reconcile(day)

    def _reconcile(self, day: dt.date) -> SimulatedDay:
        ended = [one for one in list_ended(self._pipeline.cloud) if one.execution_arn not in self._ended]
        self._ended |= {one.execution_arn for one in ended}
        lake = SessionLake(self._pipeline, day)
        rows = [minute for minute, _ in lake.read_bars()]
        kept = lake.read_failed_bars().union(rows)
        duplicates, compacted = find_duplicates(rows), self._read_compacted(day)
        served = [minute for minute in list(self.ledger.served) if minute.ts.startswith(day.isoformat())]
        lost = [minute for minute in served if minute not in kept]
        counts = (served, set(rows), compacted, lost, duplicates)
        expected = list_expected_starts(self._tickers, day, "1m", self._pipeline.now())
        return SimulatedDay(
            day,
            len(ended),
            [_describe_failure(one) for one in ended if one.status != "SUCCEEDED"],
            self._estimate(ended),
            [
                ExchangeDay(
                    exchange,
                    sum(len(expected[ticker] or ()) for ticker in own),
                    *(sum(minute.name in own for minute in found) for found in counts),
                )
                for exchange, own in self._group_tickers().items()
            ],
        )

    def _read_compacted(self, day: dt.date) -> list[Minute]:
        rows = self._pipeline.athena.read_rows(_COMPACTED, [quote_text("1m"), quote_text(day.isoformat())])
        return [Minute(row["name"], row["ts"]) for row in rows]

    def _estimate(self, ended: Sequence[StateMachineExecution]) -> float:
        """Return the day's cost by the cost model: of its polls, and of a session if it had one."""
        said = [one.output.get("status") for one in ended if isinstance(one.output, Mapping)]
        polls, closed = said.count("polled"), said.count("no session")
        if not (polls or closed or any(str(one).startswith("answered") for one in said)):
            return 0.0  # a weekend, which has only the night's compaction
        used = estimate_day(self._stack, Work(len(self._tickers), "1m", 1), polls=polls, closed=closed)
        return sum(line.dollars for line in used.list_lines(self._stack.architecture))

    def _group_tickers(self) -> dict[str, set[str]]:
        grouped: dict[str, set[str]] = {}
        for ticker in self._tickers:
            grouped.setdefault(find_exchange_name(ticker), set()).add(ticker)
        return grouped


def _describe_failure(execution: Any) -> str:
    return f"{execution.execution_arn.rpartition(':')[2]}: {execution.status}: {execution.error}: {execution.cause}"

"""The estimated cost of a stage per month, from its template and from measured sizes. It calls no AWS API."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from finance_stream import measured, prices
from finance_stream.cost import (
    FUNCTIONS,
    GB,
    BillLine,
    Usage,
    count_answer,
    count_delivery,
    count_express,
    count_invocations,
    count_queries,
    count_ticker_records,
)

# resources/schedule.yml: a poll per minute from 9:31 to 15:59 for the last five minutes, and the session at 16:30.
POLLS_PER_DAY = 389
BARS_PER_POLL = 5
BARS_PER_SESSION = 390
# ASSUMED: each execution queries a second time, because Firehose promises no time of delivery.
QUERIES_PER_ANSWER = 2
# resources/compaction.yml deletes the delivered objects in the next night, and S3 keeps old versions for a week.
DAYS_KEPT_DELIVERED = 1 + 7
HOURS_POLLED = 8  # hours of the clock, 9 to 16: metrics are billed per hour
HOURS_PER_MONTH = 730
DAYS_PER_MONTH = 30
EVERY = ("1m", "1d")
FIREHOSE_OBJECT_BYTES = 64 * 2**20  # SizeInMBs in serverless.yml


@dataclass(frozen=True)
class Poll:
    """The Express state machine that the schedules of each minute start, and its tickers per poller."""

    tickers_per_poller: int  # if there are more tickers than this, else 1
    pollers_at_once: int
    tickers_at_once: int
    poller_mb: int

    def share(self, tickers: int) -> int:
        """Return the number of tickers per poller."""
        return self.tickers_per_poller if tickers > self.tickers_per_poller else 1


@dataclass(frozen=True)
class BilledStack:
    """The facts of a template that its cost depends on.

    ``poll`` is None if the schedule of each minute starts the state machine that also queries Athena.
    """

    memory_mb: Mapping[str, int]
    architecture: str
    alarm_metrics: int
    dashboards: int
    keys: int
    poll: Poll | None = None
    compacts: bool = False  # each night, the objects of the day

    def list_fixed(self) -> list[BillLine]:
        """List the lines that are billed per month whatever the use."""
        counts = (
            ("CloudWatch", "metrics of alarms", self.alarm_metrics, prices.ALARM_METRIC_MONTH),
            ("CloudWatch", "dashboards", self.dashboards, prices.DASHBOARD_MONTH),
            ("KMS", "keys", self.keys, prices.KEY_MONTH),
        )
        return [BillLine(service, what, count, count * price) for service, what, count, price in counts if count]


@dataclass(frozen=True)
class Work:
    """The use of a stage in a month."""

    tickers: int
    every: str
    days: int
    yahoo_seconds: float = measured.YAHOO_SECONDS


def estimate_month(stack: BilledStack, work: Work) -> Usage:
    """Estimate the usage of a month."""
    return estimate_day(stack, work, polls=POLLS_PER_DAY if work.every == "1m" else 0) * work.days


def estimate_day(stack: BilledStack, work: Work, *, polls: int, closed: int = 0) -> Usage:
    """Estimate the usage of a date with ``polls`` polls of a session, and ``closed`` runs that found none.

    A date with closed runs and without polls has no session.
    """
    idle = _estimate_closed_runs(stack, closed)
    return idle if closed and not polls else idle + _estimate_session_day(stack, work, polls)


def _estimate_closed_runs(stack: BilledStack, runs: int) -> Usage:
    """Estimate scheduled runs while the exchange is closed: the planner, in an Express execution."""
    planner = measured.estimate_seconds("planner", stack.memory_mb["planner"], 0)
    used = count_invocations("planner", 1, planner, stack.memory_mb["planner"]) + count_express(1, planner)
    return (used + Usage(scheduled_starts=1, traces=1)) * runs


def _estimate_session_day(stack: BilledStack, work: Work, polls: int) -> Usage:
    day = _estimate_session(stack, work, polls) + _estimate_cold_starts(stack, work)
    for number in range(1, polls + 1):
        day += _estimate_minute(stack, work, number)
    stored = _estimate_stored_bytes(work, polls * BARS_PER_POLL + BARS_PER_SESSION)
    if stack.compacts and polls:
        day += estimate_compaction(stored, work.tickers * BARS_PER_SESSION, polls + 1)
    else:
        day += Usage(s3_gb_months=stored / GB)
    day += Usage(
        scheduled_starts=polls + 1,
        metric_months=measured.METRICS * (HOURS_POLLED if polls else 1) / HOURS_PER_MONTH,
    )
    return day


def _estimate_stored_bytes(work: Work, bars: int) -> float:
    """Estimate the bytes in the lake for ``bars`` per ticker."""
    return work.tickers * bars * measured.BAR_BYTES / measured.GZIP_RATIO


def _estimate_session(stack: BilledStack, work: Work, polls: int) -> Usage:
    """Estimate the execution after the close. Its query also reads the objects of the day's polls."""
    put = work.tickers * BARS_PER_SESSION * measured.BAR_BYTES
    objects = polls + math.ceil(put / FIREHOSE_OBJECT_BYTES)
    scanned = _estimate_stored_bytes(work, polls * BARS_PER_POLL + BARS_PER_SESSION)
    return _estimate_answer(stack, work, BARS_PER_SESSION, scanned, objects)


def _estimate_minute(stack: BilledStack, work: Work, number: int) -> Usage:
    """Estimate the day's poll with that number."""
    if stack.poll is not None:
        return estimate_poll(stack.poll, stack.memory_mb, work)
    scanned = _estimate_stored_bytes(work, number * BARS_PER_POLL)
    return _estimate_answer(stack, work, BARS_PER_POLL, scanned, number)


def _estimate_answer(stack: BilledStack, work: Work, bars: int, scanned: float, objects: int) -> Usage:
    """Estimate an execution that collects ``bars`` of each ticker. Each of its queries reads ``objects``."""
    queries = [scanned] * QUERIES_PER_ANSWER
    answer = count_answer({bars: work.tickers}, queries, stack.memory_mb, work.yahoo_seconds)
    return answer + Usage(s3_gets=objects * QUERIES_PER_ANSWER)


def estimate_poll(poll: Poll, memory_mb: Mapping[str, int], work: Work) -> Usage:
    """Estimate an Express execution, which collects bars and doesn't query Athena."""
    share = poll.share(work.tickers)
    pollers = math.ceil(work.tickers / share)
    planner = measured.estimate_seconds("planner", memory_mb["planner"], work.tickers)
    poller = measured.estimate_collector_seconds(
        poll.poller_mb, BARS_PER_POLL, share, poll.tickers_at_once, work.yahoo_seconds
    )
    used = count_invocations("planner", 1, planner, memory_mb["planner"])
    used += count_invocations("collector", pollers, poller, poll.poller_mb)  # a poller logs as much as a collector
    put_seconds = math.ceil(pollers / poll.pollers_at_once) * poller
    used += count_express(1, planner + put_seconds)
    used += count_ticker_records(BARS_PER_POLL) * work.tickers + Usage(traces=1)
    return used + count_delivery(used.partitioned_bytes, put_seconds, memory_mb["transformer"])


# The states of statemachine/compact.asl.json in a night with one date. tests/unit/test_cost.py counts them.
STATES_PER_COMPACTION = 13
LISTS_PER_COMPACTION = 2  # of the dates, and of the date's objects. S3 bills lists like puts, and no deletes


def estimate_compaction(stored_bytes: float, bars: int, objects: int) -> Usage:
    """Estimate the night after a session. Two queries read ``stored_bytes`` in ``objects``, and leave ``bars``."""
    parquet = bars * measured.PARQUET_BAR_BYTES
    kept = stored_bytes * DAYS_KEPT_DELIVERED / DAYS_PER_MONTH + parquet
    used = count_queries([stored_bytes, stored_bytes + parquet], 2 * objects + 1)
    return used + Usage(
        transitions=STATES_PER_COMPACTION,
        s3_puts=1 + LISTS_PER_COMPACTION,
        s3_gb_months=kept / GB,
        traces=1,
        scheduled_starts=1,
    )


def _estimate_cold_starts(stack: BilledStack, work: Work) -> Usage:
    """Estimate a day's new environments: one per collector and poller that run at once, and one per other function."""
    new = [(name, stack.memory_mb[name], min(5, work.tickers) if name == "collector" else 1) for name in FUNCTIONS]
    if stack.poll is not None and work.every == "1m":
        pollers = math.ceil(work.tickers / stack.poll.share(work.tickers))
        new.append(("collector", stack.poll.poller_mb, min(stack.poll.pollers_at_once, pollers)))
    return Usage(
        lambda_gb_seconds=sum(count * measured.estimate_cold_seconds(name, mb) * mb / 1024 for name, mb, count in new)
    )

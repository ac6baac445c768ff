"""What a stage costs a month, from the template that would be deployed and from what was measured. Knows no AWS API."""

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

# resources/schedule.yml: 9:31 to 15:59, each the bars of the last five minutes; then the whole session at 16:30.
POLLS_PER_DAY = 389
BARS_PER_POLL = 5
BARS_PER_SESSION = 390
# resources/compaction.yml: the delivered objects go the night after, and S3 keeps the old version for a week.
DAYS_KEPT_DELIVERED = 1 + 7
HOURS_POLLED = 8  # of the clock, by which metrics are billed: 9 to 16
HOURS_PER_MONTH = 730
DAYS_PER_MONTH = 30
EVERY = ("1m", "1d")
FIREHOSE_OBJECT_BYTES = 64 * 2**20  # SizeInMBs in serverless.yml


@dataclass(frozen=True)
class Poll:
    """The Express state machine that the minutes' schedules start, and the way it shares tickers among pollers."""

    tickers_per_poller: int  # for lists that are longer than that, else one
    pollers_at_once: int
    tickers_at_once: int
    poller_mb: int

    def share(self, tickers: int) -> int:
        """Return the number of tickers per poller."""
        return self.tickers_per_poller if tickers > self.tickers_per_poller else 1


@dataclass(frozen=True)
class BilledStack:
    """What a template says of cost; ``poll`` is None where each minute starts the state machine that asks as well."""

    memory_mb: Mapping[str, int]
    architecture: str
    alarm_metrics: int
    dashboards: int
    keys: int
    poll: Poll | None = None
    compacts: bool = False  # each night, what each minute has delivered

    def list_fixed(self) -> list[BillLine]:
        """What is billed by the month whatever is done."""
        counts = (
            ("CloudWatch", "metrics of alarms", self.alarm_metrics, prices.ALARM_METRIC_MONTH),
            ("CloudWatch", "dashboards", self.dashboards, prices.DASHBOARD_MONTH),
            ("KMS", "keys", self.keys, prices.KEY_MONTH),
        )
        return [BillLine(service, what, count, count * price) for service, what, count, price in counts if count]


@dataclass(frozen=True)
class Work:
    """What is asked of a stage in a month."""

    tickers: int
    every: str
    days: int
    yahoo_seconds: float = measured.YAHOO_SECONDS


def estimate_month(stack: BilledStack, work: Work) -> Usage:
    """What a month of ``work`` uses."""
    polls = POLLS_PER_DAY if work.every == "1m" else 0
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
    return day * work.days


def _estimate_stored_bytes(work: Work, bars: int) -> float:
    """Bytes in the lake of so many bars of each ticker."""
    return work.tickers * bars * measured.BAR_BYTES / measured.GZIP_RATIO


def _estimate_session(stack: BilledStack, work: Work, polls: int) -> Usage:
    """The execution after the close; its query reads what the day's polls have left as well."""
    put = work.tickers * BARS_PER_SESSION * measured.BAR_BYTES
    objects = polls + math.ceil(put / FIREHOSE_OBJECT_BYTES)
    scanned = _estimate_stored_bytes(work, polls * BARS_PER_POLL + BARS_PER_SESSION)
    answer = count_answer({BARS_PER_SESSION: work.tickers}, [scanned], stack.memory_mb, work.yahoo_seconds)
    return answer + Usage(s3_gets=objects)


def _estimate_minute(stack: BilledStack, work: Work, number: int) -> Usage:
    """The day's poll of that number."""
    if stack.poll is not None:
        return estimate_poll(stack.poll, stack.memory_mb, work)
    scanned = _estimate_stored_bytes(work, number * BARS_PER_POLL)
    answer = count_answer({BARS_PER_POLL: work.tickers}, [scanned], stack.memory_mb, work.yahoo_seconds)
    return answer + Usage(s3_gets=number)


def estimate_poll(poll: Poll, memory_mb: Mapping[str, int], work: Work) -> Usage:
    """One Express execution that collects and does not ask."""
    share = poll.share(work.tickers)
    pollers = math.ceil(work.tickers / share)
    planner = measured.estimate_seconds("planner", memory_mb["planner"], work.tickers)
    poller = measured.estimate_collector_seconds(
        poll.poller_mb, BARS_PER_POLL, share, poll.tickers_at_once, work.yahoo_seconds
    )
    used = count_invocations("planner", 1, planner, memory_mb["planner"])
    used += count_invocations("collector", pollers, poller, poll.poller_mb)  # a poller logs as much as a collector
    used += count_express(1, planner + math.ceil(pollers / poll.pollers_at_once) * poller)
    used += count_ticker_records(BARS_PER_POLL) * work.tickers + Usage(traces=1)
    return used + count_delivery(used.partitioned_bytes, memory_mb["transformer"])


# The states of statemachine/compact.asl.json that a night with one date passes; tests/unit/test_cost.py counts them.
STATES_PER_COMPACTION = 13
LISTS_PER_COMPACTION = 2  # of dates, and of the date's objects; S3 bills them as it bills puts, and deletes not at all


def estimate_compaction(stored_bytes: float, bars: int, objects: int) -> Usage:
    """The night after a session: two queries read its ``objects``, ``stored_bytes`` in all, and ``bars`` are left."""
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
    """Return the use of a day's new environments: as many collectors and pollers as run at once, one of the others."""
    new = [(name, stack.memory_mb[name], min(5, work.tickers) if name == "collector" else 1) for name in FUNCTIONS]
    if stack.poll is not None and work.every == "1m":
        pollers = math.ceil(work.tickers / stack.poll.share(work.tickers))
        new.append(("collector", stack.poll.poller_mb, min(stack.poll.pollers_at_once, pollers)))
    return Usage(
        lambda_gb_seconds=sum(count * measured.estimate_cold_seconds(name, mb) * mb / 1024 for name, mb, count in new)
    )

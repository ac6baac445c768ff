"""Usage that AWS bills for, and its cost in dollars. Knows the prices, but calls no AWS."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from finance_stream import measured, prices
from finance_stream.bars import BILLED_RECORD_BYTES

GB, TB = 2**30, 2**40
FUNCTIONS = ("planner", "collector", "transformer", "counter", "checker")
# Firehose passes the transformer one buffer at a time: BufferSizeInMBs in serverless.yml.
TRANSFORMER_BUFFER_BYTES = 2**20
TRANSFORMER_BUFFER_SECONDS = 10  # transformerBufferSeconds in serverless.yml
COLLECTORS_AT_ONCE = 5  # MaxConcurrency of CollectBars in statemachine/pipeline.asl.json
# Athena writes the result and its metadata: https://docs.aws.amazon.com/athena/latest/ug/querying.html
OBJECTS_PER_RESULT = 2
# The tables of the view bars. Athena lists the objects of each date in each, and S3 bills lists like puts.
TABLES_PER_QUERY = 2
# ResultWriter writes a manifest and a file of results, and another one if a child execution failed:
# https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
OBJECTS_PER_MAP = 2


# By field of :class:`Usage`: service, description, dollars per unit, size of the unit.
RATES = {
    "lambda_requests": ("Lambda", "requests", prices.LAMBDA_REQUEST, 1),
    "lambda_gb_seconds": ("Lambda", "GB-seconds", prices.LAMBDA_GB_SECOND["arm64"], 1),
    "transitions": ("Step Functions", "transitions of Standard executions", prices.STANDARD_TRANSITION, 1),
    "express_requests": ("Step Functions", "Express executions", prices.EXPRESS_REQUEST, 1),
    "express_gb_seconds": ("Step Functions", "GB-seconds of Express executions", prices.EXPRESS_GB_SECOND, 1),
    "firehose_bytes": ("Firehose", "GB of records, each rounded up to 5 KiB", prices.FIREHOSE_GB, GB),
    "partitioned_bytes": ("Firehose", "GB partitioned", prices.PARTITIONING_GB, GB),
    "partitioned_objects": ("Firehose", "objects partitioned", prices.PARTITIONING_OBJECT, 1),
    "s3_puts": ("S3", "objects put, and lists", prices.S3_PUT, 1),
    "s3_gets": ("S3", "objects read", prices.S3_GET, 1),
    "s3_gb_months": ("S3", "GB kept, the first month's", prices.S3_GB_MONTH, 1),
    "athena_bytes": ("Athena", "TB scanned, at least 10 MB per query", prices.ATHENA_TB, TB),
    "log_bytes": ("CloudWatch", "GB of logs", prices.LOGS_GB, GB),
    "metric_months": ("CloudWatch", "metrics, by the hours in which they are written", prices.METRIC_MONTH, 1),
    "traces": ("CloudWatch", "traces (X-Ray)", prices.TRACE, 1),
    "scheduled_starts": ("EventBridge", "starts by schedule", prices.SCHEDULED_START, 1),
}


@dataclass(frozen=True)
class BillLine:
    """One line of a bill."""

    service: str
    what: str
    quantity: float
    dollars: float


@dataclass(frozen=True)
class Usage:
    """Usage that AWS bills for. Usages can be added, and multiplied by a number of runs."""

    lambda_requests: float = 0
    lambda_gb_seconds: float = 0
    transitions: float = 0
    express_requests: float = 0
    express_gb_seconds: float = 0
    firehose_bytes: float = 0  # as billed: records rounded up
    partitioned_bytes: float = 0
    partitioned_objects: float = 0
    s3_puts: float = 0
    s3_gets: float = 0
    s3_gb_months: float = 0
    athena_bytes: float = 0  # as billed: at least 10 MB per query
    log_bytes: float = 0
    metric_months: float = 0
    traces: float = 0
    scheduled_starts: float = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*map(operator.add, vars(self).values(), vars(other).values()))

    def __mul__(self, times: float) -> Self:
        return type(self)(*(own * times for own in vars(self).values()))

    def list_lines(self, architecture: str = "arm64") -> list[BillLine]:
        """Return a line for each field that isn't 0."""
        rates = {**RATES, "lambda_gb_seconds": ("Lambda", "GB-seconds", prices.LAMBDA_GB_SECOND[architecture], 1)}
        counts = {name: getattr(self, name) for name in rates}
        return [
            BillLine(service, what, counts[name] / unit, counts[name] / unit * price)
            for name, (service, what, price, unit) in rates.items()
            if counts[name]
        ]

    def sum_dollars(self, architecture: str = "arm64") -> dict[str, float]:
        """Return the dollars by service. Fixed monthly charges, such as alarms, are not part of a usage."""
        total: dict[str, float] = {}
        for line in self.list_lines(architecture):
            total[line.service] = total.get(line.service, 0) + line.dollars
        return total


def count_invocations(name: str, count: float, seconds: float, memory_mb: int) -> Usage:
    """Return the usage of ``count`` calls of the function ``name``, of ``seconds`` each, with their log lines."""
    return Usage(
        lambda_requests=count,
        lambda_gb_seconds=count * seconds * memory_mb / 1024,
        log_bytes=count * measured.LOG_BYTES[name],
    )


def count_express(count: float, seconds: float) -> Usage:
    """Return the usage of ``count`` Express executions of ``seconds`` each, with the smallest billed memory."""
    billed = math.ceil(seconds / prices.EXPRESS_STEP_SECONDS - 1e-9) * prices.EXPRESS_STEP_SECONDS
    return Usage(express_requests=count, express_gb_seconds=count * billed * prices.EXPRESS_CHUNK_GB)


def count_records(count: float, record_bytes: float) -> Usage:
    """Return the usage of ``count`` records of ``record_bytes`` each on the stream, which partitions them."""
    billed = math.ceil(record_bytes / BILLED_RECORD_BYTES) * BILLED_RECORD_BYTES
    return Usage(firehose_bytes=count * billed, partitioned_bytes=count * record_bytes)


def count_delivery(put_bytes: float, put_seconds: float, memory_mb: int, objects: float = 1) -> Usage:
    """Return the usage of delivering ``put_bytes`` that are put within ``put_seconds``, in ``objects``.

    Firehose calls the transformer without a trace of its own, so each call is a new trace.
    """
    if not put_bytes:
        return Usage()
    calls = max(math.ceil(put_bytes / TRANSFORMER_BUFFER_BYTES), math.ceil(put_seconds / TRANSFORMER_BUFFER_SECONDS))
    seconds = measured.estimate_seconds("transformer", memory_mb, put_bytes / calls)
    return count_invocations("transformer", calls, seconds, memory_mb) + Usage(
        partitioned_objects=objects, s3_puts=objects, traces=calls
    )


def count_queries(scanned_bytes: Sequence[float], objects_read: float = 0, dates: int = 1) -> Usage:
    """Return the usage of queries over ``dates``, by the bytes that each reads, and of their results.

    They read ``objects_read`` objects in all.
    """
    billed = sum(max(one, prices.ATHENA_MIN_QUERY_BYTES) for one in scanned_bytes)
    puts = (OBJECTS_PER_RESULT + TABLES_PER_QUERY * dates) * len(scanned_bytes)
    return Usage(athena_bytes=billed, s3_puts=puts, s3_gets=objects_read)


def count_ticker_records(bars: int) -> Usage:
    """Return the usage of a ticker's packed bars: full records, and a last one that is partly empty."""
    if not bars:
        return Usage()
    count = math.ceil(bars / (BILLED_RECORD_BYTES // measured.BAR_BYTES))
    return count_records(count, bars * measured.BAR_BYTES / count)


# The states of statemachine/pipeline.asl.json on the way to every answer, and those of each further query.
# tests/unit/test_cost.py compares them with the file.
STATES_PER_ANSWER = 10
STATES_PER_REPEAT = 4


def count_answer(
    bars_by_ticker: Mapping[int, int],
    scanned_bytes: Sequence[float],
    memory_mb: Mapping[str, int],
    yahoo_seconds: float = measured.YAHOO_SECONDS,
    dates: int = 1,
) -> Usage:
    """Return the usage of an execution of the state machine with warm functions.

    Parameters
    ----------
    bars_by_ticker
        Number of tickers by their number of bars: ``{390: 10}`` for ten tickers with 390 bars each.
    scanned_bytes
        Bytes scanned by each query.
    memory_mb
        Memory of each of :data:`FUNCTIONS`.
    dates
        Number of dates that each query reads.
    """
    tickers, asked = sum(bars_by_ticker.values()), len(scanned_bytes)
    used = Usage(
        transitions=STATES_PER_ANSWER + STATES_PER_REPEAT * (asked - 1) + tickers,
        s3_puts=OBJECTS_PER_MAP,
        s3_gets=OBJECTS_PER_MAP * (1 + asked),  # by the counter and each checker
        traces=1,
    )
    for name, count in (("planner", 1), ("counter", 1), ("checker", asked)):
        used += count_invocations(
            name, count, measured.estimate_seconds(name, memory_mb[name], tickers), memory_mb[name]
        )
    put_seconds = 0.0
    for bars, count in bars_by_ticker.items():
        seconds = measured.estimate_collector_seconds(memory_mb["collector"], bars, yahoo_seconds=yahoo_seconds)
        used += count_invocations("collector", count, seconds, memory_mb["collector"]) + count_express(count, seconds)
        used += count_ticker_records(bars) * count
        put_seconds += seconds * count / COLLECTORS_AT_ONCE
    delivery = count_delivery(used.partitioned_bytes, put_seconds, memory_mb["transformer"])
    return used + count_queries(scanned_bytes, dates=dates) + delivery


def summarize_dollars(dollars: Mapping[str, float]) -> dict[str, Any]:
    """Return an execution's cost for its output: the sum and each service, to a millionth of a dollar."""
    return {
        "dollars": round(sum(dollars.values()), 6),
        "by_service": {service: round(amount, 6) for service, amount in dollars.items() if round(amount, 6)},
        "estimated_at": f"{prices.REGION}, {prices.AS_OF}",
    }

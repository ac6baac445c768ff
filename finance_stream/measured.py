"""Measured times and sizes of the functions, for estimates of cost. No other file has these numbers.

Seconds of CPU are a thread's own (``time.thread_time``), the least of 15 warm calls. They were measured on 24 November
2026 on a core of an AMD EPYC (x86_64, Python 3.11), against the replayed Yahoo of the embedded cloud. Those of a cold
start are from "The packages" in the decisions. Nothing has been measured on Lambda's own processors.
"""

from __future__ import annotations

import math

# Lambda gives a function a whole processor at this size, and a share of it below:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
WHOLE_CPU_MB = 1_769

# ASSUMED, not measured: a collector's wait for Yahoo's answers about a ticker. With its CPU seconds, an invocation with
# 512 MB takes one second, the figure that this project began with.
YAHOO_SECONDS = 0.9

CPU_SECONDS = {"planner": 0.003, "collector": 0.030, "transformer": 0.001, "counter": 0.005, "checker": 0.008}
COLD_CPU_SECONDS = {"planner": 0.51, "collector": 0.75, "transformer": 0.06, "counter": 0.24, "checker": 0.24}
# More seconds for each ticker (planner, counter, checker), each bar (collector) and each byte (transformer).
CPU_SECONDS_PER_UNIT = {
    "planner": 3e-6,
    "collector": 45e-6,
    "transformer": 0.063 / 2**20,
    "counter": 8e-6,
    "checker": 64e-6,
}

# A bar of the synthetic session with its newline, and the ratio by which gzip's fastest level shrinks such bars. AWS
# does not document Firehose's level. tests/unit/test_cost.py measures both again.
BAR_BYTES = 181
GZIP_RATIO = 7.5

# A bar of a session of ten tickers, compacted to Parquet. npm run bench -- --only compaction measures it again.
PARQUET_BAR_BYTES = 15.1

# An invocation's lines in the embedded cloud's logs (START, END, REPORT, its own, its metrics), each with the 26 bytes
# that CloudWatch adds.
LOG_BYTES = {"planner": 870, "collector": 1_200, "transformer": 630, "counter": 880, "checker": 880}
# In all functions, while nothing fails: BarsCollected, RecordsRefused. CloudWatch bills each hour with a value.
METRICS = 2


def estimate_seconds(name: str, memory_mb: float, units: float = 0) -> float:
    """Return the seconds of a warm call without its waits. ``units`` are tickers, bars or bytes, as above."""
    return (CPU_SECONDS[name] + units * CPU_SECONDS_PER_UNIT[name]) * max(1.0, WHOLE_CPU_MB / memory_mb)


def estimate_cold_seconds(name: str, memory_mb: int) -> float:
    """Return the seconds that the first call in a new environment takes beyond a warm one."""
    return COLD_CPU_SECONDS[name] * max(1.0, WHOLE_CPU_MB / memory_mb)


def estimate_collector_seconds(
    memory_mb: float, bars: float, tickers: int = 1, at_once: int = 1, yahoo_seconds: float = YAHOO_SECONDS
) -> float:
    """Return the seconds of a collector for ``tickers`` with ``bars`` each. It asks Yahoo for ``at_once`` at a time."""
    own = estimate_seconds("collector", memory_mb, bars)
    return max(tickers * own + yahoo_seconds, math.ceil(tickers / at_once) * (own + yahoo_seconds))

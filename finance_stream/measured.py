"""What the functions take, as measured, for estimates of cost: the one place where it stands.

Seconds of CPU are a thread's own (``time.thread_time``), the least of 15 warm calls, measured on 24 November 2026 on a
core of an AMD EPYC (x86_64, Python 3.11) against the replayed Yahoo of the embedded cloud. Those of a cold start are
in docs/decisions/039-byte-code-in-the-zip.md. On Lambda's own processors nothing has been measured.
"""

from __future__ import annotations

import math

# Lambda gives a function a whole processor at this size, and a share of it below:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
WHOLE_CPU_MB = 1_769

# ASSUMED, not measured: how long a collector waits for Yahoo's answers about a ticker. With its CPU seconds it makes
# one second of an invocation with 512 MB, the figure that this project began with.
YAHOO_SECONDS = 0.9

CPU_SECONDS = {"planner": 0.003, "collector": 0.030, "transformer": 0.001, "checker": 0.006}
COLD_CPU_SECONDS = {"planner": 0.51, "collector": 0.75, "transformer": 0.06, "checker": 0.24}
# Beyond these: the planner and the checker for each ticker, the collector for each bar, the transformer for each byte.
CPU_SECONDS_PER_UNIT = {"planner": 3e-6, "collector": 45e-6, "transformer": 0.063 / 2**20, "checker": 64e-6}

# A bar of the synthetic session with its newline, and how much smaller gzip makes such bars at its fastest level: which
# Firehose uses is not documented. tests/unit/test_cost.py measures both again.
BAR_BYTES = 181
GZIP_RATIO = 7.5

# A bar of a session of ten tickers, compacted to Parquet; npm run bench -- --only compaction measures it again.
PARQUET_BAR_BYTES = 15.1

# An invocation's lines in the embedded cloud's logs (START, END, REPORT, its own, its metrics), each with the 26 bytes
# that CloudWatch adds.
LOG_BYTES = {"planner": 870, "collector": 1_200, "transformer": 630, "checker": 880}
# In all functions, while nothing fails: BarsCollected, RecordsRefused; billed by the hour in which they are written.
METRICS = 2


def seconds(name: str, memory_mb: float, units: float = 0) -> float:
    """How long a warm call takes, without what it waits for: ``units`` are tickers, bars or bytes, as above."""
    return (CPU_SECONDS[name] + units * CPU_SECONDS_PER_UNIT[name]) * max(1.0, WHOLE_CPU_MB / memory_mb)


def cold_seconds(name: str, memory_mb: int) -> float:
    """What the first call in a new environment takes more."""
    return COLD_CPU_SECONDS[name] * max(1.0, WHOLE_CPU_MB / memory_mb)


def collector_seconds(
    memory_mb: float, bars: float, tickers: int = 1, at_once: int = 1, yahoo_seconds: float = YAHOO_SECONDS
) -> float:
    """How long a collector takes for ``tickers`` of ``bars`` each, of which it asks Yahoo for ``at_once``."""
    own = seconds("collector", memory_mb, bars)
    return max(tickers * own + yahoo_seconds, math.ceil(tickers / at_once) * (own + yahoo_seconds))

"""The result of athena/hourly_highs.sql: the highs of an execution's tickers, and the number of delivered bars."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from finance_stream.map_results import TickerResult

# The share of the highs in an execution's output: a state's output is limited to 256 KiB.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_HIGHS_BYTES = 100 * 1024
# The tickers with missing bars to name. More would not help the reader.
MAX_MISSING_TICKERS = 20


def read_highs(lines: Iterable[str], tickers: Iterable[str]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return the result's rows of ``tickers``, and the bars per ticker that this execution or a later one delivered.

    Parameters
    ----------
    lines
        The query's result as Athena writes it: CSV with a header.
    """
    wanted = set(tickers)  # the result may have another execution's tickers, of the same dates
    rows = [row for row in csv.DictReader(lines) if row["ticker"] in wanted]
    delivered: Counter[str] = Counter()
    for row in rows:
        delivered[row["ticker"]] += int(row["bars_delivered"])
    return [_read_high(row) for row in rows], dict(delivered)


def _read_high(row: dict[str, str]) -> dict[str, Any]:
    return {
        "ticker": row["ticker"],
        "session": row["session"],
        "hour": int(row["hour"]),
        "high": float(row["high"]),
        "high_at": row["high_at"],
        "minutes_at_high": int(row["minutes_at_high"]),
    }


def compare(
    results: Sequence[TickerResult], delivered: Mapping[str, int], highs: list[dict[str, Any]]
) -> dict[str, Any]:
    """Compare the delivered bars with the collected ones, and return the counts, with the highs if they fit.

    A ticker counts with its collected bars at most, since a later execution may have delivered newer ones.
    """
    counted = {one.ticker: min(one.bars, delivered.get(one.ticker, 0)) for one in results}
    missing = [
        {"ticker": one.ticker, "collected": one.bars, "delivered": counted[one.ticker]}
        for one in results
        if counted[one.ticker] < one.bars
    ]
    fits = len(json.dumps(highs).encode()) <= MAX_HIGHS_BYTES
    return {
        "delivered": sum(counted.values()),
        "missing": missing[:MAX_MISSING_TICKERS],
        "highs": highs if fits else None,
    }

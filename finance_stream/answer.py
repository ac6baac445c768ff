"""The result of athena/hourly_highs.sql: the highs of an execution's tickers, and the number of delivered bars."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

# The share of the highs in an execution's output: a state's output is limited to 256 KiB.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_HIGHS_BYTES = 100 * 1024
# The tickers with missing bars to name. More would not help the reader.
MAX_MISSING_TICKERS = 20
# The tickers with fewer bars than the calendar to list, of at most 110 bytes each: 11 KB of the output.
MAX_INCOMPLETE_TICKERS = 100


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
    tickers: Sequence[str],
    expected: Sequence[int | None],
    collected: Sequence[int],
    delivered: dict[str, int],
    highs: list[dict[str, Any]],
) -> dict[str, Any]:
    """Compare the delivered bars with the collected ones, and return the counts, with the highs if they fit.

    ``expected`` and ``collected`` are numbers of bars in the order of ``tickers``. A ticker counts with its collected
    bars at most, since a later execution may have delivered newer ones. It is complete if all expected bars were
    delivered. The most incomplete tickers are listed. A ticker without a calendar has None in ``expected``, and counts
    neither as complete nor as incomplete.
    """
    counted = [min(count, delivered.get(ticker, 0)) for ticker, count in zip(tickers, collected, strict=True)]
    incomplete = _list_incomplete(tickers, expected, collected, counted)
    missing = [
        {"ticker": ticker, "collected": count, "delivered": got}
        for ticker, count, got in zip(tickers, collected, counted, strict=True)
        if got < count
    ]
    fits = len(json.dumps(highs).encode()) <= MAX_HIGHS_BYTES
    return {
        "delivered": sum(counted),
        "missing": missing[:MAX_MISSING_TICKERS],
        "complete": len(tickers) - len(incomplete) - sum(count is None for count in expected),
        "incomplete": incomplete[:MAX_INCOMPLETE_TICKERS],
        "more_incomplete": len(incomplete[MAX_INCOMPLETE_TICKERS:]),
        "highs": highs if fits else None,
    }


def _list_incomplete(
    tickers: Sequence[str], expected: Sequence[int | None], collected: Sequence[int], delivered: Sequence[int]
) -> list[dict[str, Any]]:
    """Return the tickers with fewer delivered bars than expected, the one that lacks most first."""
    counts = zip(tickers, expected, collected, delivered, strict=True)
    fewer = [
        {"ticker": ticker, "expected": should, "collected": taken, "delivered": got}
        for ticker, should, taken, got in counts
        if should is not None and got < should
    ]
    return sorted(fewer, key=lambda one: one["delivered"] - one["expected"])

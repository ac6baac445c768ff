"""The answer of athena/hourly_highs.sql: the highs of an execution's tickers, and how many bars were delivered."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

# The most bytes of highs in an execution's output. A state's output is limited to 256 KiB, all fields together.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_HIGHS_BYTES = 100 * 1024
# The most tickers that are named when bars are missing.
MAX_MISSING_TICKERS = 20
# The most tickers that are listed as incomplete. Each takes at most 110 bytes: 11 KB of the output.
MAX_INCOMPLETE_TICKERS = 100


def read_highs(lines: Iterable[str], tickers: Iterable[str]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return the highs of ``tickers``, and per ticker the bars that this execution or a later one delivered.

    Parameters
    ----------
    lines
        The query's result as Athena writes it: CSV with a header.
    """
    wanted = set(tickers)  # the result may have tickers of another execution of the same dates
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
    expected: Sequence[int],
    collected: Sequence[int],
    delivered: dict[str, int],
    highs: list[dict[str, Any]],
) -> dict[str, Any]:
    """Compare delivered bars with collected and expected ones. ``highs`` are included if they fit.

    ``expected`` and ``collected`` are bars per ticker, in the order of ``tickers``. Delivered bars beyond the collected
    ones don't count, because a later execution may have added newer bars. A ticker is complete if its delivered bars
    are as many as its expected ones. The worst of the incomplete tickers are listed.
    """
    counts = [min(bars, delivered.get(ticker, 0)) for ticker, bars in zip(tickers, collected, strict=True)]
    incomplete = _list_incomplete(tickers, expected, collected, counts)
    missing = [
        {"ticker": ticker, "collected": bars, "delivered": count}
        for ticker, bars, count in zip(tickers, collected, counts, strict=True)
        if count < bars
    ]
    fits = len(json.dumps(highs).encode()) <= MAX_HIGHS_BYTES
    return {
        "delivered": sum(counts),
        "missing": missing[:MAX_MISSING_TICKERS],
        "complete": len(tickers) - len(incomplete),
        "incomplete": incomplete[:MAX_INCOMPLETE_TICKERS],
        "more_incomplete": len(incomplete[MAX_INCOMPLETE_TICKERS:]),
        "highs": highs if fits else None,
    }


def _list_incomplete(
    tickers: Sequence[str], expected: Sequence[int], collected: Sequence[int], delivered: Sequence[int]
) -> list[dict[str, Any]]:
    """List the tickers with fewer delivered bars than expected. The ticker that lacks most comes first."""
    counts = zip(tickers, expected, collected, delivered, strict=True)
    fewer = [
        {"ticker": ticker, "expected": full, "collected": got, "delivered": count}
        for ticker, full, got, count in counts
        if count < full
    ]
    return sorted(fewer, key=lambda one: one["delivered"] - one["expected"])

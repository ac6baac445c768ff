"""Read the answer of athena/hourly_highs.sql: the highs of an execution's tickers, and how many of its bars arrived."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

# The highs that an execution's output has room for, with the rest of it: a state's output is limited to 256 KiB.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_HIGHS_BYTES = 100 * 1024
# Named when bars are missing; more would say no more.
MAX_MISSING_TICKERS = 20
# Listed when bars are fewer than the calendar has; at most 110 bytes each, 11 KB of the output.
MAX_INCOMPLETE_TICKERS = 100


def read_highs(lines: Iterable[str], tickers: Iterable[str]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The result's rows that are about ``tickers``, and the bars of each that this execution or a later one delivered.

    Parameters
    ----------
    lines
        The result as Athena writes it: CSV with a header.
    """
    asked = set(tickers)  # the result may hold another execution's, of the same days
    rows = [row for row in csv.DictReader(lines) if row["ticker"] in asked]
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
    """What of ``collected`` (bars of each ticker, in their order) has arrived; with the highs where they fit.

    A ticker counts for what was collected at most: a later execution may have added newer bars. It is complete when as
    many arrived as are ``expected`` of it; of those that are not, the worst are listed.
    """
    arrived = [min(count, delivered.get(ticker, 0)) for ticker, count in zip(tickers, collected, strict=True)]
    incomplete = _list_incomplete(tickers, expected, collected, arrived)
    missing = [
        {"ticker": ticker, "collected": count, "delivered": there}
        for ticker, count, there in zip(tickers, collected, arrived, strict=True)
        if there < count
    ]
    fits = len(json.dumps(highs).encode()) <= MAX_HIGHS_BYTES
    return {
        "delivered": sum(arrived),
        "missing": missing[:MAX_MISSING_TICKERS],
        "complete": len(tickers) - len(incomplete),
        "incomplete": incomplete[:MAX_INCOMPLETE_TICKERS],
        "more_incomplete": len(incomplete[MAX_INCOMPLETE_TICKERS:]),
        "highs": highs if fits else None,
    }


def _list_incomplete(
    tickers: Sequence[str], expected: Sequence[int], collected: Sequence[int], arrived: Sequence[int]
) -> list[dict[str, Any]]:
    """The tickers of which bars are absent from the answer, those that lack most first."""
    counts = zip(tickers, expected, collected, arrived, strict=True)
    fewer = [
        {"ticker": ticker, "expected": should, "collected": got, "delivered": there}
        for ticker, should, got, there in counts
        if there < should
    ]
    return sorted(fewer, key=lambda one: one["delivered"] - one["expected"])

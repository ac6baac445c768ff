"""The result of athena/hourly_highs.sql: the highs of an execution's tickers, and the number of delivered bars."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

# The share of the highs in an execution's output: a state's output is limited to 256 KiB.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_HIGHS_BYTES = 100 * 1024
# The tickers with missing bars to name. More would not help the reader.
MAX_MISSING_TICKERS = 20
# The tickers with missing bars to list. The state machine lists as many collected ones.
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


class Differences(TypedDict):
    """The collected bars that differ from the expected ones, in all tickers: the state machine's sums.

    ``tickers`` is the number of collected tickers with missing bars.
    """

    tickers: int
    missing: int
    unexpected: int


def compare(
    tickers: Sequence[str],
    planned: Sequence[int | None],
    collected: Sequence[int],
    delivered: dict[str, int],
    highs: list[dict[str, Any]],
    differences: Differences,
) -> dict[str, Any]:
    """Compare the delivered bars with the collected ones, and return the counts, with the highs if they fit.

    ``planned`` and ``collected`` are numbers of bars in the order of ``tickers``. A ticker counts with its collected
    bars at most, since a later execution may have delivered newer ones. It is complete if no expected bar is missing.
    Yahoo's hours tell the ``expected`` bars of a collected ticker, and the calendar those of a failed one, with 0 in
    ``collected``. A ticker without a calendar has None in ``planned``. It counts neither as complete nor as incomplete,
    and nothing is expected of it.
    """
    counts = list(zip(tickers, planned, collected, strict=True))
    counted = [min(count, delivered.get(ticker, 0)) for ticker, _, count in counts]
    missing = [
        {"ticker": ticker, "collected": count, "delivered": got}
        for (ticker, _, count), got in zip(counts, counted, strict=True)
        if got < count
    ]
    known = [count for _, should, count in counts if should is not None and count]
    failed = [(ticker, should) for ticker, should, count in counts if should and not count]
    lost = sum(should for _, should in failed)
    fits = len(json.dumps(highs).encode()) <= MAX_HIGHS_BYTES
    return {
        "delivered": sum(counted),
        "missing": missing[:MAX_MISSING_TICKERS],
        "expected": sum(known) - differences["unexpected"] + differences["missing"] + lost,
        "missing_bars": differences["missing"] + lost,
        "complete": len(known) - differences["tickers"],
        "incomplete": _list_incomplete(failed)[:MAX_INCOMPLETE_TICKERS],
        "failed": len(failed),
        "highs": highs if fits else None,
    }


def _list_incomplete(failed: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return the failed tickers, the one that lacks most first."""
    lacking = [
        {"ticker": ticker, "expected": should, "collected": 0, "delivered": 0, "missing": should, "unexpected": 0}
        for ticker, should in failed
    ]
    return sorted(lacking, key=lambda one: -int(one["missing"]))

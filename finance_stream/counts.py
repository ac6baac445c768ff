"""The counts of an execution's collected tickers: the part of its output that the collection decides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from finance_stream.exchanges import find_calendar_name
from finance_stream.map_results import TickerResult, fill_gaps

# A state's output is limited to 256 KiB (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html),
# and these lists share it with the highs. tests/unit/test_counts.py adds them up.
MAX_INCOMPLETE_TICKERS = 100
MAX_FAILED_WITH_REASON = 100
MAX_FAILED_NAMED = 1_500
MAX_NO_SESSION_TICKERS = 500
MAX_HOURS_LISTED = 50
MAX_REASON_BYTES = 300
MAX_FAILED_IN_CAUSE = 10

COLLECTED, NO_SESSION, TOO_MANY_FAILED = "collected", "no session", "too many failed"


def count_results(
    plan: Mapping[str, Any], results: Sequence[TickerResult], tolerated_failure_percentage: float
) -> dict[str, Any]:
    """Count the results of an execution's tickers.

    Parameters
    ----------
    plan
        The planner's. Yahoo's hours tell the expected bars of a collected ticker, and the calendar those of a failed
        one. Nothing is expected of a ticker without a calendar.
    results
        In any order. A planned ticker without a result has failed.

    Returns
    -------
    dict
        ``outcome`` (:data:`COLLECTED`, :data:`NO_SESSION` or :data:`TOO_MANY_FAILED`), ``reason`` (of a failure),
        ``also`` (the failed tickers, to add to the cause of a later failure), ``bars``, ``expected``, ``hours``
        (Yahoo's, where the calendar has others), ``closed`` (tickers without a session), and ``status``, ``complete``,
        ``differences`` and ``tickers`` of the execution's output.
    """
    tickers = list(fill_gaps(plan["tickers"], results))
    failed = [one for one in tickers if one.error]
    closed = [one.ticker for one in tickers if not one.error and not one.bars]
    outcome = _decide(len(tickers), len(failed), len(closed), tolerated_failure_percentage)
    known = [(one, plan["bars_by_exchange"][find_calendar_name(one.ticker)]) for one in tickers]
    lost = sum(planned or 0 for one, planned in known if not one.bars)
    missing, unexpected = sum(one.missing for one in tickers), sum(one.unexpected for one in tickers)
    counted = sum(one.bars for one, planned in known if planned is not None)
    return {
        "outcome": outcome,
        "reason": _explain_failure(failed, len(tickers), tolerated_failure_percentage),
        "also": _name_failed(failed, len(tickers)),
        "bars": sum(one.bars for one in tickers),
        "expected": counted - unexpected + missing + lost,
        "hours": list(dict.fromkeys(one.hours for one in tickers if one.hours))[:MAX_HOURS_LISTED],
        "closed": closed[:MAX_NO_SESSION_TICKERS],
        "status": "answered, some tickers failed" if failed else "answered",
        "complete": False if failed or missing else None if plan["not_known"] else True,
        "differences": {"missing": missing + lost, "unexpected": unexpected},
        "tickers": _list_tickers(plan, known, failed, closed),
    }


def _decide(total: int, failed: int, closed: int, tolerated_percentage: float) -> str:
    """Return the outcome. If all tickers or more than the tolerated share failed, an answer would mislead."""
    if closed == total:
        return NO_SESSION
    return TOO_MANY_FAILED if failed == total or failed * 100 > tolerated_percentage * total else COLLECTED


def _list_tickers(
    plan: Mapping[str, Any],
    known: Sequence[tuple[TickerResult, int | None]],
    failed: Sequence[TickerResult],
    closed: Sequence[str],
) -> dict[str, Any]:
    incomplete = [_describe_incomplete(*one) for one in known if _is_incomplete(*one)]
    collected = [one for one, planned in known if planned is not None and one.bars]
    no_session = [*plan["no_session"], *closed]
    return {
        "planned": len(known) - len(closed),
        "complete": sum(not one.missing for one in collected),
        "incomplete": sorted(incomplete, key=lambda one: -int(one["missing"]))[:MAX_INCOMPLETE_TICKERS],
        "more_incomplete": max(0, len(incomplete) - MAX_INCOMPLETE_TICKERS),
        "not_known": plan["not_known"],
        "failed_count": len(failed),
        "failed": [_describe_failed(one) for one in failed[:MAX_FAILED_WITH_REASON]],
        "failed_others": [one.ticker for one in failed[MAX_FAILED_WITH_REASON:MAX_FAILED_NAMED]],
        "no_session_count": len(no_session),
        "no_session": no_session[:MAX_NO_SESSION_TICKERS],
    }


def _is_incomplete(one: TickerResult, planned: int | None) -> bool:
    """Return True if bars are missing or unexpected, or if none of the planned ones was collected."""
    return bool(one.missing or one.unexpected or (planned and not one.bars))


def _describe_incomplete(one: TickerResult, planned: int | None) -> dict[str, Any]:
    """Return an incomplete ticker's counts. The report is made only after all collected bars are delivered."""
    missing = one.missing if one.bars else planned or 0
    counts = {
        "ticker": one.ticker,
        "expected": one.bars - one.unexpected + missing,
        "collected": one.bars,
        "delivered": one.bars,
        "missing": missing,
        "unexpected": one.unexpected,
    }
    return {**counts, "differences": one.differences} if one.bars else counts


def _describe_failed(one: TickerResult) -> dict[str, str]:
    return {"ticker": one.ticker, "error": one.error, "reason": shorten_json(one.reason, MAX_REASON_BYTES)}


def _explain_failure(failed: Sequence[TickerResult], total: int, tolerated: float) -> str:
    named = "; ".join(
        f"{one.ticker} {one.error} ({shorten_json(one.reason, MAX_REASON_BYTES)})"
        for one in failed[:MAX_FAILED_IN_CAUSE]
    )
    return f"{len(failed)} of {total} tickers failed (tolerated: {tolerated:g} %): {named}"


def _name_failed(failed: Sequence[TickerResult], total: int) -> str:
    named = ", ".join(f"{one.ticker} {one.error}" for one in failed[:MAX_FAILED_IN_CAUSE])
    return f"; besides, {len(failed)} of {total} tickers failed: {named}" if failed else ""


def shorten_json(text: str, limit: int) -> str:
    """Return the start of ``text`` that takes at most ``limit`` bytes as a JSON text of ASCII, without its quotes."""
    size = 0
    for end, letter in enumerate(text):
        size += len(json.dumps(letter)) - 2
        if size > limit:
            return text[:end]
    return text

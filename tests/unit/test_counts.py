"""The counts of an execution's tickers, and the sizes of the state machine's payloads that hold them (fault 35).

A state's input, output and arguments are limited to 256 KiB each, as are the variables that it assigns:
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from embedded_cloud.stepfunctions.jsonata import bind_value, evaluate
from finance_stream.answer import MAX_HIGHS_BYTES, compare
from finance_stream.counts import MAX_FAILED_NAMED, MAX_INCOMPLETE_TICKERS, count_results, shorten_json
from finance_stream.map_results import TickerResult
from finance_stream.plan import plan
from finance_stream.request import MAX_TICKERS, MAX_TICKERS_BYTES
from tests.conftest import ROOT

MAX_PAYLOAD_BYTES = 262_144
# The rest of Lambda's answer beside Payload: status, headers, request ids.
ENVELOPE_BYTES = 2_000
NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
STATES = json.loads((ROOT / "statemachine" / "pipeline.asl.json").read_text())["States"]
REASON = '\x00\n"\\ü€😀' * 100  # takes more bytes than characters, and more again as JSON


def make_tickers(count: int, length: int) -> list[str]:
    """Return this many different tickers of New York."""
    return [f"T{number:0{length - 1}}" for number in range(count)]


def fail(ticker: str, reason: str = REASON) -> TickerResult:
    return TickerResult(ticker, error="Lambda.TooManyRequestsException", reason=reason)


def count(tickers: Sequence[str], results: Sequence[TickerResult], **event: str) -> dict[str, Any]:
    return count_results(plan({"tickers": list(tickers), **event}, (), NOW), results, 50)


def size(value: Any) -> int:
    """Return the bytes of a value as JSON."""
    return len(json.dumps(value, separators=(",", ":")).encode())


def fill(template: Any, variables: dict[str, Any]) -> Any:
    """Evaluate the expressions in a field of the definition."""
    if isinstance(template, dict):
        return {name: fill(one, variables) for name, one in template.items()}
    if isinstance(template, str) and template.startswith("{%"):
        return evaluate(template.removeprefix("{%").removesuffix("%}"), bind_value(variables))
    return template


def test_count_results_lists_the_bars_that_differ() -> None:
    tickers = make_tickers(6, 4)
    results = [
        TickerResult("T005", 61, 0, 1, "19:15 unexpected"),
        fail("T000", "no"),
        TickerResult("T001", 390),
        TickerResult("T002", 388, 2, 0, "10:00-10:01 missing"),
        TickerResult("T004", 390, 1, 1, "10:00 missing, 16:00 unexpected"),
        TickerResult("T003"),
    ]
    counted = count(tickers, results, start="2026-11-23")
    assert [one["ticker"] for one in counted["tickers"]["incomplete"]] == ["T000", "T003", "T002", "T004", "T005"]
    assert counted["tickers"]["incomplete"][0] == {
        "ticker": "T000",
        "expected": 390,
        "collected": 0,
        "delivered": 0,
        "missing": 390,
        "unexpected": 0,
    }
    assert counted["tickers"]["incomplete"][2] == {
        "ticker": "T002",
        "collected": 388,
        "missing": 2,
        "unexpected": 0,
        "differences": "10:00-10:01 missing",
        "expected": 390,
        "delivered": 388,
    }
    assert (counted["outcome"], counted["complete"], counted["bars"]) == ("collected", False, 61 + 390 + 388 + 390)
    assert counted["expected"] == 390 + 390 + 390 + 60 + 2 * 390
    assert counted["differences"] == {"missing": 3 + 2 * 390, "unexpected": 2}
    assert (counted["tickers"]["planned"], counted["closed"]) == (5, ["T003"])
    assert counted["tickers"]["complete"] == 2


def test_count_results_gives_the_same_for_any_order() -> None:
    tickers = make_tickers(9, 4)
    results = [TickerResult(one, 390 - n, n, 0, f"{n} missing") for n, one in enumerate(tickers[:-1])]
    assert count(tickers, results) == count(tickers, results[::-1]) == count(tickers, results[4:] + results[:4])


@pytest.mark.parametrize("first", [TickerResult("T0", 390, 0, 0, "", "XNYS a"), TickerResult("T0", 390)])
def test_count_results_lists_yahoos_hours_once(first: TickerResult) -> None:
    others = [TickerResult(one, 1, hours="XNYS a") for one in ("T1", "T2")]
    assert count(["T0", "T1", "T2"], [first, *others])["hours"] == ["XNYS a"]


def test_count_results_keeps_what_no_calendar_knows_apart() -> None:
    counted = count(["META", "UNKNOWN.XX"], [TickerResult("META", 390), TickerResult("UNKNOWN.XX", 7)])
    assert (counted["complete"], counted["expected"], counted["bars"]) == (None, 390, 397)
    assert (counted["tickers"]["complete"], counted["tickers"]["not_known"]) == (1, 1)
    assert count(["META"], [TickerResult("META", 390)])["complete"] is True


@pytest.mark.parametrize(
    ("failing", "closed", "outcome"),
    [
        (0, 4, "no session"),
        (0, 3, "collected"),
        (2, 0, "collected"),
        (3, 0, "too many failed"),
        (4, 0, "too many failed"),
    ],
)
def test_count_results_decides_by_the_tolerated_share(failing: int, closed: int, outcome: str) -> None:
    tickers = make_tickers(4, 4)
    bars = [0] * closed + [7] * (4 - closed)
    results = [TickerResult(one, number) for one, number in zip(tickers, bars, strict=True)]
    counted = count(tickers, [*(fail(one, "no") for one in tickers[:failing]), *results[failing:]])
    assert counted["outcome"] == outcome
    if failing == 3:
        assert counted["reason"].startswith(
            "3 of 4 tickers failed (tolerated: 50 %): T000 Lambda.TooManyRequestsException (no); T001 "
        )


def test_count_results_fails_when_all_tickers_fail_though_all_are_tolerated() -> None:
    planned = plan({"tickers": ["META"]}, (), NOW)
    assert count_results(planned, [fail("META")], 100)["outcome"] == "too many failed"


@pytest.mark.fault(35)
@pytest.mark.parametrize("failing", [0, 1, 2, 100, 101, 300])
def test_count_results_names_every_failed_ticker(failing: int) -> None:
    tickers = make_tickers(301, 15)
    results = [fail(one) if n < failing else TickerResult(one, 390) for n, one in enumerate(tickers)]
    counted = count(tickers, results)["tickers"]
    named = [one["ticker"] for one in counted["failed"]] + counted["failed_others"]
    assert (counted["failed_count"], named) == (failing, tickers[:failing])
    assert all(len(one["reason"]) > 50 for one in counted["failed"])


@pytest.mark.fault(35)
def test_count_results_counts_tickers_that_it_does_not_name() -> None:
    tickers = make_tickers(4_000, 15)
    results = [fail(one) if n < 2_000 else TickerResult(one, 1, n) for n, one in enumerate(tickers)]
    counted = count(tickers, results)["tickers"]
    assert (counted["failed_count"], len(counted["failed"]) + len(counted["failed_others"])) == (
        2_000,
        MAX_FAILED_NAMED,
    )
    assert counted["more_incomplete"] == 4_000 - MAX_INCOMPLETE_TICKERS
    assert [one["ticker"] for one in counted["incomplete"][:2]] == [tickers[-1], tickers[-2]]  # the worst overall


def test_shorten_json_counts_bytes() -> None:
    assert shorten_json("abc", 3) == "abc"
    assert shorten_json("abc", 2) == "ab"
    assert shorten_json("a\n€😀", 2 + 1 + 6) == "a\n€"


def make_highs() -> list[dict[str, Any]]:
    """Return as many highs as the checker gives at most."""
    row = {"ticker": "T" * 21, "session": "2026-11-23", "hour": 9, "high": 1234.5, "high_at": "T" * 25}
    row |= {"minutes_at_high": 1}
    return [row] * (MAX_HIGHS_BYTES // (size(row) + 2))


LONG_WINDOW = {"start": "2026-02-02", "end": "2026-11-24", "interval": "1h"}
MIXED = [*make_tickers(MAX_TICKERS - 1, 15), "BTC-USD"]
LONGEST = make_tickers(MAX_TICKERS_BYTES // 24, 21)


@pytest.mark.present("leap day")
@pytest.mark.fault(35)
@pytest.mark.parametrize(
    ("tickers", "event", "failing"),
    [(MIXED, LONG_WINDOW, 5_000), (LONGEST, LONG_WINDOW, 3_750)],
    ids=["the most tickers", "the longest tickers"],
)
def test_pipeline_payloads_stay_within_256_kib(tickers: list[str], event: dict[str, str], failing: int) -> None:
    planned = plan({"tickers": tickers, **event}, (), NOW)
    longest = {"differences": "2026-11-23 10:00-10:09 " * 6 + "and 9,999 more gaps missing", "hours": "x" * 300}
    results = [
        fail(one) if n < failing else TickerResult(one, 11_520, 1_520, 1_520, **longest)
        for n, one in enumerate(tickers)
    ]
    counted = count_results(planned, results, 50)
    # The map returns a place, so that no result is in a payload.
    place = {"Bucket": "b" * 63, "Key": "k" * 100}
    checked = {
        **compare(results, {}, make_highs()),
        "cost": {"dollars": 0.1, "by_service": dict.fromkeys("abcdef", 0.1)},
    }
    variables = {"plan": planned, "counted": counted, "checked": checked, "results": place, "scanned": [10**12] * 5}
    variables["query"] = {"id": "q" * 36, "result": "s3://" + "b" * 150}
    sizes = {"plan": size(planned) + ENVELOPE_BYTES, "counted": size(counted) * 2 + ENVELOPE_BYTES}
    for state, field in (("CountCollected", "Arguments"), ("CheckDelivery", "Arguments"), ("Report", "Output")):
        sizes[f"{state} {field}"] = size(fill(STATES[state][field], variables))
    assert {what: bytes_ for what, bytes_ in sizes.items() if bytes_ > MAX_PAYLOAD_BYTES} == {}
    assert size(fill(STATES["CheckDelivery"]["Arguments"], variables)) < 1_000


@pytest.mark.present
def test_report_passes_the_counts_on() -> None:
    tickers = ["META", "NFLX"]
    planned = plan({"tickers": tickers}, (), NOW)
    counted = count_results(planned, [TickerResult("META", 390), fail("NFLX", "no")], 50)
    checked = {"delivered": 390, "missing": [], "highs": [{"hour": 9}], "cost": {"dollars": 0.1}}
    variables = {"plan": planned, "counted": counted, "checked": checked, "query": {"id": "q", "result": "s3://"}}
    report = fill(STATES["Report"]["Output"], variables)
    assert report["bars"] == {"expected": 780, "collected": 390, "delivered": 390}
    assert report["status"] == "answered, some tickers failed"
    assert report["tickers"] == counted["tickers"]
    assert [one["ticker"] for one in report["tickers"]["failed"]] == ["NFLX"]
    assert (report["sessions"], report["highs"]) == (planned["sessions"], [{"hour": 9}])


@pytest.mark.present
def test_no_session_names_the_closed_tickers() -> None:
    variables = {"plan": {"no_session": ["A"]}, "closed": ["B", "C"]}
    assert fill(STATES["NoSession"]["Output"]["tickers"], variables) == {"no_session": ["A", "B", "C"]}

"""The state machine's payloads for the maximum of tickers (fault 35), evaluated by its own expressions.

A state's input, output and arguments are limited to 256 KiB each, as are the variables that it assigns:
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from embedded_cloud.stepfunctions.jsonata import bind_value, evaluate
from finance_stream import cost
from finance_stream.answer import MAX_HIGHS_BYTES, compare
from finance_stream.collect.expected import Comparison, summarize
from finance_stream.plan import plan
from finance_stream.request import MAX_TICKERS, MAX_TICKERS_BYTES
from tests.conftest import ROOT

MAX_PAYLOAD_BYTES = 262_144
# The rest of Lambda's answer beside Payload: status, headers, request ids.
ENVELOPE_BYTES = 2_000
NOW = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
MOST_BARS = 11_520  # 8 days of 1 minute, around the clock

_TEXT = (ROOT / "statemachine" / "pipeline.asl.json").read_text()
STATES = json.loads(_TEXT.replace("${ToleratedFailurePercentage}", "50"))["States"]
COLLECT = STATES["CollectBars"]
CATCH = COLLECT["ItemProcessor"]["States"]["CollectTicker"]["Catch"][0]

# Text that takes more bytes than characters, and more again as JSON.
REASON = json.dumps({"errorMessage": '\x00\n"\\ü€😀' * 100})


def symbols(count: int, length: int) -> list[str]:
    """Return this many different tickers of New York."""
    return [f"T{number:0{length - 1}}" for number in range(count)]


def size(value: Any) -> int:
    """Return the bytes of a value as JSON."""
    return len(json.dumps(value, separators=(",", ":")).encode())


@dataclass
class Execution:
    """The payloads of an execution whose first ``failing`` tickers fail. ``sizes`` has the bytes of each by name.

    ``told`` are the results of the other tickers, in turn. Without them, bars are missing in each.
    """

    event: dict[str, Any]
    failing: int
    told: list[Any] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        planned = plan(self.event, (), NOW)
        self.variables["plan"] = planned
        self.sizes |= {"input": size(self.event), "Plan": size(planned) + ENVELOPE_BYTES}
        results = self._results(planned["tickers"])
        self.assign(COLLECT["Assign"], states={"result": results})
        assigned = [self.variables[name] for name in COLLECT["Assign"]]
        self.sizes |= {"results": size(results), "assigned": size(assigned)}
        tickers = planned["tickers"]
        # No collected bar is delivered. That makes the longest lists.
        collected = self.variables["collected"]
        planned_bars = [0 if result == 0 else MOST_BARS + 1 for result in results]
        self.variables["scanned"] = [10**12] * 5
        used = cost.count_answer(Counter(collected), self.variables["scanned"], dict.fromkeys(cost.FUNCTIONS, 512))
        checked = compare(tickers, planned_bars, collected, {}, highs(), self.variables["lacking"])
        self.variables["checked"] = checked | {"cost": cost.summarize_dollars(used.sum_dollars())}
        self.variables["query"] = {"id": "q" * 36, "result": "s3://" + "b" * 150}
        for state, field_name in (("CollectBars", "Output"), ("CheckDelivery", "Arguments"), ("Report", "Output")):
            states = {"result": results}
            self.sizes[f"{state} {field_name}"] = size(self.value(STATES[state][field_name], states=states))

    @property
    def failed(self) -> dict[str, Any]:
        """The variable ``failed``."""
        found: dict[str, Any] = self.variables["failed"]
        return found

    @property
    def report(self) -> dict[str, Any]:
        """The execution's output."""
        output: dict[str, Any] = self.value(STATES["Report"]["Output"])
        return output

    def _results(self, tickers: list[str]) -> list[Any]:
        room = self.value(COLLECT["ItemSelector"]["room"])
        error = {"Error": "Lambda.TooManyRequestsException", "Cause": REASON}
        failure = self.value(CATCH["Output"], states={"input": {"ticker": "T", "room": room}, "errorOutput": error})
        lacking = Comparison(MOST_BARS, range(1_520), ())
        told = self.told or [summarize(10_000, lacking, "10:00-10:09 missing" * 9, "", int(room))]
        others = len(tickers) - self.failing
        return [failure] * self.failing + (told * others)[:others]

    def assign(self, template: dict[str, Any], **variables: Any) -> None:
        """Set the variables that a state assigns."""
        self.variables |= {name: self.value(value, **variables) for name, value in template.items()}

    def value(self, template: Any, **variables: Any) -> Any:
        """Evaluate the expressions in a field of the definition."""
        if isinstance(template, dict):
            return {name: self.value(one, **variables) for name, one in template.items()}
        if isinstance(template, str) and template.startswith("{%"):
            return evaluate(template.removeprefix("{%").removesuffix("%}"), bind_value({**self.variables, **variables}))
        return template


def highs() -> list[dict[str, Any]]:
    """Return as many highs as the checker gives at most."""
    row = {
        "ticker": "T" * 21,
        "session": "2026-11-23",
        "hour": 9,
        "high": 1234.5,
        "high_at": "T" * 25,
        "minutes_at_high": 1,
    }
    return [row] * (MAX_HIGHS_BYTES // (size(row) + 2))


LONG_WINDOW = {"start": "2026-02-02", "end": "2026-11-24"}
MIXED = [*symbols(MAX_TICKERS - 1, 15), "BTC-USD"]


@pytest.mark.fault(35)
@pytest.mark.parametrize(
    ("event", "failing", "told"),
    [
        ({"tickers": MIXED, **LONG_WINDOW, "interval": "1h"}, 0, []),
        ({"tickers": MIXED, **LONG_WINDOW, "interval": "1h"}, MAX_TICKERS, []),
        ({"tickers": symbols(MAX_TICKERS_BYTES // 24, 21)}, 3_000, []),
        # A Saturday: only one ticker has a session.
        ({"tickers": MIXED, "start": "2026-11-21"}, 0, [0]),
        ({"tickers": symbols(300, 21)}, 150, []),
    ],
    ids=[
        "ten thousand and all sessions",
        "and all fail",
        "the longest symbols and many fail",
        "hardly any session",
        "the longest texts",
    ],
)
def test_pipeline_payloads_stay_within_256_kib(event: dict[str, Any], failing: int, told: list[Any]) -> None:
    execution = Execution(event, failing, told)
    assert {what: bytes_ for what, bytes_ in execution.sizes.items() if bytes_ > MAX_PAYLOAD_BYTES} == {}


@pytest.mark.fault(35)
@pytest.mark.parametrize("failing", [0, 1, 2, 100, 101, 300])
def test_report_names_every_failed_ticker(failing: int) -> None:
    execution = Execution({"tickers": symbols(301, 15)}, failing)
    tickers = execution.report["tickers"]
    named = [one["ticker"] for one in tickers["failed"]] + tickers["failed_others"]
    assert (tickers["failed_count"], named) == (failing, symbols(failing, 15))
    assert all(one["error"] == "Lambda.TooManyRequestsException" for one in tickers["failed"])
    assert all(len(one["reason"]) > 200 for one in tickers["failed"])


@pytest.mark.fault(35)
def test_report_counts_failed_tickers_that_it_does_not_name() -> None:
    tickers = Execution({"tickers": symbols(4_000, 15)}, 2_000).report["tickers"]
    assert (tickers["failed_count"], len(tickers["failed"]), len(tickers["failed_others"])) == (2_000, 100, 1_400)
    assert "error" not in tickers["failed_others"][0]


@pytest.mark.fault(34)
def test_collect_ticker_catch_reduces_the_reason_to_ascii() -> None:
    cause = json.dumps({"errorMessage": 'META: "Zürich"\nis\x00closed', "errorType": "NoData"})
    said = evaluate(
        CATCH["Output"].removeprefix("{%").removesuffix("%}"),
        bind_value({"states": {"input": {"room": 300}, "errorOutput": {"Error": "NoData", "Cause": cause}}}),
    )
    assert said == "NoData: META: 'Z?rich'?is?closed"


def test_report_lists_the_bars_that_differ() -> None:
    told = [
        390,
        "388 2 0|10:00-10:01 missing|",
        0,
        "390 1 1|10:00 missing, 16:00 unexpected|",
        "61 0 1|19:15 unexpected|",
    ]
    execution = Execution({"tickers": symbols(6, 4), "start": "2026-11-23"}, 1, told)
    report = execution.report
    assert report["complete"] is False
    assert [one["ticker"] for one in report["tickers"]["incomplete"]] == ["T000", "T002", "T004", "T005"]
    assert report["tickers"]["incomplete"][1] == {
        "ticker": "T002",
        "collected": 388,
        "missing": 2,
        "unexpected": 0,
        "differences": "10:00-10:01 missing",
        "expected": 390,
        "delivered": 388,
    }
    assert report["bars"]["expected"] == 390 + 390 + 390 + 60 + 11_521
    assert report["differences"] == {"missing": 3 + 11_521, "unexpected": 2}
    assert (report["tickers"]["planned"], report["tickers"]["no_session"]) == (5, ["T003"])


@pytest.mark.parametrize(
    ("told", "complete", "hours"),
    [(390, True, []), ("60 0 0||XBOM 2026-11-08 18:15-19:15", True, ["XBOM 2026-11-08 18:15-19:15"])],
)
def test_report_is_complete_by_yahoos_hours(told: Any, complete: bool, hours: list[str]) -> None:
    execution = Execution({"tickers": ["META"], "start": "2026-11-23"}, 0, [told])
    assert execution.report["complete"] is complete
    assert execution.report["tickers"]["incomplete"] == []
    assert execution.value(COLLECT["Output"]["hours"], states={"result": [told]}) == hours


def test_enough_collected_ends_without_a_session() -> None:
    closed = Execution({"tickers": ["META", "NFLX"], "start": "2026-11-21"}, 0, [0])
    choice = STATES["EnoughCollected"]["Choices"][0]
    assert closed.value(choice["Condition"]) is True and choice["Next"] == "NoSession"
    assert closed.value(STATES["NoSession"]["Output"]["tickers"]) == {"no_session": ["META", "NFLX"]}
    assert (
        Execution({"tickers": ["META", "NFLX"], "start": "2026-11-21"}, 0, [0, 7]).value(choice["Condition"]) is False
    )

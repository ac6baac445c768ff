"""The definitions in statemachine/, read as JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from embedded_cloud.stepfunctions.maprun import EXPRESS_SECONDS
from tests.conftest import ROOT

MACHINES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "statemachine").glob("*.asl.json")}


def find_states(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every state of a definition, those inside maps too."""
    for state in value.get("States", {}).values():
        yield state
        yield from find_states(state.get("ItemProcessor", {}))


STATES = [state for text in MACHINES.values() for state in find_states(json.loads(text))]


def test_retry_treats_a_function_out_of_memory_as_a_crash() -> None:
    retried = [set(retrier["ErrorEquals"]) for state in STATES for retrier in state.get("Retry", [])]
    crashes = {"Runtime.ExitError", "Runtime.OutOfMemory"}
    assert [names & crashes for names in retried if names & crashes] == [crashes] * 5


THROTTLE = "Lambda.TooManyRequestsException"


def sum_pauses(retrier: dict[str, Any]) -> float:
    """Return the longest time of a retrier's pauses, in seconds."""
    most, rate = retrier.get("MaxDelaySeconds", math.inf), retrier["BackoffRate"]
    return float(sum(min(most, retrier["IntervalSeconds"] * rate**n) for n in range(retrier["MaxAttempts"])))


def test_every_invocation_waits_for_a_free_function() -> None:
    waits = [
        sum_pauses(next(one for one in state["Retry"] if THROTTLE in one["ErrorEquals"]))
        for state in STATES
        if state.get("Resource") == "${LambdaInvoke}"
    ]
    assert len(waits) == 6
    assert min(waits) >= 40


def test_attempts_of_a_collector_fit_an_express_execution() -> None:
    text = (ROOT / "serverless.yml").read_text(encoding="utf-8")
    found = re.search(r"^  collector:\n(?:    .*\n)+?    timeout: (\d+)", text, re.MULTILINE)
    assert found
    state = next(one for one in STATES if "CollectorArn" in str(one.get("Arguments")))
    crashes, throttles = state["Retry"]
    attempts = (1 + crashes["MaxAttempts"]) * int(found[1])
    assert attempts + sum_pauses(crashes) + sum_pauses(throttles) < EXPRESS_SECONDS


def test_one_child_fails_only_its_ticker() -> None:
    """A child that times out after five minutes would fail the map, by default."""
    machine = json.loads(MACHINES["pipeline.asl.json"])
    assert machine["States"]["CollectBars"]["ToleratedFailurePercentage"] == 100

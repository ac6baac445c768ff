"""The definitions in statemachine/, read as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

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

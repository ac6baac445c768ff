"""The project's state machines don't depend on the catchers of ``States.DataLimitExceeded``.

AWS's documentation and a recording contradict each other, see ``embedded_cloud.stepfunctions.failure.matches``. So a
task with a catcher of ``States.ALL`` returns less than 256 KiB, or its catcher fails the execution, as the error would.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedded_cloud.stepfunctions.failure import ALL, MAX_PAYLOAD_BYTES

ROOT = Path(__file__).parents[3]
MACHINES = sorted((ROOT / "statemachine").glob("*.asl.json"))

KEY_BYTES = 200  # the prefix, the date, and a name of Firehose or Athena
OBJECT_BYTES = KEY_BYTES + 250  # the other fields of a listed object, or of an error of DeleteObjects
ROW_BYTES = KEY_BYTES + 100  # a row of one column with an object's URL
QUERY_BYTES = 20_000  # a query's text and statistics
# Functions that return a summary, or the counts of a few tickers.
FUNCTION_BYTES = {"Collector": 20_000, "Poller": 20_000}


def bound_bytes(resource: str, arguments: dict[str, Any]) -> int:
    """Return the largest result of a task. Raises KeyError for a task whose result isn't bounded here."""
    match resource.strip("${}"):
        case "LambdaInvoke":
            return FUNCTION_BYTES[arguments["FunctionName"].strip("${}").removesuffix("Arn")]
        case "AthenaStartQueryExecutionSync":
            return QUERY_BYTES
        case "AthenaGetQueryResults":
            return int(arguments["MaxResults"]) * ROW_BYTES
        case "S3ListObjectsV2":
            return int(arguments["MaxKeys"]) * OBJECT_BYTES
        case "S3DeleteObjects" if arguments["Delete"]["Quiet"]:
            return 500 * OBJECT_BYTES
    raise KeyError(resource)


def walk_tasks(states: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the tasks that go on after any error, by name."""
    for name, state in states.items():
        targets = [catcher["Next"] for catcher in state.get("Catch", ()) if ALL in catcher["ErrorEquals"]]
        retried = any(ALL in retrier["ErrorEquals"] for retrier in state.get("Retry", ()))
        if state["Type"] == "Task" and (retried or any(states[target]["Type"] != "Fail" for target in targets)):
            yield name, state
        for inner in (state.get("ItemProcessor"), *state.get("Branches", ())):
            yield from walk_tasks(inner["States"] if inner else {})


CAUGHT = [
    pytest.param(state, id=f"{machine.name.split('.')[0]}/{name}")
    for machine in MACHINES
    for name, state in walk_tasks(json.loads(machine.read_text(encoding="utf-8"))["States"])
]


@pytest.mark.parametrize("state", CAUGHT)
def test_task_with_a_catcher_of_all_stays_below_the_data_limit(state: dict[str, Any]) -> None:
    named = [name for handler in state["Catch"] for name in handler["ErrorEquals"]]
    assert "States.DataLimitExceeded" in named or bound_bytes(state["Resource"], state["Arguments"]) < MAX_PAYLOAD_BYTES

"""Recordings of ``npm run verify -- --record FILE`` for tests: smaller ones, and the comparison of two.

``.venv/bin/python -m tests.recordings FILE`` makes tests/recorded/verify.json of a recording.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "recorded" / "verify.json"
# Their answers hold the template, state machines or a whole execution. Other tests compare them.
LEFT_OUT = {"GetTemplate", "DescribeStateMachine", "DescribeStateMachineForExecution", "GetExecutionHistory"}
# Fields whose keys are the user's: a function's environment, a table's properties.
MAPS = {"Variables", "Parameters"}

Recording = list[dict[str, Any]]


def thin_out(calls: Recording) -> Recording:
    """Return a recording in which each call, and each item of a list, shows a field or type that no earlier one has."""
    seen: dict[str, set[str]] = {}
    kept = []
    for call in calls:
        if call["operation"] in LEFT_OUT:
            continue
        known = seen.setdefault(_name_call(call), set())
        if not known or not set(_list_parts(call["answer"], "")) <= known:
            kept.append({**call, "answer": _thin_lists(call["answer"], "", known)})
            known |= set(_list_parts(call["answer"], ""))
    return kept


def compare_recordings(first: Recording, second: Recording) -> list[str]:
    """Return the differences between the answers of two clouds to the same kinds of calls.

    Compared are the operations, their statuses, and the fields and types of their answers. The values differ from
    stack to stack.
    """
    shapes = [_collect_shapes(one) for one in (first, second)]
    differences = []
    for call in sorted(shapes[0].keys() | shapes[1].keys()):
        before, now = (one.get(call) for one in shapes)
        if before is None or now is None:
            differences.append(f"{call}: only in the {'second' if before is None else 'first'} recording")
            continue
        differences += [f"{call}: {part}: only in the first recording" for part in sorted(before - now)]
        differences += [f"{call}: {part}: only in the second recording" for part in sorted(now - before)]
    return differences


def _collect_shapes(calls: Recording) -> dict[str, set[str]]:
    shapes: dict[str, set[str]] = {}
    for call in calls:
        if call["operation"] not in LEFT_OUT:
            shapes.setdefault(_name_call(call), set()).update(_list_parts(call["answer"], ""))
    return shapes


def _name_call(call: dict[str, Any]) -> str:
    return f"{call['service']} {call['operation']} {call['status'] or ''}".strip()


def _list_parts(value: Any, path: str) -> Iterator[str]:
    """Yield the path and type of each field. The items of a list share one path, as do the values of a map."""
    if isinstance(value, dict):
        for name, one in value.items():
            key = "*" if path.rpartition(".")[2] in MAPS else name
            yield from _list_parts(one, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for one in value:
            yield from _list_parts(one, f"{path}[]")
    else:
        yield f"{path} is {type(value).__name__}"


def _thin_lists(value: Any, path: str, known: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _thin_lists(one, f"{path}.{name}" if path else name, known) for name, one in value.items()}
    if not isinstance(value, list):
        return value
    kept, seen = [], set(known)
    for one in value:
        parts = set(_list_parts(one, f"{path}[]"))
        if not parts <= seen:
            kept.append(_thin_lists(one, f"{path}[]", seen))
            seen |= parts
    return kept


if __name__ == "__main__":
    calls = thin_out(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    RECORDED.write_text(json.dumps(calls, indent=1) + "\n", encoding="utf-8")

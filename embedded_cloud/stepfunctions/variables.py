"""Variables in JSONPath fields, and the variables that each state reads.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_func import ComparisonFuncValue
from moto.stepfunctions.parser.asl.utils.json_path import extract_json

from embedded_cloud.stepfunctions.failure import RUNTIME, failure

_NAME = r"\$([A-Za-z_][A-Za-z0-9_]*)"
_REFERENCE = re.compile(f"{_NAME}(.*)", re.DOTALL)
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`|/\*.*?\*/", re.DOTALL)
_READ = re.compile(rf"(?<![\w$.]){_NAME}(?!\w*\s*(?::=|\())")
_BOUND = re.compile(rf"{_NAME}\s*:=|(?:function|λ)\s*\(([^)]*)\)")
_NESTED = frozenset({"Branches", "ItemProcessor", "Iterator"})


def sample_variable(sample: Any, env: Any) -> None:
    """Push the value of ``$name``, or of a path in it: ``$name.field[0]``. It is a method of moto's component."""
    name, path = _REFERENCE.fullmatch(sample.expression).groups()  # type: ignore[union-attr]  # the grammar's own form
    variables = env.variable_store.collect_values()
    if name not in variables:
        raise failure(env, RUNTIME, f"The variable '${name}' is not assigned")
    env.stack.append(extract_json(f"${path}", variables[name]) if path else variables[name])


def compare_with_variable(comparison: Any, env: Any) -> None:
    """Push the result of a Choice rule such as ``NumericGreaterThanPath: $name``, as a method of moto's component.

    The stack has the value on the rule's left. The operators read the other value below it.
    """
    comparison.string_variable_sample.eval(env=env)
    env.stack[-2:] = env.stack[:-3:-1]
    ComparisonFuncValue._eval_body(comparison, env)
    del env.stack[-2]


def find_variable_references(definition: str) -> dict[str, list[str]]:
    """Return the names of the variables that each state reads, by the state's name.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html (variableReferences)
    """
    return dict(_find_in_program(json.loads(definition), "JSONPath"))


def _find_in_program(program: dict[str, Any], language: str) -> Iterator[tuple[str, list[str]]]:
    language = program.get("QueryLanguage", language)
    for name, state in program.get("States", {}).items():
        own = state.get("QueryLanguage", language)
        texts = _list_expressions({key: value for key, value in state.items() if key not in _NESTED}, own)
        found = {read for text in texts for read in _find_in_expression(text)}
        if found:
            yield name, sorted(found)
        for inner in (*state.get("Branches", ()), state.get("ItemProcessor"), state.get("Iterator")):
            if inner:
                yield from _find_in_program(inner, own)


def _list_expressions(value: Any, language: str, key: str = "") -> Iterator[str]:
    """Yield the expressions in a field: ``{% … %}`` in JSONata, and paths and intrinsic functions in JSONPath."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _list_expressions(item, language, name)
    elif isinstance(value, list):
        for item in value:
            yield from _list_expressions(item, language)
    elif isinstance(value, str):
        if language == "JSONata":
            if value.startswith("{%") and value.endswith("%}"):
                yield value[2:-2]
        elif key.endswith((".$", "Path")) or key == "Variable":
            yield value


def _find_in_expression(expression: str) -> set[str]:
    code = _QUOTED.sub("''", expression)
    bound = {name for name, _ in _BOUND.findall(code)}
    bound |= {name for _, parameters in _BOUND.findall(code) for name in re.findall(_NAME, parameters)}
    return set(_READ.findall(code)) - bound - {"states"}

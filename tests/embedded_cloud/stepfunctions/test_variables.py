"""Variables in JSONPath fields, and the variables that states read.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_cloud.stepfunctions.variables import find_variable_references
from tests.embedded_cloud.stepfunctions.border import Workflow

PASS = {"Type": "Pass", "End": True}


def test_jsonpath_fields_read_variables(workflow: Workflow) -> None:
    states = {
        "Set": {"Type": "Pass", "Assign": {"list": [4, 5], "object": {"a": {"b": 1}}, "zero": 0}, "Next": "Wait"},
        "Wait": {"Type": "Wait", "SecondsPath": "$zero", "Next": "Choose"},
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$list[1]", "NumericGreaterThanPath": "$zero", "Next": "Map"}],
        },
        "Map": {
            "Type": "Map",
            "ItemsPath": "$list",
            "ItemSelector": {"sum.$": "States.MathAdd($$.Map.Item.Value, $object.a.b)"},
            "ItemProcessor": {"StartAt": "Pass", "States": {"Pass": PASS}},
            "ResultPath": "$.sums",
            "Next": "Last",
        },
        "Last": {
            "Type": "Pass",
            "Parameters": {"sums.$": "$.sums", "all.$": "$object", "b.$": "$object.a.b"},
            "End": True,
        },
    }
    output = workflow.output(states, language="JSONPath")
    assert output == {"sums": [{"sum": 5}, {"sum": 6}], "all": {"a": {"b": 1}}, "b": 1}


def test_unassigned_variable_fails_by_name(workflow: Workflow) -> None:
    state = {"Type": "Pass", "Parameters": {"a.$": "$nobody"}, "End": True}
    ended = workflow.run({"X": state}, language="JSONPath")
    assert (ended["error"], "$nobody" in ended["cause"]) == ("States.Runtime", True)


@pytest.mark.parametrize(
    ("state", "language", "names"),
    [
        ({**PASS, "Parameters": {"a.$": "$b", "c": "$d", "e.$": "$.f", "g.$": "$$.State.Name"}}, "JSONPath", ["b"]),
        ({**PASS, "Assign": {"s.$": "States.MathAdd($y, States.MathAdd($x, 1))"}}, "JSONPath", ["x", "y"]),
        (
            {"Type": "Choice", "Choices": [{"Variable": "$a", "StringEqualsPath": "$b", "Next": "X"}]},
            "JSONPath",
            ["a", "b"],
        ),
        ({**PASS, "Output": "{% $a & $sum($b.c) & $states.input.d & '$e' %}"}, "JSONata", ["a", "b"]),
        ({**PASS, "Output": "{% ($x := $y; $map($z, function($v) { $v + $x })) %}"}, "JSONata", ["y", "z"]),
        ({**PASS, "Output": "$a"}, "JSONata", []),
    ],
)
def test_find_variable_references(state: dict[str, Any], language: str, names: list[str]) -> None:
    definition = json.dumps({"QueryLanguage": language, "StartAt": "X", "States": {"X": state}})
    assert find_variable_references(definition) == ({"X": names} if names else {})


def test_timestamp_path_without_a_timestamp_is_a_runtime_error(workflow: Workflow) -> None:
    state = {"Type": "Wait", "TimestampPath": "$.at", "End": True}
    ended = workflow.run({"X": state}, {"at": "tomorrow"}, language="JSONPath")
    assert ended["error"] == "States.Runtime"
    assert "The TimestampPath parameter does not reference a valid ISO-8601" in ended["cause"]

"""JSONata in state machines: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from embedded_cloud import clock
from embedded_cloud.clock import Clock
from embedded_cloud.stepfunctions.jsonata import QueryError, bind_value, evaluate
from tests.embedded_cloud.stepfunctions.border import Workflow, workflow_cloud

MANY_TICKERS = [f"TICKER{number}" for number in range(10_000)]


@pytest.fixture(scope="module")
def workflow() -> Iterator[Workflow]:
    with workflow_cloud() as cloud:
        yield Workflow(cloud)


@pytest.mark.parametrize(
    ("expression", "given", "expected"),
    [
        ("$states.input.text", {"text": 'a "quoted"\nline \\ and {% é %}'}, 'a "quoted"\nline \\ and {% é %}'),
        ("$states.input.bars", {"bars": 390}, 390),
        ("$states.input.bars / 2", {"bars": 390.0}, 195),
        ("$states.input", {"bars": 390.0, "none": None}, {"bars": 390, "none": None}),
        ("$states.input.number", {"number": 9_007_199_254_740_993_000}, 9_007_199_254_740_993_000),
        ("$exists($states.input.none)", {"none": None}, True),
        ("$states.input.list", {"list": [1, None, {"a": None}]}, [1, None, {"a": None}]),
        ("$states.input.tickers[$ != 'META']", {"tickers": ["META", "AMZN", "AAPL"]}, ["AMZN", "AAPL"]),
        ("$states.input.missing ? 1 : 2", {}, 2),
        ("$states.context.State.Name", {}, "Evaluate"),
        ("$states.context.Execution.Input.a", {"a": 1}, 1),
        ("$partition([1,2,3,4,5], 2)", {}, [[1, 2], [3, 4], [5]]),
        ("$range(0, 10, 5)", {}, [0, 5, 10]),
        ("$hash('a', 'SHA-1')", {}, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        ("$random(7) = $random(7)", {}, True),
        ("""$parse('{"a": [1, null]}')""", {}, {"a": [1, None]}),
        ("$count($map([1..3], function($v) { $uuid() }))", {}, 3),
    ],
)
def test_jsonata_evaluates_an_expression(workflow: Workflow, expression: str, given: Any, expected: Any) -> None:
    ended = workflow.evaluate(expression, given)

    assert ended.get("output") == expected, ended


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("$states.input.missing", "returned nothing (undefined)."),
        ("$", "returned nothing (undefined)."),
        ("$states.result", "returned nothing (undefined)."),
        ("$states.errorOutput.Error", "returned nothing (undefined)."),
        ("$nobody", "returned nothing (undefined)."),
        ("$partition([], 2)", "returned nothing (undefined)."),
        ("$eval('1')", "threw an error during evaluation. T1006: Attempted to invoke a non-function"),
        ("$hash('a', 'sha-1')", "threw an error during evaluation."),
        ("$parse('{')", "threw an error during evaluation."),
        ("$uppercase", "returned an unsupported result type."),
    ],
)
def test_jsonata_without_a_value_fails_the_state(workflow: Workflow, expression: str, reason: str) -> None:
    """Handling errors from JSONata: "States.QueryEvaluationError", with the field (concepts-error-handling.html)."""
    ended = workflow.evaluate(expression)

    assert (ended["status"], ended["error"]) == ("FAILED", "States.QueryEvaluationError")
    prefix = "An error occurred while executing the state 'Evaluate' (entered at the event id #2). "
    assert ended["cause"].startswith(
        f"{prefix}The JSONata expression '{expression}' specified for the field 'Output' {reason}"
    )


def test_query_evaluation_error_names_the_path_of_the_field(workflow: Workflow) -> None:
    state = {"Type": "Pass", "Output": {"a": {"b": [1, "{% $states.input.nope %}"]}}, "End": True}

    ended = workflow.run({"Pass": state})

    assert "specified for the field 'Output/a/b[1]' returned nothing" in ended["cause"]


def test_create_state_machine_rejects_broken_jsonata(workflow: Workflow) -> None:
    with pytest.raises(workflow.client.exceptions.InvalidDefinition, match="specified for the field 'Output'"):
        workflow.create({"Pass": {"Type": "Pass", "Output": "{% $states.input. %}", "End": True}})


def test_choice_fails_for_a_condition_that_is_not_boolean(workflow: Workflow) -> None:
    rule = {"Condition": "{% 'yes' %}", "Next": "Done"}

    ended = workflow.run({"Choose": {"Type": "Choice", "Choices": [rule]}, "Done": {"Type": "Succeed"}})

    assert ended["error"] == "States.QueryEvaluationError"
    assert "the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean'" in ended["cause"]


def test_output_reads_the_variables_from_before_the_state(workflow: Workflow) -> None:
    """Evaluation order in an Assign field: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html"""
    output = workflow.output(
        {
            "First": {"Type": "Pass", "Assign": {"bars": 1}, "Next": "Second"},
            "Second": {
                "Type": "Pass",
                "Assign": {"bars": "{% $bars + 1 %}", "before": "{% $bars %}"},
                "Output": "{% $bars %}",
                "Next": "Third",
            },
            "Third": {"Type": "Pass", "Output": ["{% $states.input %}", "{% $bars %}", "{% $before %}"], "End": True},
        }
    )

    assert output == [1, 2, 1]


def test_choice_rule_with_the_target_of_default_keeps_its_output(workflow: Workflow) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html"""
    choose = {
        "Type": "Choice",
        "Choices": [{"Condition": "{% true %}", "Output": "rule", "Next": "Done"}],
        "Output": "default",
        "Default": "Done",
    }

    assert workflow.output({"Choose": choose, "Done": {"Type": "Succeed"}}) == "rule"


def test_choice_without_a_match_and_a_default_fails(workflow: Workflow) -> None:
    choose = {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "Done"}]}

    assert workflow.run({"Choose": choose, "Done": {"Type": "Succeed"}})["error"] == "States.NoChoiceMatched"


def test_jsonata_evaluates_50_expressions_over_10000_tickers(workflow: Workflow) -> None:
    """An expression costs the part of a large input that it reads. The input isn't copied per expression."""
    fields = {f"field{number}": "{% $count($states.input.tickers) %}" for number in range(50)}

    output = workflow.output({"Count": {"Type": "Pass", "Output": fields, "End": True}}, {"tickers": MANY_TICKERS})

    assert set(output.values()) == {10_000}


def test_evaluate_accepts_100_nested_levels_and_rejects_101() -> None:
    assert evaluate("+".join(["1"] * 100), {}) == 100
    with pytest.raises(QueryError, match="Stack overflow"):
        evaluate("+".join(["1"] * 101), {})


def test_evaluate_runs_in_many_threads_at_once() -> None:
    expression = "$sum($map([1..20], function($v, $i) { $v * $k + $i })) & $string($count($list[$ != 'x']))"
    wrong: list[Any] = []

    def work(factor: int) -> None:
        for _ in range(20):
            value = evaluate(expression, {"k": factor, "list": bind_value(["x"] * factor + ["y"] * 5)})
            if value != f"{210 * factor + 190}5":
                wrong.append(value)

    threads = [threading.Thread(target=work, args=(factor,)) for factor in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


def test_uuid_returns_a_version_4_uuid() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", evaluate("$uuid()", {}))


def test_now_and_millis_return_the_clouds_date() -> None:
    start = datetime(2041, 5, 6, 7, 8, 9, tzinfo=UTC)
    clock.install(Clock(start))
    try:
        now, millis, again = evaluate("[$now(), $millis(), $toMillis($now())]", {})
        formatted = evaluate("$now('[Y0001]-[M01]-[D01] [z]', '+0900')", {})
    finally:
        clock.install(None)
    assert timedelta() <= datetime.fromisoformat(now) - start < timedelta(minutes=5)
    assert millis == again == datetime.fromisoformat(now).timestamp() * 1000
    assert formatted == "2041-05-06 GMT+09:00"

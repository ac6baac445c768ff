"""State machines in JSONPath, the default of QueryLanguage.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-input-output-filtering.html
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded_cloud.stepfunctions.border import Border, FunctionError, Workflow


def invoke(parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    parameters = {"FunctionName": "f", **parameters}
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters, **more}


def test_task_applies_parameters_result_selector_and_paths(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = lambda event: {"bars": event["count"] * 2}
    state = invoke(
        {"Payload": {"count.$": "$.count"}},
        ResultSelector={"bars.$": "$.Payload.bars"},
        ResultPath="$.result",
        OutputPath="$.result",
        End=True,
    )

    assert workflow.output({"X": state}, {"count": 195}, language="JSONPath") == {"bars": 390}


def test_jsonpath_state_machine_runs_choice_retry_and_catch(workflow: Workflow, border: Border) -> None:
    def function(_: Any) -> None:
        raise FunctionError.raised("NoData", "none")

    border.functions["f"] = function
    states = {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.go", "BooleanEquals": True, "Next": "X"}],
            "Default": "Done",
        },
        "X": invoke(
            {},
            Retry=[{"ErrorEquals": ["NoData"], "MaxAttempts": 1}],
            Catch=[{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Done"}],
            Next="Done",
        ),
        "Done": {"Type": "Succeed"},
    }

    output = workflow.output(states, {"go": True}, language="JSONPath")

    assert output["go"] is True
    assert output["error"]["Error"] == "NoData"
    assert len(border.calls) == 2
    assert workflow.output(states, {"go": False}, language="JSONPath") == {"go": False}


@pytest.mark.parametrize("mode", ["INLINE", "DISTRIBUTED"])
def test_map_selects_items_by_path(workflow: Workflow, mode: str) -> None:
    config = {"Mode": mode, **({"ExecutionType": "EXPRESS"} if mode == "DISTRIBUTED" else {})}
    child = {"Type": "Pass", "Parameters": {"seen.$": "$.ticker", "of.$": "$.start"}, "End": True}
    state = {
        "Type": "Map",
        "ItemsPath": "$.tickers",
        "ItemSelector": {"ticker.$": "$$.Map.Item.Value", "start.$": "$.start"},
        "ItemProcessor": {"ProcessorConfig": config, "StartAt": "Child", "States": {"Child": child}},
        "End": True,
    }

    output = workflow.output({"Map": state}, {"tickers": ["META", "AMZN"], "start": "now"}, language="JSONPath")

    assert output == [{"seen": "META", "of": "now"}, {"seen": "AMZN", "of": "now"}]


def test_catch_ignores_the_runtime_error_of_a_missing_path(workflow: Workflow, border: Border) -> None:
    """States.Runtime always fails the execution: concepts-error-handling.html"""
    border.functions["f"] = lambda _: None
    state = invoke({"Payload.$": "$.missing"}, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Done"}], Next="Done")

    ended = workflow.run({"X": state, "Done": {"Type": "Succeed"}}, {"a": 1}, language="JSONPath")

    assert ended["error"] == "States.Runtime"
    assert border.calls == []

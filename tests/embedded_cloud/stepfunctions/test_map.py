"""The Map state.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html
"""

from __future__ import annotations

import threading
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.stepfunctions.border import (
    Border,
    FunctionError,
    Workflow,
    collect,
    distributed,
    failing_for,
    inline,
)

TICKERS = ["META", "AMZN", "AAPL", "NFLX", "GOOG"]


@pytest.mark.parametrize("make", [distributed, inline])
def test_map_returns_results_in_the_order_of_items(workflow: Workflow, border: Border, make: Any) -> None:
    last = threading.Event()

    def function(ticker: str) -> str:
        if ticker == TICKERS[0]:
            last.wait(20)
        elif ticker == TICKERS[-1]:
            last.set()
        return ticker.lower()

    border.functions["f"] = function

    output = workflow.output({"Map": make(collect())}, {"tickers": TICKERS})

    assert output == [ticker.lower() for ticker in TICKERS]


@pytest.mark.parametrize("make", [distributed, inline])
def test_item_selector_reads_item_index_input_and_variables(workflow: Workflow, border: Border, make: Any) -> None:
    border.functions["f"] = lambda event: event
    selector = {
        "ticker": "{% $states.context.Map.Item.Value %}",
        "index": "{% $states.context.Map.Item.Index %}",
        "start": "{% $states.input.start %}",
        "interval": "{% $interval %}",
    }
    states = {
        "Plan": {"Type": "Pass", "Assign": {"interval": "1m"}, "Next": "Map"},
        "Map": make(collect(), ItemSelector=selector),
    }

    output = workflow.output(states, {"tickers": ["META", "AMZN"], "start": "2026-11-23"})

    assert output == [
        {"ticker": "META", "index": 0, "start": "2026-11-23", "interval": "1m"},
        {"ticker": "AMZN", "index": 1, "start": "2026-11-23", "interval": "1m"},
    ]


def test_distributed_map_hides_outer_variables_from_its_children(workflow: Workflow) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html, "Scope of variables" """
    states = {
        "Plan": {"Type": "Pass", "Assign": {"interval": "1m"}, "Next": "Map"},
        "Map": distributed(
            {"Child": {"Type": "Pass", "Output": "{% $interval %}", "End": True}}, ToleratedFailureCount=0
        ),
    }

    assert workflow.run(states, {"tickers": TICKERS})["error"] == "States.ExceedToleratedFailureThreshold"


def test_inline_map_passes_outer_variables_and_the_item_to_its_children(workflow: Workflow) -> None:
    child = {"Type": "Pass", "Output": "{% $states.context.Map.Item.Value & $interval %}", "End": True}
    states = {
        "Plan": {"Type": "Pass", "Assign": {"interval": "1m"}, "Next": "Map"},
        "Map": inline({"Child": child}),
    }

    assert workflow.output(states, {"tickers": ["META"]}) == ["META1m"]


def test_distributed_map_runs_each_child_as_an_execution(workflow: Workflow) -> None:
    child = {"Type": "Pass", "Output": "{% $states.context %}", "End": True}

    (context,) = workflow.output({"Map": distributed({"Child": child}, Label="Tickers")}, {"tickers": ["META"]})

    assert context["Execution"]["Input"] == "META"
    assert ":express:" in context["Execution"]["Id"]
    assert context["StateMachine"]["Id"].endswith("/Tickers")
    assert "Map" not in context


@pytest.mark.parametrize(("make", "limit"), [(distributed, 3), (inline, 3), (distributed, 1), (inline, 1)])
def test_max_concurrency_limits_the_parallel_items(workflow: Workflow, border: Border, make: Any, limit: int) -> None:
    lock, running, most = threading.Lock(), 0, 0
    together = threading.Barrier(limit, timeout=20)  # opens only if ``limit`` functions run at once

    def function(_: Any) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1

    border.functions["f"] = function

    workflow.output({"Map": make(collect(), MaxConcurrency=limit)}, {"tickers": ["META"] * 21})

    assert most == limit


@pytest.mark.parametrize("make", [distributed, inline])
def test_max_concurrency_of_one_runs_1200_items(workflow: Workflow, make: Any) -> None:
    states = {"Map": make({"Child": {"Type": "Pass", "Output": 1, "End": True}}, MaxConcurrency=1)}

    assert sum(workflow.output(states, {"tickers": ["META"] * 1200})) == 1200


def test_inline_map_fails_with_the_error_of_an_item(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = failing_for("AMZN")
    catch = [{"ErrorEquals": ["UnknownTicker"], "Output": "{% $states.errorOutput.Error %}", "Next": "Caught"}]
    states = {"Map": inline(collect(), Catch=catch), "Caught": {"Type": "Succeed"}}

    assert workflow.output(states, {"tickers": TICKERS}) == "UnknownTicker"


def test_distributed_map_child_catches_its_own_failure(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = failing_for("AMZN")
    catch = [{"ErrorEquals": ["States.ALL"], "Output": {"failed": "{% $states.input %}"}, "Next": "Failed"}]
    child = {**collect(Catch=catch), "Failed": {"Type": "Succeed"}}

    output = workflow.output({"Map": distributed(child)}, {"tickers": TICKERS[:3]})

    assert output == ["META", {"failed": "AMZN"}, "AAPL"]


def test_retry_runs_a_distributed_map_again(workflow: Workflow, border: Border) -> None:
    failures = iter([True])

    def function(ticker: str) -> str:
        if next(failures, False):
            raise FunctionError.raised("Once")
        return ticker

    border.functions["f"] = function
    retry = [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"]}]

    assert workflow.output({"Map": distributed(collect(), Retry=retry)}, {"tickers": TICKERS}) == TICKERS


def test_distributed_map_fails_for_results_over_256_kib(workflow: Workflow) -> None:
    """Without ResultWriter all results are the state's output: 256 KiB (service-quotas.html)."""
    child = {"Type": "Pass", "Output": "{% $pad('', 60000, 'x') %}", "End": True}

    ended = workflow.run({"Map": distributed({"Child": child}, Output=1)}, {"tickers": TICKERS})

    assert ended["error"] == "States.DataLimitExceeded"


@pytest.mark.parametrize("make", [distributed, inline])
def test_map_fails_for_items_that_are_not_an_array(workflow: Workflow, make: Any) -> None:
    child = {"Child": {"Type": "Pass", "End": True}}

    ended = workflow.run({"Map": make(child)}, {"tickers": "META"})

    assert ended["error"] == "States.QueryEvaluationError"
    assert "Expected 'array', but was 'string'" in ended["cause"]


@pytest.mark.parametrize("make", [distributed, inline])
def test_map_over_an_empty_array_returns_an_empty_array(workflow: Workflow, make: Any) -> None:
    child = {"Child": {"Type": "Pass", "End": True}}

    assert workflow.output({"Map": make(child)}, {"tickers": []}) == []


def test_distributed_map_does_not_copy_the_input_per_item(workflow: Workflow) -> None:
    """Each of 1,000 items reads the whole input. The time grows with the number of items, not with its square."""
    tickers = [f"TICKER{number}" for number in range(1000)]
    selector = {"ticker": "{% $states.context.Map.Item.Value %}", "of": "{% $count($states.input.tickers) %}"}
    child = {"Child": {"Type": "Pass", "Output": "{% $states.input.of %}", "End": True}}

    output = workflow.output({"Map": distributed(child, ItemSelector=selector)}, {"tickers": tickers})

    assert set(output) == {1000}


def test_item_reader_reads_items_from_s3(workflow: Workflow, cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html (under the workflow's role)"""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="tickers")
    s3.put_object(Bucket="tickers", Key="tickers.json", Body=b'["META", "AMZN"]')
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Arguments": {"Bucket": "tickers", "Key": "tickers.json"},
    }
    state = distributed({"Child": {"Type": "Pass", "End": True}}, ItemReader=reader)
    del state["Items"]

    assert workflow.output({"Map": state}) == ["META", "AMZN"]

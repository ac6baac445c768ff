"""Map Runs: tolerated failures, counts, stops.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.embedded_cloud.stepfunctions.border import (
    Border,
    FunctionError,
    Workflow,
    collect,
    distributed,
    failing_for,
)
from tests.waiting import eventually

TICKERS = ["META", "AMZN", "AAPL", "NFLX", "GOOG"]


def map_run(workflow: Workflow, execution_arn: str) -> dict[str, Any]:
    runs = eventually(lambda: workflow.client.list_map_runs(executionArn=execution_arn)["mapRuns"], bool)
    return dict(workflow.client.describe_map_run(mapRunArn=runs[0]["mapRunArn"]))


def counts(run: dict[str, Any]) -> dict[str, int]:
    return {key: value for key, value in run["itemCounts"].items() if value}


@pytest.mark.parametrize(
    ("tolerance", "failing", "status"),
    [
        ({}, 1, "FAILED"),
        ({"ToleratedFailurePercentage": 20}, 1, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 20}, 2, "FAILED"),
        ({"ToleratedFailurePercentage": 19.9}, 1, "FAILED"),
        ({"ToleratedFailurePercentage": "{% 10 * 4 %}"}, 2, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, 1, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, 2, "FAILED"),
        ({"ToleratedFailureCount": "{% 2 %}"}, 2, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1, "ToleratedFailurePercentage": 100}, 2, "FAILED"),
        ({"ToleratedFailurePercentage": 100}, 5, "SUCCEEDED"),
    ],
)
def test_distributed_map_fails_over_its_tolerated_failures(
    workflow: Workflow, border: Border, tolerance: dict[str, Any], failing: int, status: str
) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html, "Setting failure thresholds" """
    border.functions["f"] = failing_for(*TICKERS[:failing])

    ended = workflow.run({"Map": distributed(collect(), **tolerance)}, {"tickers": TICKERS})

    assert ended["status"] == status
    if status == "SUCCEEDED":
        assert ended["output"] == TICKERS[failing:]
    else:
        assert ended["error"] == "States.ExceedToleratedFailureThreshold"


def test_describe_map_run_counts_items_during_the_run(workflow: Workflow, border: Border) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_MapRunItemCounts.html"""
    go_on = threading.Event()

    def function(ticker: str) -> str:
        if ticker == "META":
            raise FunctionError.raised("UnknownTicker")
        if ticker != "AMZN":
            go_on.wait(20)
        return ticker

    border.functions["f"] = function
    state = distributed(collect(), MaxConcurrency=2, ToleratedFailurePercentage=50, Label="Tickers")
    execution = workflow.start(workflow.create({"Map": state}), {"tickers": TICKERS})

    run = eventually(lambda: map_run(workflow, execution), lambda it: it["itemCounts"]["running"] == 2)
    eventually(lambda: len(border.calls), lambda number: number == 4)
    run = map_run(workflow, execution)
    assert counts(run) == {
        "failed": 1,
        "pending": 1,
        "resultsWritten": 1,
        "running": 2,
        "succeeded": 1,
        "total": 5,
    }
    assert (run["status"], run["maxConcurrency"], run["toleratedFailurePercentage"]) == ("RUNNING", 2, 50.0)

    go_on.set()
    workflow.ended(execution)
    run = map_run(workflow, execution)
    assert counts(run) == {"failed": 1, "resultsWritten": 4, "succeeded": 4, "total": 5}
    assert run["status"] == "SUCCEEDED"
    assert run["stopDate"] >= run["startDate"]


def test_stop_execution_aborts_a_map_run_and_its_children(workflow: Workflow, border: Border) -> None:
    never = threading.Event()
    border.functions["f"] = lambda _: never.wait(20)
    state = distributed(collect(), MaxConcurrency=2)
    execution = workflow.start(workflow.create({"Map": state}), {"tickers": TICKERS})
    eventually(lambda: len(border.calls), lambda number: number == 2)

    workflow.client.stop_execution(executionArn=execution, error="Enough", cause="said so")

    described = workflow.client.describe_execution(executionArn=execution)
    assert (described["status"], described["error"], described["cause"]) == ("ABORTED", "Enough", "said so")
    run = eventually(lambda: map_run(workflow, execution), lambda it: it["status"] != "RUNNING")
    never.set()
    assert (run["status"], counts(run)) == ("ABORTED", {"aborted": 5, "total": 5})
    assert len(border.calls) == 2

"""The Athena integration of Step Functions.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html
"""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from tests.embedded_cloud.stepfunctions.border import COMPLETED, QUERY, SUBMITTED, Border, ServiceError, Workflow, task
from tests.waiting import eventually


class Query:
    """A query that is RUNNING until GetQueryExecution call number ``looks``, which returns ``state``."""

    def __init__(self, border: Border, state: str, looks: int = 2) -> None:
        self.state, self.looks, self.stopped = state, looks, threading.Event()
        border.athena["StartQueryExecution"] = lambda _: {"QueryExecutionId": "q1"}
        border.athena["GetQueryExecution"] = self.describe
        border.athena["StopQueryExecution"] = self.stop

    def describe(self, request: dict[str, str]) -> dict[str, Any]:
        self.looks -= 1
        state = "RUNNING" if self.looks > 0 else self.state
        status = {"State": state, "SubmissionDateTime": SUBMITTED}
        if state != "RUNNING":
            status |= {"CompletionDateTime": COMPLETED}
        if state == "FAILED":
            status |= {"StateChangeReason": "SYNTAX_ERROR"}
        return {"QueryExecution": {**request, "Query": "SELECT 1", "Status": status, "WorkGroup": "primary"}}

    def stop(self, _: Any) -> dict[str, Any]:
        self.stopped.set()
        return {}


def test_start_query_execution_sync_waits_for_the_query(workflow: Workflow, border: Border) -> None:
    Query(border, "SUCCEEDED", looks=3)

    ended = workflow.run(task("athena:startQueryExecution.sync", QUERY))

    assert ended["output"] == {
        "QueryExecution": {
            "QueryExecutionId": "q1",
            "Query": "SELECT 1",
            "Status": {
                "State": "SUCCEEDED",
                "SubmissionDateTime": 1_674_054_596_025,
                "CompletionDateTime": 1_674_054_596_798,
            },
            "WorkGroup": "primary",
        }
    }
    types = [event["type"] for event in workflow.history(ended["executionArn"])]
    assert types[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED"])
def test_start_query_execution_sync_fails_with_its_query(workflow: Workflow, border: Border, state: str) -> None:
    Query(border, state)

    ended = workflow.run(task("athena:startQueryExecution.sync", QUERY))

    assert ended["error"] == "States.TaskFailed"
    assert json.loads(ended["cause"])["QueryExecution"]["Status"]["State"] == state


def test_start_query_execution_sync_stops_the_query_at_a_timeout(workflow: Workflow, border: Border) -> None:
    query = Query(border, "SUCCEEDED", looks=1_000_000)

    ended = workflow.run(task("athena:startQueryExecution.sync", QUERY, TimeoutSeconds=1))

    assert ended["error"] == "States.Timeout"
    assert query.stopped.wait(10)


def test_stop_execution_stops_a_running_athena_query(workflow: Workflow, border: Border) -> None:
    query = Query(border, "SUCCEEDED", looks=1_000_000)
    execution = workflow.start(workflow.create(task("athena:startQueryExecution.sync", QUERY)))
    eventually(lambda: [name for name, _ in border.calls], lambda names: "GetQueryExecution" in names)

    workflow.client.stop_execution(executionArn=execution)

    assert query.stopped.wait(10)


def test_get_query_results_task_returns_the_answer_of_athena(workflow: Workflow, border: Border) -> None:
    rows = {"ResultSet": {"Rows": [{"Data": [{"VarCharValue": "META"}]}]}}
    border.athena["GetQueryResults"] = lambda _: rows

    assert workflow.output(task("athena:getQueryResults", {"QueryExecutionId": "q1", "MaxResults": 10})) == rows
    assert border.calls == [("GetQueryResults", {"QueryExecutionId": "q1", "MaxResults": 10})]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("InvalidRequestException", "Athena.InvalidRequestException"),
        ("TooManyRequestsException", "Athena.TooManyRequestsException"),
        ("InternalServerException", "Athena.InternalServerException"),
        ("AccessDeniedException", "Athena.AmazonAthenaException"),
    ],
)
def test_athena_task_names_errors_after_athena(workflow: Workflow, border: Border, code: str, name: str) -> None:
    def refuse(_: Any) -> None:
        raise ServiceError(400, code, "no")

    border.athena["StartQueryExecution"] = refuse

    ended = workflow.run(task("athena:startQueryExecution.sync", QUERY))

    assert ended["error"] == name
    assert ended["cause"].startswith(f"no (Service: AmazonAthena; Status Code: 400; Error Code: {code}; Request ID:")


def test_athena_task_fails_for_an_unknown_field_in_computed_arguments(workflow: Workflow, border: Border) -> None:
    ended = workflow.run(task("athena:startQueryExecution", "{% {'QueryString': 'SELECT 1', 'Workgroup': 'w'} %}"))

    assert ended["error"] == "States.Runtime"
    assert "The field 'Workgroup' is not supported by Step Functions" in ended["cause"]
    assert border.calls == []


def test_aws_sdk_athena_task_returns_dates_as_text(workflow: Workflow, border: Border) -> None:
    Query(border, "SUCCEEDED", looks=1)

    output = workflow.output(task("aws-sdk:athena:getQueryExecution", {"QueryExecutionId": "q1"}))

    assert output["QueryExecution"]["Status"]["SubmissionDateTime"] == "2023-01-18T15:09:56.025Z"

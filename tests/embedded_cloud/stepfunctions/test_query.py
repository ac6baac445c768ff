"""The pipeline's state QueryHourlyHighs, with an Athena that refuses calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.embedded_cloud.stepfunctions.border import Border, ServiceError, Workflow
from tests.embedded_cloud.stepfunctions.test_athena import Query

PIPELINE = json.loads((ROOT / "statemachine" / "pipeline.asl.json").read_text())["States"]
PLAN = {"interval": "1m", "start": "2026-11-23", "end": "2026-11-24", "planned_at": "2026-11-24T22:00:00.000000Z"}


def states() -> dict[str, Any]:
    """Return QueryHourlyHighs, a Pass state before it that assigns the plan, and an end for success and failure."""
    query = {**PIPELINE["QueryHourlyHighs"], "Next": "Done"}
    query["Resource"] = "arn:aws:states:::athena:startQueryExecution.sync"  # resources/workflow.yml substitutes it
    query["Arguments"] |= {"WorkGroup": "primary", "QueryExecutionContext": {"Database": "stream"}}
    return {
        "Plan": {"Type": "Pass", "Assign": {"plan": PLAN, "asked": 0}, "Next": "QueryHourlyHighs"},
        "QueryHourlyHighs": query,
        "QueryFailed": PIPELINE["QueryFailed"],
        "Done": {"Type": "Succeed"},
    }


def refusing(border: Border, times: int, code: str) -> list[Any]:
    """Make Athena refuse the first ``times`` starts. Return the list that collects the requests of all starts."""
    query, asked = Query(border, "SUCCEEDED"), []
    begin = border.athena["StartQueryExecution"]

    def start(request: Any) -> Any:
        asked.append(request)
        if len(asked) <= times:
            raise ServiceError(400, code, "Rate exceeded")
        return begin(request)

    def describe(request: Any) -> Any:
        described = query.describe(request)
        described["QueryExecution"]["ResultConfiguration"] = {"OutputLocation": "s3://lake/q1.csv"}
        return described

    border.athena |= {"StartQueryExecution": start, "GetQueryExecution": describe}
    return asked


@pytest.mark.fault(38)
@pytest.mark.parametrize("code", ["TooManyRequestsException", "InternalServerException"])
def test_query_hourly_highs_retries_the_same_query_after_athena_errors(
    workflow: Workflow, border: Border, code: str
) -> None:
    asked = refusing(border, 2, code)
    assert workflow.output(states()) == {"query": "q1"}
    assert [request["ExecutionParameters"] for request in asked] == [
        ["'1m'", "'2026-11-23'", "'2026-11-24'", "'2026-11-24T22:00:00.000000Z'"]
    ] * 3


@pytest.mark.fault(38)
def test_query_hourly_highs_fails_with_the_error_of_athena(workflow: Workflow, border: Border) -> None:
    asked = refusing(border, 100, "TooManyRequestsException")
    ended = workflow.run(states())
    assert (ended["status"], ended["error"]) == ("FAILED", "QueryFailed")
    assert ended["cause"].startswith("Athena.TooManyRequestsException: Rate exceeded")
    assert len(asked) == 6

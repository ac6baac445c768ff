"""GET /executions/{id}: where an execution stands, and its answer. Described in docs/openapi.yml."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Any

from finance_stream.bars import utc_text
from finance_stream.errors import shown
from finance_stream.executions import execution_arn
from finance_stream.http_api import Answer, Problem, answer, respond, step_functions
from finance_stream.progress import Progress, progress
from finance_stream.request import NAME_RULE, is_name
from finance_stream.strict_json import read_json_or_none
from finance_stream.telemetry import logger

STATE_MACHINE_ARN = os.environ["STATE_MACHINE_ARN"]


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Answer:
    """200 with status, progress, and once it has ended the answer; a problem where there is no such execution."""
    del context
    return respond(_serve, event)


def _serve(event: dict[str, Any]) -> Answer:
    name = event["pathParameters"]["id"]
    if not is_name(name):
        fault = f"id: {shown(name)} is not {NAME_RULE}"
        raise Problem(HTTPStatus.BAD_REQUEST, fault, (fault,))
    client = step_functions()
    arn = execution_arn(STATE_MACHINE_ARN, name)
    try:
        # The status first: what the history shows after it can only be newer.
        described = client.describe_execution(executionArn=arn)
    except client.exceptions.ExecutionDoesNotExist:
        raise Problem(HTTPStatus.NOT_FOUND, f"id: no execution {name}") from None
    return answer(HTTPStatus.OK, _execution(name, described, progress(client, arn, described["status"])))


def _execution(name: str, described: Any, now: Progress) -> dict[str, Any]:
    stopped = described.get("stopDate")
    return {
        "id": name,
        "status": described["status"],
        "started_at": utc_text(described["startDate"]),
        "stopped_at": utc_text(stopped) if stopped else None,
        "input": read_json_or_none(described["input"]),
        "progress": {
            "states": [{"name": state, "left": left} for state, left in now.states],
            "tickers": {"done": now.tickers_done, "total": now.tickers_total},
            "bars": {"collected": now.bars_collected, "delivered": now.bars_delivered},
        },
        "answer": read_json_or_none(described.get("output")),
        "error": described.get("error"),
        "cause": described.get("cause"),
    }

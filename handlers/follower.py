"""GET /executions/{id}: the progress of an execution, and its answer. Described in docs/openapi.yml."""

from __future__ import annotations

import os
from http import HTTPStatus
from typing import Any

from finance_stream.bars import format_utc
from finance_stream.errors import quote_value
from finance_stream.executions import make_execution_arn
from finance_stream.http_api import HttpProblem, Response, get_client, make_response, respond
from finance_stream.progress import Progress, read_progress
from finance_stream.request import NAME_RULE, is_name
from finance_stream.strict_json import read_json_or_none
from finance_stream.telemetry import logger

STATE_MACHINE_ARN = os.environ["STATE_MACHINE_ARN"]


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Response:
    """Return 200 with the status, the progress and, after the end, the answer.

    A problem if the execution is unknown.
    """
    del context
    return respond(_serve, event)


def _serve(event: dict[str, Any]) -> Response:
    name = event["pathParameters"]["id"]
    if not is_name(name):
        fault = f"id: {quote_value(name)} is not {NAME_RULE}"
        raise HttpProblem(HTTPStatus.BAD_REQUEST, fault, (fault,))
    client = get_client()
    arn = make_execution_arn(STATE_MACHINE_ARN, name)
    try:
        # The status first: then the history can only be newer than it.
        described = client.describe_execution(executionArn=arn)
    except client.exceptions.ExecutionDoesNotExist:
        raise HttpProblem(HTTPStatus.NOT_FOUND, f"id: no execution {name}") from None
    return make_response(HTTPStatus.OK, _execution(name, described, read_progress(client, arn, described["status"])))


def _execution(name: str, described: Any, now: Progress) -> dict[str, Any]:
    stopped = described.get("stopDate")
    return {
        "id": name,
        "status": described["status"],
        "started_at": format_utc(described["startDate"]),
        "stopped_at": format_utc(stopped) if stopped else None,
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

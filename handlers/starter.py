"""POST /executions: start an execution of the state machine. Described in docs/openapi.yml."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from finance_stream.errors import InvalidInput, quote_value
from finance_stream.executions import NameTakenError, start
from finance_stream.http_api import HttpProblem, Response, get_client, make_response, read_json_body, respond
from finance_stream.request import NAME_RULE, check, is_name
from finance_stream.telemetry import logger

API_ENDPOINT = os.environ["API_ENDPOINT"]
STATE_MACHINE_ARN = os.environ["STATE_MACHINE_ARN"]
DEFAULT_TICKERS = tuple(os.environ["DEFAULT_TICKERS"].split(","))
FIRST_DATE = date.fromisoformat(os.environ["FIRST_DATE"])


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Response:
    """202 with the execution's id and where to follow it; a problem where there is none."""
    del context
    return respond(_serve, event)


def _serve(event: dict[str, Any]) -> Response:
    faults: list[str] = []
    key = event["headers"].get("idempotency-key")
    if key is not None and not is_name(key):
        faults.append(f"Idempotency-Key: {quote_value(key)} is not {NAME_RULE}")
    execution_input = read_json_body(event)
    try:
        check(execution_input, DEFAULT_TICKERS, datetime.now(UTC), FIRST_DATE)
    except InvalidInput as error:
        faults += error.faults
    if faults:
        raise HttpProblem(HTTPStatus.BAD_REQUEST, "; ".join(faults), tuple(faults))
    name = _start(execution_input, key)
    logger.info("started", execution=name)
    location = f"{API_ENDPOINT}/executions/{name}"
    return make_response(HTTPStatus.ACCEPTED, {"id": name, "location": location}, {"location": location})


def _start(execution_input: Any, key: str | None) -> str:
    """Return the name of the execution of ``execution_input``: a new one, or the one that ``key`` has started before.

    Raises
    ------
    Problem
        409 when ``key`` has started one with another input.
    """
    try:
        arn = start(get_client(), STATE_MACHINE_ARN, execution_input, key)
    except NameTakenError:
        fault = f"Idempotency-Key: {key} has started an execution with another input"
        raise HttpProblem(HTTPStatus.CONFLICT, fault, (fault,)) from None
    return arn.rpartition(":")[2]

"""POST /executions: start an execution of the state machine. Described in docs/openapi.yml."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from finance_stream.errors import InvalidInput, quote_value
from finance_stream.executions import STATE_MACHINE_ARN, get_client, make_execution_arn
from finance_stream.http_api import HttpProblem, Response, make_response, read_json_body, respond
from finance_stream.request import NAME_RULE, check, is_name
from finance_stream.strict_json import read_json_or_none
from finance_stream.telemetry import logger

API_ENDPOINT = os.environ["API_ENDPOINT"]
DEFAULT_TICKERS = tuple(os.environ["DEFAULT_TICKERS"].split(","))


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
        check(execution_input, DEFAULT_TICKERS, datetime.now(UTC))
    except InvalidInput as error:
        faults += error.faults
    if faults:
        raise HttpProblem(HTTPStatus.BAD_REQUEST, "; ".join(faults), tuple(faults))
    name = _start(execution_input, key)
    logger.info("started", execution=name)
    location = f"{API_ENDPOINT}/executions/{name}"
    return make_response(HTTPStatus.ACCEPTED, {"id": name, "location": location}, {"location": location})


def _start(execution_input: Any, key: str | None) -> str:
    """The name of the execution of ``execution_input``: a new one, or the one that ``key`` has started before.

    Raises
    ------
    Problem
        409 when ``key`` has started one with another input.
    """
    # One text for one input, whatever its spaces and the order of its fields: Step Functions compares texts.
    text = json.dumps(execution_input, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    client = get_client()
    name = {"name": key} if key else {}
    try:
        arn = client.start_execution(stateMachineArn=STATE_MACHINE_ARN, input=text, **name)["executionArn"]
    except client.exceptions.ExecutionAlreadyExists:
        arn = make_execution_arn(str(key))  # only a name that was given can be taken
        if read_json_or_none(client.describe_execution(executionArn=arn)["input"]) != execution_input:
            fault = f"Idempotency-Key: {key} has started an execution with another input"
            raise HttpProblem(HTTPStatus.CONFLICT, fault, (fault,)) from None
    return arn.rpartition(":")[2]

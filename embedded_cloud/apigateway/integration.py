"""Invocation of the function behind a route, within its resource policy and the integration's timeout.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import fnmatch
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends

from embedded_cloud.apigateway.response import (
    GatewayResponse,
    InvalidFunctionResponseError,
    build_error_response,
    parse_function_response,
)
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.lambda_.api import MAX_REQUEST_BYTES
from embedded_cloud.lambda_.backend import EmbeddedLambdaBackend
from embedded_cloud.lambda_.model import Function
from embedded_cloud.lambda_.pool import ConcurrencyExceededError, PoolStoppedError

PRINCIPAL = "apigateway.amazonaws.com"
# Functions invoked at the same time. Further requests wait.
MAX_CONCURRENT_INVOCATIONS = 64


@dataclass(frozen=True)
class IntegrationResult:
    """The client's response, the integration's status, and its error message."""

    response: GatewayResponse
    status: int | None = None
    error: str | None = None


class Integrations:
    """The thread pool that invokes functions for routes."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self._cloud = cloud
        self._threads = ThreadPoolExecutor(MAX_CONCURRENT_INVOCATIONS, thread_name_prefix="apigateway")

    def stop(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def invoke(self, integration: Any, event: dict[str, Any], source_arn: str) -> IntegrationResult:
        """Invoke the integration's function and convert its response. ``source_arn`` is the route's ARN."""
        arn = parse_function_arn(integration.integration_uri)
        backend: EmbeddedLambdaBackend = lambda_backends[self._cloud.account_id][self._cloud.region]
        try:
            function: Function = backend.get_function(arn)
        except UnknownFunctionException:
            return _fail(f"function {arn} does not exist")
        if not is_permitted(function.policy.statements, source_arn):
            return _fail(f"The API with ID {source_arn.split(':')[5]} doesn't have permission to invoke {arn}.")
        payload = json.dumps(event).encode()
        if len(payload) > MAX_REQUEST_BYTES["RequestResponse"]:
            return IntegrationResult(
                build_error_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            )
        pending = self._threads.submit(backend.invoker.invoke, function, function.function_arn, payload)
        try:
            result = pending.result(integration.timeout_in_millis / 1000)
        except TimeoutError:
            return IntegrationResult(build_error_response(HTTPStatus.SERVICE_UNAVAILABLE), None, "Timeout")
        except (ConcurrencyExceededError, PoolStoppedError) as error:
            return IntegrationResult(
                build_error_response(HTTPStatus.SERVICE_UNAVAILABLE), HTTPStatus.TOO_MANY_REQUESTS, str(error)
            )
        if result.failed:
            return _fail(json.loads(result.payload).get("errorMessage", ""), HTTPStatus.OK)
        try:
            return IntegrationResult(parse_function_response(result.payload), HTTPStatus.OK)
        except InvalidFunctionResponseError as error:
            return _fail(str(error), HTTPStatus.OK)


def parse_function_arn(uri: str) -> str:
    """Return the function's ARN from an integration's URI. The URI is the ARN or the path of its invocations."""
    return uri.partition("/functions/")[2].removesuffix("/invocations") or uri


def is_permitted(statements: list[dict[str, Any]], source_arn: str) -> bool:
    """Return True if a function's resource policy lets API Gateway invoke it for the route ``source_arn``.

    https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions
    """
    return any(_permits(statement, source_arn) for statement in statements)


def _permits(statement: dict[str, Any], source_arn: str) -> bool:
    account = source_arn.split(":")[4]
    conditions = {
        key.lower(): value for tests in statement.get("Condition", {}).values() for key, value in tests.items()
    }
    return (
        statement["Effect"] == "Allow"
        and statement["Principal"] == {"Service": PRINCIPAL}
        and statement["Action"] in ("lambda:InvokeFunction", "lambda:*")
        and fnmatch.fnmatchcase(source_arn, conditions.get("aws:sourcearn", "*").replace("[", "[[]"))
        and conditions.get("aws:sourceaccount", account) == account
    )


def _fail(error: str, status: int | None = None) -> IntegrationResult:
    return IntegrationResult(build_error_response(HTTPStatus.INTERNAL_SERVER_ERROR), status, error)

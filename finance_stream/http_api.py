"""Requests and responses of a function behind API Gateway's HTTP API.

Events and responses have payload format 2.0. An error is a problem of RFC 9457:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from finance_stream.strict_json import NotJSON, read_json
from finance_stream.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

Response = dict[str, Any]

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (input)
MAX_BODY_BYTES = 262_144
# Two attempts of a call fit the function's 29 seconds, which fit the 30 that API Gateway waits.
CLIENT_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=3, read_timeout=8)
# https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html and API_StartExecution.html
_BUSY_CODES = frozenset({"ExecutionLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"})
RETRY_AFTER_SECONDS = 5
UNAVAILABLE = "Step Functions does not answer: try again later"


class HttpProblem(Exception):  # noqa: N818 - RFC 9457's own word
    """An error response. ``detail`` and ``faults`` are for the client."""

    def __init__(self, status: HTTPStatus, detail: str, faults: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.faults = faults

    def to_response(self) -> Response:
        """Return the problem as ``application/problem+json``. ``faults`` has an entry per wrong field."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
        }
        if self.faults:
            body["faults"] = list(self.faults)
        headers = {"retry-after": str(RETRY_AFTER_SECONDS)} if self.status == HTTPStatus.TOO_MANY_REQUESTS else {}
        return make_response(self.status, body, headers | {"content-type": "application/problem+json"})


@lru_cache(maxsize=1)
def get_client() -> SFNClient:
    """Return the client of Step Functions, made once per process."""
    return boto3.client("stepfunctions", config=CLIENT_CONFIG)


def make_response(status: HTTPStatus, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response with ``body`` as JSON."""
    return {
        "statusCode": int(status),
        "headers": {"content-type": "application/json", **(headers or {})},
        "body": json.dumps(body, separators=(",", ":")),
    }


def respond(serve: Callable[[dict[str, Any]], Response], event: dict[str, Any]) -> Response:
    """Return the response of ``serve``, or the problem that it raises.

    Step Functions' own message goes to the log only.
    """
    try:
        return serve(event)
    except HttpProblem as problem:
        logger.warning("refused", status=int(problem.status), reason=problem.detail)
        return problem.to_response()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        logger.exception("Step Functions refused")
        return _to_problem(code, error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)).to_response()
    except BotoCoreError:
        logger.exception("Step Functions not reached")
        return HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, UNAVAILABLE).to_response()


def _to_problem(code: str, status: int) -> HttpProblem:
    if code in _BUSY_CODES:
        return HttpProblem(HTTPStatus.TOO_MANY_REQUESTS, "too many executions or requests at once: try again later")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, UNAVAILABLE)
    return HttpProblem(HTTPStatus.INTERNAL_SERVER_ERROR, "the request failed: the function's log has the reason")


def read_json_body(event: dict[str, Any]) -> Any:
    """Return the value of the request's JSON body.

    Raises
    ------
    HttpProblem
        415 for another content type, 413 for a body over :data:`MAX_BODY_BYTES`, 400 for a body that isn't JSON.
    """
    content_type = event["headers"].get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        detail = f"content-type: {content_type[:60]!r} is not application/json"
        raise HttpProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
    body = event.get("body") or ""
    raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass")
    if len(raw) > MAX_BODY_BYTES:
        detail = f"body: {len(raw):,} bytes, at most {MAX_BODY_BYTES:,} are allowed"
        raise HttpProblem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    try:
        return read_json(raw)
    except NotJSON as error:
        fault = f"body: not JSON: {error}"
        raise HttpProblem(HTTPStatus.BAD_REQUEST, fault, (fault,)) from error

"""A function behind API Gateway's HTTP API: what it is given, what it answers, and how it says that it cannot.

The event and the answer are those of payload format 2.0, an error is a problem of RFC 9457:
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

Answer = dict[str, Any]

# https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (input)
MAX_BODY_BYTES = 262_144
# Two attempts of a call fit the function's 29 seconds, which fit the 30 that API Gateway waits.
CLIENT_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=3, read_timeout=8)
# https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html and API_StartExecution.html
_BUSY_CODES = frozenset({"ExecutionLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"})
RETRY_AFTER_SECONDS = 5


class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """A request that is not answered as asked, with all that the client is told of it."""

    def __init__(self, status: HTTPStatus, detail: str, faults: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.faults = faults

    def answer(self) -> Answer:
        """The problem as ``application/problem+json``; ``faults`` name each field at fault."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
        }
        if self.faults:
            body["faults"] = list(self.faults)
        headers = {"retry-after": str(RETRY_AFTER_SECONDS)} if self.status == HTTPStatus.TOO_MANY_REQUESTS else {}
        return answer(self.status, body, headers | {"content-type": "application/problem+json"})


@lru_cache(maxsize=1)
def step_functions() -> SFNClient:
    """Return the client of Step Functions, made once per process."""
    return boto3.client("stepfunctions", config=CLIENT_CONFIG)


def answer(status: HTTPStatus, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer of JSON."""
    return {
        "statusCode": int(status),
        "headers": {"content-type": "application/json", **(headers or {})},
        "body": json.dumps(body, separators=(",", ":")),
    }


def respond(serve: Callable[[dict[str, Any]], Answer], event: dict[str, Any]) -> Answer:
    """What ``serve`` answers, or the problem that it meets; Step Functions' own words go to the log only."""
    try:
        return serve(event)
    except Problem as problem:
        logger.warning("refused", status=int(problem.status), reason=problem.detail)
        return problem.answer()
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        logger.exception("Step Functions refused")
        return _of_service(code, error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)).answer()
    except BotoCoreError:
        logger.exception("Step Functions not reached")
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "the service behind does not answer; try again later").answer()


def _of_service(code: str, status: int) -> Problem:
    if code in _BUSY_CODES:
        return Problem(HTTPStatus.TOO_MANY_REQUESTS, "too many executions or requests at once; try again later")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "the service behind does not answer; try again later")
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "the request could not be served; the function's log says why")


def json_body(event: dict[str, Any]) -> Any:
    """The request's body, of JSON.

    Raises
    ------
    Problem
        415 for another content type, 413 for a body over :data:`MAX_BODY_BYTES`, 400 for one that is no JSON.
    """
    content_type = event["headers"].get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != "application/json":
        detail = f"content-type: {content_type[:60]!r} is not application/json"
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
    body = event.get("body") or ""
    raw = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass")
    if len(raw) > MAX_BODY_BYTES:
        detail = f"body: {len(raw):,} bytes, at most {MAX_BODY_BYTES:,} are allowed"
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
    try:
        return read_json(raw)
    except NotJSON as error:
        fault = f"body: not JSON: {error}"
        raise Problem(HTTPStatus.BAD_REQUEST, fault, (fault,)) from error

"""Responses to clients: a function's response in payload format 2.0, or the gateway's own error.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

MESSAGES = {
    HTTPStatus.FORBIDDEN: "Forbidden",
    HTTPStatus.NOT_FOUND: "Not Found",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Request Entity Too Large",
    HTTPStatus.TOO_MANY_REQUESTS: "Too Many Requests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Internal Server Error",
    HTTPStatus.SERVICE_UNAVAILABLE: "Service Unavailable",
}


class InvalidFunctionResponseError(ValueError):
    """A function's response that breaks the format. The text names the invalid part."""


@dataclass(frozen=True)
class GatewayResponse:
    """An HTTP response."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


def build_error_response(status: HTTPStatus) -> GatewayResponse:
    """Build the gateway's own error response with that status."""
    return GatewayResponse(
        status, [("content-type", "application/json")], json.dumps({"message": MESSAGES[status]}).encode()
    )


def parse_function_response(payload: bytes) -> GatewayResponse:
    """Parse a function's response. A response without a ``statusCode`` is the body of a response with status 200.

    Raises
    ------
    InvalidFunctionResponseError
    """
    result = json.loads(payload)
    if not isinstance(result, dict) or "statusCode" not in result:
        body = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, separators=(",", ":"))
        return GatewayResponse(HTTPStatus.OK, [("content-type", "application/json")], body.encode())
    return GatewayResponse(_parse_status(result["statusCode"]), _parse_headers(result), _parse_body(result))


def _parse_status(given: Any) -> int:
    try:
        status = int(given)
    except (TypeError, ValueError) as error:
        raise InvalidFunctionResponseError(f"statusCode {given!r} is not a number") from error
    if not 100 <= status <= 599:
        raise InvalidFunctionResponseError(f"statusCode {status} is not between 100 and 599")
    return status


def _parse_headers(result: dict[str, Any]) -> list[tuple[str, str]]:
    given, cookies = result.get("headers") or {}, result.get("cookies") or []
    if not isinstance(given, dict) or any(isinstance(value, dict | list) for value in given.values()):
        raise InvalidFunctionResponseError("headers is not an object of strings")
    if not isinstance(cookies, list):
        raise InvalidFunctionResponseError("cookies is not a list")
    if any(end in str(value) for value in (*given.values(), *cookies) for end in "\r\n"):
        raise InvalidFunctionResponseError("a header has a line break")
    headers = [(name.lower(), json.dumps(v) if isinstance(v, bool) else str(v)) for name, v in given.items()]
    if "content-type" not in dict(headers):
        headers.append(("content-type", "text/plain;charset=UTF-8"))
    return headers + [("set-cookie", str(cookie)) for cookie in cookies]


def _parse_body(result: dict[str, Any]) -> bytes:
    body = result.get("body") or ""
    if not isinstance(body, str):
        raise InvalidFunctionResponseError("body is not a string")
    if not result.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise InvalidFunctionResponseError("body is not base64") from error

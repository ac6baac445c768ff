"""What a client gets: a function's answer of payload format 2.0, or the gateway's own.

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


class UnreadableAnswerError(ValueError):
    """A function's answer that is not of the format; the text says what is wrong with it."""


@dataclass(frozen=True)
class Answer:
    """A response of HTTP."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


def own(status: HTTPStatus) -> Answer:
    """The gateway's own answer of that status."""
    return Answer(status, [("content-type", "application/json")], json.dumps({"message": MESSAGES[status]}).encode())


def of_function(payload: bytes) -> Answer:
    """A function's answer: with a ``statusCode`` as it says, without one a body of status 200.

    Raises
    ------
    UnreadableAnswerError
    """
    answer = json.loads(payload)
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        return Answer(HTTPStatus.OK, [("content-type", "application/json")], body.encode())
    return Answer(_status(answer["statusCode"]), _headers(answer), _body(answer))


def _status(given: Any) -> int:
    try:
        status = int(given)
    except (TypeError, ValueError) as error:
        raise UnreadableAnswerError(f"statusCode {given!r} is not a number") from error
    if not 100 <= status <= 599:
        raise UnreadableAnswerError(f"statusCode {status} is none of HTTP")
    return status


def _headers(answer: dict[str, Any]) -> list[tuple[str, str]]:
    given, cookies = answer.get("headers") or {}, answer.get("cookies") or []
    if not isinstance(given, dict) or any(isinstance(value, dict | list) for value in given.values()):
        raise UnreadableAnswerError("headers are not an object of texts")
    if not isinstance(cookies, list):
        raise UnreadableAnswerError("cookies are not a list")
    if any(end in str(value) for value in (*given.values(), *cookies) for end in "\r\n"):
        raise UnreadableAnswerError("a header is not one line")
    headers = [(name.lower(), json.dumps(v) if isinstance(v, bool) else str(v)) for name, v in given.items()]
    if "content-type" not in dict(headers):
        headers.append(("content-type", "text/plain;charset=UTF-8"))
    return headers + [("set-cookie", str(cookie)) for cookie in cookies]


def _body(answer: dict[str, Any]) -> bytes:
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise UnreadableAnswerError("body is not a text")
    if not answer.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise UnreadableAnswerError("body is not base64") from error

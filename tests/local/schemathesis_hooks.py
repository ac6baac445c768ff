"""Hooks of schemathesis for this API: the signature of a request, and a check that the schema can't express."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase

from finance_stream.errors import InvalidInput
from finance_stream.request import check
from tests.embedded_cloud.apigateway.client import signed_headers


class Signature(AuthBase):
    """The administrator's signature of a request, over only the headers that every client signs."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        assert request.method and request.url
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        assert isinstance(body, bytes)
        request.headers.update(
            signed_headers(request.method, request.url, {"Host": urlsplit(request.url).netloc}, body)
        )
        return request


schemathesis.auth.set_from_requests(Signature())  # type: ignore[attr-defined]


@schemathesis.check
def accepts_what_an_execution_accepts(ctx: Any, response: Any, case: Any) -> None:
    """Check that the API accepts exactly the inputs that the planner accepts, beyond the schema."""
    del ctx
    request = response.request
    if case.method != "POST" or request.headers.get("Content-Type") != "application/json":
        return
    try:
        check(json.loads(request.body or b""), ["META"], datetime.now(UTC))
    except (ValueError, InvalidInput):
        assert response.status_code in (400, 403), f"{response.status_code} for an input that no execution takes"
    else:
        assert response.status_code != 400 or "Idempotency-Key" in str(response.json()["faults"]), (
            f"{response.status_code} for an input that an execution takes"
        )

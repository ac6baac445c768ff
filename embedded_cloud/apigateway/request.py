"""HTTP requests to an API."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request

from embedded_cloud import clock

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html ("10 MB")
MAX_BODY_BYTES = 10_485_760


class BodyTooLargeError(Exception):
    """A body over API Gateway's limit."""


@dataclass(frozen=True)
class GatewayRequest:
    """One request. ``headers`` have lower-case names. ``path`` (within the API) and ``query`` are not decoded."""

    method: str
    url: str  # as the client signed it
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    protocol: str
    source_ip: str
    received_at: datetime = field(default_factory=clock.now)
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


def read(environ: dict[str, Any], path: str, query: str) -> GatewayRequest:
    """Read the request from a WSGI environment. ``path`` is within the API.

    Raises
    ------
    BodyTooLargeError
    """
    request = Request(environ)
    request.max_content_length = MAX_BODY_BYTES
    try:
        body = request.get_data()
    except RequestEntityTooLarge as error:
        raise BodyTooLargeError from error
    return GatewayRequest(
        method=request.method,
        url=f"http://{request.host}{environ['RAW_URI']}",
        path=path,
        query=query,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        protocol=environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
        source_ip=environ.get("REMOTE_ADDR", ""),
    )

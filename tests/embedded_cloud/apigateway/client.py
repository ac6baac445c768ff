"""A client of HTTP APIs that sends signed and unsigned requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from embedded_cloud.cloud import REGION, ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY

ADMINISTRATOR = Credentials(ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY)
_HTTP = urllib3.PoolManager(retries=False)


@dataclass(frozen=True)
class Response:
    """A response, with ``headers`` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def signed_headers(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    credentials: Credentials = ADMINISTRATOR,
    *,
    service: str = "execute-api",
    region: str = REGION,
) -> dict[str, str]:
    """Return ``headers`` plus the headers of a signature that covers them all."""
    request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
    SigV4Auth(credentials, service, region).add_auth(request)
    return dict(request.headers.items())


def send(method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Response:
    """Send a request as given, without a signature of its own."""
    answer = _HTTP.request(method, url, headers=dict(headers or {}), body=body)
    return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.data)


def call(method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"", **how: Any) -> Response:
    """Send a signed request. The administrator signs it unless ``credentials`` are given."""
    return send(method, url, signed_headers(method, url, headers or {}, body, **how), body)

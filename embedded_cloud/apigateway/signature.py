"""Verification of Signature Version 4: botocore computes the signature again.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from embedded_cloud.apigateway.request import GatewayRequest

SERVICE = "execute-api"
# https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html: "within five minutes"
MAX_SKEW = timedelta(minutes=5)
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/(?P<date>\d{8})/(?P<region>[^/,\s]+)/(?P<service>[^/,\s]+)"
    r"/aws4_request,\s*SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


class SignatureError(Exception):
    """A missing or wrong signature. The text names the reason."""


class _Verifier(SigV4Auth):
    """botocore's signer, limited to the headers that the client signed."""

    def __init__(self, credentials: Credentials, region: str, signed: list[str]) -> None:
        super().__init__(credentials, SERVICE, region)
        self._signed = signed

    def headers_to_sign(self, request: Any) -> HTTPHeaders:
        chosen = HTTPHeaders()
        for name in self._signed:
            chosen[name] = request.headers.get(name, "")
        return chosen


def read_access_key(request: GatewayRequest) -> str:
    """Read the access key from a request's Authorization header, or raise :class:`SignatureError`."""
    return _parse_claim(request)["key"]


def verify(request: GatewayRequest, secret: str, token: str | None, region: str, dates: Collection[datetime]) -> None:
    """Check that ``request`` is signed with ``secret`` for API Gateway in this region.

    Its signature must be within five minutes of one of ``dates``.

    Raises
    ------
    SignatureError
    """
    claim = _parse_claim(request)
    if (claim["service"], claim["region"]) != (SERVICE, region):
        raise SignatureError(f"signed for {claim['service']} in {claim['region']}, not for {SERVICE} in {region}")
    if token is not None and request.headers.get("x-amz-security-token") != token:
        raise SignatureError("the session token does not match the access key")
    timestamp = _check_timestamp(request, claim["date"], dates)
    signed = claim["headers"].split(";")
    must = {"host", *(name for name in request.headers if name.startswith("x-amz-") and name != "x-amz-content-sha256")}
    if missing := sorted(must - set(signed)):
        raise SignatureError(f"headers not signed: {', '.join(missing)}")
    content = request.headers.get("x-amz-content-sha256")
    if content is not None and content != hashlib.sha256(request.body).hexdigest():
        raise SignatureError("x-amz-content-sha256 does not match the body")
    computed = _compute_signature(request, secret, region, signed, timestamp)
    if not hmac.compare_digest(computed, claim["signature"]):
        raise SignatureError("the signature does not match the request")


def _parse_claim(request: GatewayRequest) -> re.Match[str]:
    claim = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if claim is None:
        raise SignatureError("the Authorization header is missing or not of AWS4-HMAC-SHA256")
    return claim


def _check_timestamp(request: GatewayRequest, date: str, dates: Collection[datetime]) -> str:
    timestamp = request.headers.get("x-amz-date", "")
    try:
        signed_at = datetime.strptime(timestamp, SIGV4_TIMESTAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise SignatureError("x-amz-date is missing or invalid") from error
    if not timestamp.startswith(date) or all(abs(now - signed_at) > MAX_SKEW for now in dates):
        raise SignatureError(f"signed at {timestamp}: not within five minutes of now, or not on {date}")
    return timestamp


def _compute_signature(request: GatewayRequest, secret: str, region: str, signed: list[str], timestamp: str) -> str:
    verifier = _Verifier(Credentials("-", secret), region, signed)
    again = AWSRequest(method=request.method, url=request.url, data=request.body)
    for name in signed:
        again.headers[name] = request.headers.get(name, "")
    again.context["timestamp"] = timestamp
    return str(verifier.signature(verifier.string_to_sign(again, verifier.canonical_request(again)), again))

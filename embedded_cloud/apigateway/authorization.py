"""Authentication and authorization of an API's callers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.sts.models import sts_backends

from embedded_cloud import clock
from embedded_cloud.apigateway import signature
from embedded_cloud.apigateway.request import GatewayRequest
from embedded_cloud.apigateway.signature import SignatureError
from embedded_cloud.cloud import ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY, EmbeddedCloud
from embedded_cloud.iam.permissions import AccessDeniedError, Permissions
from embedded_cloud.iam.policy import UnknownPolicyError

INVOKE = "execute-api:Invoke"


class ForbiddenError(Exception):
    """An unknown caller, or one without the permission. Only the access log shows the text."""


@dataclass(frozen=True)
class Caller:
    """The owner of the access key that signed a request."""

    access_key: str
    account_id: str
    user_id: str
    arn: str

    def to_event(self) -> dict[str, Any]:
        """Return ``requestContext.authorizer.iam`` of the function's event."""
        return {
            "accessKey": self.access_key,
            "accountId": self.account_id,
            "callerId": self.user_id,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": self.arn,
            "userId": self.user_id,
        }


def authorize(permissions: Permissions, credentials: Caller, action: str, arn: str) -> None:
    """Raise :class:`ForbiddenError` unless the caller's policies allow ``action``. The administrator may do all."""
    try:
        permissions.require(permissions.find_session(credentials.access_key), action, [arn])
    except (AccessDeniedError, UnknownPolicyError) as error:
        raise ForbiddenError(str(error)) from error


def identify(cloud: EmbeddedCloud, request: GatewayRequest) -> Caller:
    """Return the signer of ``request``, or raise :class:`ForbiddenError`."""
    try:
        key = signature.read_access_key(request)
        caller, secret, token = _find_caller(cloud, key)
        # A function signs at the cloud's date, any other client at this computer's.
        dates = (request.received_at, clock.read_real_date())
        signature.verify(request, secret, token, cloud.region, dates)
    except SignatureError as error:
        raise ForbiddenError(str(error)) from error
    return caller


def _find_caller(cloud: EmbeddedCloud, key: str) -> tuple[Caller, str, str | None]:
    """Return the caller of an access key, its secret key, and its session token."""
    account = cloud.account_id
    if key == ROOT_ACCESS_KEY_ID:
        return Caller(key, account, account, f"arn:aws:iam::{account}:root"), ROOT_SECRET_ACCESS_KEY, None
    session = sts_backends[account]["aws"].get_assumed_role_from_access_key(key)
    if session is None:
        raise ForbiddenError(f"access key {key} does not exist")
    return Caller(key, account, session.user_id, session.arn), session.secret_access_key, session.session_token

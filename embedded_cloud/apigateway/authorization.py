"""Who calls an API's route, and whether they may.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.sts.models import sts_backends

from embedded_cloud.apigateway import signature
from embedded_cloud.apigateway.request import GatewayRequest
from embedded_cloud.apigateway.signature import SignatureError
from embedded_cloud.cloud import ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY, EmbeddedCloud
from embedded_cloud.iam.permissions import AccessDeniedError, Permissions
from embedded_cloud.iam.policy import UnknownPolicyError

INVOKE = "execute-api:Invoke"


class ForbiddenError(Exception):
    """The caller is unknown, or may not; the text says why, and is for the access log alone."""


@dataclass(frozen=True)
class Caller:
    """Whose access key a request is signed with."""

    access_key: str
    account_id: str
    user_id: str
    arn: str

    def event(self) -> dict[str, Any]:
        """``requestContext.authorizer.iam`` of the function's event."""
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
    """Let a role's session do what its policies allow, the administrator anything; raises :class:`ForbiddenError`."""
    try:
        permissions.require(permissions.find_session(credentials.access_key), action, [arn])
    except (AccessDeniedError, UnknownPolicyError) as error:
        raise ForbiddenError(str(error)) from error


def identify(cloud: EmbeddedCloud, request: GatewayRequest) -> Caller:
    """Who has signed ``request``; raises :class:`ForbiddenError`."""
    try:
        key = signature.access_key(request)
        caller, secret, token = _known(cloud, key)
        signature.verify(request, secret, token, cloud.region, request.received_at)
    except SignatureError as error:
        raise ForbiddenError(str(error)) from error
    return caller


def _known(cloud: EmbeddedCloud, key: str) -> tuple[Caller, str, str | None]:
    """The caller of an access key, its secret, and a session's token."""
    account = cloud.account_id
    if key == ROOT_ACCESS_KEY_ID:
        return Caller(key, account, account, f"arn:aws:iam::{account}:root"), ROOT_SECRET_ACCESS_KEY, None
    session = sts_backends[account]["aws"].get_assumed_role_from_access_key(key)
    if session is None:
        raise ForbiddenError(f"no access key {key}")
    return Caller(key, account, session.user_id, session.arn), session.secret_access_key, session.session_token

"""The gate that every call over HTTP passes: a role's session does what its policies allow, and nothing else.

moto's own gate knows no resources and no conditions, and is off unless asked for.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from moto.athena.models import athena_backends
from moto.s3.exceptions import S3ClientError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.iam.actions import Call, Place, UnknownCallError, needed
from embedded_cloud.iam.permissions import AccessDeniedError, Session
from embedded_cloud.iam.policy import UnknownPolicyError
from embedded_cloud.refusals import RefusalError, raise_planned_refusal

# What anybody may, whatever is denied: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
ALWAYS_ALLOWED = {"sts:GetCallerIdentity"}
# Whose faults the service itself plans: some of them are no refusals.
ASKED_BY_THE_SERVICE = {"firehose:PutRecordBatch"}
# moto's name of an S3 request where IAM has another.
S3_ACTIONS = {"HeadBucket": "ListBucket"}
_KEY = re.compile("<Key>([^<]*)</Key>")  # keys of bars, which XML need not escape


class _Refused(HTTPException):
    """A refusal in the shape that the service's protocol gives it."""

    def __init__(self, status: int, body: str) -> None:
        # moto reads code and description; where it does not look (S3), Flask sends the response as it is.
        super().__init__(body, Response(body, status, mimetype="application/xml"))
        self.code = status


def _json(code: str, message: str) -> str:
    return json.dumps({"__type": code, "message": message, "Message": message})


def _query(code: str, message: str) -> str:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return f"<ErrorResponse>{error}<RequestId/></ErrorResponse>"


def _s3(code: str, message: str) -> str:
    return f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"


def _require(cloud: EmbeddedCloud, session: Session, call: Call, place: Place) -> None:
    if f"{call.service}:{call.operation}" in ALWAYS_ALLOWED:
        return
    try:
        action, resources = needed(call, place)
        cloud.permissions.require(session, action, resources)
    except (UnknownCallError, UnknownPolicyError) as error:
        raise AccessDeniedError(str(error)) from error
    if action not in ASKED_BY_THE_SERVICE:
        raise_planned_refusal(cloud.faults, action, resources[0].split(":", 5)[-1])


def _call(request: Any) -> Call:
    parameters: dict[str, Any] = {name: values[0] for name, values in request.querystring.items()}
    if request.headers.get("X-Amz-Target"):
        parameters |= json.loads(request.body or "{}")
    service, operation = request.boto3_service_name, request._get_action()
    if service == "athena":
        parameters["WorkGroup"] = _work_group(request, parameters)
    return Call(service, operation, parameters, request.parsed_url.path)


def _work_group(request: Any, parameters: dict[str, Any]) -> str:
    """The workgroup that a call to Athena is about: an execution's is not among its parameters."""
    executions = athena_backends[request.current_account][request.region].executions
    execution = executions.get(parameters.get("QueryExecutionId"))
    return str(execution.request.work_group if execution else parameters.get("WorkGroup") or "primary")


def action_gate(cloud: EmbeddedCloud) -> Callable[..., None]:
    """Return the gate of every service but S3, which moto calls as a method of the request."""
    permissions = cloud.permissions
    place = Place(cloud.region, cloud.account_id)

    def gate(request: Any, resource: str = "*") -> None:
        del resource  # moto's guess
        session = permissions.session(request.access_key)
        if session is None:
            return
        query = "Action" in request.querystring
        shape = _query if query else _json
        try:
            _require(cloud, session, _call(request), place)
        except RefusalError as refusal:
            raise _Refused(refusal.status, shape(refusal.code, str(refusal))) from refusal
        except AccessDeniedError as error:
            code = "AccessDenied" if query else "AccessDeniedException"
            raise _Refused(400 if "X-Amz-Target" in request.headers else 403, shape(code, str(error))) from error

    return gate


def s3_gate(cloud: EmbeddedCloud) -> Callable[..., None]:
    """Return the gate of S3, which moto calls as a method of the request."""
    permissions = cloud.permissions

    def gate(request: Any, bucket_name: str | None = None, key_name: str | None = None) -> None:
        session = permissions.session(request.access_key)
        name = request._get_action()
        action = f"s3:{S3_ACTIONS.get(name, name)}"
        resource = "/".join(part for part in (bucket_name, key_name) if part) or "*"
        resources = [f"arn:aws:s3:::{resource}"]
        if action == "s3:DeleteObject" and not key_name:  # DeleteObjects: the keys are in its body
            resources = [f"arn:aws:s3:::{bucket_name}/{key}" for key in _KEY.findall(request.body.decode())]
        try:
            # AWS refuses each object alone, in a list; here one that may not be deleted refuses them all.
            permissions.require(session, action, resources)
            if session:
                raise_planned_refusal(cloud.faults, action, key_name or "")
        except RefusalError as refusal:
            raise _Refused(refusal.status, _s3(refusal.code, str(refusal))) from refusal
        except (AccessDeniedError, UnknownPolicyError) as error:
            raise S3ClientError("AccessDenied", str(error)) from error

    return gate

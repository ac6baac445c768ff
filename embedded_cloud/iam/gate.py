"""The gate for every call over HTTP: a role's session can do only the actions that its policies allow.

moto's own gate knows no resources and no conditions, and is off by default.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from moto.athena.models import athena_backends
from moto.s3.exceptions import S3ClientError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.iam.actions import Call, Place, UnknownCallError, resolve_permission
from embedded_cloud.iam.permissions import AccessDeniedError, RoleSession
from embedded_cloud.iam.policy import UnknownPolicyError
from embedded_cloud.protocol import format_json, format_query, format_s3
from embedded_cloud.refusals import RefusalError, raise_planned_refusal

# AWS allows these calls to everyone, even against an explicit deny:
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
ALWAYS_ALLOWED = {"sts:GetCallerIdentity"}
# The service itself injects the faults of these calls, since some of them are not refusals.
FAULTS_FROM_SERVICE = {"firehose:PutRecordBatch"}
# IAM's name for an S3 request if moto's differs.
S3_ACTIONS = {"HeadBucket": "ListBucket"}
_KEY = re.compile("<Key>([^<]*)</Key>")  # assumes keys without characters that XML escapes


class _Refused(HTTPException):
    """A refusal in the shape of the service's protocol."""

    def __init__(self, status: int, body: str) -> None:
        # moto reads the code and the description. It doesn't for S3, so there Flask sends this response unchanged.
        super().__init__(body, Response(body, status, mimetype="application/xml"))
        self.code = status


def _require(cloud: EmbeddedCloud, session: RoleSession, call: Call, place: Place) -> None:
    if f"{call.service}:{call.operation}" in ALWAYS_ALLOWED:
        return
    try:
        action, resources = resolve_permission(call, place)
        cloud.permissions.require(session, action, resources)
    except (UnknownCallError, UnknownPolicyError) as error:
        raise AccessDeniedError(str(error)) from error
    if action not in FAULTS_FROM_SERVICE:
        raise_planned_refusal(cloud.faults, action, resources[0].split(":", 5)[-1])


def _read_call(request: Any) -> Call:
    parameters: dict[str, Any] = {name: values[0] for name, values in request.querystring.items()}
    if request.headers.get("X-Amz-Target"):
        parameters |= request.body if isinstance(request.body, dict) else json.loads(request.body or "{}")
    service, operation = request.boto3_service_name, request._get_action()
    if service == "athena":
        parameters["WorkGroup"] = _find_work_group(request, parameters)
    return Call(service, operation, parameters, request.parsed_url.path)


def _find_work_group(request: Any, parameters: dict[str, Any]) -> str:
    """Return the workgroup of a call to Athena. A call with only the id of an execution or a query needs a lookup."""
    athena = athena_backends[request.current_account][request.region]
    if execution := athena.executions.get(parameters.get("QueryExecutionId")):
        return str(execution.request.work_group)
    if query := athena.named_queries.get(parameters.get("NamedQueryId")):
        return str(query.workgroup.name)
    return str(parameters.get("WorkGroup") or "primary")


def make_action_gate(cloud: EmbeddedCloud) -> Callable[..., None]:
    """Return the gate of every service but S3, which moto calls as a method of the request."""
    permissions = cloud.permissions
    place = Place(cloud.region, cloud.account_id)

    def gate(request: Any, resource: str = "*") -> None:
        del resource  # moto's guess of the resource
        session = permissions.find_session(request.access_key)
        if session is None:
            return
        query = "Action" in request.querystring
        shape = format_query if query else format_json
        try:
            _require(cloud, session, _read_call(request), place)
        except RefusalError as refusal:
            raise _Refused(refusal.status, shape(refusal.code, str(refusal))) from refusal
        except AccessDeniedError as error:
            code = "AccessDenied" if query else "AccessDeniedException"
            raise _Refused(400 if "X-Amz-Target" in request.headers else 403, shape(code, str(error))) from error

    return gate


def make_s3_gate(cloud: EmbeddedCloud) -> Callable[..., None]:
    """Return the gate of S3, which moto calls as a method of the request."""
    permissions = cloud.permissions

    def gate(request: Any, bucket_name: str | None = None, key_name: str | None = None) -> None:
        session = permissions.find_session(request.access_key)
        name = request._get_action()
        action = f"s3:{S3_ACTIONS.get(name, name)}"
        resource = "/".join(part for part in (bucket_name, key_name) if part) or "*"
        resources = [f"arn:aws:s3:::{resource}"]
        if action == "s3:DeleteObject" and not key_name:  # DeleteObjects has the keys in its body
            resources = [f"arn:aws:s3:::{bucket_name}/{key}" for key in _KEY.findall(request.body.decode())]
        try:
            # AWS refuses objects one by one, in a list. Here one denied object refuses the whole call.
            permissions.require(session, action, resources)
            if session:
                raise_planned_refusal(cloud.faults, action, key_name or "")
        except RefusalError as refusal:
            raise _Refused(refusal.status, format_s3(refusal.code, str(refusal))) from refusal
        except (AccessDeniedError, UnknownPolicyError) as error:
            raise S3ClientError("AccessDenied", str(error)) from error

    return gate

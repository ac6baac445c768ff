"""Refusals of the calls that moto can't answer, in the protocol of the called service.

moto's server sends an HTML page with status 500 or 404. An AWS client retries status 500, and reads no reason in HTML.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from flask import request
from moto.core.request import Request
from moto.core.responses import BaseResponse
from moto.core.routing import get_service_router
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from embedded_cloud import moto_patches
from embedded_cloud.protocol import find_boto_name, find_protocol, format_error

CODE = "NotEmulated"
# boto3 retries 5xx: https://docs.aws.amazon.com/boto3/latest/guide/retries.html
STATUS = 400
# Parts of moto's server that aren't AWS services: its control API with the dashboard, and EC2 instance metadata.
NOT_SERVED = frozenset({"moto_api", "instance_metadata"})

# moto's name of Lambda. Its other names are boto3's without hyphens.
_BOTO_NAMES = {"awslambda": "lambda"}

WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]

_log = logging.getLogger(__name__)


class ServiceDispatcher(DomainDispatcherApplication):  # type: ignore[misc]
    """moto's services behind one endpoint. Each call gets an answer of its service's protocol."""

    def __init__(self) -> None:
        super().__init__(create_service_application)

    def get_application(self, environ: dict[str, Any]) -> Any:
        try:
            return super().get_application(environ)
        except Exception as error:  # moto reads a service's headers to find the service
            return build_refusal(Request(environ), error)


def create_service_application(service: str | None) -> WsgiApplication:
    """Return the WSGI application of a service of moto. ``service`` is None for one that moto lacks."""
    if service in NOT_SERVED:
        return Response(status=HTTPStatus.NOT_FOUND)
    if service is None:
        return _refuse_every_call
    application = create_backend_app(service)
    name = find_boto_name(_BOTO_NAMES.get(service, service))

    def answer_error(error: Exception) -> Any:
        # An HTTPException of moto is an answer of the service. One of werkzeug is an unknown route.
        if isinstance(error, HTTPException) and type(error).__module__ != HTTPException.__module__:
            return error
        return build_refusal(request, error, name)

    application.register_error_handler(Exception, answer_error)
    return application  # type: ignore[no-any-return]


def _refuse_every_call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    return build_refusal(Request(environ), NotImplementedError())(environ, start_response)


def build_refusal(call: Request, error: Exception, service: str | None = None) -> Response:
    """Return the refusal of a request, which names the service and the operation.

    ``service`` is boto3's name, and without one the signature tells it. ``error`` is the reason. An error other than
    NotImplementedError and an unknown route goes to the log too, since neither moto nor the embedded cloud expected it.
    """
    service = service or _find_signed_service(call)
    operation = _find_operation(call, service)
    message = f"The embedded cloud does not support {service}:{operation}"
    if isinstance(error, NotImplementedError):
        reason = str(error)
        message += f": {reason}" if reason and not reason.endswith("action has not been implemented") else ""
    elif not isinstance(error, HTTPException):
        _log.error("%s:%s failed", service, operation, exc_info=error)
        message += f" with these parameters: {type(error).__name__}: {error}"
    body, content_type = format_error(service, _find_protocol(call, service), CODE, message)
    return Response(body, STATUS, {"x-amzn-ErrorType": CODE}, content_type=content_type)


def _find_protocol(call: Request, service: str) -> str:
    """Return the service's protocol, or for a service that boto3 lacks the one that the request's form tells."""
    guess = "json" if "X-Amz-Target" in call.headers else "query" if "Action" in call.values else "rest-json"
    return find_protocol(service) or guess


def _find_operation(call: Request, service: str) -> str:
    """Return the operation of a request, or its method and path if they belong to no operation of the service."""
    named = call.headers.get("X-Amz-Target", "").rpartition(".")[2] or call.values.get("Action")
    if named:
        return str(named)
    try:
        operation, _ = get_service_router(service).match(call)
    except Exception:  # no such service in boto3, or no such route in the service
        return f"{call.method} {call.path}"
    return str(operation.name)


def _find_signed_service(call: Request) -> str:
    """Return the service in the scope of a request's signature, or S3, which moto assumes too."""
    scope = call.headers.get("Authorization", "").partition("Credential=")[2].partition(",")[0].split("/")
    return scope[3] if len(scope) > 3 else "s3"


def call_action(response: BaseResponse) -> Any:
    """Call an operation of moto. Raise NotImplementedError if the request belongs to no operation."""
    answer = moto_patches.CALL_ACTION.original(response)
    if answer[0] == 404 and not answer[2] and not response._get_action():
        raise NotImplementedError
    return answer

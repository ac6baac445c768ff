"""The gateway of HTTP APIs. In AWS's order: route, authorization, throttling, function, access log.

An API's ``ApiEndpoint`` is ``http://127.0.0.1:PORT/_api/API_ID``, so clients need no name resolution.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from werkzeug.wrappers import Response

from embedded_cloud.apigateway import access_log
from embedded_cloud.apigateway.authorization import INVOKE, Caller, ForbiddenError, authorize, identify
from embedded_cloud.apigateway.event import REQUEST_TIME, build_event
from embedded_cloud.apigateway.integration import Integrations
from embedded_cloud.apigateway.request import BodyTooLargeError, GatewayRequest, read
from embedded_cloud.apigateway.response import GatewayResponse, build_error_response
from embedded_cloud.apigateway.routes import DEFAULT_ROUTE, Match, get_route_path, match
from embedded_cloud.apigateway.throttle import Throttle
from embedded_cloud.cloud import EmbeddedCloud

PREFIX = "/_api"
DEFAULT_STAGE = "$default"


class Gateway:
    """The WSGI application that serves all APIs."""

    def __init__(self, cloud: EmbeddedCloud, apis: Callable[[], Mapping[str, Any]]) -> None:
        self._cloud = cloud
        self._apis = apis
        self._throttle = Throttle(cloud.clock.read_seconds)
        self._integrations = Integrations(cloud)

    def stop(self) -> None:
        self._integrations.stop()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        response = self._respond(environ)
        return Response(response.body, response.status, response.headers)(environ, start_response)

    def _respond(self, environ: dict[str, Any]) -> GatewayResponse:
        raw_path, _, query = environ["RAW_URI"].partition("?")
        api_id, _, rest = raw_path.removeprefix(f"{PREFIX}/").partition("/")
        api = self._apis().get(api_id)
        if api is None or api.disable_execute_api_endpoint:
            return build_error_response(HTTPStatus.NOT_FOUND)
        stage, path = _find_stage(api, f"/{rest}")
        if stage is None:
            return build_error_response(HTTPStatus.NOT_FOUND)
        try:
            request = read(environ, path, query)
        except BodyTooLargeError:
            return build_error_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return _Exchange(self._cloud, self._throttle, self._integrations, api, stage, request).respond()


def _find_stage(api: Any, path: str) -> tuple[Any, str]:
    """Return the stage that starts the path, or else the default stage, and the path below the stage."""
    name, _, rest = path[1:].partition("/")
    if (named := api.stages.get(unquote(name))) and named.name != DEFAULT_STAGE:
        return named, f"/{rest}"
    return api.stages.get(DEFAULT_STAGE), path


class _Exchange:
    """One request to a stage of an API, and its access log entry."""

    def __init__(
        self,
        cloud: EmbeddedCloud,
        throttle: Throttle,
        integrations: Integrations,
        api: Any,
        stage: Any,
        request: GatewayRequest,
    ) -> None:
        self._cloud = cloud
        self._throttle = throttle
        self._integrations = integrations
        self._api = api
        self._stage = stage
        self._request = request
        self._context = self._start_context()

    def respond(self) -> GatewayResponse:
        began = time.perf_counter()
        response = self._dispatch()
        settings = self._stage.access_log_settings
        if settings:
            self._context |= {
                "status": int(response.status),
                "responseLength": len(response.body),
                "responseLatency": round((time.perf_counter() - began) * 1000),
            }
            stream = f"{self._api.api_id}/{self._stage.name}".replace("*", "").replace(":", "")
            access_log.write(settings, self._cloud.account_id, self._cloud.region, stream, self._context)
        return response

    def _dispatch(self) -> GatewayResponse:
        found = match(self._api.routes.values(), self._request.method, self._request.path)
        if found is None:
            return self._refuse(HTTPStatus.NOT_FOUND, "no route matches")
        self._context["routeKey"] = found.route.route_key
        try:
            caller = self._authorize(found)
        except ForbiddenError as error:
            self._context["authorizer.error"] = str(error)
            return self._refuse(HTTPStatus.FORBIDDEN, "Forbidden")
        if not self._throttle.admits(self._build_throttle_key(found), self._merge_route_settings(found)):
            return self._refuse(HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests")
        return self._invoke(found, caller)

    def _authorize(self, found: Match) -> Caller | None:
        if found.route.authorization_type != "AWS_IAM":
            return None
        caller = identify(self._cloud, self._request)
        self._context |= {
            "identity.accountId": caller.account_id,
            "identity.caller": caller.user_id,
            "identity.user": caller.user_id,
            "identity.userArn": caller.arn,
        }
        authorize(self._cloud.permissions, caller, INVOKE, self._build_arn(self._request.method, self._request.path))
        return caller

    def _invoke(self, found: Match, caller: Caller | None) -> GatewayResponse:
        integration = self._api.get_integration(found.route.target.removeprefix("integrations/"))
        began = time.perf_counter()
        given = build_event(self._request, found, self._stage.name, self._api.api_id, self._cloud.account_id, caller)
        default = found.route.route_key == DEFAULT_ROUTE
        source = (
            self._build_arn("*", "/$default")
            if default
            else self._build_arn(self._request.method, get_route_path(found.route))
        )
        result = self._integrations.invoke(integration, given, source)
        latency = round((time.perf_counter() - began) * 1000)
        self._context |= {
            **dict.fromkeys(("integrationLatency", "integration.latency"), latency),
            **dict.fromkeys(("integrationStatus", "integration.status"), result.status and int(result.status)),
            **dict.fromkeys(("integrationErrorMessage", "integration.error"), result.error),
        }
        return result.response

    def _refuse(self, status: HTTPStatus, reason: str) -> GatewayResponse:
        self._context |= {"error.message": reason, "error.messageString": f'"{reason}"'}
        return build_error_response(status)

    def _build_arn(self, method: str, path: str) -> str:
        """Build the ARN that policies name.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
        """
        place = f"{self._cloud.region}:{self._cloud.account_id}:{self._api.api_id}"
        return f"arn:aws:execute-api:{place}/{self._stage.name}/{method}{path}"

    def _build_throttle_key(self, found: Match) -> tuple[str, ...]:
        return self._api.api_id, self._stage.name, found.route.route_key

    def _merge_route_settings(self, found: Match) -> dict[str, Any]:
        settings = self._stage.route_settings or {}
        return {**(self._stage.default_route_settings or {}), **settings.get(found.route.route_key, {})}

    def _start_context(self) -> dict[str, Any]:
        request = self._request
        return {
            "accountId": self._cloud.account_id,
            "apiId": self._api.api_id,
            "domainName": request.headers.get("host"),
            "domainPrefix": self._api.api_id,
            "httpMethod": request.method,
            "identity.sourceIp": request.source_ip,
            "identity.userAgent": request.headers.get("user-agent"),
            "path": request.path,
            "protocol": request.protocol,
            "requestId": request.request_id,
            "requestTime": request.received_at.strftime(REQUEST_TIME),
            "requestTimeEpoch": int(request.received_at.timestamp() * 1000),
            "stage": self._stage.name,
        }

"""The event in payload format 2.0 that a function receives for a request.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qsl

from embedded_cloud.apigateway.authorization import Caller
from embedded_cloud.apigateway.request import GatewayRequest
from embedded_cloud.apigateway.routes import Match

REQUEST_TIME = "%d/%b/%Y:%H:%M:%S +0000"
# A body of these content types is passed as text, any other body as base64.
TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")


def build_event(
    request: GatewayRequest, match: Match, stage: str, api_id: str, account_id: str, caller: Caller | None
) -> dict[str, Any]:
    """Build the event for the function behind ``match``'s route."""
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": match.route.route_key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        **_parse_cookies(request),
        "headers": {name: value for name, value in request.headers.items() if name != "cookie"}
        | {"x-forwarded-for": request.source_ip, "x-forwarded-proto": "http"},
        **_parse_query(request),
        "requestContext": {
            "accountId": account_id,
            "apiId": api_id,
            **({"authorizer": {"iam": caller.to_event()}} if caller else {}),
            "domainName": request.headers.get("host", ""),
            "domainPrefix": api_id,
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": request.protocol,
                "sourceIp": request.source_ip,
                "userAgent": request.headers.get("user-agent", ""),
            },
            "requestId": request.request_id,
            "routeKey": match.route.route_key,
            "stage": stage,
            "time": request.received_at.strftime(REQUEST_TIME),
            "timeEpoch": int(request.received_at.timestamp() * 1000),
        },
    }
    if match.path_parameters:
        made["pathParameters"] = match.path_parameters
    return made | _encode_body(request)


def _parse_cookies(request: GatewayRequest) -> dict[str, list[str]]:
    given = request.headers.get("cookie")
    return {"cookies": [one.strip() for one in given.split(";")]} if given else {}


def _parse_query(request: GatewayRequest) -> dict[str, dict[str, str]]:
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(request.query, keep_blank_values=True):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return {"queryStringParameters": parameters} if parameters else {}


def _encode_body(request: GatewayRequest) -> dict[str, Any]:
    if not request.body:
        return {"isBase64Encoded": False}
    if request.headers.get("content-type", "").lower().startswith(TEXT_TYPES):
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:  # not UTF-8, so it is passed as base64
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}

"""HTTP APIs as moto stores them. A field that the embedded cloud doesn't support is refused by name.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/api-reference.html
"""

from __future__ import annotations

from typing import Any, ClassVar

from moto.apigatewayv2.exceptions import BadRequestException
from moto.apigatewayv2.models import Api, ApiGatewayV2Backend, Integration, Route, Stage

from embedded_cloud.apigateway.access_log import find_unknown_variables
from embedded_cloud.apigateway.gateway import PREFIX
from embedded_cloud.cloud import EmbeddedCloud

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
TIMEOUT_MS = range(50, 30_001)
AUTHORIZATION_TYPES = ("NONE", "AWS_IAM")
# Supported fields of CreateStage and UpdateStage. Any other field is refused by name.
STAGE_FIELDS = frozenset(
    {"accessLogSettings", "autoDeploy", "defaultRouteSettings", "description", "routeSettings", "stageName", "tags"}
)
ROUTE_SETTINGS = frozenset({"detailedMetricsEnabled", "throttlingBurstLimit", "throttlingRateLimit"})


class ApiGatewayBackend(ApiGatewayV2Backend):  # type: ignore[misc]
    """The APIs of an account and region."""

    cloud: ClassVar[EmbeddedCloud]

    def create_api(self, **given: Any) -> Api:
        """Create an HTTP API.

        https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html#CreateApi
        """
        if given["protocol_type"] != "HTTP":
            raise BadRequestException(f"The embedded cloud supports HTTP APIs, not {given['protocol_type']}")
        if given["cors_configuration"]:
            raise BadRequestException("The embedded cloud does not support CorsConfiguration")
        api = super().create_api(**given)
        api.api_endpoint = f"{self.cloud.endpoint}{PREFIX}/{api.api_id}"
        return api

    def create_integration(self, **given: Any) -> Integration:
        """Create an integration.

        https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html
        """
        _check_integration({name: value for name, value in given.items() if value is not None})
        return super().create_integration(**given)

    def update_integration(self, **given: Any) -> Integration:
        current = self.get_integration(given["api_id"], given["integration_id"])
        asked = {name: value for name, value in given.items() if value is not None}
        _check_integration({**vars(current), **asked})
        return super().update_integration(**given)

    def create_route(self, **given: Any) -> Route:
        """Create a route.

        https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html
        """
        kind = given["authorization_type"] or "NONE"
        if kind not in AUTHORIZATION_TYPES:
            raise BadRequestException(
                f"The embedded cloud supports authorization by {' or '.join(AUTHORIZATION_TYPES)}, not {kind}"
            )
        if any(route.route_key == given["route_key"] for route in self.get_routes(given["api_id"])):
            raise BadRequestException(f"Route with key {given['route_key']} already exists for this API")
        return super().create_route(**given)

    def create_stage(self, api_id: str, config: dict[str, Any]) -> Stage:
        """Create a stage.

        https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
        """
        _check_stage(config)
        return super().create_stage(api_id, config)

    def update_stage(self, api_id: str, stage_name: str, config: dict[str, Any]) -> Stage:
        """Update a stage.

        https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html#UpdateStage
        """
        current = self.get_stage(api_id, stage_name)
        updated = {**current.config, **config, "stageName": stage_name}
        _check_stage(updated)
        return self.get_api(api_id).create_stage(updated)


def _check_integration(given: dict[str, Any]) -> None:
    for field, served in (("integration_type", "AWS_PROXY"), ("payload_format_version", "2.0")):
        if given.get(field) != served:
            raise BadRequestException(f"The embedded cloud supports {field} {served}, not {given.get(field)}")
    for field in ("connection_id", "credentials_arn", "integration_subtype", "request_parameters", "tls_config"):
        if given.get(field):
            raise BadRequestException(f"The embedded cloud does not support {field} of an integration")
    timeout = int(given.get("timeout_in_millis") or TIMEOUT_MS[-1])
    if timeout not in TIMEOUT_MS:
        raise BadRequestException(f"Timeout should be between {TIMEOUT_MS[0]} ms and {TIMEOUT_MS[-1]} ms")


def _check_stage(config: dict[str, Any]) -> None:
    if unknown := sorted(config.keys() - STAGE_FIELDS):
        raise BadRequestException(f"The embedded cloud does not support {', '.join(unknown)} of a stage")
    if not config.get("autoDeploy"):
        raise BadRequestException("The embedded cloud supports only stages with autoDeploy")
    settings = [config.get("defaultRouteSettings") or {}, *(config.get("routeSettings") or {}).values()]
    if unknown := sorted({name for one in settings for name in one} - ROUTE_SETTINGS):
        raise BadRequestException(f"The embedded cloud does not support {', '.join(unknown)} of a route's settings")
    log = config.get("accessLogSettings") or {}
    if log and not (log.get("destinationArn") and log.get("format")):
        raise BadRequestException("Access log settings need a destinationArn and a format")
    if unknown := find_unknown_variables(log.get("format", "")):
        raise BadRequestException(f"The embedded cloud does not support {', '.join(unknown)} in an access log's format")

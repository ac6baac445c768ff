"""API Gateway: HTTP APIs, their routes, integrations and stages.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html
"""

from __future__ import annotations

from typing import Any, Self

from embedded_cloud.cloudformation.resource import Resource


class ApiResource(Resource):
    """An HTTP API. Its properties are CreateApi's parameters of the same names."""

    TYPE = "AWS::ApiGatewayV2::Api"
    PROPERTIES = frozenset({"Description", "DisableExecuteApiEndpoint", "Name", "ProtocolType", "Tags.*"})
    REPLACED_BY = frozenset({"ProtocolType", "Tags"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        del name
        made = cls.cloud.client("apigatewayv2").create_api(**properties)
        return cls(made["ApiId"], {"ApiId": made["ApiId"], "ApiEndpoint": made["ApiEndpoint"]}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        changed = {"Description": "", **properties}
        for fixed in ("ProtocolType", "Tags"):
            changed.pop(fixed, None)
        self.cloud.client("apigatewayv2").update_api(ApiId=self.physical_resource_id, **changed)
        return self

    def remove(self) -> None:
        self.cloud.client("apigatewayv2").delete_api(ApiId=self.physical_resource_id)


class IntegrationResource(Resource):
    """An integration: the function behind routes."""

    TYPE = "AWS::ApiGatewayV2::Integration"
    PROPERTIES = frozenset(
        {
            "ApiId",
            "Description",
            "IntegrationMethod",
            "IntegrationType",
            "IntegrationUri",
            "PayloadFormatVersion",
            "TimeoutInMillis",
        }
    )
    REPLACED_BY = frozenset({"ApiId"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        del name
        made = cls.cloud.client("apigatewayv2").create_integration(**properties)
        return cls(made["IntegrationId"], {"IntegrationId": made["IntegrationId"]}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        self.cloud.client("apigatewayv2").update_integration(IntegrationId=self.physical_resource_id, **properties)
        return self

    def remove(self) -> None:
        self.cloud.client("apigatewayv2").delete_integration(
            ApiId=self.properties["ApiId"], IntegrationId=self.physical_resource_id
        )


class RouteResource(Resource):
    """A route: a method and a path, its authorization and its integration."""

    TYPE = "AWS::ApiGatewayV2::Route"
    PROPERTIES = frozenset({"ApiId", "AuthorizationType", "OperationName", "RouteKey", "Target"})
    REPLACED_BY = frozenset({"ApiId"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        del name
        made = cls.cloud.client("apigatewayv2").create_route(**properties)
        return cls(made["RouteId"], {"RouteId": made["RouteId"]}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        changed = {"AuthorizationType": "NONE", **properties}
        self.cloud.client("apigatewayv2").update_route(RouteId=self.physical_resource_id, **changed)
        return self

    def remove(self) -> None:
        self.cloud.client("apigatewayv2").delete_route(
            ApiId=self.properties["ApiId"], RouteId=self.physical_resource_id
        )


class StageResource(Resource):
    """A stage of an API, with its throttling and its access log."""

    TYPE = "AWS::ApiGatewayV2::Stage"
    PROPERTIES = frozenset(
        {
            "AccessLogSettings.DestinationArn",
            "AccessLogSettings.Format",
            "ApiId",
            "AutoDeploy",
            "DefaultRouteSettings.DetailedMetricsEnabled",
            "DefaultRouteSettings.ThrottlingBurstLimit",
            "DefaultRouteSettings.ThrottlingRateLimit",
            "Description",
            "RouteSettings.*",
            "StageName",
            "Tags.*",
        }
    )
    REPLACED_BY = frozenset({"ApiId", "StageName", "Tags"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        del name
        cls.cloud.client("apigatewayv2").create_stage(**properties)
        return cls(properties["StageName"], {}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        none = {"AccessLogSettings": {}, "DefaultRouteSettings": {}, "Description": "", "RouteSettings": {}}
        changed = {**none, **properties}
        changed.pop("Tags", None)
        self.cloud.client("apigatewayv2").update_stage(**changed)
        return self

    def remove(self) -> None:
        self.cloud.client("apigatewayv2").delete_stage(
            ApiId=self.properties["ApiId"], StageName=self.physical_resource_id
        )

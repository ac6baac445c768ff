"""HTTP APIs in CloudFormation: creation, update in place, and deletion with the stack."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.apigateway.client import send
from tests.embedded_cloud.cloudformation.stacks import Stacks

PERMISSION = {
    "Action": "lambda:InvokeFunction",
    "FunctionName": "mirror",
    "Principal": "apigateway.amazonaws.com",
    "SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/GET/here"},
}


def template(cloud: EmbeddedCloud, *, stage: dict[str, Any] | None = None, **route: Any) -> dict[str, Any]:
    """Return the resources of an API with one route to the function ``mirror``."""
    function = f"arn:aws:lambda:{cloud.region}:{cloud.account_id}:function:mirror"
    api = {"ApiId": {"Ref": "Api"}}
    target = {"Target": {"Fn::Sub": "integrations/${Integration}"}}
    proxy = {"IntegrationType": "AWS_PROXY", "IntegrationUri": function, "PayloadFormatVersion": "2.0"}
    properties = {
        "AWS::ApiGatewayV2::Api": ("Api", {"Name": "stack's", "ProtocolType": "HTTP"}),
        "AWS::ApiGatewayV2::Integration": ("Integration", {**api, **proxy, "TimeoutInMillis": 5000}),
        "AWS::ApiGatewayV2::Route": ("Route", {**api, **target, "RouteKey": "GET /here", **route}),
        "AWS::ApiGatewayV2::Stage": ("Stage", {**api, "StageName": "$default", "AutoDeploy": True, **(stage or {})}),
        "AWS::Lambda::Permission": ("Permission", PERMISSION),
    }
    return {name: {"Type": kind, "Properties": of} for kind, (name, of) in properties.items()}


@pytest.fixture
def stacks(cloud: EmbeddedCloud) -> Stacks:
    return Stacks(cloud)


def test_http_api_resource_is_served_updated_in_place_and_deleted(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGatewayV2.html"""
    outputs = {"Url": {"Value": {"Fn::GetAtt": ["Api", "ApiEndpoint"]}}}
    assert stacks.create(template(cloud), Outputs=outputs) == "CREATE_COMPLETE", stacks.events
    url = stacks.description["Outputs"][0]["OutputValue"]
    assert url.startswith(f"{cloud.endpoint}/_api/")
    assert send("GET", f"{url}/here").status == 200

    limit = {"DefaultRouteSettings": {"ThrottlingBurstLimit": "0", "ThrottlingRateLimit": 1}}
    assert stacks.update(template(cloud, stage=limit), Outputs=outputs) == "UPDATE_COMPLETE", stacks.events
    assert stacks.description["Outputs"][0]["OutputValue"] == url
    assert send("GET", f"{url}/here").status == 429

    closed = template(cloud, AuthorizationType="AWS_IAM")
    assert stacks.update(closed, Outputs=outputs) == "UPDATE_COMPLETE", stacks.events
    assert send("GET", f"{url}/here").status == 403

    assert stacks.delete() == "DELETE_COMPLETE"
    assert send("GET", f"{url}/here").status == 404
    assert cloud.client("apigatewayv2").get_apis()["Items"] == []


def test_stage_resource_rejects_an_unknown_property(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    with pytest.raises(ClientError, match=r"resource Stage .* does not support the properties StageVariables"):
        stacks.create(template(cloud, stage={"StageVariables": {"a": "b"}}))

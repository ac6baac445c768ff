"""Refusals of calls that moto can't answer, as AWS clients of each protocol read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.stepfunctions.models import StepFunctionBackend

from embedded_cloud.cloud import EmbeddedCloud

BUCKET = {"Bucket": "any"}
CALLS = [
    pytest.param("stepfunctions", "test_state", {"definition": "{}"}, id="json"),
    pytest.param("lambda", "list_capacity_providers", {}, id="rest-json"),
    pytest.param(
        "iam", "list_policies_granting_service_access", {"Arn": "a" * 20, "ServiceNamespaces": ["s3"]}, id="query"
    ),
    pytest.param("s3", "get_bucket_metadata_configuration", BUCKET, id="rest-xml of S3"),
    pytest.param(
        "s3", "delete_bucket_inventory_configuration", {**BUCKET, "Id": "i"}, id="one that moto misunderstands"
    ),
    pytest.param("route53", "get_geo_location", {}, id="rest-xml"),
    pytest.param("appflow", "list_flows", {}, id="a service that moto lacks"),
]


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud() as cloud:
        cloud.client("s3").create_bucket(**BUCKET)
        yield cloud


def refuse(cloud: EmbeddedCloud, service: str, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    client = cloud.client(service, config=Config(inject_host_prefix=False))
    with pytest.raises(ClientError) as raised:
        getattr(client, method)(**parameters)
    return dict(raised.value.response)


@pytest.mark.parametrize(("service", "method", "parameters"), CALLS)
def test_missing_operation_is_refused_by_name(
    cloud: EmbeddedCloud, service: str, method: str, parameters: dict[str, Any]
) -> None:
    refused = refuse(cloud, service, method, parameters)
    operation = "".join(part.capitalize() for part in method.split("_"))
    assert refused["Error"]["Code"] == "NotEmulated"
    assert refused["Error"]["Message"] == f"The embedded cloud does not support {service}:{operation}"
    assert (refused["ResponseMetadata"]["HTTPStatusCode"], refused["ResponseMetadata"]["RetryAttempts"]) == (400, 0)


def test_rules_of_eventbridge_are_refused_by_name(cloud: EmbeddedCloud) -> None:
    refused = refuse(cloud, "events", "put_rule", {"Name": "r", "ScheduleExpression": "rate(1 minute)"})
    assert "events:PutRule: rules of EventBridge don't fire" in refused["Error"]["Message"]


def test_managed_policies_of_aws_are_refused_by_name(cloud: EmbeddedCloud) -> None:
    policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    refused = refuse(cloud, "iam", "attach_role_policy", {"RoleName": "r", "PolicyArn": policy})
    assert f"iam:AttachRolePolicy: {policy} is a policy of AWS" in refused["Error"]["Message"]


def test_function_urls_are_refused_by_name(cloud: EmbeddedCloud) -> None:
    refused = refuse(cloud, "lambda", "create_function_url_config", {"FunctionName": "f", "AuthType": "NONE"})
    assert refused["Error"]["Message"] == "The embedded cloud does not support function URLs"


def test_unexpected_error_is_refused_by_name(
    cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError("missing")

    monkeypatch.setattr(StepFunctionBackend, "list_state_machines", fail)
    refused = refuse(cloud, "stepfunctions", "list_state_machines", {})
    expected = (
        "The embedded cloud does not support stepfunctions:ListStateMachines with these parameters: KeyError: 'missing'"
    )
    assert (refused["Error"]["Code"], refused["Error"]["Message"]) == ("NotEmulated", expected)
    assert refused["ResponseMetadata"]["RetryAttempts"] == 0
    assert "stepfunctions:ListStateMachines failed" in caplog.text


@pytest.mark.parametrize(
    ("path", "headers", "body", "operation"),
    [
        ("/2015-03-31/nowhere", {"Authorization": "lambda"}, None, "lambda:GET /2015-03-31/nowhere"),
        ("/", {"Authorization": "states", "X-Amz-Target": "AWSStepFunctions.Nothing"}, b"{}", "stepfunctions:Nothing"),
        ("/", {"Authorization": "iam"}, b"Action=Nothing", "iam:Nothing"),
        ("/", {"Authorization": "dynamodb"}, None, "dynamodb:GET /"),
    ],
)
def test_unknown_route_is_refused_by_name(
    cloud: EmbeddedCloud, path: str, headers: dict[str, str], body: bytes | None, operation: str
) -> None:
    scope = f"AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/{headers.get('Authorization')}/aws4_request, a=b"
    signed = {**headers, "Authorization": scope} if headers else {}
    with pytest.raises(HTTPError) as raised:
        urlopen(Request(f"{cloud.endpoint}{path}", body, signed))  # noqa: S310 - the cloud's own URL
    with raised.value as answer:
        assert answer.status == 400
        assert "html" not in answer.headers["Content-Type"]
        assert operation in answer.read().decode()

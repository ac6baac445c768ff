"""API Gateway: route selection, the event of the function, and the response to the client."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ROOT
from tests.embedded_cloud.apigateway.client import call, send
from tests.embedded_cloud.apigateway.conftest import HttpApi, permit

JSON = {"Content-Type": "application/json"}


def event_of(method: str, url: str, headers: dict[str, str] | None = None, body: bytes = b"") -> Any:
    answer = send(method, url, headers, body)
    assert answer.status == 200, answer.body
    return answer.json()


def ask(api: HttpApi, asked: Any) -> Any:
    """Call the API while the function answers ``asked``. Return the client's response."""
    return send("POST", f"{api.url}/ask", JSON, json.dumps({"answer": asked}).encode())


def test_payload_format_2_event_has_the_documented_fields(api: HttpApi) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html"""
    api.route("POST /things/{id}")
    headers = {**JSON, "X-Twice": "a,b", "Cookie": "k=1; l=2", "User-Agent": "a test"}
    event = event_of("POST", f"{api.url}/things/a%20b?x=1&x=2&y=", headers, b'{"z": 1}')
    context = event.pop("requestContext")
    assert {name: value for name, value in event.items() if name != "headers"} == {
        "version": "2.0",
        "routeKey": "POST /things/{id}",
        "rawPath": "/things/a%20b",
        "rawQueryString": "x=1&x=2&y=",
        "cookies": ["k=1", "l=2"],
        "queryStringParameters": {"x": "1,2", "y": ""},
        "pathParameters": {"id": "a b"},
        "body": '{"z": 1}',
        "isBase64Encoded": False,
    }
    assert {"content-type": "application/json", "x-twice": "a,b", "content-length": "8"}.items() <= event[
        "headers"
    ].items()
    assert "cookie" not in event["headers"]
    assert context["http"] == {
        "method": "POST",
        "path": "/things/a%20b",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "a test",
    }
    assert (context["accountId"], context["apiId"], context["stage"]) == (api.cloud.account_id, api.api_id, "$default")
    assert context["routeKey"] == event["routeKey"]
    assert isinstance(context["timeEpoch"], int)
    assert "authorizer" not in context


def test_payload_format_2_event_names_the_caller_of_a_signed_request(api: HttpApi) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html"""
    api.route("GET /signed", AuthorizationType="AWS_IAM")
    iam = call("GET", f"{api.url}/signed").json()["requestContext"]["authorizer"]["iam"]
    assert iam == {
        "accessKey": "local",
        "accountId": api.cloud.account_id,
        "callerId": api.cloud.account_id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": f"arn:aws:iam::{api.cloud.account_id}:root",
        "userId": api.cloud.account_id,
    }


def test_sample_events_have_the_fields_of_the_gateway_events(api: HttpApi) -> None:
    for method, path, function in (("POST", "/executions", "starter"), ("GET", "/executions/{id}", "follower")):
        sample = json.loads((ROOT / "tests" / "events" / f"{function}.json").read_text())
        api.route(f"{method} {path}", AuthorizationType="AWS_IAM")
        body = {"body": sample["body"].encode()} if "body" in sample else {}
        given = call(method, f"{api.url}{sample['rawPath']}", JSON, **body).json()
        assert names(given) == names(sample)


def names(event: dict[str, Any]) -> dict[str, Any]:
    """Return the names in an event at every level, without the names of headers, which the client chooses."""
    return {
        name: names(value) if isinstance(value, dict) and name != "headers" else None for name, value in event.items()
    }


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/x-www-form-urlencoded", b"a=1"), ("application/octet-stream", b"\xff"), ("text/plain", b"\xff")],
)
def test_payload_format_2_event_encodes_form_and_binary_bodies(api: HttpApi, content_type: str, body: bytes) -> None:
    api.route("POST /bytes")
    event = event_of("POST", f"{api.url}/bytes", {"Content-Type": content_type}, body)
    assert (event["isBase64Encoded"], base64.b64decode(event["body"])) == (True, body)


def test_route_selection_prefers_the_most_specific_route(api: HttpApi) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html"""
    for key in ("GET /pets/{kind}/1", "GET /pets/dog/1", "ANY /pets/dog/1", "GET /pets/{rest+}", "$default"):
        api.route(key)
    asked = (
        ("GET", "/pets/dog/1"),
        ("POST", "/pets/dog/1"),
        ("GET", "/pets/cat/1"),
        ("GET", "/pets/dog/2/3"),
        ("PUT", "/pets"),
    )
    assert [event_of(method, f"{api.url}{path}")["routeKey"] for method, path in asked] == [
        "GET /pets/dog/1",
        "ANY /pets/dog/1",
        "GET /pets/{kind}/1",
        "GET /pets/{rest+}",
        "$default",
    ]


def test_route_selection_returns_404_without_a_match(api: HttpApi) -> None:
    api.route("GET /here")
    for method, url in (
        ("POST", f"{api.url}/here"),
        ("GET", f"{api.url}/here/"),
        ("GET", f"{api.url}/there"),
        ("GET", f"{api.cloud.endpoint}/_api/nosuchapi/here"),
    ):
        answer = send(method, url)
        assert (answer.status, answer.json()) == (404, {"message": "Not Found"})


def test_named_stage_is_served_under_its_name(api: HttpApi) -> None:
    api.route("GET /here")
    api.client.create_stage(ApiId=api.api_id, StageName="v1", AutoDeploy=True)
    event = event_of("GET", f"{api.url}/v1/here")
    assert (event["requestContext"]["stage"], event["routeKey"]) == ("v1", "GET /here")


@pytest.mark.parametrize(
    ("answer", "status", "content_type", "body"),
    [
        ({"a": "ü"}, 200, "application/json", '{"a":"ü"}'),
        ("plain", 200, "application/json", "plain"),
        (None, 200, "application/json", "null"),
        ({"statusCode": 202, "headers": {"Content-Type": "text/html"}, "body": "x"}, 202, "text/html", "x"),
        ({"statusCode": "404"}, 404, "text/plain;charset=UTF-8", ""),
        ({"statusCode": 200, "body": "w7w=", "isBase64Encoded": True}, 200, "text/plain;charset=UTF-8", "ü"),
    ],
)
def test_payload_format_2_response_sets_status_type_and_body(
    api: HttpApi, answer: Any, status: int, content_type: str, body: str
) -> None:
    api.route("POST /ask")
    given = ask(api, answer)
    assert (given.status, given.headers["content-type"], given.body.decode()) == (status, content_type, body)


def test_payload_format_2_response_passes_headers_and_cookies(api: HttpApi) -> None:
    api.route("POST /ask")
    given = ask(api, {"statusCode": 201, "headers": {"Location": "/x", "X-N": 1}, "cookies": ["a=1"], "body": ""})
    assert (given.headers["location"], given.headers["x-n"], given.headers["set-cookie"]) == ("/x", "1", "a=1")


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "fine"},
        {"statusCode": 1000},
        {"statusCode": 200, "body": {"an": "object"}},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"x-lines": "a\r\nb: c"}},
        {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "body": "no base64", "isBase64Encoded": True},
    ],
)
def test_payload_format_2_response_of_another_format_returns_500(api: HttpApi, answer: Any) -> None:
    api.route("POST /ask")
    given = ask(api, answer)
    assert (given.status, given.json()) == (500, {"message": "Internal Server Error"})


def test_lambda_integration_hides_the_error_of_a_failed_function(api: HttpApi) -> None:
    api.route("POST /ask")
    given = send("POST", f"{api.url}/ask", JSON, b'"fail"')
    assert (given.status, given.json()) == (500, {"message": "Internal Server Error"})


def test_lambda_integration_returns_503_after_its_timeout(api: HttpApi) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html (30 seconds at most)"""
    api.route("POST /ask")
    with pytest.raises(ClientError, match="Timeout should be between 50 ms and 30000 ms"):
        api.client.update_integration(ApiId=api.api_id, IntegrationId=api.integration_id, TimeoutInMillis=30_001)
    api.client.update_integration(ApiId=api.api_id, IntegrationId=api.integration_id, TimeoutInMillis=50)
    given = send("POST", f"{api.url}/ask", JSON, b'"wait"')
    assert (given.status, given.json()) == (503, {"message": "Service Unavailable"})


def test_lambda_integration_returns_503_for_a_throttled_function(api: HttpApi) -> None:
    api.route("GET /here")
    client = api.cloud.client("lambda")
    client.put_function_concurrency(FunctionName="mirror", ReservedConcurrentExecutions=0)
    try:
        given = send("GET", f"{api.url}/here")
    finally:
        client.delete_function_concurrency(FunctionName="mirror")
    assert (given.status, given.json()) == (503, {"message": "Service Unavailable"})


def test_lambda_integration_needs_a_permission_per_route(unpermitted: HttpApi) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions"""
    for key in ("GET /pets/{id}", "POST /pets/{id}"):
        unpermitted.route(key)
    assert send("GET", f"{unpermitted.url}/pets/1").status == 500
    permit(unpermitted.cloud, f"{unpermitted.api_id}/*/GET/pets/{{id}}")
    assert send("GET", f"{unpermitted.url}/pets/1").status == 200
    assert send("POST", f"{unpermitted.url}/pets/1").status == 500


def test_http_api_rejects_a_body_over_10_mb(api: HttpApi) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""
    api.route("POST /ask")
    given = send("POST", f"{api.url}/ask", JSON, bytes(10_485_761))
    assert (given.status, given.json()) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize(
    ("call", "given", "message"),
    [
        ("create_api", {"Name": "a", "ProtocolType": "WEBSOCKET"}, "supports HTTP APIs, not WEBSOCKET"),
        ("create_api", {"Name": "a", "ProtocolType": "HTTP", "CorsConfiguration": {"MaxAge": 1}}, "CorsConfiguration"),
        (
            "create_integration",
            {"IntegrationType": "HTTP_PROXY"},
            "supports integration_type AWS_PROXY, not HTTP_PROXY",
        ),
        ("create_integration", {"IntegrationType": "AWS_PROXY"}, "supports payload_format_version 2.0, not None"),
        ("create_route", {"RouteKey": "GET /", "AuthorizationType": "JWT"}, "NONE or AWS_IAM, not JWT"),
        ("create_stage", {"StageName": "v1"}, "only stages with autoDeploy"),
        (
            "update_stage",
            {"StageName": "$default", "StageVariables": {"a": "b"}},
            "not support stageVariables of a stage",
        ),
        (
            "update_stage",
            {"StageName": "$default", "AccessLogSettings": {"DestinationArn": "a", "Format": "$context.nonsense"}},
            "not support \\$context.nonsense in an access log",
        ),
    ],
)
def test_http_api_actions_reject_unsupported_parameters(
    api: HttpApi, call: str, given: dict[str, Any], message: str
) -> None:
    place = {} if call == "create_api" else {"ApiId": api.api_id}
    with pytest.raises(ClientError, match=message):
        getattr(api.client, call)(**place, **given)

"""API Gateway: signatures, permissions, throttling and the access log."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.auth
import pytest
from botocore.credentials import Credentials

from embedded_cloud.apigateway.throttle import Throttle
from embedded_cloud.cloud import ROOT_SECRET_ACCESS_KEY
from tests.embedded_cloud.apigateway.client import ADMINISTRATOR, Response, call, send, signed_headers
from tests.embedded_cloud.apigateway.conftest import LOG_GROUP, HttpApi
from tests.installed import need
from tests.local.roles import make_role

FORBIDDEN = (403, {"message": "Forbidden"})


@pytest.fixture
def closed(api: HttpApi) -> HttpApi:
    """Return an API with one route, which requires a signature."""
    api.route("POST /closed", AuthorizationType="AWS_IAM")
    return api


def outcome(answer: Response) -> tuple[int, Any]:
    return answer.status, answer.json()


def test_aws_iam_route_forbids_a_request_without_a_signature(closed: HttpApi) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html"""
    assert outcome(send("POST", f"{closed.url}/closed")) == FORBIDDEN
    assert outcome(send("POST", f"{closed.url}/closed", {"Authorization": "Bearer x"})) == FORBIDDEN


@pytest.mark.parametrize(
    "how",
    [
        {"credentials": Credentials("local", "not the secret")},
        {"credentials": Credentials("AKIAUNKNOWN", ROOT_SECRET_ACCESS_KEY)},
        {"service": "states"},
        {"region": "eu-west-1"},
    ],
    ids=["another secret", "no such key", "another service", "another region"],
)
def test_aws_iam_route_forbids_another_key_service_or_region(closed: HttpApi, how: dict[str, Any]) -> None:
    assert outcome(call("POST", f"{closed.url}/closed", **how)) == FORBIDDEN


@pytest.mark.parametrize("minutes", [-6, 6])
def test_aws_iam_route_forbids_a_signature_more_than_5_minutes_off(
    closed: HttpApi, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html"""
    then = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: then)
    assert outcome(call("POST", f"{closed.url}/closed")) == FORBIDDEN


def test_aws_iam_route_forbids_changes_after_signing(closed: HttpApi) -> None:
    url, headers = f"{closed.url}/closed?a=1", {"Content-Type": "application/json"}
    signed = signed_headers("POST", url, headers, b'{"b": 1}')
    assert send("POST", url, signed, b'{"b": 1}').status == 200
    assert outcome(send("POST", url, signed, b'{"b": 2}')) == FORBIDDEN
    assert outcome(send("POST", f"{closed.url}/closed?a=2", signed, b'{"b": 1}')) == FORBIDDEN
    assert outcome(send("POST", url, signed | {"Content-Type": "text/plain"}, b'{"b": 1}')) == FORBIDDEN
    hashed = signed_headers("POST", url, headers | {"X-Amz-Content-SHA256": "0" * 64}, b'{"b": 1}')
    assert outcome(send("POST", url, hashed, b'{"b": 1}')) == FORBIDDEN


def test_aws_iam_route_accepts_a_signature_of_curl(closed: HttpApi) -> None:
    arguments = ["--aws-sigv4", "aws:amz:us-east-1:execute-api", "--user", "local:local", "--noproxy", "*"]
    body = ["--json", '{"b": 1}', f"{closed.url}/closed"]
    run = subprocess.run([need("curl"), "-sS", *arguments, *body], capture_output=True, check=True)
    assert json.loads(json.loads(run.stdout)["body"]) == {"b": 1}


def test_aws_iam_route_requires_the_session_token_and_a_permission(closed: HttpApi) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html"""
    log = {"DestinationArn": log_arn(closed), "Format": '{"why":"$context.authorizer.error"}'}
    closed.configure(AccessLogSettings=log)
    place = f"arn:aws:execute-api:us-east-1:{closed.cloud.account_id}:{closed.api_id}/$default/POST/closed"
    keys = [
        closed.cloud.assume_role(make_role(closed.cloud, name, "lambda", allowing(resource)))
        for name, resource in (("allowed", place), ("not-allowed", place.replace("POST", "GET")))
    ]
    allowed, not_allowed = (Credentials(*key.values()) for key in keys)
    without_token = Credentials(allowed.access_key, allowed.secret_key)
    assert call("POST", f"{closed.url}/closed", credentials=allowed).status == 200
    assert outcome(call("POST", f"{closed.url}/closed", credentials=not_allowed)) == FORBIDDEN
    assert outcome(call("POST", f"{closed.url}/closed", credentials=without_token)) == FORBIDDEN
    not_allowed_line, without_token_line = (line["why"] for line in closed.log()[-2:])
    assert f"is not authorized to perform: execute-api:Invoke on resource: {place}" in not_allowed_line
    assert without_token_line == "the session token does not match the access key"


def allowing(resource: str) -> dict[str, str]:
    return {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}


def log_arn(api: HttpApi) -> str:
    return f"arn:aws:logs:{api.cloud.region}:{api.cloud.account_id}:log-group:{LOG_GROUP}"


def test_throttling_burst_limit_rejects_the_next_request(closed: HttpApi) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html"""
    closed.configure(DefaultRouteSettings={"ThrottlingBurstLimit": 2, "ThrottlingRateLimit": 0.001})
    statuses = [call("POST", f"{closed.url}/closed").status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert call("POST", f"{closed.url}/closed").json() == {"message": "Too Many Requests"}


def test_route_settings_override_the_limit_of_the_stage(closed: HttpApi) -> None:
    closed.route("GET /open")
    closed.configure(
        DefaultRouteSettings={"ThrottlingBurstLimit": 100, "ThrottlingRateLimit": 100},
        RouteSettings={"GET /open": {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 0.001}},
    )
    assert [send("GET", f"{closed.url}/open").status for _ in range(2)] == [200, 429]
    assert [call("POST", f"{closed.url}/closed").status for _ in range(2)] == [200, 200]


def test_throttle_admits_requests_again_at_its_rate() -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    limits = {"throttlingBurstLimit": 3, "throttlingRateLimit": 2}
    assert [throttle.admits(("a",), limits) for _ in range(4)] == [True, True, True, False]
    now = 1.0
    assert [throttle.admits(("a",), limits) for _ in range(3)] == [True, True, False]
    now = 100.0
    assert [throttle.admits(("a",), limits) for _ in range(4)] == [True, True, True, False]


def test_access_log_has_one_line_per_request(closed: HttpApi) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html"""
    variables = ("requestId", "routeKey", "status", "responseLength", "identity.userArn", "integrationErrorMessage")
    line = json.dumps({name.replace(".", "_"): f"$context.{name}" for name in variables})
    closed.configure(AccessLogSettings={"DestinationArn": log_arn(closed), "Format": line})
    answer = call("POST", f"{closed.url}/closed", {"Content-Type": "application/json"}, b'{"answer": "four"}')
    send("POST", f"{closed.url}/closed")
    call("POST", f"{closed.url}/closed", {"Content-Type": "application/json"}, b'"fail"')
    send("GET", f"{closed.url}/nowhere")
    answered, refused, failed, lost = closed.log()[-4:]
    assert answer.body == b"four"
    assert (answered["status"], answered["responseLength"], answered["routeKey"]) == ("200", "4", "POST /closed")
    assert answered["identity_userArn"] == f"arn:aws:iam::{closed.cloud.account_id}:root"
    assert answered["integrationErrorMessage"] == "-"
    assert (refused["status"], refused["identity_userArn"]) == ("403", "-")
    assert (failed["status"], failed["integrationErrorMessage"]) == ("500", "a secret of the function's")
    assert (lost["status"], lost["routeKey"]) == ("404", "-")
    assert len({one["requestId"] for one in (answered, refused, failed, lost)}) == 4


def test_access_log_without_its_log_group_fails_no_request(closed: HttpApi) -> None:
    gone = log_arn(closed).replace(LOG_GROUP, "gone")
    closed.configure(AccessLogSettings={"DestinationArn": gone, "Format": "$context.status"})
    assert call("POST", f"{closed.url}/closed", credentials=ADMINISTRATOR).status == 200

"""API Gateway: who may call a route, how often, and what the access log says of it."""

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
    """An API whose one route wants a signature."""
    api.route("POST /closed", AuthorizationType="AWS_IAM")
    return api


def outcome(answer: Response) -> tuple[int, Any]:
    return answer.status, answer.json()


def test_a_request_without_a_signature_is_forbidden(closed: HttpApi) -> None:
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
def test_a_signature_of_another_key_or_for_something_else_is_forbidden(closed: HttpApi, how: dict[str, Any]) -> None:
    assert outcome(call("POST", f"{closed.url}/closed", **how)) == FORBIDDEN


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signature_older_or_newer_than_five_minutes_is_forbidden(
    closed: HttpApi, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html"""
    then = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: then)
    assert outcome(call("POST", f"{closed.url}/closed")) == FORBIDDEN


def test_what_is_changed_after_it_was_signed_is_forbidden(closed: HttpApi) -> None:
    url, headers = f"{closed.url}/closed?a=1", {"Content-Type": "application/json"}
    signed = signed_headers("POST", url, headers, b'{"b": 1}')
    assert send("POST", url, signed, b'{"b": 1}').status == 200
    assert outcome(send("POST", url, signed, b'{"b": 2}')) == FORBIDDEN
    assert outcome(send("POST", f"{closed.url}/closed?a=2", signed, b'{"b": 1}')) == FORBIDDEN
    assert outcome(send("POST", url, signed | {"Content-Type": "text/plain"}, b'{"b": 1}')) == FORBIDDEN
    hashed = signed_headers("POST", url, headers | {"X-Amz-Content-SHA256": "0" * 64}, b'{"b": 1}')
    assert outcome(send("POST", url, hashed, b'{"b": 1}')) == FORBIDDEN


def test_curl_signs_as_aws_wants_it(closed: HttpApi) -> None:
    arguments = ["--aws-sigv4", "aws:amz:us-east-1:execute-api", "--user", "local:local", "--noproxy", "*"]
    body = ["--json", '{"b": 1}', f"{closed.url}/closed"]
    run = subprocess.run([need("curl"), "-sS", *arguments, *body], capture_output=True, check=True)
    assert json.loads(json.loads(run.stdout)["body"]) == {"b": 1}


def test_a_role_signs_with_its_sessions_token_too_and_needs_leave(closed: HttpApi) -> None:
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


def test_a_request_over_the_burst_is_refused(closed: HttpApi) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html"""
    closed.configure(DefaultRouteSettings={"ThrottlingBurstLimit": 2, "ThrottlingRateLimit": 0.001})
    statuses = [call("POST", f"{closed.url}/closed").status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert call("POST", f"{closed.url}/closed").json() == {"message": "Too Many Requests"}


def test_a_routes_own_limit_comes_before_the_stages(closed: HttpApi) -> None:
    closed.route("GET /open")
    closed.configure(
        DefaultRouteSettings={"ThrottlingBurstLimit": 100, "ThrottlingRateLimit": 100},
        RouteSettings={"GET /open": {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 0.001}},
    )
    assert [send("GET", f"{closed.url}/open").status for _ in range(2)] == [200, 429]
    assert [call("POST", f"{closed.url}/closed").status for _ in range(2)] == [200, 200]


def test_requests_are_admitted_again_at_the_rate() -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    limits = {"throttlingBurstLimit": 3, "throttlingRateLimit": 2}
    assert [throttle.admits(("a",), limits) for _ in range(4)] == [True, True, True, False]
    now = 1.0
    assert [throttle.admits(("a",), limits) for _ in range(3)] == [True, True, False]
    now = 100.0
    assert [throttle.admits(("a",), limits) for _ in range(4)] == [True, True, True, False]


def test_every_request_is_a_line_of_the_access_log(closed: HttpApi) -> None:
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


def test_a_log_group_that_is_gone_loses_lines_and_no_requests(closed: HttpApi) -> None:
    gone = log_arn(closed).replace(LOG_GROUP, "gone")
    closed.configure(AccessLogSettings={"DestinationArn": gone, "Format": "$context.status"})
    assert call("POST", f"{closed.url}/closed", credentials=ADMINISTRATOR).status == 200

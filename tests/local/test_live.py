"""The live page's server: the requests that it refuses, and a cloud without an answer. test_report.py has the page."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from local.live.server import LivePage
from tests.embedded_cloud.apigateway.client import Response, send

JSON = {"Content-Type": "application/json"}
LIVE = "(the page's own)"


def gone(*_: object, **__: object) -> None:
    raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")


@pytest.fixture(scope="module")
def live() -> Iterator[str]:
    """Serve the page of a cloud that never answers, so that every refusal comes from the page's server."""
    client = SimpleNamespace(get_paginator=gone)
    pipeline: Any = SimpleNamespace(
        step_functions=client, s3=None, athena=None, bucket="lake", state_machine_arn="arn", count_bars_put=gone
    )
    source: Any = SimpleNamespace(label="SYNTHETIC", synthetic=True)
    with LivePage(pipeline, source) as page:
        yield page.url


def ask(live: str, method: str, path: str, headers: dict[str, str]) -> Response:
    # A server that doesn't read a request's body resets the connection, even in the middle of a long answer.
    body = b"{}" if method == "POST" else b""
    return send(method, f"{live}{path}", {name: value.replace(LIVE, live) for name, value in headers.items()}, body)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {"Host": "evil.example"}, 403),
        ("GET", "/scripts/live.js", {"Host": "127.0.0.1:1"}, 403),
        ("GET", "/", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403),
        ("GET", "/", {"Origin": "http://evil.example"}, 403),
        ("POST", "/executions", JSON, 403),
        ("POST", "/executions", JSON | {"Origin": "http://evil.example"}, 403),
        ("POST", "/executions", JSON | {"Origin": "null"}, 403),
        ("POST", "/executions", JSON | {"Origin": LIVE, "Host": "evil.example"}, 403),
        ("POST", "/executions", JSON | {"Origin": LIVE, "Sec-Fetch-Site": "same-site"}, 403),
        ("PUT", "/executions", JSON | {"Origin": LIVE}, 405),
        ("OPTIONS", "/", {}, 405),
        ("GET", "/executions/%3Cimg%3E", {}, 404),
        ("GET", "/scripts/..%2Flive.css", {}, 404),
        ("GET", "/scripts/live.css", {}, 404),
    ],
)
def test_live_page_refuses_requests_that_it_does_not_send(
    live: str, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert ask(live, method, path, headers).status == status


@pytest.mark.parametrize("path", ["/scripts/live.js", "/scripts/page.js", "/scripts/echarts.min.js", "/nowhere"])
def test_live_page_headers_keep_other_sites_out(live: str, path: str) -> None:
    told = ask(live, "GET", path, {}).headers
    assert told["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")
    assert "connect-src 'self'" in told["content-security-policy"]
    assert (told["x-content-type-options"], told["cross-origin-resource-policy"]) == ("nosniff", "same-origin")
    assert "access-control-allow-origin" not in told


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("HEAD", "/executions/one"), ("POST", "/executions")])
def test_live_page_answers_503_if_the_cloud_does_not_answer(live: str, method: str, path: str) -> None:
    told = ask(live, method, path, JSON | {"Origin": live})
    assert told.status == 503
    assert method == "HEAD" or b"The embedded cloud does not answer: Could not connect" in told.body

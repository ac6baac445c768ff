"""The stack's HTTP API over HTTP: its routes as a client sees them, and its handlers fuzzed by docs/openapi.yml."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployment.package import package
from local.pipeline import Pipeline, running
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session
from tests.conftest import ROOT
from tests.embedded_cloud.apigateway.client import Response, call, send
from tests.local.archives import change_archive
from tests.waiting import eventually

JSON = {"Content-Type": "application/json"}
THAT_DAY = {"tickers": ["META"], "start": "2026-11-23"}
# A state machine that ends at once, for a fuzzer to start.
INSTANT = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}
FUZZ_SECONDS = 240  # until a run counts as hung
# unsupported_method expects 405 and missing_required_header 401, but API Gateway answers 404 and 403.
# positive_data_acceptance knows only the schema; accepts_what_an_execution_accepts knows the rest.
NOT_CHECKED = "unsupported_method,missing_required_header,positive_data_acceptance"


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    folder, _ = package()
    with (
        YahooReplay(make_synthetic_session(dt.date(2026, 11, 23), ["META"])) as yahoo,
        running(folder, yahoo.environment()) as running_pipeline,
    ):
        # The fuzzer's requests come as fast as possible. tests/package/test_template.py checks the stage's limits.
        running_pipeline.cloud.client("apigatewayv2").update_stage(
            ApiId=running_pipeline.outputs["ApiUrl"].rpartition("/")[2],
            StageName="$default",
            DefaultRouteSettings={"ThrottlingRateLimit": 10_000, "ThrottlingBurstLimit": 5_000},
        )
        yield running_pipeline


def post(pipeline: Pipeline, asked: Any, key: str | None = None) -> Response:
    headers = JSON | ({"Idempotency-Key": key} if key else {})
    return call("POST", f"{pipeline.outputs['ApiUrl']}/executions", headers, json.dumps(asked).encode())


def get(pipeline: Pipeline, execution: str) -> Response:
    return call("GET", f"{pipeline.outputs['ApiUrl']}/executions/{execution}")


def ended(pipeline: Pipeline, execution: str) -> Any:
    """Wait for the end of an execution, and return the answer of GET."""
    shown = eventually(
        lambda: get(pipeline, execution).json(),
        lambda shown: shown["status"] != "RUNNING" or shown["answer"] is not None,
    )
    assert shown["status"] != "RUNNING"
    return shown


def test_api_starts_an_execution_and_returns_its_answer(pipeline: Pipeline) -> None:
    started = post(pipeline, THAT_DAY)
    assert started.status == 202
    assert started.headers["location"] == started.json()["location"]
    assert started.json()["location"] == f"{pipeline.outputs['ApiUrl']}/executions/{started.json()['id']}"
    shown = ended(pipeline, started.json()["id"])
    assert (shown["status"], shown["input"], shown["error"]) == ("SUCCEEDED", THAT_DAY, None)
    assert shown["started_at"] < shown["stopped_at"]
    assert shown["progress"]["tickers"] == {"done": 1, "total": 1}
    assert shown["progress"]["bars"] == {"collected": 390, "delivered": 390}
    assert {"name": "CollectBars", "left": True} in shown["progress"]["states"]
    arn = pipeline.state_machine_arn.replace(":stateMachine:", ":execution:")
    described = pipeline.cloud.client("stepfunctions").describe_execution(executionArn=f"{arn}:{shown['id']}")
    assert shown["answer"] == json.loads(described["output"])
    assert call("GET", started.json()["location"]).json() == shown


@pytest.mark.fault(39)
def test_post_executions_starts_one_execution_per_idempotency_key(pipeline: Pipeline) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html"""
    first = post(pipeline, THAT_DAY, "a-token")
    again = post(pipeline, dict(reversed(THAT_DAY.items())), "a-token")  # the same input in another order
    ended(pipeline, "a-token")
    later = post(pipeline, THAT_DAY, "a-token")
    assert (first.status, first.json()["id"]) == (202, "a-token")
    assert (again.status, again.body) == (later.status, later.body) == (202, first.body)
    machine = pipeline.state_machine_arn
    executions = pipeline.cloud.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    assert [one["name"] for one in executions].count("a-token") == 1


def test_post_executions_refuses_a_used_key_with_another_input(pipeline: Pipeline) -> None:
    post(pipeline, THAT_DAY, "another-token")
    refused = post(pipeline, {**THAT_DAY, "interval": "5m"}, "another-token")
    assert (refused.status, refused.headers["content-type"]) == (409, "application/problem+json")
    assert refused.json()["faults"] == ["Idempotency-Key: another-token has started an execution with another input"]
    assert ended(pipeline, "another-token")["input"] == THAT_DAY


@pytest.mark.fault(41)
def test_post_executions_names_every_bad_field(pipeline: Pipeline) -> None:
    refused = post(pipeline, {"tickers": ["A;B"], "start": "2020-02-30", "colour": 1}, "no/token")
    assert (refused.status, refused.headers["content-type"]) == (400, "application/problem+json")
    fields = [fault.split(": ")[0] for fault in refused.json()["faults"]]
    assert fields == ["Idempotency-Key", "'colour'", "tickers[0]", "start"]


def test_get_execution_gives_the_reason_of_a_failure(pipeline: Pipeline) -> None:
    shown = ended(pipeline, post(pipeline, {**THAT_DAY, "tickers": ["NOSUCH"]}).json()["id"])
    assert (shown["status"], shown["answer"], shown["error"]) == ("FAILED", None, "CollectionFailed")
    assert "NOSUCH UnknownTicker" in shown["cause"]


def test_get_execution_answers_404_for_an_unknown_id(pipeline: Pipeline) -> None:
    missing = get(pipeline, "nosuch")
    assert (missing.status, missing.json()["detail"]) == (404, "id: no execution nosuch")


def test_api_refuses_unsigned_requests(pipeline: Pipeline) -> None:
    url = f"{pipeline.outputs['ApiUrl']}/executions"
    assert [send("POST", url, JSON, b"{}").status, send("GET", f"{url}/a-token").status] == [403, 403]


def test_access_log_names_route_status_and_caller(pipeline: Pipeline) -> None:
    get(pipeline, "logged")
    line = access_log(pipeline)[-1]
    assert (line["routeKey"], line["path"], line["status"]) == ("GET /executions/{id}", "/executions/logged", "404")
    assert line["userArn"] == f"arn:aws:iam::{pipeline.cloud.account_id}:root"


def access_log(pipeline: Pipeline) -> list[dict[str, str]]:
    pages = pipeline.cloud.client("logs").get_paginator("filter_log_events")
    found = pages.paginate(logGroupName="/aws/vendedlogs/apis/finance-stream-local")
    return [json.loads(event["message"]) for page in found for event in page["events"]]


@pytest.fixture(scope="module")
def instant(pipeline: Pipeline) -> Pipeline:
    """Return the stack with a state machine that does nothing, so that a fuzzer may start any execution."""
    definition = json.dumps(INSTANT)
    pipeline.cloud.client("stepfunctions").update_state_machine(
        stateMachineArn=pipeline.state_machine_arn, definition=definition
    )
    return pipeline


def fuzz(pipeline: Pipeline, tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run schemathesis with a fixed seed against the served API, in ``tmp_path``."""
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"]
    return subprocess.run(
        [
            *command,
            *(str(ROOT / "docs" / "openapi.yml"), "--url", pipeline.outputs["ApiUrl"], "--seed", "1"),
            *("--checks", "all", "--exclude-checks", NOT_CHECKED, "--generation-database", "none", *options),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.local.schemathesis_hooks"},
        capture_output=True,
        text=True,
        check=False,
        timeout=FUZZ_SECONDS,
    )


def test_api_handlers_answer_as_openapi_describes(instant: Pipeline, tmp_path: Path) -> None:
    before = len(access_log(instant))
    run = fuzz(instant, tmp_path, "--max-examples", "20")
    assert run.returncode == 0, run.stdout
    met = {(line["routeKey"].split(" ")[0], line["status"]) for line in access_log(instant)[before:]}
    # The fuzzer got past the signature and caused every status that a client can cause.
    assert {("POST", "202"), ("POST", "400"), ("POST", "403"), ("POST", "409"), ("POST", "415")} <= met
    assert {("GET", "200"), ("GET", "400"), ("GET", "403"), ("GET", "404")} <= met


# Mistakes in the handlers, each with the name of schemathesis for it. The crash hides the others from a run.
SLIPS = {
    "a field is missing": ("starter", ', "location": location}', "}", "Response violates schema"),
    "another status": ("follower", "HTTPStatus.NOT_FOUND", "HTTPStatus.GONE", "Undocumented status code"),
    "bad input taken": ("starter", "    if faults:", "    if not faults:", "accepts_what_an_execution_accepts"),
}
CRASH = {"a crash": ("starter", '.get("idempotency-key")', '["idempotency-key"]', "Server error")}


@pytest.mark.parametrize(
    ("slips", "options"), [(SLIPS, []), (CRASH, ["--max-failures", "1"])], ids=["wrong answers", "a crash"]
)
def test_fuzz_finds_broken_handlers(
    instant: Pipeline, tmp_path: Path, slips: dict[str, tuple[str, str, str, str]], options: list[str]
) -> None:
    client = instant.cloud.client("lambda")
    packages = {name: (package()[0] / f"{name}.zip").read_bytes() for name in ("starter", "follower")}
    for name, packaged in packages.items():
        broken = packaged
        for module, right, wrong, _ in slips.values():
            broken = change_archive(broken, f"handlers/{module}.py", right, wrong)
        client.update_function_code(FunctionName=f"finance-stream-local-{name}", ZipFile=broken)
    try:
        run = fuzz(instant, tmp_path, "--max-examples", "10", "--no-shrink", *options)
    finally:
        for name, packaged in packages.items():
            client.update_function_code(FunctionName=f"finance-stream-local-{name}", ZipFile=packaged)
    assert run.returncode == 1, run.stdout
    assert [slip for slip, (_, _, _, found) in slips.items() if found not in run.stdout] == [], run.stdout

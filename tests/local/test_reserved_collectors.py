"""Executions that share reserved collectors, and a planner without a free function.

Yahoo takes 0.3 s per chart, so that the collectors of two executions run at the same time.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from deployment.package import package
from embedded_cloud.stepfunctions.backend import find_execution
from finance_stream.executions import start
from local.pipeline import STACK, Pipeline, running
from local.yahoo.faults import make_slow_answer
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session
from tests.market_day import TICKERS
from tests.waiting import DEADLINE_SECONDS

YAHOO_SECONDS = 0.3
RESERVED = 5  # MaxConcurrency of both maps
COLLECTED = 7  # tickers of an execution, which takes two rounds
DATE = "2026-11-23"


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    replay = make_synthetic_session(dt.date.fromisoformat(DATE), list(TICKERS))
    slow = make_slow_answer(YAHOO_SECONDS)
    with (
        YahooReplay(replay, fault=lambda _: slow) as yahoo,
        running(package()[0], yahoo.environment()) as pipeline,
    ):
        for name in ("collector", "poller"):
            reserve(pipeline, f"{STACK}-{name}")
        yield pipeline


def reserve(pipeline: Pipeline, name: str) -> None:
    """Reserve environments of a function, and start them, so that no cold start separates the executions."""
    functions = pipeline.cloud.client("lambda")
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=RESERVED)
    with ThreadPoolExecutor(RESERVED) as pool:
        answers = list(pool.map(lambda _: functions.invoke(FunctionName=name, Payload=b"{}"), range(RESERVED)))
    assert all(answer["FunctionError"] for answer in answers)  # the event names no ticker


def test_two_executions_at_once_share_five_reserved_collectors(pipeline: Pipeline) -> None:
    arns = [
        start(
            pipeline.step_functions, pipeline.state_machine_arn, {"tickers": list(TICKERS[:COLLECTED]), "start": DATE}
        )
        for _ in range(2)
    ]
    ends = [pipeline.await_end(arn) for arn in arns]
    assert [(end.status, end.cause) for end in ends] == [("SUCCEEDED", None)] * 2
    assert [(end.output or {})["tickers"]["failed"] for end in ends] == [[], []]


def test_two_polls_at_once_share_five_reserved_pollers(pipeline: Pipeline) -> None:
    machine = pipeline.state_machine_arn.replace("-pipeline", "-poll")
    given = json.dumps({"tickers": list(TICKERS[:RESERVED]), "start": DATE})
    started = [pipeline.step_functions.start_execution(stateMachineArn=machine, input=given) for _ in range(2)]
    for one in started:
        execution = find_execution(pipeline.cloud, one["executionArn"])
        assert execution.ended.wait(real_timeout=DEADLINE_SECONDS)
        assert (execution.status, execution.output["failed"]) == ("SUCCEEDED", 0)


def test_throttled_planner_ends_in_plan_failed(pipeline: Pipeline) -> None:
    functions, planner = pipeline.cloud.client("lambda"), f"{STACK}-planner"
    functions.put_function_concurrency(FunctionName=planner, ReservedConcurrentExecutions=0)
    try:
        end = pipeline.execute(tickers=["META"], start=DATE)
    finally:
        functions.delete_function_concurrency(FunctionName=planner)
    assert (end.status, end.error) == ("FAILED", "PlanFailed")
    assert str(end.cause).startswith("Lambda.TooManyRequestsException: Rate Exceeded.")

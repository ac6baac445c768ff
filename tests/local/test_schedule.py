"""The stack with its schedules on: their input, their role, and the metrics that the alarms watch."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from deployment.package import package
from embedded_cloud.scheduler.firing import fire
from embedded_cloud.stepfunctions.backend import find_execution
from embedded_cloud.stepfunctions.execution import StateMachineExecution
from finance_stream.client.execution import ExecutionEnd
from local.pipeline import Pipeline, running
from local.yahoo.faults import FAULTS, ChartRequest, Fault
from local.yahoo.market import SyntheticMarket
from local.yahoo.server import YahooReplay
from tests.market_day import WEEKEND
from tests.waiting import DEADLINE_SECONDS, eventually
from tools.gates import WATCHED

GROUP = "finance-stream-local"
PLANNER = "finance-stream-local-planner"
# Tickers that trade around the clock, so that a lookback has bars at any time.
OPEN, REFUSED = WATCHED[-1].removeprefix("tickers=").split(",")


def rate_limited(request: ChartRequest) -> Fault | None:
    return FAULTS["rate-limited"] if (request.symbol, request.interval) == (REFUSED, "1m") else None


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    folder, _ = package(*WATCHED)
    bars = SyntheticMarket("any bar until the cloud's date", {}, synthetic=True, keeps_all=True)
    with (
        YahooReplay(bars, fault=rate_limited) as yahoo,
        running(folder, yahoo.environment(), start=WEEKEND, held=True) as running_pipeline,
    ):
        yield running_pipeline


def fired(pipeline: Pipeline, schedule: str) -> ExecutionEnd:
    return pipeline.await_end(fire(pipeline.cloud, schedule, GROUP))


def polled(pipeline: Pipeline, schedule: str) -> StateMachineExecution:
    """Fire a schedule of an Express state machine, and return its execution after the end."""
    execution = find_execution(pipeline.cloud, fire(pipeline.cloud, schedule, GROUP))
    assert execution.ended.wait(real_timeout=DEADLINE_SECONDS)
    return execution


def delivered(pipeline: Pipeline) -> list[dict[str, Any]]:
    return [json.loads(line) for _, gz in pipeline.read_objects("bars/") for line in gzip.decompress(gz).splitlines()]


@pytest.fixture(scope="module")
def minute(pipeline: Pipeline) -> StateMachineExecution:
    """Return the execution of the session schedule, with its bars delivered."""
    execution = polled(pipeline, "session")
    assert execution.status == "SUCCEEDED", (execution.error, execution.cause)
    eventually(lambda: len(delivered(pipeline)) == execution.output["bars"])
    return execution


def test_session_schedule_starts_an_execution_that_succeeds(pipeline: Pipeline, minute: StateMachineExecution) -> None:
    assert minute.output == {"status": "polled", "tickers": 2, "failed": 1, "bars": len(delivered(pipeline))}
    assert {bar["name"] for bar in delivered(pipeline)} == {OPEN}  # not the one that Yahoo refuses


def test_session_schedule_collects_the_last_five_minutes(pipeline: Pipeline, minute: StateMachineExecution) -> None:
    since = min(datetime.fromisoformat(bar["ts"]) for bar in delivered(pipeline))
    assert timedelta(minutes=5) <= minute.start_date - since < timedelta(minutes=6, seconds=30)


@pytest.fixture(scope="module")
def share(pipeline: Pipeline) -> dict[str, Any]:
    """Return the poller's result for three tickers: Yahoo refuses one and doesn't know another."""
    client = pipeline.cloud.client("lambda")
    planned = {"start": "2026-11-27", "end": "2026-11-29"}
    event = {"tickers": [OPEN, REFUSED, "NOSUCH"], **planned, "interval": "1m"}
    answer = client.invoke(FunctionName="finance-stream-local-poller", Payload=json.dumps(event))
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    return said


def test_poller_fails_each_ticker_of_a_share_alone(share: dict[str, Any]) -> None:
    assert share["failed"] == 2
    assert share["bars"] > 0


def collected_shares(pipeline: Pipeline) -> Counter[int]:
    """Count the sizes of the shares in the pollers' log."""
    logs = pipeline.cloud.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/lambda/finance-stream-local-poller")["events"]
    said = [json.loads(event["message"]) for event in events if '"message":"polled"' in event["message"]]
    return Counter(line["tickers"] for line in said)


def test_poll_splits_101_tickers_and_fails_if_most_of_them_fail(
    pipeline: Pipeline, minute: StateMachineExecution
) -> None:
    before = collected_shares(pipeline)
    tickers = [OPEN, *(f"NOSUCHTICKER{number}-USD" for number in range(100))]
    started = pipeline.cloud.client("stepfunctions").start_execution(
        stateMachineArn=minute.state_machine_arn, input=json.dumps({"tickers": tickers, "lookback_minutes": 5})
    )
    execution = find_execution(pipeline.cloud, started["executionArn"])
    assert execution.ended.wait(real_timeout=DEADLINE_SECONDS)
    assert (execution.status, execution.error) == ("FAILED", "CollectionFailed")
    assert str(execution.cause).startswith("100 of 101 tickers failed (tolerated: 50 %)")
    assert collected_shares(pipeline) - before == Counter({1: 1, 100: 1})


def test_close_schedule_starts_the_pipeline(pipeline: Pipeline) -> None:
    end = fired(pipeline, "close")
    assert end.succeeded, (end.error, end.cause)
    assert end.output is not None
    assert end.output["status"] == "answered, some tickers failed"
    assert [failed["error"] for failed in end.output["tickers"]["failed"]] == ["RateLimited"]
    assert end.output["bars"]["delivered"] == end.output["bars"]["collected"] > 0


def test_opening_schedule_succeeds_while_the_exchange_is_closed(pipeline: Pipeline) -> None:
    functions = pipeline.cloud.client("lambda")
    before = functions.get_function_configuration(FunctionName=PLANNER)["Environment"]
    after = {"Variables": {**before["Variables"], "DEFAULT_TICKERS": "META"}}
    functions.update_function_configuration(FunctionName=PLANNER, Environment=after)
    try:
        end = polled(pipeline, "opening")
    finally:
        functions.update_function_configuration(FunctionName=PLANNER, Environment=before)
    assert (end.status, end.output) == ("SUCCEEDED", {"status": "no session"}), (end.error, end.cause)


def metrics_in_logs(pipeline: Pipeline, function: str) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Return namespace, name and dimensions of each metric in a function's log, in CloudWatch's embedded format."""
    events = pipeline.cloud.client("logs").filter_log_events(
        logGroupName=f"/aws/lambda/finance-stream-local-{function}"
    )
    documents = [json.loads(e["message"]) for e in events["events"] if e["message"].startswith('{"_aws"')]
    return {
        (entry["Namespace"], metric["Name"], tuple((name, document[name]) for name in dimensions))
        for document in documents
        for entry in document["_aws"]["CloudWatchMetrics"]
        for dimensions in entry["Dimensions"]
        for metric in entry["Metrics"]
    }


@pytest.mark.usefixtures("minute")
def test_alarms_watch_metrics_that_the_functions_emit(pipeline: Pipeline) -> None:
    emitted = metrics_in_logs(pipeline, "collector") | metrics_in_logs(pipeline, "transformer")
    alarms = pipeline.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    watched = {
        (alarm["Namespace"], alarm["MetricName"], tuple((d["Name"], d["Value"]) for d in alarm["Dimensions"]))
        for alarm in alarms
        if not alarm.get("Namespace", "AWS/").startswith("AWS/")
    }
    assert {name for _, name, _ in watched} == {"RateLimited", "RecordsNotTaken", "RecordsRefused"}
    # Here every record is delivered. tests/unit/test_dead_letter.py tests RecordsNotTaken.
    assert {metric for metric in watched if metric[1] != "RecordsNotTaken"} <= emitted


@pytest.mark.usefixtures("minute", "share")
def test_metrics_have_no_ticker_dimension(pipeline: Pipeline) -> None:
    emitted = (
        metrics_in_logs(pipeline, "collector")
        | metrics_in_logs(pipeline, "poller")
        | metrics_in_logs(pipeline, "transformer")
    )
    assert {name for _, name, _ in emitted} == {"BarsCollected", "RateLimited", "UnknownTicker", "RecordsRefused"}
    assert {dimensions for *_, dimensions in emitted} == {(("service", "finance-stream"),)}

"""The stack with its schedule on: its own input, under its own role, and what the alarms would see of it."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deployment.package import package
from embedded_cloud.scheduler.backend import fire
from embedded_cloud.stepfunctions.backend import find_execution
from embedded_cloud.stepfunctions.execution import StateMachineExecution
from finance_stream.client.execution import Ended
from local.pipeline import Pipeline, running
from local.yahoo.exchange import EXCHANGES
from local.yahoo.faults import FAULTS, ChartRequest, Fault
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_sessions
from tests.waiting import DEADLINE_SECONDS, eventually
from tools.gates import WATCHED

GROUP = "finance-stream-local"
PLANNER = "finance-stream-local-planner"
# Traded around the clock: a lookback has bars whenever this test runs.
OPEN, REFUSED = WATCHED[-1].removeprefix("tickers=").split(",")


def rate_limited(request: ChartRequest) -> Fault | None:
    return FAULTS["rate-limited"] if (request.symbol, request.interval) == (REFUSED, "1m") else None


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    folder, _ = package(*WATCHED)
    [crypto] = [exchange for exchange in EXCHANGES if exchange.calendar == "24/7"]
    now = datetime.now(UTC)
    dates = (now - timedelta(days=1)).date(), (now + timedelta(days=1)).date()
    # Half an hour into the future: there are bars however long the deployment takes.
    bars = make_synthetic_sessions({OPEN: crypto, REFUSED: crypto}, *dates, until=now + timedelta(minutes=30))
    with YahooReplay(bars, fault=rate_limited) as yahoo, running(folder, yahoo.environment()) as running_pipeline:
        yield running_pipeline


def fired(pipeline: Pipeline, schedule: str) -> Ended:
    return pipeline.await_end(fire(pipeline.cloud, schedule, GROUP))


def polled(pipeline: Pipeline, schedule: str) -> StateMachineExecution:
    """The Express execution that a minutes' schedule has started, once it has ended."""
    execution = find_execution(pipeline.cloud, fire(pipeline.cloud, schedule, GROUP))
    assert execution.ended.wait(DEADLINE_SECONDS)
    return execution


def delivered(pipeline: Pipeline) -> list[dict[str, Any]]:
    return [json.loads(line) for _, gz in pipeline.objects("bars/") for line in gzip.decompress(gz).splitlines()]


@pytest.fixture(scope="module")
def minute(pipeline: Pipeline) -> StateMachineExecution:
    """The execution that the minutes' schedule has started, its bars delivered."""
    execution = polled(pipeline, "session")
    assert execution.status == "SUCCEEDED", (execution.error, execution.cause)
    eventually(lambda: len(delivered(pipeline)) == execution.output["bars"])
    return execution


def test_the_minutes_schedule_starts_an_execution_that_collects_and_ends_green(
    pipeline: Pipeline, minute: StateMachineExecution
) -> None:
    assert minute.output == {"status": "polled", "tickers": 2, "failed": 1, "bars": len(delivered(pipeline))}
    assert {bar["name"] for bar in delivered(pipeline)} == {OPEN}  # not the one that Yahoo refuses


def test_the_minutes_schedule_takes_the_bars_of_the_last_five_minutes(
    pipeline: Pipeline, minute: StateMachineExecution
) -> None:
    since = min(datetime.fromisoformat(bar["ts"]) for bar in delivered(pipeline))
    assert timedelta(minutes=5) <= minute.start_date - since < timedelta(minutes=6, seconds=30)


@pytest.fixture(scope="module")
def share(pipeline: Pipeline) -> dict[str, Any]:
    """The poller's result for three tickers: Yahoo refuses one and does not know another."""
    client = pipeline.cloud.client("lambda")
    now, day = datetime.now(UTC), timedelta(days=1)
    planned = {"start": f"{now - day:%Y-%m-%d}", "end": f"{now + day:%Y-%m-%d}"}  # just after midnight today has no bar
    event = {"tickers": [OPEN, REFUSED, "NOPE-USD"], **planned, "interval": "1m"}
    answer = client.invoke(FunctionName="finance-stream-local-poller", Payload=json.dumps(event))
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    return said


def test_of_a_share_of_tickers_each_that_fails_fails_alone(share: dict[str, Any]) -> None:
    assert share["failed"] == 2
    assert share["bars"] > 0


def collected_shares(pipeline: Pipeline) -> Counter[int]:
    """The sizes of the shares that the pollers' log names."""
    logs = pipeline.cloud.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/lambda/finance-stream-local-poller")["events"]
    said = [json.loads(event["message"]) for event in events if '"message":"polled"' in event["message"]]
    return Counter(line["tickers"] for line in said)


def test_a_list_of_over_100_tickers_is_shared_out_and_red_when_most_of_it_fails(
    pipeline: Pipeline, minute: StateMachineExecution
) -> None:
    before = collected_shares(pipeline)
    tickers = [OPEN, *(f"T{number}-USD" for number in range(100))]
    started = pipeline.cloud.client("stepfunctions").start_execution(
        stateMachineArn=minute.state_machine_arn, input=json.dumps({"tickers": tickers, "lookback_minutes": 5})
    )
    execution = find_execution(pipeline.cloud, started["executionArn"])
    assert execution.ended.wait(DEADLINE_SECONDS)
    assert (execution.status, execution.error) == ("FAILED", "CollectionFailed")
    assert str(execution.cause).startswith("100 of 101 tickers failed (tolerated: 50 %)")
    assert collected_shares(pipeline) - before == Counter({1: 1, 100: 1})


def test_the_schedule_after_the_close_starts_the_execution_that_asks(pipeline: Pipeline) -> None:
    end = fired(pipeline, "close")
    assert end.green, (end.error, end.cause)
    assert end.output is not None
    assert end.output["status"] == "answered, some tickers failed"
    assert [failed["error"] for failed in end.output["tickers"]["failed"]] == ["RateLimited"]
    assert end.output["bars"]["delivered"] == end.output["bars"]["collected"] > 0


def test_while_the_exchange_is_closed_a_schedule_ends_green_with_no_session(pipeline: Pipeline) -> None:
    # Tokyo trades from 0:00 to 6:30 UTC, New York from 13:30 to 21:00, and neither for an hour around.
    closed = "7203.T" if 8 <= datetime.now(UTC).hour < 23 else "META"
    functions = pipeline.cloud.client("lambda")
    before = functions.get_function_configuration(FunctionName=PLANNER)["Environment"]
    after = {"Variables": {**before["Variables"], "DEFAULT_TICKERS": closed}}
    functions.update_function_configuration(FunctionName=PLANNER, Environment=after)
    try:
        end = polled(pipeline, "opening")
    finally:
        functions.update_function_configuration(FunctionName=PLANNER, Environment=before)
    assert (end.status, end.output) == ("SUCCEEDED", {"status": "no session"}), (end.error, end.cause)


def metrics_in_logs(pipeline: Pipeline, function: str) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Namespace, name and dimensions of what a function has logged in CloudWatch's embedded metric format."""
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
def test_the_alarms_watch_metrics_that_the_functions_emit(pipeline: Pipeline) -> None:
    emitted = metrics_in_logs(pipeline, "collector") | metrics_in_logs(pipeline, "transformer")
    alarms = pipeline.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    watched = {
        (alarm["Namespace"], alarm["MetricName"], tuple((d["Name"], d["Value"]) for d in alarm["Dimensions"]))
        for alarm in alarms
        if not alarm.get("Namespace", "AWS/").startswith("AWS/")
    }
    assert {name for _, name, _ in watched} == {"RateLimited", "RecordsNotTaken", "RecordsRefused"}
    # All is taken here; what is not is counted in tests/unit/test_dead_letter.py.
    assert {metric for metric in watched if metric[1] != "RecordsNotTaken"} <= emitted


@pytest.mark.usefixtures("minute", "share")
def test_no_metric_has_the_ticker_as_a_dimension(pipeline: Pipeline) -> None:
    emitted = (
        metrics_in_logs(pipeline, "collector")
        | metrics_in_logs(pipeline, "poller")
        | metrics_in_logs(pipeline, "transformer")
    )
    assert {name for _, name, _ in emitted} == {"BarsCollected", "RateLimited", "UnknownTicker", "RecordsRefused"}
    assert {dimensions for *_, dimensions in emitted} == {(("service", "finance-stream"),)}

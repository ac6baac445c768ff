"""The stack with its schedule on: its own input, under its own role, and what the alarms would see of it."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from client.execution import Ended, ended, follow
from local.package import package
from local.pipeline import Pipeline, running
from local.scheduler.backend import fire
from local.yahoo.exchange import EXCHANGES
from local.yahoo.faults import FAULTS, ChartRequest, Fault
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import synthetic_sessions
from scripts.gates import WATCHED

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
    bars = synthetic_sessions({OPEN: crypto, REFUSED: crypto}, *dates, until=now + timedelta(minutes=30))
    with YahooReplay(bars, fault=rate_limited) as yahoo, running(folder, yahoo.environment()) as running_pipeline:
        yield running_pipeline


def fired(pipeline: Pipeline, schedule: str) -> Ended:
    client, idle = pipeline.cloud.client("stepfunctions"), threading.Event()
    arn = fire(pipeline.cloud, schedule, GROUP)
    for _ in follow(client, arn, lambda: idle.wait(0.1)):
        pass
    return ended(client, arn)


@pytest.fixture(scope="module")
def minute(pipeline: Pipeline) -> Ended:
    """The execution that the minutes' schedule has started."""
    end = fired(pipeline, "session")
    assert end.green, (end.error, end.cause)
    return end


def plan_of(pipeline: Pipeline, execution_arn: str) -> dict[str, Any]:
    history = pipeline.cloud.client("stepfunctions").get_execution_history(executionArn=execution_arn)
    left = [event.get("stateExitedEventDetails", {}) for event in history["events"]]
    [output] = [details["output"] for details in left if details.get("name") == "Plan"]
    planned: dict[str, Any] = json.loads(output)
    return planned


def test_the_minutes_schedule_starts_an_execution_that_ends_green(minute: Ended) -> None:
    assert minute.output is not None
    assert minute.output["status"] == "answered, some tickers failed"  # the one that Yahoo refuses
    assert [failed["error"] for failed in minute.output["tickers"]["failed"]] == ["RateLimited"]
    assert minute.output["bars"]["delivered"] == minute.output["bars"]["collected"] > 0


def test_the_minutes_schedule_takes_the_bars_of_the_last_five_minutes(pipeline: Pipeline, minute: Ended) -> None:
    plan = plan_of(pipeline, minute.arn)
    since, now = (datetime.fromisoformat(plan[name]) for name in ("since", "planned_at"))
    assert timedelta(minutes=5) <= now - since < timedelta(minutes=6)
    bars = [json.loads(line) for _, gz in pipeline.objects("bars/") for line in gzip.decompress(gz).splitlines()]
    assert min(datetime.fromisoformat(bar["ts"]) for bar in bars) == since


def test_while_the_exchange_is_closed_a_schedule_ends_green_with_no_session(pipeline: Pipeline) -> None:
    # Tokyo trades from 0:00 to 6:30 UTC, New York from 13:30 to 21:00, and neither for an hour around.
    closed = "7203.T" if 8 <= datetime.now(UTC).hour < 23 else "META"
    functions = pipeline.cloud.client("lambda")
    before = functions.get_function_configuration(FunctionName=PLANNER)["Environment"]
    after = {"Variables": {**before["Variables"], "DEFAULT_TICKERS": closed}}
    functions.update_function_configuration(FunctionName=PLANNER, Environment=after)
    try:
        end = fired(pipeline, "opening")
    finally:
        functions.update_function_configuration(FunctionName=PLANNER, Environment=before)
    assert end.green, (end.error, end.cause)
    assert end.output is not None
    assert (end.output["status"], end.output["tickers"]) == ("no session", {"no_session": [closed]})


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
    assert {name for _, name, _ in watched} == {"RateLimited", "RecordsRefused"}
    assert watched <= emitted


@pytest.mark.usefixtures("minute")
def test_no_metric_has_the_ticker_as_a_dimension(pipeline: Pipeline) -> None:
    emitted = metrics_in_logs(pipeline, "collector") | metrics_in_logs(pipeline, "transformer")
    assert {name for _, name, _ in emitted} == {"BarsCollected", "RowsRejected", "RateLimited", "RecordsRefused"}
    assert {dimensions for *_, dimensions in emitted} == {(("service", "finance-stream"),)}

"""The whole stack in the embedded cloud: the packaged template with the real yfinance, state machine and SQL."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pandas as pd
import pytest

from finance_stream.bars import decode_bar
from finance_stream.client.answer import fetch_result_lines
from finance_stream.client.execution import ExecutionEnd, follow, read_end
from finance_stream.client.gaps import ABSENT, POSSIBLE_HALT
from finance_stream.client.show import list_totals
from finance_stream.executions import start
from local.pipeline import Pipeline
from local.yahoo.faults import FAULTS, ChartRequest, Fault
from local.yahoo.replay import load_bars
from local.yahoo.server import YahooReplay
from tests.local.real_day import absent_by_pandas, accept_bars, gaps, highs_by_pandas, refuse_bars, rows_by_pandas
from tests.market_day import DAYS, GENERATED, TICKERS, Day, each_day

THAT_DAY = GENERATED.window
Answers = Callable[[Day], dict[str, Any]]


@pytest.fixture(scope="module")
def yahoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YahooReplay]:
    """Serve a Yahoo with all sessions."""
    folder = tmp_path_factory.mktemp("days")
    for day in DAYS:
        day.file(folder)
    with YahooReplay(load_bars(folder)) as running_yahoo:
        yield running_yahoo


@pytest.fixture(scope="module")
def answers(pipeline: Pipeline) -> Answers:
    """Return a function that executes a whole session once and returns the output."""

    @cache
    def answer_of(day: Day) -> dict[str, Any]:
        end = pipeline.execute(tickers=list(TICKERS), **day.window)
        assert end.succeeded, (end.error, end.cause)
        assert end.output is not None
        return end.output

    return answer_of


@pytest.fixture(scope="module")
def answer(answers: Answers) -> dict[str, Any]:
    """Return the output of the execution over the generated session."""
    return answers(GENERATED)


@each_day
def test_pipeline_answer_has_the_70_highs_of_the_file(answers: Answers, day: Day) -> None:
    assert len(answers(day)["highs"]) == 70
    assert answers(day)["highs"] == highs_by_pandas(day)


@pytest.mark.fault(25)
@pytest.mark.fault(43)
@each_day
def test_pipeline_collects_and_delivers_every_bar_of_a_session(answers: Answers, day: Day) -> None:
    answer, there = answers(day), len(rows_by_pandas(day))
    assert answer["bars"] == {"expected": 3900, "collected": there, "delivered": there}
    assert answer["differences"] == {"missing": 3900 - there, "unexpected": 0}
    assert answer["status"] == "answered"
    assert answer["complete"] is False  # some minutes of the session have no bar
    failed = {"failed_count": 0, "failed": [], "failed_others": []}
    nobody_missing = {"planned": 10, **failed, "no_session_count": 0, "no_session": []}
    assert nobody_missing.items() <= answer["tickers"].items()
    assert answer["sessions"] == [{"exchange": "XNYS", "date": day.date.isoformat(), "tickers": 10, "bars": 390}]


@each_day
def test_pipeline_answer_names_each_ticker_with_missing_bars(answers: Answers, day: Day) -> None:
    there = rows_by_pandas(day).groupby("name").size()
    lacking = sorted((name, int(count)) for name, count in there.items() if count < 390)
    tickers = answers(day)["tickers"]
    assert lacking == sorted((one["ticker"], one["delivered"]) for one in tickers["incomplete"])
    assert all(one["expected"] == 390 and one["collected"] == one["delivered"] for one in tickers["incomplete"])
    assert (tickers["complete"], tickers["more_incomplete"]) == (10 - len(lacking), 0)


@each_day
def test_gaps_lists_the_minutes_that_the_file_lacks(
    pipeline: Pipeline, answers: Answers, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(day)
    listed = gaps(pipeline, monkeypatch, day, "--tickers", ",".join(TICKERS), "--json")
    assert listed.exit_code == 1, listed.output
    found = json.loads(listed.stdout)["tickers"]
    runs = [(one["ticker"], gap) for one in found for gap in one["gaps"]]
    minutes = {(name, minute) for name, gap in runs for minute in pd.date_range(gap["first"], gap["last"], freq="min")}
    absent = absent_by_pandas(day)
    assert len(absent) == sum(one["missing"] for one in found) > 50
    assert minutes == absent
    assert {one["lost"] for one in found} == {0}
    halts = {gap["kind"] == POSSIBLE_HALT for _, gap in runs if gap["bars"] >= 5}
    shorter = {gap["kind"] for _, gap in runs if gap["bars"] < 5}
    assert halts <= {True}
    assert shorter == {ABSENT}


def test_gaps_prints_not_known_for_bars_that_no_execution_collected(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = gaps(pipeline, monkeypatch, GENERATED, "--interval", "30m", "--tickers", "nflx")
    assert (listed.exit_code, listed.stderr) == (1, "")
    assert re.search(r"NFLX +13 +0 +13 +09:30-15:30 not known", listed.stdout)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--date", "2020-02-30"), "date: '2020-02-30' is not a calendar date (use YYYY-MM-DD)\n"),
        (("--tickers", "A;B"), "tickers[0]: 'A;B' is not a Yahoo symbol"),
        (("--interval", "7m"), "interval: '7m' is not one of 1m, 2m, 5m, 15m, 30m, 1h\n"),
        (("--ticker", "NFLX"), "No such option '--ticker'"),
    ],
)
def test_gaps_names_the_bad_option(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str
) -> None:
    refused = gaps(pipeline, monkeypatch, GENERATED, *options)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr


def test_pipeline_answer_names_its_query_and_result_object(answer: dict[str, Any], pipeline: Pipeline) -> None:
    assert answer["query"]["result"] == f"s3://{pipeline.bucket}/athena-results/{answer['query']['id']}.csv"
    assert len(fetch_result_lines(pipeline.s3, answer["query"]["result"])) == 71


def test_pipeline_answer_estimates_its_cost(answer: dict[str, Any]) -> None:
    """Expect the states of ten tickers at $0.025 per thousand, and a query of 10 MB at $5 per TB."""
    cost = answer["cost"]
    assert cost["by_service"]["Step Functions"] == pytest.approx((9 + 10) * 0.025e-3, rel=0.1)
    assert cost["by_service"]["Athena"] == pytest.approx(10 * 2**20 / 2**40 * 5, abs=1e-6)
    assert {"Lambda", "Firehose", "S3"} <= cost["by_service"].keys()
    assert sum(cost["by_service"].values()) == pytest.approx(cost["dollars"], abs=1e-5)
    [line] = [
        line for line in list_totals(ExecutionEnd("", "SUCCEEDED", answer, None, None)) if line.startswith("Cost")
    ]
    assert f"${cost['dollars']:.6f}: Step Functions $" in line


@pytest.mark.fault(33)
@each_day
def test_delivery_stream_puts_each_bar_into_the_partition_of_its_date(
    pipeline: Pipeline, answers: Answers, day: Day
) -> None:
    answers(day)
    objects = dict(pipeline.read_objects(""))
    others = tuple(f"bars/interval=1m/dt={one.date}/" for one in DAYS if one is not day)
    delivered = {key: content for key, content in objects.items() if key.startswith("bars/")}
    delivered = {key: content for key, content in delivered.items() if not key.startswith(others)}
    lines = []
    for key, content in delivered.items():
        assert re.fullmatch(rf"bars/interval=1m/dt={day.date}/[^/]+\.json\.gz", key)
        text = gzip.decompress(content)
        assert text.endswith(b"\n")
        lines += text.removesuffix(b"\n").split(b"\n")
    bars = [decode_bar(line) for line in lines]
    assert {bar["ts"][:10] for bar in bars} == {day.date.isoformat()}
    assert len(bars) >= len(rows_by_pandas(day))
    assert {key.split("/")[0] for key in objects} == {"bars", "athena-results", "map-results"}  # nothing failed


@pytest.mark.fault(32)
def test_pipeline_answer_is_the_same_after_three_deliveries(pipeline: Pipeline, answer: dict[str, Any]) -> None:
    for _ in range(2):
        again = pipeline.execute(tickers=list(TICKERS), **THAT_DAY).output
        assert again is not None
        assert (again["highs"], again["bars"]) == (answer["highs"], answer["bars"])


def test_pipeline_answers_one_ticker_as_it_answers_ten(pipeline: Pipeline, answer: dict[str, Any]) -> None:
    alone = pipeline.execute(tickers=["NFLX"], **THAT_DAY).output
    assert alone is not None
    assert alone["highs"] == [row for row in answer["highs"] if row["ticker"] == "NFLX"]


@pytest.mark.fault(19)
@pytest.mark.fault(34)
def test_pipeline_fails_only_the_unknown_ticker(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["NFLX", "NOSUCH"], **THAT_DAY)
    assert end.output is not None
    assert end.output["status"] == "answered, some tickers failed"
    assert end.output["bars"]["collected"] == end.output["bars"]["delivered"] == 385
    [failed] = end.output["tickers"]["failed"]
    assert (failed["ticker"], failed["error"]) == ("NOSUCH", "UnknownTicker")
    assert "Yahoo does not know this ticker" in failed["reason"]


@pytest.mark.fault(34)
def test_pipeline_fails_if_more_tickers_fail_than_tolerated(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["NFLX", "NOSUCH", "NONE"], **THAT_DAY)
    assert (end.status, end.error) == ("FAILED", "CollectionFailed")
    assert end.cause is not None
    assert end.cause.startswith("2 of 3 tickers failed (tolerated: 50 %): NOSUCH UnknownTicker (")


@pytest.mark.fault(41)
def test_pipeline_fails_with_every_bad_field_named(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["A;B"], start="2020-02-30")
    assert (end.status, end.error) == ("FAILED", "InvalidInput")
    assert end.cause is not None
    assert "tickers[0]: 'A;B' is not a Yahoo symbol" in end.cause
    assert "start: '2020-02-30' is not a calendar date" in end.cause


@pytest.mark.fault(20)
def test_pipeline_succeeds_with_no_session_on_a_weekend(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["NFLX"], start="2020-05-23", end="2020-05-25")
    assert end.succeeded
    assert end.output is not None
    assert (end.output["status"], end.output["tickers"]["no_session"]) == ("no session", ["NFLX"])


@pytest.mark.fault(20)
def test_pipeline_fails_if_yahoo_has_no_bar_of_a_session(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["NFLX"], start="2020-05-20", end="2020-05-21")
    assert end.error == "CollectionFailed"
    assert end.cause is not None
    assert "NFLX NoData" in end.cause


@pytest.mark.fault(18)
@pytest.mark.fault(24)
def test_pipeline_fails_in_yahoos_words_for_an_unavailable_window(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["NFLX"], start="2020-05-08", end="2020-05-22")
    assert end.cause is not None
    assert "NFLX WindowNotAvailable" in end.cause
    assert "Only 8 days worth of 1m granularity data" in end.cause


@pytest.mark.fault(16)
def test_collect_bars_retries_a_rate_limited_ticker(pipeline: Pipeline, yahoo: YahooReplay) -> None:
    def first_two(request: ChartRequest) -> Fault | None:
        wanted = (request.symbol, request.interval) == ("OKTA", "5m")
        return FAULTS["rate-limited"] if wanted and request.occurrence <= 2 else None  # yfinance itself asks twice

    yahoo.fault = first_two
    try:
        end = pipeline.execute(tickers=["OKTA"], interval="5m", **THAT_DAY)
    finally:
        yahoo.fault = None
    assert end.output is not None
    assert end.output["bars"]["delivered"] == 78
    asked = [request.status for request in yahoo.list_chart_requests("OKTA")]
    assert asked.count(429) == 2


@pytest.mark.fault(36)
@pytest.mark.fault(40)
def test_check_delivery_queries_again_until_late_bars_are_delivered(pipeline: Pipeline) -> None:
    client = pipeline.cloud.client("stepfunctions")
    refuse_bars(pipeline)
    try:
        arn = start(client, pipeline.state_machine_arn, {"tickers": ["PINS"], **THAT_DAY})
        for progress in follow(client, arn, lambda: threading.Event().wait(0.1)):
            if progress.bars_delivered is not None:
                accept_bars(pipeline)
    finally:
        accept_bars(pipeline)
    assert progress.bars_delivered == 385
    asked = [name for name, _ in progress.states].count("QueryHourlyHighs")
    assert asked > 1
    end = read_end(client, arn)
    assert end.succeeded
    assert end.output is not None
    athena = asked * 10 * 2**20 / 2**40 * 5  # each query is billed
    assert end.output["cost"]["by_service"]["Athena"] == pytest.approx(athena, abs=1e-6)


@pytest.mark.fault(36)
def test_pipeline_fails_with_both_counts_if_bars_are_never_delivered(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_bars(pipeline)
    try:
        end = pipeline.execute(tickers=["DDOG"], interval="5m", **THAT_DAY)
        listed = gaps(pipeline, monkeypatch, GENERATED, "--interval", "5m", "--tickers", "DDOG")
    finally:
        accept_bars(pipeline)
    assert (end.status, end.error) == ("FAILED", "NotDelivered")
    assert end.cause == "0 of 78 collected bars delivered after 5 queries; missing: DDOG 0 of 78"
    assert listed.exit_code == 1
    assert re.search(r"DDOG +78 +0 +78 +78 lost\s+09:30-15:55 lost", listed.stdout)


@pytest.mark.fault(38)
def test_pipeline_fails_with_athenas_words_if_the_query_fails(pipeline: Pipeline) -> None:
    athena = pipeline.cloud.client("athena")
    work_group = pipeline.outputs["WorkGroupName"]
    statement = athena.get_prepared_statement(StatementName="hourly_highs", WorkGroup=work_group)["PreparedStatement"]
    broken = statement["QueryStatement"].replace("substr(ts, ", "substr(tss, ")
    kept = {name: statement[name] for name in ("StatementName", "QueryStatement", "Description")}
    athena.update_prepared_statement(**kept | {"QueryStatement": broken, "WorkGroup": work_group})
    try:
        end = pipeline.execute(tickers=["NFLX"], **THAT_DAY)
    finally:
        athena.update_prepared_statement(**kept, WorkGroup=work_group)
    assert (end.status, end.error) == ("FAILED", "QueryFailed")
    assert end.cause is not None
    assert end.cause.startswith("COLUMN_NOT_FOUND")


def test_pipeline_puts_each_interval_into_its_own_partition(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["SNAP"], interval="1h", **THAT_DAY)
    assert end.output is not None
    assert end.output["bars"] == {"expected": 7, "collected": 7, "delivered": 7}
    assert any("interval=1h" in key for key, _ in pipeline.read_objects("bars/"))
    assert json.dumps(end.output)  # and the answer is plain JSON

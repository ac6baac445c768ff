"""The whole stack in the embedded cloud: the packaged template, the real yfinance, state machine and SQL."""

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
from finance_stream.client.answer import result_lines
from finance_stream.client.execution import Ended, ended, follow
from finance_stream.client.gaps import ABSENT, POSSIBLE_HALT
from finance_stream.client.show import totals
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
    """A Yahoo that has all days."""
    folder = tmp_path_factory.mktemp("days")
    for day in DAYS:
        day.file(folder)
    with YahooReplay(load_bars(folder)) as running_yahoo:
        yield running_yahoo


@pytest.fixture(scope="module")
def answers(pipeline: Pipeline) -> Answers:
    """The output of the one execution over a whole day."""

    @cache
    def answer_of(day: Day) -> dict[str, Any]:
        end = pipeline.execute(tickers=list(TICKERS), **day.window)
        assert end.green, (end.error, end.cause)
        assert end.output is not None
        return end.output

    return answer_of


@pytest.fixture(scope="module")
def answer(answers: Answers) -> dict[str, Any]:
    """The output of the execution over the generated day."""
    return answers(GENERATED)


@each_day
def test_the_answers_70_highs_are_those_of_the_file(answers: Answers, day: Day) -> None:
    assert len(answers(day)["highs"]) == 70
    assert answers(day)["highs"] == highs_by_pandas(day)


@pytest.mark.fault(25)
@pytest.mark.fault(43)
@each_day
def test_every_bar_of_a_day_is_collected_and_delivered(answers: Answers, day: Day) -> None:
    answer, there = answers(day), len(rows_by_pandas(day))
    assert answer["bars"] == {"expected": 3900, "collected": there, "delivered": there}
    assert answer["status"] == "answered"
    assert answer["complete"] is False  # the exchange was open for minutes that have no bar
    failed = {"failed_count": 0, "failed": [], "failed_others": []}
    nobody_missing = {"planned": 10, **failed, "no_session_count": 0, "no_session": []}
    assert nobody_missing.items() <= answer["tickers"].items()
    assert answer["sessions"] == [{"exchange": "XNYS", "date": day.date.isoformat(), "tickers": 10, "bars": 390}]


@each_day
def test_the_answer_names_each_ticker_that_lacks_bars(answers: Answers, day: Day) -> None:
    there = rows_by_pandas(day).groupby("name").size()
    lacking = sorted((name, int(count)) for name, count in there.items() if count < 390)
    tickers = answers(day)["tickers"]
    assert lacking == sorted((one["ticker"], one["delivered"]) for one in tickers["incomplete"])
    assert all(one["expected"] == 390 and one["collected"] == one["delivered"] for one in tickers["incomplete"])
    assert (tickers["complete"], tickers["more_incomplete"]) == (10 - len(lacking), 0)


@each_day
def test_the_gaps_of_a_day_are_the_minutes_that_the_file_lacks(
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


def test_what_no_execution_has_collected_is_of_no_known_kind(
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
def test_gaps_names_what_to_mend(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], said: str
) -> None:
    refused = gaps(pipeline, monkeypatch, GENERATED, *options)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr


def test_the_answer_names_its_query_and_where_the_result_lies(answer: dict[str, Any], pipeline: Pipeline) -> None:
    assert answer["query"]["result"] == f"s3://{pipeline.bucket}/athena-results/{answer['query']['id']}.csv"
    assert len(result_lines(pipeline.s3, answer["query"]["result"])) == 71


def test_the_answer_says_what_it_has_cost(answer: dict[str, Any]) -> None:
    """Ten tickers' states at $0.025 a thousand, and a query of 10 MB at $5 a TB."""
    cost = answer["cost"]
    assert cost["by_service"]["Step Functions"] == pytest.approx((9 + 10) * 0.025e-3, rel=0.1)
    assert cost["by_service"]["Athena"] == pytest.approx(10 * 2**20 / 2**40 * 5, abs=1e-6)
    assert {"Lambda", "Firehose", "S3"} <= cost["by_service"].keys()
    assert sum(cost["by_service"].values()) == pytest.approx(cost["dollars"], abs=1e-5)
    [line] = [line for line in totals(Ended("", "SUCCEEDED", answer, None, None)) if line.startswith("Cost")]
    assert f"${cost['dollars']:.6f}: Step Functions $" in line


@pytest.mark.fault(33)
@each_day
def test_every_delivered_line_is_a_bar_in_the_partition_of_its_own_date(
    pipeline: Pipeline, answers: Answers, day: Day
) -> None:
    answers(day)
    objects = dict(pipeline.objects(""))
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
    assert {key.split("/")[0] for key in objects} == {"bars", "athena-results"}  # nothing failed


@pytest.mark.fault(32)
def test_delivering_the_same_day_three_times_changes_nothing(pipeline: Pipeline, answer: dict[str, Any]) -> None:
    for _ in range(2):
        again = pipeline.execute(tickers=list(TICKERS), **THAT_DAY).output
        assert again is not None
        assert (again["highs"], again["bars"]) == (answer["highs"], answer["bars"])


def test_one_ticker_is_answered_as_ten_are(pipeline: Pipeline, answer: dict[str, Any]) -> None:
    alone = pipeline.execute(tickers=["NFLX"], **THAT_DAY).output
    assert alone is not None
    assert alone["highs"] == [row for row in answer["highs"] if row["ticker"] == "NFLX"]


@pytest.mark.fault(19)
@pytest.mark.fault(34)
def test_a_ticker_that_yahoo_does_not_know_fails_alone(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["NFLX", "NOSUCH"], **THAT_DAY)
    assert end.output is not None
    assert end.output["status"] == "answered, some tickers failed"
    assert end.output["bars"]["collected"] == end.output["bars"]["delivered"] == 385
    [failed] = end.output["tickers"]["failed"]
    assert (failed["ticker"], failed["error"]) == ("NOSUCH", "UnknownTicker")
    assert "Yahoo does not know this ticker" in failed["reason"]


@pytest.mark.fault(34)
def test_more_failures_than_tolerated_are_red(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["NFLX", "NOSUCH", "NONE"], **THAT_DAY)
    assert (end.status, end.error) == ("FAILED", "CollectionFailed")
    assert end.cause is not None
    assert end.cause.startswith("2 of 3 tickers failed (tolerated: 50 %): NOSUCH UnknownTicker (")


@pytest.mark.fault(41)
def test_bad_input_is_red_with_every_field_named(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["A;B"], start="2020-02-30")
    assert (end.status, end.error) == ("FAILED", "InvalidInput")
    assert end.cause is not None
    assert "tickers[0]: 'A;B' is not a Yahoo symbol" in end.cause
    assert "start: '2020-02-30' is not a date" in end.cause


@pytest.mark.fault(20)
def test_a_weekend_is_green_without_an_answer(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["NFLX"], start="2020-05-23", end="2020-05-25")
    assert end.green
    assert end.output is not None
    assert (end.output["status"], end.output["tickers"]["no_session"]) == ("no session", ["NFLX"])


@pytest.mark.fault(20)
def test_a_day_that_yahoo_has_nothing_of_is_never_a_success(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["NFLX"], start="2020-05-20", end="2020-05-21")
    assert end.error == "CollectionFailed"
    assert end.cause is not None
    assert "NFLX NoData" in end.cause


@pytest.mark.fault(18)
@pytest.mark.fault(24)
def test_a_window_that_yahoo_does_not_keep_is_refused_in_its_own_words(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["NFLX"], start="2020-05-08", end="2020-05-22")
    assert end.cause is not None
    assert "NFLX WindowNotAvailable" in end.cause
    assert "Only 8 days worth of 1m granularity data" in end.cause


@pytest.mark.fault(16)
def test_what_yahoo_refuses_for_now_is_asked_again(pipeline: Pipeline, yahoo: YahooReplay) -> None:
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
def test_what_is_delivered_late_is_asked_for_again(pipeline: Pipeline) -> None:
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
    end = ended(client, arn)
    assert end.green
    assert end.output is not None
    athena = asked * 10 * 2**20 / 2**40 * 5  # each query is billed
    assert end.output["cost"]["by_service"]["Athena"] == pytest.approx(athena, abs=1e-6)


@pytest.mark.fault(36)
def test_what_never_arrives_is_red_with_both_counts_and_listed_as_lost(
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
def test_a_query_that_fails_is_red_with_athenas_words(pipeline: Pipeline) -> None:
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


def test_other_intervals_lie_in_their_own_partition(pipeline: Pipeline) -> None:
    end = pipeline.execute(tickers=["SNAP"], interval="1h", **THAT_DAY)
    assert end.output is not None
    assert end.output["bars"] == {"expected": 7, "collected": 7, "delivered": 7}
    assert any("interval=1h" in key for key, _ in pipeline.objects("bars/"))
    assert json.dumps(end.output)  # and the answer is plain JSON

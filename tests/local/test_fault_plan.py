"""Fault plans, which inject the same faults in each run, and chaos cases, which are drawn from a seed."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from embedded_cloud.firehose.faults import NoAnswerError, PutRefusedError
from embedded_cloud.refusals import RefusalError
from local.chaos.case import Case, draw_case
from local.faults.injection import FaultInjector
from local.faults.plan import CALLS, FaultPlan, PlanError, Rule
from local.yahoo.faults import FAULTS, ChartRequest
from local.yahoo.rows import SPOILT_ROWS

RECORDS = [f'{{"name":"NFLX","ts":"{minute}"}}'.encode() for minute in range(10)]


def plan(**rule: Any) -> FaultPlan:
    return FaultPlan(seed=7, faults=(Rule(**rule),))


@pytest.mark.parametrize(
    ("occurrence", "times", "injected"), [(1, 1, [1]), (2, 3, [2, 3, 4]), (4, None, [4, 5, 6]), (9, 1, [])]
)
def test_fault_injector_injects_by_occurrence_and_times(
    occurrence: int, times: int | None, injected: list[int]
) -> None:
    injector = FaultInjector(plan(call="s3:PutObject", occurrence=occurrence, times=times, fault="denied"))
    assert [number for number in range(1, 7) if injector("s3:PutObject", "bars/x", b"")] == injected
    assert injector.injected == [("s3:PutObject", "bars/x", "denied")] * len(injected)


def test_fault_injector_counts_only_matching_calls() -> None:
    injector = FaultInjector(plan(call="s3:PutObject", of="bars/*", occurrence=2, fault="throttled"))
    calls = [("s3:PutObject", "bars/a"), ("s3:PutObject", "dead-letter/a"), ("s3:GetObject", "bars/a")]
    assert [injector(*call, b"") for call in calls] == [None] * 3
    assert injector("s3:PutObject", "bars/b", b"") == "throttled"


def test_fault_injector_matches_a_function_by_the_ticker_of_its_event() -> None:
    injector = FaultInjector(plan(call="lambda:function", of="collector NFLX", fault="crash"))
    name = "finance-stream-local-collector"
    assert injector("lambda:function", name, b'{"ticker":"META"}') is None
    assert injector("lambda:function", "finance-stream-local-planner", b'{"ticker":"NFLX"}') is None
    assert injector("lambda:function", name, b'{"ticker":"NFLX"}') == "crash"
    assert injector("lambda:function", name, b"not JSON") is None


def test_fault_injector_put_fails_the_same_half_each_time() -> None:
    puts = [
        FaultInjector(plan(call="firehose:PutRecordBatch", of="NFLX", fault="partial")).inject_put_fault(RECORDS, 1)
        for _ in range(2)
    ]
    assert sorted(puts[0]) == sorted(puts[1])
    assert len(list(puts[0])) == 5


def test_fault_injector_put_refuses_a_batch_or_leaves_it_unanswered() -> None:
    with pytest.raises(PutRefusedError) as refused:
        FaultInjector(plan(call="firehose:PutRecordBatch", fault="denied")).inject_put_fault(RECORDS, 1)
    assert refused.value.code == "AccessDeniedException"
    with pytest.raises(NoAnswerError):
        FaultInjector(plan(call="firehose:PutRecordBatch", fault="no-answer")).inject_put_fault(RECORDS, 1)
    assert (
        list(
            FaultInjector(plan(call="firehose:PutRecordBatch", of="META", fault="denied")).inject_put_fault(RECORDS, 1)
        )
        == []
    )
    assert (
        list(
            FaultInjector(plan(call="firehose:PutRecordBatch", of="META", fault="denied")).inject_put_fault(
                [b"no JSON"], 1
            )
        )
        == []
    )


def test_fault_injector_chart_injects_only_into_requests_for_bars() -> None:
    injector = FaultInjector(plan(call="yahoo:chart", of="NFLX", fault="null-rows"))
    assert injector.find_chart_fault(ChartRequest("NFLX", "1d", 1)) is None  # yfinance's request for the time zone
    assert injector.find_chart_fault(ChartRequest("META", "1m", 1)) is None
    assert injector.find_chart_fault(ChartRequest("NFLX", "1m", 1)) is SPOILT_ROWS["null-rows"]


@pytest.mark.parametrize(
    ("action", "fault", "code", "status"),
    [
        ("s3:PutObject", "throttled", "SlowDown", 503),
        ("lambda:InvokeFunction", "throttled", "TooManyRequestsException", 429),
        ("athena:StartQueryExecution", "unavailable", "InternalServerException", 500),
        ("glue:GetTable", "throttled", "ThrottlingException", 400),
    ],
)
def test_refusal_error_has_the_code_of_its_service(action: str, fault: str, code: str, status: int) -> None:
    refusal = RefusalError(action, fault)
    assert (refusal.code, refusal.status) == (code, status)


def test_fault_plan_knows_every_yahoo_fault() -> None:
    assert set(CALLS["yahoo:chart"]) == FAULTS.keys() | SPOILT_ROWS.keys()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ('{"faults": [{"call": "s3:Put", "fault": "denied"}]}', "faults.0: call: 's3:Put' is not one of yahoo:chart, "),
        (
            '{"faults": [{"call": "s3:PutObject", "fault": "crash"}]}',
            "faults.0: fault: 'crash' of s3:PutObject is not one of denied, throttled, unavailable",
        ),
        (
            '{"faults": [{"call": "s3:PutObject", "fault": "denied", "times": 0}]}',
            "faults.0.times: Input should be greater than 0",
        ),
        ('{"fault": []}', "fault: Extra inputs are not permitted"),
        ('{"seed": "1"}', "seed: Input should be a valid integer"),
        ("{", "Invalid JSON"),
    ],
)
def test_fault_plan_read_names_the_bad_field(tmp_path: Path, document: str, said: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(document)
    with pytest.raises(PlanError) as refused:
        FaultPlan.read(path)
    assert str(refused.value).startswith(f"{path}: {said}")


def test_fault_plan_read_names_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"none\.json: No such file or directory"):
        FaultPlan.read(tmp_path / "none.json")


def test_case_depends_only_on_seed_and_number() -> None:
    assert draw_case(1, 7) == draw_case(1, 7) != draw_case(2, 7)
    cases = [draw_case(1, number) for number in range(1, 201)]
    assert len({case.date for case in cases}) == 200
    assert {rule.call for case in cases for rule in case.faults} == CALLS.keys()
    assert {case.executions for case in cases} == {1, 2}
    assert len({ticker for case in cases for ticker in case.tickers}) == 10


def test_case_read_returns_the_written_case(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(draw_case(3, 4).to_json())
    assert Case.read(path) == draw_case(3, 4)
    path.write_text(json.dumps({"date": "2020-02-30", "tickers": []}))
    with pytest.raises(PlanError, match="date: Input should be a valid date") as refused:
        Case.read(path)
    assert "tickers: " in str(refused.value)


def test_case_replay_has_the_sessions_of_its_date() -> None:
    case = Case(date=dt.date(2025, 11, 28), tickers=("META", "7203.T"))  # a half day in New York
    replay = case.make_replay()
    assert {ticker: len(one.bars) for ticker, one in replay.instruments.items()} == {"META": 210, "7203.T": 330}


CASE = {"seed": 1, "date": "2020-05-14", "tickers": ["META"]}


@pytest.mark.fault(57)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[" * 100_000, "Invalid JSON: recursion limit exceeded"),
        ({**CASE, "\x1b\n": 1}, "\\x1b : Extra inputs are not permitted"),
        ({**CASE, "tickers": ["ES=F"]}, "tickers: there is no synthetic session for ES=F"),
        ({**CASE, "tickers": [""]}, "tickers: '' is not a Yahoo symbol"),
        ({**CASE, "date": "9999-12-31"}, "no exchange of META has a session from 9999-12-31"),
        ({**CASE, "faults": [{"call": "x" * 10_000, "fault": "y"}] * 100}, "'xxxxxxxx"),
    ],
)
def test_case_read_rejects_hostile_input_on_one_line(tmp_path: Path, content: Any, said: str) -> None:
    file = tmp_path / "case.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(PlanError) as refused:
        Case.read(file)
    assert said in str(refused.value)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) <= len(f"{file}: ") + 1_000

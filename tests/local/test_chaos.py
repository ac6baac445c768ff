"""``npm run chaos`` and ``npm run load``: no bar lost under a seed's faults, and a report of each lost bar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from commands.chaos import main as chaos
from commands.load import choose_date
from commands.load import main as load
from commands.target import TargetError
from finance_stream.client.redrive import RedriveReport
from local.chaos import case_run
from local.chaos.case import Case, draw_case
from local.chaos.case_run import run_case
from local.chaos.workers import WorkerError, run_cases
from local.faults.plan import Rule
from local.pipeline import Pipeline
from local.yahoo.server import YahooReplay

# An hour before the open of a half day, on the date after a holiday.
BLACK_FRIDAY = dt.datetime(2026, 11, 27, 13, 30, tzinfo=dt.UTC)
# The stream refuses each batch of META, and fails half of one batch of NFLX.
FAULTS = (
    Rule(call="firehose:PutRecordBatch", of="META", times=None, fault="denied"),
    Rule(call="firehose:PutRecordBatch", of="NFLX", fault="partial"),
)


def test_chaos_loses_no_bar_in_the_cases_of_a_seed(tmp_path: Path) -> None:
    ran = CliRunner().invoke(chaos, ["--out", str(tmp_path), "--seed", "1", "--runs", "3", "--jobs", "2"])
    assert ran.exit_code == 0, ran.output
    assert "\n3 of 3 ledgers clean.\n" in ran.stdout
    figures = dict(re.findall(r"^  ([A-Za-z ]+?) +([\d,]+)", ran.stdout.partition("ledgers clean.\n")[2], re.M))
    assert (figures["bars lost"], figures["duplicates counted"]) == ("0", "0")
    assert int(figures["faults injected"]) > 0
    assert int(figures["bars from Yahoo"].replace(",", "")) > 1000
    assert [Case.read(tmp_path / f"seed-1-case-{number}.json") for number in (1, 2, 3)] == [
        draw_case(1, number) for number in (1, 2, 3)
    ]


def test_chaos_refuses_an_invalid_case_file(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text('{"date": "2025-11-26", "tickers": ["META"], "faults": [{"call": "yahoo:chart", "fault": "x"}]}')
    ran = CliRunner().invoke(chaos, ["--out", str(tmp_path), "--case", str(path)])
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"{path}: faults.0: fault: 'x' of yahoo:chart is not one of rate-limited, ")


@pytest.mark.fault(42)
@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-02-30", "date: '2026-02-30' is not a calendar date (use YYYY-MM-DD)"),
        ("2026-11-21", "date: '2026-11-21' has no session of NYSE. The latest is '2026-11-25'."),
        ("2026-11-27", "date: '2026-11-27' has no session that has closed. The latest is '2026-11-25'."),
    ],
)
def test_choose_date_refuses_a_date_without_a_closed_session(day: str, said: str) -> None:
    with pytest.raises(TargetError) as refused:
        choose_date(day, BLACK_FRIDAY)
    assert str(refused.value) == said


def test_choose_date_takes_the_date_given_or_the_latest_session() -> None:
    assert choose_date("2026-11-23", BLACK_FRIDAY) == dt.date(2026, 11, 23)
    assert choose_date(None, BLACK_FRIDAY) == dt.date(2026, 11, 25)


def test_load_refuses_a_bad_date_with_exit_code_2() -> None:
    ran = CliRunner().invoke(load, ["--date", "yesterday"])
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr == "date: 'yesterday' is not a calendar date (use YYYY-MM-DD)\n"


@pytest.mark.fault(35)
@pytest.mark.fault(42)
def test_load_of_25_tickers_loses_no_bar_and_fits_each_memory() -> None:
    ran = CliRunner().invoke(load, ["--tickers", "25", "--date", "2026-11-23"])
    assert ran.exit_code == 0, ran.output
    assert "9,750 bars from Yahoo, 9,750 sent, 0 lost, 0 duplicates, ledger clean." in ran.stdout
    rows = re.findall(r"│ ([a-z]+) +│ ([\d,]+) +│ (\d+) +│ (\d+) +│", ran.stdout)
    invocations = {function: int(count) for function, count, _, _ in rows}
    assert invocations == {
        "planner": 1,
        "collector": 25,
        "counter": 1,
        "checker": 1,
        "transformer": invocations["transformer"],
    }
    assert all(0 < int(used) < int(size) for _, _, size, used in rows)


@pytest.fixture(scope="module")
def yahoo() -> Iterator[YahooReplay]:
    with YahooReplay(draw_case(1, 1).make_replay()) as running_yahoo:
        yield running_yahoo


def test_play_redrives_undelivered_bars_and_finds_no_problem(pipeline: Pipeline, yahoo: YahooReplay) -> None:
    went = run_case(pipeline, yahoo, Case(date=dt.date(2025, 11, 26), tickers=("META", "NFLX"), faults=FAULTS))
    assert went.problems == []
    assert [end.succeeded for end in went.ends] == [True]
    assert (went.served, went.redriven, went.lost, went.duplicates, went.collected_again) == (780, 390, 0, 0, [])
    assert went.injected == 2


def test_play_reports_a_redrive_that_loses_bars(
    pipeline: Pipeline, yahoo: YahooReplay, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deletes(s3: Any, firehose: Any, bucket: str, *_: Any) -> RedriveReport:
        del firehose
        for key, _content in pipeline.read_objects("dead-letter/"):
            s3.delete_object(Bucket=bucket, Key=key)
        return RedriveReport()

    monkeypatch.setattr(case_run, "redrive", deletes)
    went = run_case(pipeline, yahoo, Case(date=dt.date(2025, 11, 28), tickers=("META", "NFLX"), faults=FAULTS))
    assert went.problems[0] == "after the redrive: 210 bars lost, the first META 2025-11-28T09:30:00-05:00"
    assert went.lost == 210
    assert went.collected_again == ["META"]


def test_run_cases_names_the_case_whose_process_has_ended(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match=r"^case 1 of seed 1: its process has ended\. Its error is above\.$"):
        list(run_cases([draw_case(1, 1)], tmp_path / "no package", jobs=1))

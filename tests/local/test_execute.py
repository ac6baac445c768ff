"""``npm run execute`` and ``npm run follow``: their output, their exit codes, and an interrupt."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner, Result

from commands.execute import main as execute
from commands.follow import main as follow
from finance_stream.client import embedded
from finance_stream.client.execution import list_newest, read_end, stop
from local.pipeline import Pipeline
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session
from tests.conftest import ROOT
from tests.local.terminal import read_until
from tests.waiting import DEADLINE_SECONDS

THAT_DAY = ("--tickers", "META,NFLX", "--start", "2026-11-23")
SYNTHETIC = "SYNTHETIC session of 2026-11-23, seed 1"


@pytest.fixture(scope="module")
def yahoo() -> Iterator[YahooReplay]:
    with YahooReplay(make_synthetic_session(dt.date(2026, 11, 23), ["META", "NFLX"])) as running_yahoo:
        yield running_yahoo


@pytest.fixture(scope="module", autouse=True)
def environment(pipeline: Pipeline) -> Iterator[dict[str, str]]:
    """Set the variables that ``npm run local -- --serve`` prints."""
    variables = {**pipeline.cloud.environment(), **embedded.make_variables(SYNTHETIC, 0)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


def command(main: Any, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--stage", "local", *arguments])


@pytest.fixture(scope="module")
def before() -> Result:
    """Run ``npm run follow`` before the first execution."""
    return command(follow)


@pytest.fixture(scope="module")
def executed(before: Result) -> Result:
    """Start an execution, follow it to its end, and print its highs as CSV."""
    del before
    ran = command(execute, *THAT_DAY, "--name", "that-day", "--csv")
    assert ran.exit_code == 0, ran.output
    return ran


def names(pipeline: Pipeline) -> list[str]:
    """Return the names of all executions, the newest first."""
    states = pipeline.cloud.client("stepfunctions")
    return [one["name"] for one in list_newest(states, pipeline.state_machine_arn, 100)]


def rows(printed: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(printed)))


def test_follow_says_how_to_start_the_first_execution(before: Result) -> None:
    assert before.exit_code == 2
    assert before.output.endswith("has had no execution yet; to start one: npm run execute -- --stage local\n")


def test_execute_csv_prints_only_highs(executed: Result) -> None:
    highs = rows(executed.stdout)
    assert [row["ticker"] for row in highs] == ["META"] * 7 + ["NFLX"] * 7
    assert {row["source"] for row in highs} == {SYNTHETIC}
    for line in ("Execution that-day: ", "CheckDelivery: 780 of 780 bars delivered\n"):
        assert line in executed.stderr
    assert "Complete: 780 of 780 bars\n" in executed.stderr


def test_follow_finds_an_execution_by_name_by_arn_or_as_the_newest(executed: Result, pipeline: Pipeline) -> None:
    arn = f"{pipeline.state_machine_arn.replace(':stateMachine:', ':execution:')}:that-day"
    shown = [command(follow, *which, "--json") for which in ((), ("that-day",), (arn,))]
    assert [ran.exit_code for ran in shown] == [0, 0, 0]
    [told] = {ran.stdout for ran in shown}  # and nothing else is on stdout
    answer = json.loads(told)
    assert (answer["id"], answer["arn"], answer["status"], answer["source"]) == (
        "that-day",
        arn,
        "SUCCEEDED",
        SYNTHETIC,
    )
    assert answer["answer"]["bars"] == {"expected": 780, "collected": 780, "delivered": 780}
    highs = [(high["ticker"], str(high["hour"]), high["high"]) for high in answer["answer"]["highs"]]
    assert highs == [(row["ticker"], row["hour"], float(row["high"])) for row in rows(executed.stdout)]


@pytest.mark.usefixtures("executed")
def test_follow_table_fits_80_columns_and_says_synthetic() -> None:
    table = command(follow).stdout
    assert f"Hourly highs of 2026-11-23 ({SYNTHETIC})\n" in table
    assert "Demo data: these prices are randomly generated.\n" in table
    assert max(len(line) for line in table.splitlines() if not line.startswith("Cost")) <= 80


@pytest.mark.usefixtures("executed")
def test_execute_starts_one_execution_per_name(pipeline: Pipeline) -> None:
    again = command(execute, *THAT_DAY, "--name", "that-day", "--detach", "--json")
    assert (again.exit_code, json.loads(again.stdout)["id"]) == (0, "that-day")
    assert "Follow it: npm run follow -- --stage local that-day\n" in again.stderr
    another = command(execute, "--tickers", "NFLX", "--name", "that-day")
    assert another.exit_code == 2
    assert another.output.startswith("name: 'that-day' has started an execution of another input: ")
    assert names(pipeline).count("that-day") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--tickers", "META,A;B"), "tickers[1]: 'A;B' is not a Yahoo symbol"),
        (("--start", "2026-02-30"), "start: '2026-02-30' is not a calendar date"),
        (("--lookback-minutes", "1441"), "lookback-minutes: 1441 is not a whole number from 1 to 1,440"),
        (("--lookback-minutes", "soon"), "lookback-minutes: 'soon' is not a whole number from 1 to 1,440"),
        (("--interval", "7m"), "'7m' is not one of '1m', '2m', '5m', '15m', '30m', '1h'"),
        (("--name", "a b"), "name: 'a b' is not 1 to 80 letters, digits, - and _"),
        (("--json", "--csv"), "csv: --csv goes without --json"),
        (("--detach", "--csv"), "detach: --detach has no highs to print"),
    ],
)
def test_execute_names_the_bad_option_and_starts_nothing(
    pipeline: Pipeline, arguments: tuple[str, ...], said: str
) -> None:
    there = names(pipeline)
    refused = command(execute, *arguments)
    assert refused.exit_code == 2
    assert said in refused.output
    assert names(pipeline) == there


@pytest.mark.usefixtures("executed")
@pytest.mark.parametrize("execution", ["nosuch", "arn:aws:states:us-east-1:123456789012:execution:other:one", "a b"])
def test_follow_refuses_an_unknown_execution_on_one_line(execution: str) -> None:
    ran = command(follow, execution)
    assert ran.exit_code == 2
    [line] = ran.output.splitlines()
    assert line.startswith(f"ID: '{execution}' is not an execution of finance-stream-local in us-east-1 of account ")


def test_execute_says_how_to_deploy_a_missing_stage() -> None:
    ran = CliRunner().invoke(execute, ["--stage", "dev"])
    assert ran.exit_code == 2
    assert ran.output.endswith("; to deploy it: npm run deploy -- --stage dev\n")


def test_execute_exits_1_with_the_reason_and_page_of_a_failure() -> None:
    failed = command(execute, "--tickers", "NOSUCH", "--start", "2026-11-23", "--csv")
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert "  failed  CollectionFailed\n" in failed.stderr
    assert "The execution failed: CollectionFailed: 1 of 1 tickers failed" in failed.stderr
    assert failed.stderr.endswith("What to do about CollectionFailed: docs/operations.md\n")
    again = command(follow, "--json")
    assert again.exit_code == 1
    assert json.loads(again.stdout)["error"] == "CollectionFailed"


# Ctrl-C while an execution waits as long as on AWS


@pytest.fixture
def waiting(pipeline: Pipeline) -> Iterator[Callable[[], str]]:
    """Make the cloud wait in real time, and yield a function that returns the newest execution's status.

    The execution is stopped at the end.
    """
    states = pipeline.cloud.client("stepfunctions")

    def arn() -> str:
        [execution] = list_newest(states, pipeline.state_machine_arn, 1)
        return execution["executionArn"]

    with pipeline.cloud.clock.held():
        yield lambda: read_end(states, arn()).status
        stop(states, arn(), "the test is over")


@contextmanager
def started(**streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command in its own process group, as a shell does."""
    arguments = [sys.executable, "-m", "commands", "execute", "--stage", "local", *THAT_DAY]
    with subprocess.Popen(arguments, cwd=ROOT, start_new_session=True, **streams) as process:
        try:
            yield process
        finally:
            process.kill()


def test_execute_interrupted_without_a_terminal_says_how_to_follow(
    waiting: Callable[[], str],
) -> None:
    with started(stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert any(b"AwaitDelivery: 2:" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 130
    assert b"The execution goes on. Follow it: npm run follow -- --stage local " in said
    assert b"Stop it: aws stepfunctions stop-execution " in said
    assert waiting() == "RUNNING"


@pytest.mark.parametrize(
    ("typed", "said", "status"),
    [("s\n", "Stopped: ", "ABORTED"), ("w\n", "The execution goes on. ", "RUNNING"), ("c\n", " left", "RUNNING")],
)
def test_execute_interrupted_on_a_terminal_asks_what_to_stop(
    waiting: Callable[[], str], typed: str, said: str, status: str
) -> None:
    person, terminal = pty.openpty()
    with started(stdin=terminal, stdout=terminal, stderr=terminal) as process:
        read_until(person, "AwaitDelivery: 2:")
        process.send_signal(signal.SIGINT)
        read_until(person, "Stop the execution (s), only the watching (w), or watch on (c)? [w]: ")
        os.write(person, typed.encode())
        read_until(person, said)
        if typed != "c\n":  # which watches on
            assert process.wait(DEADLINE_SECONDS) == 130
    os.close(person)
    os.close(terminal)
    assert waiting() == status

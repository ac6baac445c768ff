"""``npm run bench``: what a line says, and that the cheap ones can be measured."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from rich.box import SIMPLE_HEAD

from bench.__main__ import FILES, main, make_table
from bench.line import BenchLine, Goal, Measurement
from bench.session import load_session
from tests.conftest import ROOT


def line(ours: float, reference: float | None = None, limit: float | None = None, **goal: float) -> BenchLine:
    counted = [None if value is None else Measurement.from_count(value) for value in (reference, limit)]
    return BenchLine("a line", "s", "data", Measurement.from_count(ours), Goal(**goal), *counted)


@pytest.mark.parametrize(
    ("measured", "met"),
    [
        (line(10, reference=100, times_reference=10), True),
        (line(10.1, reference=100, times_reference=10), False),
        (line(10, limit=5, times_limit=2), True),
        (line(10.1, limit=5, times_limit=2), False),
        (line(10, at_most=10), True),
        (line(10.1, at_most=10), False),
        (line(10, reference=100, limit=1, times_reference=10, times_limit=2), False),
        (line(10, times_reference=10), False),
        (line(10), True),
    ],
)
def test_a_goal_is_met_when_every_bound_of_it_holds(measured: BenchLine, met: bool) -> None:
    assert measured.met is met


def test_ratios_are_of_the_least_that_was_measured() -> None:
    ours, reference = Measurement.from_values([2.0, 9.0, 3.0]), Measurement.from_values([8.0, 20.0])
    assert (ours.least, ours.middle, ours.most) == (2.0, 3.0, 9.0)
    assert BenchLine("a line", "s", "data", ours, Goal(), reference).gain == 4.0


def test_each_file_of_the_folder_that_measures_is_a_line_that_can_be_asked_for() -> None:
    measuring = {file.stem for file in (ROOT / "bench").glob("*.py") if "\ndef measure(" in file.read_text()}
    assert measuring == set(FILES)


def measure(*arguments: str) -> str:
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def test_what_is_counted_meets_its_goals_as_json() -> None:
    calls, billed = json.loads(measure("--json", "--only", "calls", "--only", "billed_bytes"))
    rows = load_session().rows
    assert (calls["ours"]["least"], calls["reference"]["least"], calls["met"]) == (10, rows, True)
    assert billed["reference"]["least"] == 5 * 1024
    assert billed["ours"]["least"] >= billed["limit"]["least"]
    assert billed["met"] is True


def test_the_documents_table_has_a_row_a_line() -> None:
    rows = [row for row in measure("--markdown", "--only", "calls").splitlines() if row.strip()]
    assert [row.count("|") for row in rows] == [11] * 3
    assert load_session().label in rows[-1]


def test_what_is_timed_is_printed_with_its_reference_and_its_limit() -> None:
    printed = measure("--quick", "--only", "frame")
    assert "CPU a bar from frame to records, limit: json" in printed
    assert "CPU a bar from frame to records, limit: msgspec" in printed


def test_a_line_that_is_not_known_is_refused_with_those_that_are() -> None:
    ran = CliRunner().invoke(main, ["--only", "speed"])
    assert ran.exit_code == 2
    assert "'speed' is not one of" in ran.stderr
    assert all(name in ran.stderr for name in FILES)


def test_the_table_says_of_each_line_whether_its_goal_is_met() -> None:
    made = make_table([line(10, at_most=10), line(11, at_most=10)], SIMPLE_HEAD)
    assert list(made.columns[-1].cells) == ["yes", "NO"]

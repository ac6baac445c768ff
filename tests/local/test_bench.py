"""``npm run bench``: its goals, its output, and its quick lines."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench import reach
from bench.__main__ import ASKED, FILES, WIDTH, main, make_table
from bench.line import BenchLine, Goal, Measurement
from bench.reach import FIGURES
from bench.session import load_session
from finance_stream.client.console import PlainConsole
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
def test_bench_line_meets_a_goal_when_every_bound_holds(measured: BenchLine, met: bool) -> None:
    assert measured.met is met


def test_bench_line_gain_is_a_ratio_of_least_values() -> None:
    ours, reference = Measurement.from_values([2.0, 9.0, 3.0]), Measurement.from_values([8.0, 20.0])
    assert (ours.least, ours.middle, ours.most) == (2.0, 3.0, 9.0)
    assert BenchLine("a line", "s", "data", ours, Goal(), reference).gain == 4.0


def test_bench_files_name_every_measuring_module() -> None:
    measuring = {file.stem for file in (ROOT / "bench").glob("*.py") if "\ndef measure(" in file.read_text()}
    assert measuring == set(FILES)


def test_bench_measures_reach_only_if_asked() -> None:
    assert set(FILES) > ASKED
    with pytest.MonkeyPatch.context() as patched:
        asked: list[list[str]] = []

        def note(files: list[str], *_: object, **__: object) -> list[BenchLine]:
            asked.append(files)
            return []

        patched.setattr("bench.__main__._measure", note)
        measure()
    assert asked == [[name for name in FILES if name not in ASKED]]


@pytest.mark.parametrize(
    ("number", "printed", "figure"),
    [
        (0, "Saved to out/: highs.csv\nDone in 5.9 s (set-up: 0.1 s).\n", 5.9),
        (1, "\n100 of 100 ledgers clean.\n  cases per minute     1,200\n", 0.05),
        (2, "SUCCEEDED: {'collected': 390000}, 44\ns with the ledger.\n", 44.0),
        (3, "Cost, estimated at list prices: $1.234. 1,250\ns.\n", 1250.0),
    ],
)
def test_figure_reads_the_line_of_its_command(number: int, printed: str, figure: float) -> None:
    assert FIGURES[number].read(printed) == figure
    with pytest.raises(RuntimeError, match="printed no line like"):
        FIGURES[number].read("another line")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
def test_reach_measures_a_command_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tools").mkdir()
    program = """
    console.log(`${process.stdout.isTTY} ${process.argv.slice(2)}`);
    setTimeout(() => console.log("Done in 1.5 s"), 500);
    """
    (tmp_path / "tools" / "run.mjs").write_text(program)
    monkeypatch.setattr(reach, "ROOT", tmp_path)
    [line] = reach.measure(quick=True, full=False)
    assert (line.ours.least, line.met) == (1.5, True)
    printed, silence = reach._run(("local", "--serve"), tmp_path)
    assert printed == "true local,--serve\nDone in 1.5 s\n"
    assert silence >= 0.4


def measure(*arguments: str) -> str:
    ran = CliRunner().invoke(main, arguments)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def test_bench_json_shows_that_counted_lines_meet_their_goals() -> None:
    calls, billed = json.loads(measure("--json", "--only", "calls", "--only", "billed_bytes"))
    rows = load_session().rows
    assert (calls["ours"]["least"], calls["reference"]["least"], calls["met"]) == (10, rows, True)
    assert billed["reference"]["least"] == 5 * 1024
    assert billed["ours"]["least"] >= billed["limit"]["least"]
    assert billed["met"] is True


def test_bench_markdown_prints_a_row_per_line() -> None:
    rows = [row for row in measure("--markdown", "--only", "calls").splitlines() if row.strip()]
    assert [row.count("|") for row in rows] == [11] * 3
    assert load_session().label in rows[-1]


def test_bench_prints_timed_lines_with_each_limit() -> None:
    printed = measure("--quick", "--only", "frame", "--markdown")
    assert "CPU per bar from frame to records, limit: json" in printed
    assert "CPU per bar from frame to records, limit: msgspec" in printed


def test_bench_rejects_an_unknown_line_and_lists_the_known() -> None:
    ran = CliRunner().invoke(main, ["--only", "speed"])
    assert ran.exit_code == 2
    assert "'speed' is not one of" in ran.stderr
    assert all(name in ran.stderr for name in FILES)


def test_make_table_marks_goals_met_or_missed() -> None:
    made = make_table([line(10, at_most=10), line(11, at_most=10)])
    assert list(made.columns[-1].cells) == ["yes", "NO"]


def test_make_table_fits_100_columns() -> None:
    most = Measurement.from_values([171_852_085, 171_852_085, 172_852_086])
    longest = "peak memory of a collector, 8 days of 1-minute bars, limit: import yfinance"
    data = "SYNTHETIC sessions from 2026-11-01 to 2026-11-08, seed 2020"
    file = io.StringIO()
    table = make_table([BenchLine(longest, "bytes", data, most, Goal(10, 1.12, 500), most, most)])
    PlainConsole(file=file, width=WIDTH).print(table)
    printed = file.getvalue()
    assert max(map(len, printed.splitlines())) <= WIDTH
    assert {"171,852,085", "172,852,086)", "seed", "2020", "reference;", "500"} <= {*printed.split()}

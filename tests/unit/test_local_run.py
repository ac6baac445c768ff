"""A local run of several executions: each one's results are saved as it ends."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from finance_stream.client.execution import ExecutionEnd
from local.outputs import HIGHS_CSV, OutFolder
from local.run import FAILED, SUCCEEDED, run
from local.source import Source
from tests.unit.test_outputs import content

OUTPUT = {"bars": {"collected": 390}}


class FakePipeline:
    """A pipeline whose executions each leave one object in the lake."""

    step_functions = s3 = None
    source = "bars.csv, replayed"

    def __init__(self, statuses: Sequence[str]) -> None:
        self.statuses = [*statuses]
        self.objects: dict[str, bytes] = {}

    def count_bars_put_from_now(self) -> None:
        return None

    def execute(self, execution_input: dict[str, Any]) -> ExecutionEnd:
        day = execution_input["start"]
        self.objects[f"bars/interval=1m/dt={day}/x.json.gz"] = day.encode()
        return ExecutionEnd("arn", self.statuses.pop(0), OUTPUT, None, None)

    def read_objects(self, prefix: str, known: set[str]) -> list[tuple[str, bytes]]:
        return [(key, body) for key, body in self.objects.items() if key.startswith(prefix) and key not in known]


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pipeline answer instead of Step Functions and S3."""
    monkeypatch.setattr("local.run.execute", lambda _, pipeline, asked, __: pipeline.execute(asked))
    monkeypatch.setattr("local.run.complain_of_failure", lambda _: None)
    monkeypatch.setattr("local.run.list_totals", lambda _: ["Complete"])
    monkeypatch.setattr("local.run.show_answer", lambda console, highs, _: console.print(f"{len(highs)} highs"))
    row = {"ticker": "META", "session": "2026-11-23", "hour": 9, "high": 1.0, "high_at": "x", "minutes_at_high": 1}
    monkeypatch.setattr("local.run.fetch_highs", lambda *_: [row])


def execute(folder: Path, statuses: Sequence[str], left_out: Sequence[str] = ()) -> tuple[int, str]:
    days = [{"start": f"2026-11-{23 + place}"} for place in range(len(statuses))]
    console = Console(record=True, width=200, file=io.StringIO())
    pipeline: Any = FakePipeline(statuses)
    code = run(console, pipeline, Source("bars.csv, replayed", None, days, left_out=left_out), OutFolder(folder))
    return code, console.export_text()


def test_run_saves_the_good_executions_around_a_failed_one(tmp_path: Path) -> None:
    code, printed = execute(tmp_path / "out", ["SUCCEEDED", "FAILED", "SUCCEEDED"], ["1 bar is left out."])
    assert code == FAILED
    assert "2 highs" in printed
    assert "1 bar is left out." in printed
    saved = content(tmp_path / "out")
    assert sum(path.startswith("bars/") for path in saved) == 3
    assert saved[HIGHS_CSV].count(b"META") == 2


def test_run_leaves_no_older_highs_beside_a_failed_execution(tmp_path: Path) -> None:
    assert execute(tmp_path / "out", ["SUCCEEDED"])[0] == SUCCEEDED
    assert HIGHS_CSV in content(tmp_path / "out")
    assert execute(tmp_path / "out", ["FAILED"])[0] == FAILED
    assert HIGHS_CSV not in content(tmp_path / "out")


def test_run_saves_each_execution_as_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("local.run.complain_of_failure", stop)
    with pytest.raises(KeyboardInterrupt):
        execute(tmp_path / "out", ["SUCCEEDED", "FAILED"])
    assert HIGHS_CSV in content(tmp_path / "out")

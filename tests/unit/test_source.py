"""The source of a local run: the windows of a replay, and the options of the command line."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from deployment.package import TEMPLATE
from finance_stream.errors import InvalidInput
from local.source import Source, choose_source
from local.yahoo.chart import make_chart

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # Tuesday, before the open in New York


@pytest.fixture
def package_dir(tmp_path: Path) -> Path:
    environment = {"Variables": {"DEFAULT_TICKERS": "META,NFLX"}}
    planner = {"Properties": {"Environment": environment}}
    (tmp_path / TEMPLATE).write_text(json.dumps({"Resources": {"PlannerLambdaFunction": planner}}))
    return tmp_path


def choose(package_dir: Path, **options: Any) -> Source:
    defaults = {"replay": None, "source": "synthetic", "seed": 1, "serve": False}
    return choose_source(package_dir, options.pop("now", NOW), **{**defaults, **options})


def bars_file(folder: Path, *rows: tuple[str, str]) -> Path:
    path = folder / "bars.ndjson"
    lines = [json.dumps({"name": name, "ts": f"{day}T10:00:00-04:00", "high": 2, "low": 1}) for name, day in rows]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_choose_source_takes_the_newest_session_that_has_ended(package_dir: Path) -> None:
    source = choose(package_dir)
    assert source.synthetic
    assert source.execution_inputs == [
        {"tickers": ["META", "NFLX"], "start": "2026-11-23", "end": "2026-11-24", "interval": "1m"}
    ]


def test_choose_source_serves_the_earlier_sessions_too(package_dir: Path) -> None:
    source = choose(package_dir, serve=True)
    assert source.replay is not None
    assert [date.day for date in source.replay.session_dates] == [16, 17, 18, 19, 20, 23]
    assert source.execution_inputs[0]["start"] == "2026-11-23"


def test_choose_source_serves_the_newest_session_for_any_date(package_dir: Path) -> None:
    source = choose(package_dir, serve=True, start="2026-11-20", end="2026-11-21")
    assert source.replay is not None
    assert [date.day for date in source.replay.session_dates] == [16, 17, 18, 19, 20, 23]
    assert source.execution_inputs[0]["end"] == "2026-11-21"


@pytest.mark.fault(45)
def test_choose_source_serves_an_old_date_and_the_newest_sessions(package_dir: Path) -> None:
    source = choose(package_dir, serve=True, start="2025-05-14")
    assert source.replay is not None
    assert source.replay.session_dates == [
        *(date(2025, 5, day) for day in (6, 7, 8, 9, 12, 13, 14)),
        *(date(2026, 11, day) for day in (16, 17, 18, 19, 20, 23)),
    ]
    assert source.execution_inputs[0]["start"] == "2025-05-14"
    opening = int(datetime(2025, 5, 14, 13, 30, tzinfo=UTC).timestamp())
    query = {"interval": "1m", "period1": str(opening), "period2": str(opening + 60)}
    [result] = make_chart(source.replay, "META", query)["chart"]["result"]
    assert result["timestamp"] == [opening]


def test_choose_source_serves_a_date_of_a_calendar_that_has_ended(package_dir: Path) -> None:
    now = datetime(2028, 2, 29, tzinfo=UTC)
    source = choose(package_dir, now=now, serve=True, start="2026-11-23", tickers="RELIANCE.NS")
    assert source.replay is not None
    assert source.replay.session_dates[-1] == date(2026, 11, 23)


def test_choose_source_passes_the_options_to_the_real_yahoo(package_dir: Path) -> None:
    source = choose(package_dir, source="yahoo", tickers="meta,okta", start="2026-11-20")
    assert source.replay is None
    assert source.execution_inputs == [{"tickers": ["META", "OKTA"], "start": "2026-11-20"}]


def test_choose_source_splits_a_replay_into_windows(package_dir: Path, tmp_path: Path) -> None:
    path = bars_file(tmp_path, ("A", "2020-05-14"), ("B", "2020-05-20"), ("A", "2020-05-21"), ("C", "2020-07-01"))
    source = choose(package_dir, replay=path)
    assert [(one["tickers"], one["start"], one["end"]) for one in source.execution_inputs] == [
        (["A", "B"], "2020-05-14", "2020-05-21"),
        (["A"], "2020-05-21", "2020-05-22"),
        (["C"], "2020-07-01", "2020-07-02"),
    ]
    assert source.bars_to_collect == 4


def test_choose_source_runs_a_requested_window_as_one_execution(package_dir: Path, tmp_path: Path) -> None:
    path = bars_file(tmp_path, ("A", "2020-05-14"), ("B", "2020-05-20"))
    source = choose(package_dir, replay=path, start="2020-05-18", tickers="b")
    assert source.execution_inputs == [{"tickers": ["B"], "start": "2020-05-18", "end": "2020-05-21", "interval": "1m"}]
    assert source.bars_to_collect is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"tickers": "7203.T,ES=F"}, "there is no synthetic session for ES=F"),
        ({"start": "2026-11-21"}, "start: no exchange of META, NFLX has a session from 2026-11-21 to 2026-11-21"),
        ({"interval": "2h"}, "interval: '2h' is not one of"),
    ],
)
def test_choose_source_names_options_that_it_cannot_synthesize(
    package_dir: Path, asked: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        choose(package_dir, **asked)

"""The source of a local run: the windows of a replay, and the options of the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deployment.package import TEMPLATE
from embedded_cloud import clock
from finance_stream.errors import InvalidInput
from local.source import Source, choose_source
from local.yahoo.chart import ChartError, make_chart

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


def ask(source: Source, ticker: str, day: str, interval: str = "1m") -> list[str]:
    """Return the starts of the bars that a served source has of a date, in the exchange's time."""
    assert source.replay is not None
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    query = {
        "interval": interval,
        "period1": str(int(start.timestamp())),
        "period2": str(int(start.timestamp()) + 86_400),
    }
    [result] = make_chart(source.replay, ticker, query)["chart"]["result"]
    assert result["meta"]["symbol"] == ticker
    zone = ZoneInfo(result["meta"]["exchangeTimezoneName"])
    return [datetime.fromtimestamp(second, zone).isoformat() for second in result.get("timestamp", ())]


@pytest.mark.present("New Year")
@pytest.mark.parametrize(
    ("ticker", "day", "bars", "first"),
    [
        ("META", "2026-11-20", 390, "2026-11-20T09:30:00-05:00"),
        ("AAPL", "2026-11-23", 390, "2026-11-23T09:30:00-05:00"),
        ("7203.T", "2026-11-18", 330, "2026-11-18T09:00:00+09:00"),
        ("BTC-USD", "2026-11-22", 1439, "2026-11-22T00:00:00+00:00"),
        ("TEVA.TA", "2026-01-15", 436, "2026-01-15T09:59:00+02:00"),
        ("BRK-B", "2025-05-14", 390, "2025-05-14T09:30:00-04:00"),
    ],
)
@pytest.mark.fault(45)
def test_choose_source_serves_any_ticker_and_any_date(
    package_dir: Path, ticker: str, day: str, bars: int, first: str
) -> None:
    source = choose(package_dir, serve=True)
    assert source.execution_inputs[0]["start"] == "2026-11-23"
    starts = ask(source, ticker, day)
    assert (len(starts), starts[0]) == (bars, first)
    assert ask(source, ticker, day) == starts


@pytest.mark.present
def test_choose_source_serves_no_bar_of_the_future(package_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # half an hour after the open in New York
    monkeypatch.setattr(clock, "_running", clock.Clock(now))
    starts = ask(choose(package_dir, now=now, serve=True), "META", "2026-11-24")
    assert starts[-1] in ("2026-11-24T09:59:00-05:00", "2026-11-24T10:00:00-05:00")


@pytest.mark.present("weekend")
@pytest.mark.parametrize("ticker", ["NOSUCH", "FB", "SQ", "X.QQ", "^NOSUCH", "BRK.B", "A-B-C", "TOOLONG-USDX"])
def test_choose_source_serves_no_impossible_ticker(package_dir: Path, ticker: str) -> None:
    source = choose(package_dir, serve=True)
    with pytest.raises(ChartError) as caught:
        ask(source, ticker, "2026-11-23")
    assert caught.value.status == 404


@pytest.mark.parametrize("serve", [True, False])
def test_choose_source_names_the_new_ticker_of_a_renamed_one(package_dir: Path, serve: bool) -> None:
    with pytest.raises(InvalidInput, match="tickers: FB has traded as META since 2022-06-09"):
        choose(package_dir, serve=serve, tickers="FB")


@pytest.mark.present
def test_choose_source_serves_a_date_of_a_calendar_that_has_ended(package_dir: Path) -> None:
    now = datetime(2028, 2, 29, tzinfo=UTC)
    source = choose(package_dir, now=now, serve=True, start="2026-11-23", tickers="RELIANCE.NS")
    assert len(ask(source, "RELIANCE.NS", "2026-11-23")) == 375


def test_choose_source_passes_the_options_to_the_real_yahoo(package_dir: Path) -> None:
    source = choose(package_dir, source="yahoo", tickers="meta,okta", start="2026-11-20")
    assert source.replay is None
    assert source.execution_inputs == [{"tickers": ["META", "OKTA"], "start": "2026-11-20"}]


def test_choose_source_splits_a_replay_into_windows(package_dir: Path, tmp_path: Path) -> None:
    path = bars_file(tmp_path, ("A", "2020-05-14"), ("B", "2020-05-20"), ("A", "2020-05-21"), ("C", "2020-07-01"))
    source = choose(package_dir, replay=path)
    assert [(one["tickers"], one["start"], one["end"]) for one in source.execution_inputs] == [
        (["A"], "2020-05-14", "2020-05-15"),
        (["B"], "2020-05-20", "2020-05-21"),
        (["A"], "2020-05-21", "2020-05-22"),
        (["C"], "2020-07-01", "2020-07-02"),
    ]
    assert source.bars_to_collect == 4
    assert source.left_out == []


def test_choose_source_leaves_out_dates_without_a_bar_in_regular_hours(package_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "A.csv"
    path.write_text("ts,high,low\n2022-05-02 10:00,2,1\n2022-05-20 16:00,2,1\n")
    source = choose(package_dir, replay=path)
    assert [(one["start"], one["end"]) for one in source.execution_inputs] == [("2022-05-02", "2022-05-03")]
    assert source.left_out == [
        "1 bar is outside regular hours or off the minute, and not collected: A 2022-05-20 16:00."
    ]
    assert source.bars_to_collect == 1


def test_choose_source_leaves_out_dates_that_no_execution_may_ask_for(package_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "A.csv"
    path.write_text("ts,high,low\n2022-05-02 10:00,2,1\n2062-05-02 10:00,2,1\n2009-05-04 10:00,2,1\n")
    source = choose(package_dir, replay=path)
    assert [(one["start"], one["end"]) for one in source.execution_inputs] == [("2022-05-02", "2022-05-03")]
    assert source.left_out == ["Dates before 2010-01-01 or in the future are not collected: 2009-05-04, 2062-05-02."]


@pytest.mark.parametrize(("asked", "interval"), [({}, "5m"), ({"interval": "15m"}, "15m")])
def test_choose_source_takes_the_interval_of_the_file(
    package_dir: Path, tmp_path: Path, asked: dict[str, str], interval: str
) -> None:
    path = tmp_path / "A.csv"
    path.write_text("ts,high,low\n" + "".join(f"2022-05-02 10:{minute:02},2,1\n" for minute in (0, 5, 10, 15)))
    source = choose(package_dir, replay=path, **asked)
    assert source.execution_inputs[0]["interval"] == interval
    assert "The bars of A are 5 minutes long (intervals: 5m, 15m, 30m, 1h)." in source.notes
    said = r"interval: '1m' can't be made of the bars of A\.csv \(use 5m or 15m or 30m or 1h\)"
    with pytest.raises(InvalidInput, match=said):
        choose(package_dir, replay=path, interval="1m")


@pytest.mark.parametrize("tz", ["europe/paris", "Europe/Paris"])
def test_choose_source_reads_the_zone_of_a_replay(package_dir: Path, tmp_path: Path, tz: str) -> None:
    path = tmp_path / "A.csv"
    path.write_text("ts,high,low\n2022-05-02 16:00,2,1\n")
    source = choose(package_dir, replay=path, tz=tz)
    assert source.replay is not None
    assert str(source.replay.instruments["A"].bars.index[0]) == "2022-05-02 14:00:00+00:00"
    with pytest.raises(InvalidInput, match="tz: 'Mars' is not a time zone"):
        choose(package_dir, replay=path, tz="Mars")


def test_choose_source_joins_dates_without_a_session_in_between(package_dir: Path, tmp_path: Path) -> None:
    days = ("2026-03-27", "2026-03-30", "2026-03-31", "2026-04-02", "2026-04-06")  # a weekend, and Good Friday
    path = bars_file(tmp_path, *((name, day) for day in days for name in ("META", "NFLX")))
    assert [
        (one["tickers"], one["start"], one["end"]) for one in choose(package_dir, replay=path).execution_inputs
    ] == [
        (["META", "NFLX"], "2026-03-27", "2026-04-01"),
        (["META", "NFLX"], "2026-04-02", "2026-04-03"),
        (["META", "NFLX"], "2026-04-06", "2026-04-07"),
    ]


@pytest.mark.parametrize(
    ("tickers", "windows"),
    [
        ("b", [(["B"], "2020-05-20", "2020-05-21")]),
        ("A,NOSUCH", [(["A", "NOSUCH"], "2020-05-14", "2020-05-15")]),
        ("NOSUCH", [(["NOSUCH"], "2020-05-14", "2020-05-21")]),
    ],
)
def test_choose_source_collects_the_tickers_asked_for(
    package_dir: Path, tmp_path: Path, tickers: str, windows: list[tuple[list[str], str, str]]
) -> None:
    path = bars_file(tmp_path, ("A", "2020-05-14"), ("B", "2020-05-20"))
    source = choose(package_dir, replay=path, tickers=tickers)
    assert [(one["tickers"], one["start"], one["end"]) for one in source.execution_inputs] == windows


def test_choose_source_has_one_window_for_a_week_of_many(package_dir: Path, tmp_path: Path) -> None:
    spans = [(first, last) for first in range(6, 11) for last in range(first, 11)]  # 15 spans of a week in April
    rows = [(f"T{at}", f"2026-04-{day:02}") for at, (first, last) in enumerate(spans) for day in range(first, last + 1)]
    [only] = choose(package_dir, replay=bars_file(tmp_path, *rows)).execution_inputs
    assert (len(only["tickers"]), only["start"], only["end"]) == (15, "2026-04-06", "2026-04-11")


def test_choose_source_runs_a_requested_window_as_one_execution(package_dir: Path, tmp_path: Path) -> None:
    path = bars_file(tmp_path, ("A", "2020-05-14"), ("B", "2020-05-20"))
    source = choose(package_dir, replay=path, start="2020-05-18", tickers="b")
    assert source.execution_inputs == [{"tickers": ["B"], "start": "2020-05-18", "end": "2020-05-21", "interval": "1m"}]
    assert source.bars_to_collect is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"tickers": "7203.T,X.QQ"}, "there is no synthetic session for X.QQ"),
        ({"tz": "Europe/Paris"}, "tz: it is the zone of a replay's times"),
        ({"start": "2026-11-21"}, "start: no exchange of META, NFLX has a session from 2026-11-21 to 2026-11-21"),
        ({"interval": "2h"}, "interval: '2h' is not one of"),
    ],
)
def test_choose_source_names_options_that_it_cannot_synthesize(
    package_dir: Path, asked: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        choose(package_dir, **asked)

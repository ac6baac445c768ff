"""The public surface of the library, and its checks before any call of AWS."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import subprocess
import sys
from typing import Any

import boto3
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import finance_stream
from finance_stream import Lake, LakeError
from finance_stream.client.deployment import Deployment
from finance_stream.client.frames import describe_gaps, find_common_zone, to_pandas, to_polars, type_times
from finance_stream.client.gaps import NOT_KNOWN, Completeness, Gap
from tests.conftest import ROOT

SURFACE = {
    "__init__": "(stage, *, region=None, profile=None, reader='auto')",
    "arrow": "()",
    "ask": "(question, *, date=None, end=None, tickers=None, interval='1m')",
    "bars": "(tickers=None, date=None, end=None, *, interval='1m')",
    "gaps": "(tickers=None, date=None, *, interval='1m')",
    "latest": "(tickers=None, *, interval='1m')",
    "polars": "()",
    "questions": "()",
    "sql": "(query, *parameters)",
}


class DatedDeployment(Deployment):
    """A deployment at a date of its own."""

    def now(self) -> dt.datetime:
        return dt.datetime(2026, 11, 29, tzinfo=dt.UTC)


def make_lake(**options: Any) -> Lake[Any]:
    """Return a lake whose every call of AWS fails."""
    session = boto3.Session("key", "secret", region_name="us-east-1")
    outputs = {"LakeBucketName": "lake", "DatabaseName": "stream", "WorkGroupName": "group"}
    return Lake(DatedDeployment(stack_name="finance-stream-dev", session=session, outputs=outputs), **options)


def test_library_has_the_documented_surface() -> None:
    methods = {name: value for name, value in vars(Lake).items() if inspect.isfunction(value)}
    found = {}
    for name, method in methods.items():
        if name == "__init__" or not name.startswith("_"):
            [_, *parameters] = inspect.signature(method).parameters.values()
            bare = [one.replace(annotation=inspect.Parameter.empty) for one in parameters]
            found[name] = str(inspect.Signature(bare))
    assert found == SURFACE
    assert len(SURFACE) <= 10
    assert finance_stream.__all__ == ["Lake", "LakeError"]
    with pytest.raises(AttributeError, match="has no attribute 'lake'"):
        finance_stream.lake  # noqa: B018


def test_library_documents_and_types_each_public_function() -> None:
    assert (ROOT / "finance_stream" / "py.typed").is_file()
    for name in SURFACE.keys() - {"__init__"}:
        method = getattr(Lake, name)
        assert inspect.getdoc(method), name
        assert method.__annotations__["return"], name


def test_library_page_describes_each_public_function() -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert [name for name in SURFACE.keys() - {"__init__"} if f"`lake.{name}(" not in page] == []


def test_importing_a_module_of_a_function_imports_no_client() -> None:
    """A function's package has neither pyarrow nor DuckDB."""
    code = "import json, sys, finance_stream.request; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = set(json.loads(ran.stdout))
    assert {"pyarrow", "duckdb", "sqlglot", "pandas", "boto3", "finance_stream.client"} & imported == set()


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda lake: lake.bars("META", "2026-02-30"), "date: '2026-02-30' is not a calendar date (use YYYY-MM-DD)"),
        (lambda lake: lake.bars(["META", "?"], "2026-11-23"), "tickers[1]: '?' is not a Yahoo symbol"),
        (lambda lake: lake.bars(interval="7m"), "interval: '7m' is not one of 1m, 2m, 5m, 15m, 30m, 1h"),
        (lambda lake: lake.latest(interval="7m"), "interval: '7m' is not one of 1m, 2m, 5m, 15m, 30m, 1h"),
        (lambda lake: lake.bars(date=20261123), "date: 20261123 is not a calendar date (use YYYY-MM-DD)"),
        (
            lambda lake: lake.bars(date="2026-11-23", end=dt.date(2026, 11, 23)),
            "date: '2026-11-23' is not before end: '2026-11-23'",
        ),
        (lambda lake: lake.ask("vwop", date="2026-11-23"), "question: 'vwop' is not a question (did you mean vwap?)"),
        (lambda lake: lake.ask("zzz", date="2026-11-23"), "question: 'zzz' is not a question (use one of bars, "),
        (
            lambda lake: lake.ask("highs_spread", date="2026-11-23", tickers="META"),
            "tickers: ['META']: highs_spread is about all tickers together",
        ),
        (lambda lake: lake.gaps("META", "23.11.2026"), "date: '23.11.2026' is not a calendar date (use YYYY-MM-DD)"),
    ],
)
def test_lake_names_the_invalid_field(ask: Any, reason: str) -> None:
    with pytest.raises(LakeError) as raised:
        ask(make_lake())
    assert str(raised.value).startswith(reason)


def test_lake_names_an_invalid_reader() -> None:
    with pytest.raises(LakeError, match=r"^reader: 'duckdb' is not one of auto, athena, s3$"):
        make_lake(reader="duckdb")
    with pytest.raises(LakeError, match=r"^reader: 's3' answers questions, and no SQL \(use auto or athena\)$"):
        make_lake(reader="s3").sql("SELECT 1")


def test_polars_names_its_extra_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(LakeError, match=r"^polars: not installed: pip install 'finance-stream\[polars\]'$"):
        make_lake().polars()


def test_questions_lists_each_with_its_summary() -> None:
    found = make_lake().questions()
    assert found["vwap"].startswith("The volume-weighted average price")
    assert "bars" in found


@pytest.mark.parametrize(
    ("tickers", "zone"),
    [
        (["META", "NFLX"], "America/New_York"),
        (["7203.T"], "Asia/Tokyo"),
        (["BTC-USD"], "UTC"),
        (["META", "7203.T"], "UTC"),
        (["X.ZZ"], "UTC"),
        ([], "UTC"),
    ],
)
def test_find_common_zone_returns_utc_for_several_exchanges(tickers: list[str], zone: str) -> None:
    assert str(find_common_zone(tickers)) == zone


def test_type_times_keeps_the_instant_in_the_zone_of_the_exchange() -> None:
    texts = ["2026-10-30T15:59:00-04:00", "2026-11-02T09:30:00-05:00"]
    rows = pa.table({"name": ["META"] * 2, "ts": texts, "high": [1.0, 2.0]})
    typed = type_times(rows, "name", "ts", "time")
    assert typed.column_names == ["name", "time", "high"]
    frame = to_pandas(typed, "time")
    assert [one.isoformat() for one in frame.index] == texts
    assert isinstance(frame.index, pd.DatetimeIndex)
    assert str(frame.index.tz) == "America/New_York"
    assert [one.isoformat() for one in to_polars(typed, "time")["time"]] == texts
    assert to_polars(typed, "time").schema["time"] == pl.Datetime("ms", "America/New_York")


def test_type_times_accepts_no_rows() -> None:
    rows = pa.table({"name": pa.array([], pa.string()), "ts": pa.array([], pa.string())})
    assert type_times(rows, "name", "ts", "time").schema.field("time").type == pa.timestamp("ms", "UTC")


def test_describe_gaps_has_a_row_per_gap_and_per_unknown_session() -> None:
    first = dt.datetime.fromisoformat("2026-11-23T11:00:00-05:00")
    gap = Gap(first, first + dt.timedelta(minutes=4), 5, "lost")
    found = [Completeness("META", 390, 385, 5, [gap]), Completeness("NFLX", 390, 390, 0, [])]
    rows = to_pandas(describe_gaps(found), None)
    assert rows[["ticker", "bars", "kind"]].to_numpy().tolist() == [["META", 5, "lost"]]
    assert rows["first"][0].isoformat() == first.isoformat()
    unknown = describe_gaps([*found, Completeness("X.ZZ", None, 0, None, [])]).to_pylist()
    assert unknown[1] == {"ticker": "X.ZZ", "first": None, "last": None, "bars": None, "kind": NOT_KNOWN}

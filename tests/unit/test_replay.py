"""Bars from files: accepted files, and errors for invalid ones."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from local.yahoo.replay import Replay, ReplayError, load_bars
from tests.market_day import TICKERS, Day, each_day

Row = dict[str, Any]


def bar(**changes: Any) -> Row:
    """Return a valid bar with some fields changed."""
    return {"name": "META", "ts": "2026-11-23T09:30:00-05:00", "high": 2.0, "low": 1.0, **changes}


def at(minute: int) -> str:
    return f"2026-11-23T09:{30 + minute}:00-05:00"


def ndjson(rows: list[Row]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def csv_text(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bars.ndjson"


def load(file: Path, *rows: Row) -> Replay:
    file.write_text(ndjson(list(rows)))
    return load_bars(file)


def refusal(file: Path, *rows: Row) -> str:
    """Return the one-line error for these bars, without the file's folder."""
    with pytest.raises(ReplayError) as caught:
        load(file, *rows)
    text = str(caught.value)
    assert "\n" not in text
    return text.removeprefix(f"{file.parent}/")


# Accepted files


@each_day
def test_load_bars_reads_a_day_to_the_last_digit(day: Day, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in day.text().splitlines()]
    replay = load_bars(day.file(tmp_path))

    assert replay.tickers == list(TICKERS)
    assert (replay.start, replay.end) == (day.date, day.date + dt.timedelta(days=1))
    assert replay.now == pd.Timestamp(f"{day.date}T16:00:00-04:00")
    assert (replay.label, replay.synthetic) == (day.file_name, False)
    for ticker, instrument in replay.instruments.items():
        expected = [row for row in rows if row["name"] == ticker]
        assert instrument.zone == "America/New_York"
        assert instrument.bars["high"].tolist() == [row["high"] for row in expected]
        assert instrument.bars["low"].tolist() == [row["low"] for row in expected]
        assert [pd.Timestamp(row["ts"]) for row in expected] == instrument.bars.index.tolist()
        assert instrument.bars[["open", "close", "volume"]].isna().all(axis=None)


@pytest.mark.parametrize("suffix", [".ndjson", ".jsonl", ".json", ".csv"])
@pytest.mark.parametrize("compressed", [False, True])
def test_load_bars_reads_each_kind_of_file(tmp_path: Path, suffix: str, compressed: bool) -> None:
    rows = [bar(open=1.5, close=None, volume=7), bar(ts=at(1), high=0.1 + 0.2, low=0.1, open=None, close=0.2, volume=8)]
    text = csv_text(rows) if suffix == ".csv" else ndjson(rows)
    file = tmp_path / (f"bars{suffix}" + (".gz" if compressed else ""))
    file.write_bytes(gzip.compress(text.encode()) if compressed else text.encode())

    bars = load_bars(file).instruments["META"].bars

    assert bars["high"].tolist() == [2.0, 0.1 + 0.2]
    assert bars["volume"].tolist() == [7.0, 8.0]
    assert bars["open"].isna().tolist() == [False, True]
    assert bars["close"].isna().tolist() == [True, False]


def test_load_bars_reads_bar_files_in_subfolders(tmp_path: Path) -> None:
    (tmp_path / "dt=2026-11-23").mkdir()
    (tmp_path / "README.md").write_text("not bars")
    (tmp_path / "b.csv").write_text(csv_text([bar(name="AMZN")]))
    (tmp_path / "dt=2026-11-23" / "a.json.gz").write_bytes(gzip.compress(ndjson([bar()]).encode()))

    assert load_bars(tmp_path).tickers == ["AMZN", "META"]


def test_load_bars_sorts_by_time_and_keeps_the_order_of_tickers(file: Path) -> None:
    replay = load(file, bar(name="TSLA", ts=at(1)), bar(name="AMZN"), bar(name="TSLA", ts=at(0)))

    assert replay.tickers == ["TSLA", "AMZN"]
    assert replay.instruments["TSLA"].bars.index.is_monotonic_increasing


def test_load_bars_skips_other_columns_and_empty_lines(file: Path) -> None:
    file.write_text(json.dumps(bar(note="x", line=99)) + "\n\n" + json.dumps(bar(ts=at(1))) + "\n\n")

    assert len(load_bars(file).instruments["META"].bars) == 2


def test_load_bars_counts_a_duplicate_once(file: Path) -> None:
    assert len(load(file, bar(open=None), bar(open=None)).instruments["META"].bars) == 1


def test_load_bars_keeps_the_bar_collected_last(file: Path) -> None:
    replay = load(
        file,
        bar(high=3.0, collected_at="2026-11-23T21:00:00Z"),
        bar(high=2.5, collected_at="2026-11-23T14:30:10.5+00:00"),
        bar(high=2.0),
    )

    assert replay.instruments["META"].bars["high"].tolist() == [3.0]


# Invalid files


def test_load_bars_names_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match=r"nowhere\.csv: no such file or folder"):
        load_bars(tmp_path / "nowhere.csv")


def test_load_bars_rejects_a_folder_without_bar_files(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match=r"no bar file in this folder \(use \.ndjson, \.jsonl, \.json, "):
        load_bars(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("bars.parquet", b"PAR1", "unknown kind of file (use .ndjson, .jsonl, .json, .csv, each also with .gz)"),
        ("bars.ndjson", b"", "empty: no bar in it"),
        ("bars.csv", b"\n \n", "empty: no bar in it"),
        ("bars.csv", b"name,ts,high,low\n", "empty: a header without a bar"),
        ("bars.ndjson", b"\x89PNG\x00\xff", "not text: bars are NDJSON or CSV in UTF-8"),
        ("bars.csv", b"\x89PNG\x00\xff", "not text: bars are NDJSON or CSV in UTF-8"),
        ("bars.json.gz", b"no gzip", "cannot be read: Not a gzipped file (b'no')"),
        ("bars.json.gz", gzip.compress(b"{}" * 99, mtime=0)[:-9], "cannot be read: Compressed file ended before"),
        ("bars.csv", b"name,ts,high\nMETA,x,1\n", "no field low: a bar has at least name, ts, high, low"),
        ("bars.ndjson", b'{"a": 1}\n', "no field name, ts, high, low: a bar has at least name, ts, high, low"),
        ("bars.csv", b"name,ts,high,low,high\nMETA,x,1,1,1\n", "line 1: the header has a field twice: name"),
        ("bars.csv", b"name,ts,high,low\nMETA,x,1\n", "line 2: 3 values, but the header has 4 fields"),
        ("bars.csv", b'name,ts,high,low\n"META,x,1,1\n', "line 2: is not CSV: unexpected end of data"),
    ],
)
def test_load_bars_rejects_invalid_files(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReplayError) as caught:
        load_bars(tmp_path / name)

    assert str(caught.value).startswith(str(tmp_path / name))
    assert problem in str(caught.value)


@pytest.mark.parametrize("broken", ['{"name": "META", "ts', '{"high": NaN}', '{"high": -Infinity}', "[1, 2]", "null"])
def test_load_bars_names_the_first_line_that_is_not_json(file: Path, broken: str) -> None:
    lines = [json.dumps(bar(ts=at(minute))) for minute in range(4)]
    file.write_text("\n".join([*lines[:2], broken, *lines[2:]]) + "\n")

    with pytest.raises(ReplayError, match=r"bars\.ndjson, line 3: is not JSON"):
        load_bars(file)


def test_load_bars_rejects_an_object_split_over_two_lines(file: Path) -> None:
    file.write_text('{"a": [1\n2]}\n')

    with pytest.raises(ReplayError, match=r"line 1: is not JSON"):
        load_bars(file)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"name": "meta"}, "name: 'meta' is not allowed: a Yahoo symbol in upper case"),
        ({"name": "META'; --"}, 'name: "META\'; --" is not allowed: a Yahoo symbol in upper case'),
        ({"name": None}, "name: null is not allowed: a Yahoo symbol in upper case"),
        ({"name": 7}, "name: 7.0 is not allowed: a Yahoo symbol in upper case"),
        ({"ts": "2026-11-23T09:31:00"}, "ts: '2026-11-23T09:31:00' is not allowed: ISO 8601 with the UTC offset"),
        ({"ts": "2026-11-31T09:31:00-05:00"}, "ts: '2026-11-31T09:31:00-05:00' is not allowed: ISO 8601"),
        ({"ts": "yesterday"}, "ts: 'yesterday' is not allowed: ISO 8601"),
        ({"ts": None}, "ts: null is not allowed: ISO 8601"),
        ({"ts": 1795443000}, "ts: 1795443000.0 is not allowed: ISO 8601"),
        ({"ts": "2026-11-23T09:31:00.5-05:00"}, "ts: '2026-11-23T09:31:00.5-05:00' is not allowed: a bar starts on"),
        ({"ts": "2026-11-23T09:31:00-03:30"}, "ts: '2026-11-23T09:31:00-03:30' is not allowed: an offset that one of"),
        ({"high": None}, "high: null is not allowed: a number, since a bar has a high and a low"),
        ({"low": None}, "low: null is not allowed: a number"),
        ({"high": "2.0"}, "high: '2.0' is not allowed: a finite number, or null"),
        ({"high": True}, "high: True is not allowed: a finite number, or null"),
        ({"high": 1e999}, "line 2: is not JSON"),
        ({"high": 0.5}, "high: 0.5 is not allowed: at least the bar's low"),
        ({"open": "n/a"}, "open: 'n/a' is not allowed: a finite number, or null"),
        ({"volume": -1}, "volume: -1.0 is not allowed: a whole number from 0 to"),
        ({"interval": "5m"}, "interval: '5m' is not allowed: 1m"),
        ({"collected_at": "soon"}, "collected_at: 'soon' is not allowed: ISO 8601"),
    ],
)
def test_load_bars_names_line_field_and_value_of_a_bad_bar(file: Path, changes: Row, refused: str) -> None:
    text = refusal(file, bar(), bar(**{"ts": at(1), **changes}))

    assert text.startswith("bars.ndjson, line 2: ")
    assert refused in text


@pytest.mark.parametrize(
    ("value", "shown"), [("", "null"), ("n/a", "'n/a'"), ("nan", "'nan'"), ("inf", "inf"), ("0x10", "'0x10'")]
)
def test_load_bars_quotes_a_csv_value_that_is_not_a_number(tmp_path: Path, value: str, shown: str) -> None:
    file = tmp_path / "bars.csv"
    file.write_text(csv_text([bar(), bar(ts=at(1), high=value)]))

    with pytest.raises(ReplayError) as caught:
        load_bars(file)
    assert f"line 3: high: {shown} is not allowed" in str(caught.value)


def test_load_bars_rejects_different_bars_of_one_ticker_and_time(file: Path) -> None:
    text = refusal(file, bar(), bar(ts=at(1)), bar(high=2.5))

    assert text == (
        "bars.ndjson, line 3: ts: '2026-11-23T09:30:00-05:00' is not allowed: "
        "the bar of this name and time differs from the one before it"
    )


def test_load_bars_names_the_second_of_two_conflicting_files(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text(ndjson([bar()]))
    (tmp_path / "b.ndjson").write_text(ndjson([bar(high=2.5)]))

    with pytest.raises(ReplayError, match=r"b\.ndjson, line 1: ts"):
        load_bars(tmp_path)


# Hostile files


DEEP = "[" * 200_000


@pytest.mark.fault(57)
@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([DEEP], "line 1: is not JSON (one object per line)"),
        ([json.dumps(bar()), '{"name":' * 200_000], "line 2: is not JSON (one object per line)"),
        ([json.dumps(bar(ts="9999-12-31T09:30:00-05:00"))], "a year from 1678 to 2261"),
        ([json.dumps(bar(ts="0001-01-01T00:00:00+14:00"))], "a year from 1678 to 2261"),
        (
            [json.dumps(bar(volume=1e19))],
            "volume: 1e+19 is not allowed: a whole number from 0 to 9,007",
        ),
        ([json.dumps(bar(volume=1e300))], "volume: 1e+300 is not allowed"),
        ([json.dumps(bar(volume=2**63 - 1))], "volume: 9.223372036854776e+18 is not allowed"),
        ([json.dumps(bar(volume=0.5))], "volume: 0.5 is not allowed"),
    ],
)
def test_load_bars_rejects_a_hostile_file_on_one_line(file: Path, lines: list[str], said: str) -> None:
    file.write_text("\n".join(lines))
    with pytest.raises(ReplayError) as refused:
        load_bars(file)
    assert said in str(refused.value)
    assert str(refused.value).isprintable()


@pytest.mark.fault(57)
@pytest.mark.parametrize("suffix", [".csv.gz", ".ndjson.gz", ".csv"])
def test_load_bars_stops_reading_at_the_size_limit(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.yahoo.bar_file.MAX_FILE_BYTES", 1_000_000)
    content = b"0" * 1_000_001
    bomb = tmp_path / f"bomb{suffix}"
    bomb.write_bytes(gzip.compress(content) if suffix.endswith(".gz") else content)
    with pytest.raises(ReplayError, match=r"more than 1,000,000 bytes"):
        load_bars(bomb)


@pytest.mark.fault(55)
def test_load_bars_escapes_a_hostile_file_name(tmp_path: Path) -> None:
    hostile = tmp_path / "[bold]\x1b[31m\n.ndjson"
    assert load(hostile, bar()).label == "[bold]\\x1b[31m .ndjson"
    hostile.write_text("{")
    with pytest.raises(ReplayError) as refused:
        load_bars(hostile)
    assert str(refused.value) == f"{tmp_path}/[bold]\\x1b[31m .ndjson, line 1: is not JSON (one object per line)"

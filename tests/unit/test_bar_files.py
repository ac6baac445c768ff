"""The forms of files that a replay reads, the choices that it makes, and the errors about other files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from local.yahoo.replay import load_bars
from tests.unit.bar_forms import (
    AT,
    FORMS,
    HIGHS,
    LOWS,
    NEW_YORK,
    OHLCV,
    VALUES,
    download,
    load,
    make_rows,
    refuse,
    swap,
    write,
)


def make_objects(**names: str) -> list[dict[str, Any]]:
    """Return an object per bar, with these names of the fields. ``t`` is the time of each bar."""
    return [
        {
            names.get("name", "Name"): "AAPL",
            names.get("t", "Timestamp"): f"03/25/2026 {time}",
            names.get("high", "High"): high,
            names.get("low", "Low"): low,
        }
        for time, high, low in zip(("09:30:00", "09:31:00"), HIGHS, LOWS, strict=True)
    ]


# These have neither open, close nor volume.
COURSE: dict[str, tuple[str, str | bytes]] = {
    "lines": ("x.ndjson", "\n".join(map(json.dumps, make_objects()))),
    "no newlines": ("x.json", "".join(map(json.dumps, make_objects()))),
    "array": ("x.json", json.dumps(make_objects(), indent=1)),
    "no suffix": ("finance-1-2026-03-25-13-30-00-6b2f", "".join(map(json.dumps, make_objects()))),
    "gzip, no suffix": ("finance-1-2026-03-25-13", gzip.compress("".join(map(json.dumps, make_objects())).encode())),
    "lower case": ("x.json", "".join(map(json.dumps, make_objects(name="name", t="ts", high="high", low="low")))),
}


@pytest.mark.parametrize(("name", "content"), FORMS.values(), ids=FORMS)
def test_load_bars_reads_each_form(tmp_path: Path, name: str, content: str | bytes) -> None:
    [one] = load(tmp_path, name, content).instruments.values()

    assert one.symbol == "AAPL"
    assert [at.isoformat() for at in one.bars.index] == AT
    assert one.bars.to_numpy().tolist() == VALUES
    assert one.traded.all()


@pytest.mark.parametrize(("name", "content"), COURSE.values(), ids=COURSE)
def test_load_bars_reads_the_courses_file(tmp_path: Path, name: str, content: str | bytes) -> None:
    [one] = load(tmp_path, name, content).instruments.values()

    assert one.symbol == "AAPL"
    assert [at.isoformat() for at in one.bars.index] == AT
    assert one.bars[["high", "low"]].to_numpy().tolist() == [list(pair) for pair in zip(HIGHS, LOWS, strict=True)]
    assert one.bars[["open", "close", "volume"]].isna().all(axis=None)


@pytest.mark.parametrize("frame", [download("AAPL", "RELIANCE.NS"), swap(download("AAPL", "RELIANCE.NS"))])
def test_load_bars_reads_several_tickers_of_a_download(tmp_path: Path, frame: pd.DataFrame) -> None:
    found = load(tmp_path, "bars.csv", frame.to_csv()).instruments

    assert {ticker: (len(one.bars), one.zone) for ticker, one in found.items()} == {
        "AAPL": (2, "America/New_York"),
        "RELIANCE.NS": (1, "Asia/Kolkata"),
    }


# Choices, which a note explains


def test_load_bars_converts_instants_of_another_zone(tmp_path: Path) -> None:
    replay = load(tmp_path, "x.csv", f"name,ts,{OHLCV}\n" + make_rows(AT, before="AAPL,"))

    [note] = replay.notes
    assert note.endswith("x.csv: times of another zone are converted to the exchange's: America/New_York.")


@pytest.mark.parametrize(
    ("zone", "first", "said"),
    [
        (None, "2026-03-25T13:30:00+00:00", "taken for the exchange's: America/New_York (--tz names another)."),
        ("America/Chicago", "2026-03-25T14:30:00+00:00", "taken for America/Chicago's, and converted"),
    ],
)
def test_load_bars_takes_naive_times_for_the_exchanges(tmp_path: Path, zone: str | None, first: str, said: str) -> None:
    replay = load(tmp_path, "AAPL.csv", f"Datetime,{OHLCV}\n" + make_rows(NEW_YORK), zone=zone)

    assert replay.instruments["AAPL"].bars.index[0].isoformat() == first
    assert any(said in note for note in replay.notes)


def test_load_bars_keeps_the_shortest_bars_of_a_ticker(tmp_path: Path) -> None:
    lines = "\n".join(
        json.dumps({"name": "AAPL", "ts": AT[0], "high": 2, "low": 1, "interval": interval})
        for interval in ("5m", "1m", "1h")
    )
    replay = load(tmp_path, "x.ndjson", lines)

    assert (replay.list_intervals()[0], len(replay.instruments["AAPL"].bars)) == ("1m", 1)
    assert "2 longer bars are left out: they are computed from the shorter ones of their ticker." in replay.notes


@pytest.mark.parametrize(
    ("minutes", "interval"),
    [
        ([0, 1, 2, 3, 5], "1m"),
        ([0, 5, 10, 15, 25], "5m"),
        ([0, 30, 60], "30m"),
        ([0, 60, 120, 240], "1h"),
        ([0, 150, 299], "1m"),  # a quiet ticker
        ([0, 5], "1m"),  # too few to tell
        ([0, 10, 20, 30], "30m"),
        ([0, 3, 6, 9], "15m"),
        ([0, 7, 14, 21], "1m"),
        ([0, 2, 7, 12, 17, 22], "1m"),
    ],
)
def test_load_bars_finds_the_interval_by_the_starts(tmp_path: Path, minutes: list[int], interval: str) -> None:
    start = pd.Timestamp(AT[0])
    lines = [f"{(start + pd.Timedelta(minutes=minute)).isoformat()},2,1" for minute in minutes]
    assert load(tmp_path, "AAPL.csv", "ts,high,low\n" + "\n".join(lines)).list_intervals()[0] == interval


@pytest.mark.parametrize("said", ["5m", "5min", "5", "5Min", "300s", "D", "2h"])
def test_load_bars_reads_the_interval_of_a_column(tmp_path: Path, said: str) -> None:
    content = f"ts,high,low,interval\n{AT[0]},2,1,{said}\n"
    if said in ("300s", "D", "2h"):
        refused = refuse(tmp_path, "AAPL.csv", content)
        assert refused.startswith(
            f"AAPL.csv, line 2: interval: '{said}' is not allowed: an interval that one of 1m, 2m"
        )
    else:
        assert load(tmp_path, "AAPL.csv", content).list_intervals() == ["5m", "15m", "30m", "1h"]


def test_load_bars_leaves_out_rows_that_are_not_bars(tmp_path: Path) -> None:
    replay = load(
        tmp_path,
        "AAPL.csv",
        f"Datetime,{OHLCV}\n{make_rows(NEW_YORK)}2026-03-25 09:32,0,0,0,0,0\n2026-03-25 09:33,0,0,0,0,\n"
        "2026-03-25 09:34,,,,,\n2026-03-25 09:35,NaN,nan,null,N/A,0\n2026-03-25 09:36,0,0,0,0,5\n",
    )

    assert len(replay.instruments["AAPL"].bars) == 3
    assert [note.partition(": ")[2] for note in replay.notes[:2]] == [
        "2 rows without a price are not bars.",
        "2 all-zero rows are not bars.",
    ]


def test_load_bars_lists_bars_outside_regular_hours(tmp_path: Path) -> None:
    replay = load(
        tmp_path,
        "AAPL.csv",
        "ts,high,low\n2026-03-25 09:30,2,1\n2026-04-07 16:00,2,1\n2026-04-08 08:00,2,1\n2026-04-08 09:29,2,1\n",
    )

    assert replay.list_left_out() == ["AAPL 2026-04-07 16:00", "AAPL 2026-04-08 08:00-09:29 (2 bars)"]
    assert [str(day) for day in replay.traded_dates] == ["2026-03-25"]


@pytest.mark.parametrize(
    ("written", "ticker"),
    [
        ("BRK.B", "BRK-B"),
        ("AAPL.US", "AAPL"),
        ("vod.uk", "VOD.L"),
        ("BTC/USD", "BTC-USD"),
        ("X:BTCUSD", "BTC-USD"),
        ("NSE:TCS", "TCS.NS"),
    ],
)
def test_load_bars_writes_tickers_as_yahoo_does(tmp_path: Path, written: str, ticker: str) -> None:
    replay = load(tmp_path, "x.csv", f"symbol,ts,high,low\n{written},{AT[0]},2,1\n{written},2026-03-25T09:45Z,2,1\n")
    assert replay.tickers == [ticker]


@pytest.mark.parametrize(
    ("name", "asked", "ticker"),
    [
        ("AAPL_5min.csv", [], "AAPL"),
        ("BTC-USD_1m.csv", [], "BTC-USD"),
        ("BRK-B.csv", [], "BRK-B"),
        ("M.csv", [], "M"),
        ("NASDAQ_AAPL, 1.csv", [], "AAPL"),
        ("aapl-2026-03-25.csv", [], "AAPL"),
        ("META-bars.csv", [], "META"),
        ("AAPL.csv", ["MSFT"], "MSFT"),
        ("prices.csv", ["MSFT"], "MSFT"),
    ],
)
def test_load_bars_names_rows_without_ticker(tmp_path: Path, name: str, asked: list[str], ticker: str) -> None:
    replay = load(tmp_path, name, "ts,high,low\n2026-03-25T14:00:00Z,2,1\n", tickers=asked)

    assert replay.tickers == [ticker]
    assert any(f"the bars are of {ticker}, by " in note for note in replay.notes)


def test_load_bars_names_the_files_of_a_folder_by_their_names(tmp_path: Path) -> None:
    for name in ("AAPL.csv", "MSFT.csv"):
        write(tmp_path, name, "ts,high,low\n2026-03-25T14:00:00Z,2,1\n")
    (tmp_path / "ticker=NFLX").mkdir()
    write(tmp_path, "ticker=NFLX/part-0.csv", "ts,high,low\n2026-03-25T14:00:00Z,2,1\n")

    assert load_bars(tmp_path, tickers=["AAPL"]).tickers == ["AAPL", "MSFT", "NFLX"]


@pytest.mark.parametrize(("name", "hour"), [("TCS.NS", "03:40"), ("TEVA.TA", "07:10")])
def test_load_bars_takes_letters_for_the_exchanges_zone(tmp_path: Path, name: str, hour: str) -> None:
    content = f"name,ts,high,low\n{name},2026-03-23 09:10:00 IST,2,1\n{name},2026-03-23 12:10:00 IST,2,1\n"
    assert str(load(tmp_path, "x.csv", content).instruments[name].bars.index[0]) == f"2026-03-23 {hour}:00+00:00"
    assert "ts: '2026-03-23 09:10:00 IST' is not allowed: the clocks of its zone" in refuse(
        tmp_path, "x.csv", content.replace(name, "AAPL")
    )


def test_load_bars_takes_the_interval_of_the_metadata(tmp_path: Path) -> None:
    values = [{"datetime": "2026-03-25 09:30:00", "high": "2", "low": "1"}]
    content = json.dumps({"meta": {"symbol": "AAPL", "interval": "5min"}, "values": values})
    assert load(tmp_path, "x.json", content).list_intervals()[0] == "5m"


def test_load_bars_takes_no_company_for_a_ticker(tmp_path: Path) -> None:
    content = f"Name,ts,high,low\nApple Inc.,{AT[0]},2,1\n"
    assert load(tmp_path, "AAPL.csv", content).tickers == ["AAPL"]
    assert "Name: 'Apple Inc.' is not allowed: a Yahoo symbol" in refuse(tmp_path, "prices.csv", content)


def test_load_bars_takes_the_courses_dates_for_american(tmp_path: Path) -> None:
    line = json.dumps({"High": 2.5, "Low": 2.25, "Timestamp": "05/12/2020 09:30:00", "Name": "FB"})
    assert str(load(tmp_path, "x.json", line).instruments["FB"].bars.index[0]) == "2020-05-12 13:30:00+00:00"


def test_load_bars_keeps_fractions_of_a_volume(tmp_path: Path) -> None:
    replay = load(tmp_path, "BTC-USD.csv", f"ts,high,low,volume\n{AT[0]},2,1,0.98\n")
    assert replay.instruments["BTC-USD"].bars["volume"].tolist() == [0.98]

"""The forms of files that a replay reads. Each holds the same two bars, of 9:30 and 9:31 in New York."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from local.yahoo.replay import Replay, ReplayError, load_bars

AT = ["2026-03-25T13:30:00+00:00", "2026-03-25T13:31:00+00:00"]
SECONDS = [int(pd.Timestamp(at).timestamp()) for at in AT]
OPENS, HIGHS, LOWS, CLOSES, VOLUMES = (
    [1250.5, 1251.5],
    [1252.5, 1253.25],
    [1249.5, 1250.25],
    [1251.5, 1252.5],
    [100, 2500],
)
VALUES = [list(row) for row in zip(OPENS, HIGHS, LOWS, CLOSES, VOLUMES, strict=True)]
OHLCV = "open,high,low,close,volume"


def rows(stamps: list[Any], separator: str = ",", before: str = "", after: str = "") -> str:
    """Return a line per bar: its time between ``before`` and ``after``, and its values."""
    return "".join(
        f"{before}{separator.join(map(str, [stamp, *values]))}{after}\n"
        for stamp, values in zip(stamps, VALUES, strict=True)
    )


def history() -> pd.DataFrame:
    """Return a frame as ``yf.Ticker("AAPL").history()`` does."""
    index = pd.DatetimeIndex(AT, name="Datetime").tz_convert("America/New_York")
    frame = pd.DataFrame(VALUES, columns=["Open", "High", "Low", "Close", "Volume"], index=index)
    return frame.assign(**{"Dividends": 0.0, "Stock Splits": 0.0})


def download(*tickers: str, levels: tuple[str, str] = ("Price", "Ticker")) -> pd.DataFrame:
    """Return a frame as ``yf.download(tickers)`` does. Only the first ticker has the second bar."""
    index = pd.DatetimeIndex(AT, name="Datetime")
    fields = ["Adj Close", "Close", "High", "Low", "Open", "Volume"]
    values = {"Adj Close": CLOSES, "Close": CLOSES, "High": HIGHS, "Low": LOWS, "Open": OPENS, "Volume": VOLUMES}
    frame = pd.DataFrame({(field, ticker): values[field] for field in fields for ticker in tickers}, index=index)
    frame.columns = frame.columns.set_names(levels)
    frame.loc[frame.index[1], [(field, ticker) for field in fields for ticker in tickers[1:]]] = None
    return frame


def swap(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a download with ``group_by="ticker"``."""
    return frame.swaplevel(axis=1)


def flatten(frame: pd.DataFrame, join: Callable[[Any], str]) -> pd.DataFrame:
    return frame.set_axis([join(column) for column in frame.columns], axis=1)


def parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_parquet(content)
    return content.getvalue()


def packed(name: str, text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, text)
    return content.getvalue()


def objects(**names: str) -> list[dict[str, Any]]:
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


AGGREGATES = [
    {"v": v, "vw": 1, "o": o, "c": c, "h": h, "l": low, "t": second * 1000, "n": 7}
    for second, (o, h, low, c, v) in zip(SECONDS, VALUES, strict=True)
]
ALPACA = [
    {"t": at.replace("+00:00", "Z"), "o": o, "h": h, "l": low, "c": c, "v": v, "n": 7, "vw": 1}
    for at, (o, h, low, c, v) in zip(AT, VALUES, strict=True)
]
ALPHA_VANTAGE = {
    f"2026-03-25 09:{30 + minute}:00": {
        f"{at}. {field}": str(value)
        for at, (field, value) in enumerate(zip(OHLCV.split(","), VALUES[minute], strict=True), start=1)
    }
    for minute in (1, 0)
}
COLUMNS = {"o": OPENS, "h": HIGHS, "l": LOWS, "c": CLOSES, "v": VOLUMES, "t": SECONDS, "s": "ok"}
CHART = {
    "meta": {"symbol": "AAPL"},
    "timestamp": SECONDS,
    "indicators": {"quote": [{"open": OPENS, "high": HIGHS, "low": LOWS, "close": CLOSES, "volume": VOLUMES}]},
}
NEW_YORK = ["2026-03-25 09:30:00", "2026-03-25 09:31:00"]

# By the name of the form: the file's name and content. A file's name is the ticker where its rows have none.
FORMS: dict[str, tuple[str, str | bytes]] = {
    "yfinance history": ("AAPL.csv", history().to_csv()),
    "yfinance history, lower case": ("aapl.csv", history().rename(columns=str.lower).to_csv()),
    "yfinance download": ("bars.csv", download("AAPL").to_csv()),
    "yfinance download, no names": ("bars.csv", download("AAPL", levels=(None, None)).to_csv()),  # type: ignore[arg-type]
    "yfinance download, reset index": ("bars.csv", download("AAPL").reset_index().to_csv(index=False)),
    "yfinance download, numbered": ("bars.csv", download("AAPL").reset_index().to_csv()),
    "yfinance download by ticker": ("bars.csv", swap(download("AAPL")).to_csv()),
    "yfinance download, stacked": ("bars.csv", download("AAPL").stack(level=1).to_csv()),
    "yfinance download, tuples": ("bars.csv", flatten(download("AAPL"), str).to_csv()),
    "yfinance download, joined": ("bars.csv", flatten(download("AAPL"), "_".join).to_csv()),
    "yfinance download, joined by ticker": ("bars.csv", flatten(swap(download("AAPL")), " ".join).to_csv()),
    "ticker and datetime": ("x.csv", f"Ticker,Datetime,{OHLCV}\n" + rows(NEW_YORK, before="AAPL,")),
    "date and time": ("AAPL.csv", f"Date,Time,{OHLCV}\n" + rows(["2026-03-25,09:30", "2026-03-25,09:31"])),
    "date and short time": ("AAPL.csv", f"Date,Time,{OHLCV}\n" + rows(["20260325,0930", "20260325,931"])),
    "month first": ("AAPL.csv", f"Date,Time,{OHLCV}\n" + rows(["3/25/2026,9:30 AM", "3/25/2026,9:31 am"])),
    "day first": ("AAPL.csv", f"Datetime,{OHLCV}\n" + rows(["25/03/2026 09:30", "25/03/2026 09:31"])),
    "month by name": ("AAPL.csv", f"date,{OHLCV}\n" + rows(["25-Mar-2026 09:30", "25-Mar-2026 09:31"])),
    "month by name first": (
        "AAPL.tsv",
        f"date,{OHLCV}\n".replace(",", "\t") + rows(["Mar 25, 2026 09:30", "Mar 25, 2026 09:31"], "\t"),
    ),
    "seconds": ("AAPL_1m.csv", f"timestamp,{OHLCV}\n" + rows(SECONDS)),
    "seconds as floats": ("AAPL_1m.csv", f"time,{OHLCV}\n" + rows([f"{second}.0" for second in SECONDS])),
    "milliseconds": ("AAPL-1m.csv", f"t,{OHLCV}\n" + rows([second * 1000 for second in SECONDS])),
    "zone by name": ("AAPL.csv", f"time,{OHLCV}\n" + rows([f"{at} America/New_York" for at in NEW_YORK])),
    "zone in brackets": (
        "AAPL.csv",
        f"time,{OHLCV}\n" + rows([f"{at}-04:00[America/New_York]".replace(" ", "T") for at in NEW_YORK]),
    ),
    "another zone": ("AAPL.csv", f"ts,{OHLCV}\n" + rows(["2026-03-25 19:00:00+05:30", "2026-03-25T19:01:00+0530"])),
    "abbreviated zone": ("AAPL.csv", f"time,{OHLCV}\n" + rows([f"{at} EDT" for at in NEW_YORK])),
    "UTC by the column's name": (
        "AAPL.csv",
        f"Gmt time,{OHLCV}\n" + rows(["25.03.2026 13:30:00.000", "25.03.2026 13:31:00.000"]),
    ),
    "Excel's serial dates": (
        "AAPL.csv",
        f"Date,{OHLCV}\n" + rows(["46106.3958333333", "46106.3965277778"]),
    ),
    "Excel's semicolons": (
        "AAPL.csv",
        "\ufeffsep=;\r\nDate;Open;High;Low;Close;Volume;;\r\n"
        + rows(["25.03.2026 09:30", "25.03.2026 09:31"], ";", after=";;").replace(".5;", ",50;").replace(".25;", ",25;")
        + ";;;;;;;\r\n",
    ),
    "thousands separators": (
        "AAPL.csv",
        f"Datetime,{OHLCV}\n"
        '2026-03-25 09:30,"1,250.50","1,252.50","1,249.50","1,251.50",100\n'
        '2026-03-25 09:31,"1,251.50","1,253.25","1,250.25","$1,252.50","2,500"\n',
    ),
    "decimal commas and points": (
        "AAPL.csv",
        "Datetime;Open;High;Low;Close;Vol.\n"
        "2026-03-25 09:30;1.250,50;1.252,50;1.249,50;1.251,50;100\n"
        "2026-03-25 09:31;1.251,50;1.253,25;1.250,25;1.252,50;2,5K\n",
    ),
    "a title and comments": (
        "AAPL.csv",
        f"# made by a program\nApple Inc.,,,,,\n\nDatetime,{OHLCV}\n" + rows(NEW_YORK).replace("\n", "\n\n"),
    ),
    "other columns": (
        "AAPL.csv",
        "Datetime,Open,High,Low,Close,Adj Close,Volume,VWAP,Trades\n"
        + "".join(
            f"{at},{o},{h},{low},{c},{c},{v},1,2\n" for at, (o, h, low, c, v) in zip(NEW_YORK, VALUES, strict=True)
        ),
    ),
    "units": ("AAPL.csv", "Datetime,Open (USD),High (USD),Low (USD),Close (USD),Volume\n" + rows(NEW_YORK)),
    "upper case": ("x.csv", f"NAME,TS,{OHLCV.upper()}\n" + rows(AT, before="aapl,")),
    "UTF-16 without a mark": ("AAPL.csv", f"Datetime,{OHLCV}\n{rows(NEW_YORK)}".encode("utf-16-le")),
    "UTF-16": (
        "AAPL.csv",
        f"Datetime\t{OHLCV}\n".replace(",", "\t").encode("utf-16") + rows(NEW_YORK, "\t").encode("utf-16-le"),
    ),
    "Windows' code page": (
        "AAPL.csv",
        f"Datetime,{OHLCV},Börse\n".encode("cp1252") + rows(NEW_YORK, after=",x").encode(),
    ),
    "gzip": ("AAPL.csv.gz", gzip.compress(history().to_csv().encode())),
    "gzip without its suffix": ("AAPL.csv", gzip.compress(history().to_csv().encode())),
    "zip": ("data.zip", packed("AAPL.csv", history().to_csv())),
    "sorted the other way": (
        "intraday_1min_AAPL.csv",
        f"timestamp,{OHLCV}\n" + "".join(reversed(rows(NEW_YORK).splitlines(keepends=True))),
    ),
    "Alpaca": (
        "x.csv",
        f"symbol,timestamp,{OHLCV},trade_count,vwap\n"
        + rows([at.replace("T", " ") for at in AT], before="AAPL,", after=",7,1"),
    ),
    "Alpaca JSON": ("x.json", json.dumps({"bars": {"AAPL": ALPACA}, "next_page_token": None})),
    "Alpaca JSON of one": ("x.json", json.dumps({"bars": ALPACA, "symbol": "AAPL", "next_page_token": None}, indent=2)),
    "Polygon JSON": (
        "x.json",
        json.dumps({"ticker": "AAPL", "resultsCount": 2, "results": AGGREGATES, "status": "OK"}),
    ),
    "Polygon rows": ("AAPL.ndjson", "\n".join(map(json.dumps, AGGREGATES))),
    "Polygon CSV": (
        "AAPL.csv",
        "v,vw,o,c,h,l,t,n\n" + "".join(",".join(str(value) for value in one.values()) + "\n" for one in AGGREGATES),
    ),
    "Polygon flat file": (
        "2026-03-25.csv.gz",
        gzip.compress(
            (
                "ticker,volume,open,close,high,low,window_start,transactions\n"
                + "".join(
                    f"AAPL,{v},{o},{c},{h},{low},{second}000000000,7\n"
                    for second, (o, h, low, c, v) in zip(SECONDS, VALUES, strict=True)
                )
            ).encode()
        ),
    ),
    "Stooq": (
        "aapl.us.txt",
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
        + rows(["20260325,093000", "20260325,093100"], before="AAPL.US,1,", after=",0"),
    ),
    "Alpha Vantage": ("intraday_1min_AAPL.csv", f"timestamp,{OHLCV}\n" + rows(NEW_YORK)),
    "Alpha Vantage JSON": (
        "x.json",
        json.dumps(
            {"Meta Data": {"2. Symbol": "AAPL", "6. Time Zone": "US/Eastern"}, "Time Series (1min)": ALPHA_VANTAGE}
        ),
    ),
    "Twelve Data": ("AAPL.csv", f"datetime;{OHLCV}\n".replace(",", ";") + rows(NEW_YORK, ";")),
    "MetaTrader": (
        "AAPL_M1_202603250930_202603250931.csv",
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<VOL>\t<SPREAD>\n"
        + rows(["2026.03.25\t09:30:00", "2026.03.25\t09:31:00"], "\t", after="\t1"),
    ),
    "Dukascopy": (
        "AAPL.csv",
        f"Local time,{OHLCV}\n" + rows(["25.03.2026 14:30:00.000 GMT+0100", "25.03.2026 14:31:00.000 GMT+0100"]),
    ),
    "Interactive Brokers": (
        "AAPL.csv",
        f",date,{OHLCV},average,barCount\n"
        + rows(["0,20260325  09:30:00 US/Eastern", "1,20260325  09:31:00 US/Eastern"], after=",1,2"),
    ),
    "Barchart": ("AAPL.csv", f'Time,{OHLCV}\n{rows(NEW_YORK)}"Downloaded from Barchart.com"\n'),
    "TradingView": ("NASDAQ_AAPL, 1.csv", f"time,{OHLCV}\n" + rows(SECONDS)),
    "Finnhub": ("AAPL.json", json.dumps(COLUMNS)),
    "Yahoo's chart": ("x.json", json.dumps({"chart": {"result": [CHART], "error": None}})),
    "pandas' JSON": ("AAPL.json", history().to_json()),
    "pandas' JSON of records": ("AAPL.json", history().reset_index().to_json(orient="records")),
    "pandas' JSON of a download": ("x.json", download("AAPL").to_json()),
    "pandas' split JSON": ("AAPL.json", history().to_json(orient="split")),
    "Parquet": ("AAPL.parquet", parquet(history())),
    "Parquet of a download": ("x.parquet", parquet(download("AAPL"))),
    "Parquet without a zone": ("AAPL.parquet", parquet(history().tz_localize(None).rename_axis(None))),
    "Parquet of a query": (
        "x.parquet",
        parquet(pd.DataFrame(VALUES, columns=OHLCV.split(",")).assign(ticker="AAPL", session="2026-03-25", ts=AT)),
    ),
}
# These have neither open, close nor volume.
COURSE: dict[str, tuple[str, str | bytes]] = {
    "lines": ("x.ndjson", "\n".join(map(json.dumps, objects()))),
    "no newlines": ("x.json", "".join(map(json.dumps, objects()))),
    "array": ("x.json", json.dumps(objects(), indent=1)),
    "no suffix": ("finance-1-2026-03-25-13-30-00-6b2f", "".join(map(json.dumps, objects()))),
    "gzip, no suffix": ("finance-1-2026-03-25-13", gzip.compress("".join(map(json.dumps, objects())).encode())),
    "lower case": ("x.json", "".join(map(json.dumps, objects(name="name", t="ts", high="high", low="low")))),
}


def write(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def load(folder: Path, name: str, content: str | bytes, **options: Any) -> Replay:
    return load_bars(write(folder, name, content), **options)


def refuse(folder: Path, name: str, content: str | bytes, **options: Any) -> str:
    """Return the one-line error about a file, without its folder."""
    with pytest.raises(ReplayError) as caught:
        load(folder, name, content, **options)
    text = str(caught.value)
    assert text.isprintable()
    return text.removeprefix(f"{folder}/")


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
    replay = load(tmp_path, "x.csv", f"name,ts,{OHLCV}\n" + rows(AT, before="AAPL,"))

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
    replay = load(tmp_path, "AAPL.csv", f"Datetime,{OHLCV}\n" + rows(NEW_YORK), zone=zone)

    assert replay.instruments["AAPL"].bars.index[0].isoformat() == first
    assert any(said in note for note in replay.notes)


def test_load_bars_keeps_the_shortest_bars_of_a_ticker(tmp_path: Path) -> None:
    lines = "\n".join(
        json.dumps({"name": "AAPL", "ts": AT[0], "high": 2, "low": 1, "interval": interval})
        for interval in ("5m", "1m", "1h")
    )
    replay = load(tmp_path, "x.ndjson", lines)

    assert (replay.find_interval(), len(replay.instruments["AAPL"].bars)) == ("1m", 1)
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
        ([0, 2, 7, 12, 17, 22], "1m"),
    ],
)
def test_load_bars_finds_the_interval_by_the_starts(tmp_path: Path, minutes: list[int], interval: str) -> None:
    start = pd.Timestamp(AT[0])
    lines = [f"{(start + pd.Timedelta(minutes=minute)).isoformat()},2,1" for minute in minutes]
    assert load(tmp_path, "AAPL.csv", "ts,high,low\n" + "\n".join(lines)).find_interval() == interval


@pytest.mark.parametrize("said", ["5m", "5min", "5", "5Min", "300s", "D", "2h"])
def test_load_bars_reads_the_interval_of_a_column(tmp_path: Path, said: str) -> None:
    content = f"ts,high,low,interval\n{AT[0]},2,1,{said}\n"
    if said in ("300s", "D", "2h"):
        assert refuse(tmp_path, "AAPL.csv", content) == (
            f"AAPL.csv, line 2: interval: '{said}' is not allowed: an interval of 1m, 2m, 5m, 15m, 30m, 1h"
        )
    else:
        assert load(tmp_path, "AAPL.csv", content).find_interval() == "5m"


def test_load_bars_leaves_out_rows_that_are_not_bars(tmp_path: Path) -> None:
    replay = load(
        tmp_path,
        "AAPL.csv",
        f"Datetime,{OHLCV}\n{rows(NEW_YORK)}2026-03-25 09:32,0,0,0,0,0\n2026-03-25 09:33,0,0,0,0,\n"
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


def test_load_bars_keeps_fractions_of_a_volume(tmp_path: Path) -> None:
    replay = load(tmp_path, "BTC-USD.csv", f"ts,high,low,volume\n{AT[0]},2,1,0.98\n")
    assert replay.instruments["BTC-USD"].bars["volume"].tolist() == [0.98]


# Errors


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "Date,Price,Hgh,Low,Change %\n2026-03-25 09:30,1,2,1,0\n",
            "AAPL.csv: no column for high. Found: Date, Price, Hgh, Low, Change %. Needed: a start time (Datetime, or "
            "Date and Time), high and low. The ticker comes from a column, the file's name or --tickers. To fix it, "
            "rename 'Hgh' to 'high'",
        ),
        ("bid,ask\n1,2\n", "AAPL.csv: no column for high and low and a time. Found: bid, ask. Needed"),
        ("2026-03-25 09:30,1,2,1,1,5\n2026-03-25 09:31,1,2,1,1,5\n", "AAPL.csv, line 1: the first line has values"),
        ("Date,high,low\n2026-03-25,2,1\n", "AAPL.csv, line 2: Date: '2026-03-25' is not allowed: a date alone"),
        (
            "Date,high,low\n05/06/2026 09:30,2,1\n",
            "line 2: Date: '05/06/2026 09:30' is not allowed: the day or the month",
        ),
        ("Date,high,low\n02/30/2026 09:30,2,1\n", "line 2: Date: '02/30/2026 09:30' is not allowed: a date with a"),
        (
            "ts,high,low\n2026-03-08 02:30,2,1\n",
            "line 2: ts: '2026-03-08 02:30' is not allowed: America/New_York's clocks",
        ),
        ("ts,high,low\n2026-03-25 09:30 Mars/Base,2,1\n", "line 2: ts: '2026-03-25 09:30 Mars/Base' is not allowed"),
        ("ts;high;low\n2026-03-25 09:30;1,234;1,233\n", "line 2: high: '1,234' is not allowed: its comma may separate"),
        (
            "ts,high,low\n2026-03-25 03:30,2,1\n",
            "no bar starts within the hours of its exchange: the first is AAPL 2026-03-25",
        ),
        ("ts,high,low\n2026-03-25 09:30,,\n", "no bar in it. "),
        ("ticker,ts,high,low\n'; --,2026-03-25 09:30,2,1\n", 'line 2: ticker: "\'; --" is not allowed: a Yahoo symbol'),
    ],
)
def test_load_bars_names_the_way_to_fix_a_file(tmp_path: Path, content: str, said: str) -> None:
    assert said in refuse(tmp_path, "AAPL.csv", content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("my_prices.csv", "ts,high,low\n1,2,1\n", "my_prices.csv: no ticker in a column or in the file's name"),
        ("a.xlsx", packed("[Content_Types].xml", ""), "a.xlsx: an Excel workbook (save the sheet as CSV)"),
        ("a.parquet", b"PAR1", "a.parquet: cannot be read: "),
        ("a.zip", b"PK\x03\x04", "a.zip: cannot be read: "),
        ("a.json", '{"a": {"b": [1, 2]}}', "a.json: no list of bars in this JSON"),
        ("a.json", json.dumps({"bars": {"AAPL": [{"t": 1, "x": 1}]}}), "a.json: no column for high and low. Found: "),
    ],
)
def test_load_bars_refuses_other_files_on_one_line(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    assert refuse(tmp_path, name, content).startswith(said)

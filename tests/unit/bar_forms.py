"""Files of bars in the forms of other programs. Each holds the same two bars of AAPL, of 9:30 and 9:31 in New York."""

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
OPENS, HIGHS, LOWS, CLOSES = [1250.5, 1251.5], [1252.5, 1253.25], [1249.5, 1250.25], [1251.5, 1252.5]
VOLUMES = [100, 2500]
VALUES = [list(row) for row in zip(OPENS, HIGHS, LOWS, CLOSES, VOLUMES, strict=True)]
OHLCV = "open,high,low,close,volume"


def make_rows(stamps: list[Any], separator: str = ",", before: str = "", after: str = "") -> str:
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


def write_parquet(frame: pd.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.to_parquet(content)
    return content.getvalue()


def make_zip(name: str, text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, text)
    return content.getvalue()


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
    "ticker and datetime": ("x.csv", f"Ticker,Datetime,{OHLCV}\n" + make_rows(NEW_YORK, before="AAPL,")),
    "date and time": ("AAPL.csv", f"Date,Time,{OHLCV}\n" + make_rows(["2026-03-25,09:30", "2026-03-25,09:31"])),
    "date and short time": ("AAPL.csv", f"Date,Time,{OHLCV}\n" + make_rows(["20260325,0930", "20260325,931"])),
    "month first": ("AAPL.csv", f"Date,Time,{OHLCV}\n" + make_rows(["3/25/2026,9:30 AM", "3/25/2026,9:31 am"])),
    "day first": ("AAPL.csv", f"Datetime,{OHLCV}\n" + make_rows(["25/03/2026 09:30", "25/03/2026 09:31"])),
    "month by name": ("AAPL.csv", f"date,{OHLCV}\n" + make_rows(["25-Mar-2026 09:30", "25-Mar-2026 09:31"])),
    "month by name first": (
        "AAPL.tsv",
        f"date,{OHLCV}\n".replace(",", "\t") + make_rows(["Mar 25, 2026 09:30", "Mar 25, 2026 09:31"], "\t"),
    ),
    "seconds": ("AAPL_1m.csv", f"timestamp,{OHLCV}\n" + make_rows(SECONDS)),
    "seconds as floats": ("AAPL_1m.csv", f"time,{OHLCV}\n" + make_rows([f"{second}.0" for second in SECONDS])),
    "milliseconds": ("AAPL-1m.csv", f"t,{OHLCV}\n" + make_rows([second * 1000 for second in SECONDS])),
    "zone by name": ("AAPL.csv", f"time,{OHLCV}\n" + make_rows([f"{at} America/New_York" for at in NEW_YORK])),
    "zone in brackets": (
        "AAPL.csv",
        f"time,{OHLCV}\n" + make_rows([f"{at}-04:00[America/New_York]".replace(" ", "T") for at in NEW_YORK]),
    ),
    "another zone": (
        "AAPL.csv",
        f"ts,{OHLCV}\n" + make_rows(["2026-03-25 19:00:00+05:30", "2026-03-25T19:01:00+0530"]),
    ),
    "JavaScript's dates": (
        "AAPL.csv",
        f"time,{OHLCV}\n" + make_rows([f"Wed Mar 25 2026 09:{m}:00 GMT-0400 (Eastern Time)" for m in (30, 31)]),
    ),
    "zone in parentheses": ("AAPL.csv", f"time,{OHLCV}\n" + make_rows([f"{at} (America/New_York)" for at in NEW_YORK])),
    "abbreviated zone": ("AAPL.csv", f"time,{OHLCV}\n" + make_rows([f"{at} EDT" for at in NEW_YORK])),
    "UTC by the column's name": (
        "AAPL.csv",
        f"Gmt time,{OHLCV}\n" + make_rows(["25.03.2026 13:30:00.000", "25.03.2026 13:31:00.000"]),
    ),
    "Excel's serial dates": (
        "AAPL.csv",
        f"Date,{OHLCV}\n" + make_rows(["46106.3958333333", "46106.3965277778"]),
    ),
    "Excel's semicolons": (
        "AAPL.csv",
        "\ufeffsep=;\r\nDate;Open;High;Low;Close;Volume;;\r\n"
        + make_rows(["25.03.2026 09:30", "25.03.2026 09:31"], ";", after=";;")
        .replace(".5;", ",50;")
        .replace(".25;", ",25;")
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
        f"# made by a program\nApple Inc.,,,,,\n\nDatetime,{OHLCV}\n" + make_rows(NEW_YORK).replace("\n", "\n\n"),
    ),
    "other columns": (
        "AAPL.csv",
        "Datetime,Open,High,Low,Close,Adj Close,Volume,VWAP,Trades\n"
        + "".join(
            f"{at},{o},{h},{low},{c},{c},{v},1,2\n" for at, (o, h, low, c, v) in zip(NEW_YORK, VALUES, strict=True)
        ),
    ),
    "units": ("AAPL.csv", "Datetime,Open (USD),High (USD),Low (USD),Close (USD),Volume\n" + make_rows(NEW_YORK)),
    "upper case": ("x.csv", f"NAME,TS,{OHLCV.upper()}\n" + make_rows(AT, before="aapl,")),
    "UTF-16 without a mark": ("AAPL.csv", f"Datetime,{OHLCV}\n{make_rows(NEW_YORK)}".encode("utf-16-le")),
    "UTF-16": (
        "AAPL.csv",
        f"Datetime\t{OHLCV}\n".replace(",", "\t").encode("utf-16") + make_rows(NEW_YORK, "\t").encode("utf-16-le"),
    ),
    "Windows' code page": (
        "AAPL.csv",
        f"Datetime,{OHLCV},Börse\n".encode("cp1252") + make_rows(NEW_YORK, after=",x").encode(),
    ),
    "gzip": ("AAPL.csv.gz", gzip.compress(history().to_csv().encode())),
    "gzip without its suffix": ("AAPL.csv", gzip.compress(history().to_csv().encode())),
    "zip": ("data.zip", make_zip("AAPL.csv", history().to_csv())),
    "sorted the other way": (
        "intraday_1min_AAPL.csv",
        f"timestamp,{OHLCV}\n" + "".join(reversed(make_rows(NEW_YORK).splitlines(keepends=True))),
    ),
    "Alpaca": (
        "x.csv",
        f"symbol,timestamp,{OHLCV},trade_count,vwap\n"
        + make_rows([at.replace("T", " ") for at in AT], before="AAPL,", after=",7,1"),
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
        + make_rows(["20260325,093000", "20260325,093100"], before="AAPL.US,1,", after=",0"),
    ),
    "Alpha Vantage": ("intraday_1min_AAPL.csv", f"timestamp,{OHLCV}\n" + make_rows(NEW_YORK)),
    "Alpha Vantage JSON": (
        "x.json",
        json.dumps(
            {"Meta Data": {"2. Symbol": "AAPL", "6. Time Zone": "US/Eastern"}, "Time Series (1min)": ALPHA_VANTAGE}
        ),
    ),
    "Twelve Data": ("AAPL.csv", f"datetime;{OHLCV}\n".replace(",", ";") + make_rows(NEW_YORK, ";")),
    "MetaTrader": (
        "AAPL_M1_202603250930_202603250931.csv",
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<VOL>\t<SPREAD>\n"
        + make_rows(["2026.03.25\t09:30:00", "2026.03.25\t09:31:00"], "\t", after="\t1"),
    ),
    "Dukascopy": (
        "AAPL.csv",
        f"Local time,{OHLCV}\n" + make_rows(["25.03.2026 14:30:00.000 GMT+0100", "25.03.2026 14:31:00.000 GMT+0100"]),
    ),
    "Interactive Brokers": (
        "AAPL.csv",
        f",date,{OHLCV},average,barCount\n"
        + make_rows(["0,20260325  09:30:00 US/Eastern", "1,20260325  09:31:00 US/Eastern"], after=",1,2"),
    ),
    "Barchart": ("AAPL.csv", f'Time,{OHLCV}\n{make_rows(NEW_YORK)}"Downloaded from Barchart.com"\n'),
    "TradingView": ("NASDAQ_AAPL, 1.csv", f"time,{OHLCV}\n" + make_rows(SECONDS)),
    "German": (
        "AAPL.csv",
        "Datum;Uhrzeit;Eröffnung;Hoch;Tief;Schluss;Volumen\n"
        + make_rows(["25.03.2026;09:30", "25.03.2026;09:31"], ";").replace(".5;", ",5;").replace(".25;", ",25;"),
    ),
    "Polygon's WebSocket": (
        "x.json",
        json.dumps(
            [
                {"ev": "AM", "sym": "AAPL", "v": v, "o": o, "c": c, "h": h, "l": low, "s": second * 1000, "e": 1}
                for second, (o, h, low, c, v) in zip(SECONDS, VALUES, strict=True)
            ]
        ),
    ),
    "Finnhub": ("AAPL.json", json.dumps(COLUMNS)),
    "Yahoo's chart": ("x.json", json.dumps({"chart": {"result": [CHART], "error": None}})),
    "pandas' JSON": ("AAPL.json", history().to_json()),
    "pandas' JSON of records": ("AAPL.json", history().reset_index().to_json(orient="records")),
    "pandas' JSON of a download": ("x.json", download("AAPL").to_json()),
    "pandas' split JSON": ("AAPL.json", history().to_json(orient="split")),
    "Parquet": ("AAPL.parquet", write_parquet(history())),
    "Parquet of a download": ("x.parquet", write_parquet(download("AAPL"))),
    "Parquet without a zone": ("AAPL.parquet", write_parquet(history().tz_localize(None).rename_axis(None))),
    "Parquet of a query": (
        "x.parquet",
        write_parquet(
            pd.DataFrame(VALUES, columns=OHLCV.split(",")).assign(ticker="AAPL", session="2026-03-25", ts=AT)
        ),
    ),
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

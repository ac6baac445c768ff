"""Files that a replay can't read: each error is one line that names the place and a way to fix it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.unit.bar_forms import AT, history, make_zip, refuse, write_parquet


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
            "line 2: ts: '2026-03-08 02:30' is not allowed: the clocks of its zone don't",
        ),
        ("ts,high,low\n2026-03-25 09:30 Mars/Base,2,1\n", "line 2: ts: '2026-03-25 09:30 Mars/Base' is not allowed"),
        ("ts;high;low\n2026-03-25 09:30;1,234;1,233\n", "line 2: high: '1,234' is not allowed: its comma may separate"),
        (
            "ts,high,low\n2026-03-25 03:30,2,1\n",
            "no bar starts within the hours of its exchange: the first is AAPL 2026-03-25",
        ),
        ("ts,high,low\n2026-03-25 09:30,,\n", "no bar in it. "),
        (
            "ts,high,low\n2026-03-25,2,1\n2026-03-26T00:00,2,1\n",
            "line 2: ts: '2026-03-25' is not allowed: a date alone",
        ),
        (
            "ts,high,low\n2026-03-25T04:00Z,2,1\n2026-03-26T04:00Z,2,1\n",
            "AAPL.csv: AAPL has a bar per date, but bars must",
        ),
        (
            "ts,high,low\n" + "".join(f"2026-03-25 09:30:{second:02},2,1\n" for second in range(0, 60, 15)),
            "AAPL.csv: AAPL has bars of 15 seconds, but the shortest are of a minute (join them first)",
        ),
        ("ticker,ts,high,low\n'; --,2026-03-25 09:30,2,1\n", 'line 2: ticker: "\'; --" is not allowed: a Yahoo symbol'),
    ],
)
def test_load_bars_names_the_way_to_fix_a_file(tmp_path: Path, content: str, said: str) -> None:
    assert said in refuse(tmp_path, "AAPL.csv", content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("my_prices.csv", "ts,high,low\n1,2,1\n", "my_prices.csv: no ticker in a column or in the file's name"),
        ("a.xlsx", make_zip("[Content_Types].xml", ""), "a.xlsx: an Excel workbook (save the sheet as CSV)"),
        ("a.parquet", b"PAR1", "a.parquet: cannot be read: "),
        ("a.zip", b"PK\x03\x04", "a.zip: cannot be read: "),
        ("a.json", '{"a": {"b": [1, 2]}}', "a.json: no list of bars in this JSON"),
        (
            "AAPL.json",
            json.dumps({"columns": ["ts", "high", "low"], "data": [[AT[0], [2], 1]]}),
            "AAPL.json, record 1: high",
        ),
        (
            "AAPL.parquet",
            write_parquet(history().assign(High=pd.Series([[1], [2]], index=history().index))),
            "AAPL.parquet, row 1: High: '[1]' is not",
        ),
        ("a.json", json.dumps({"bars": {"AAPL": [{"t": 1, "x": 1}]}}), "a.json: no column for high and low. Found: "),
    ],
)
def test_load_bars_refuses_other_files_on_one_line(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    assert refuse(tmp_path, name, content).startswith(said)

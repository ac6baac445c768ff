"""The rows of a query in the terminal and in files."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from rich.console import Console

from finance_stream.client.athena import QueryResult
from finance_stream.client.result import MAX_ROWS_SHOWN, show, write_csv, write_json, write_parquet

ROWS = pa.table(
    {
        "name": ["META", "BRK-B", "NONE"],
        "session": [dt.date(2026, 11, 23)] * 3,
        "high": [1234.5, 0.00052, None],
        "volume": pa.array([1234567, 0, None], pa.int64()),
        "high_at": ["2026-11-23T09:30:00-05:00", "2026-11-24T00:00:00+09:00", None],
        "is_busiest": [True, False, None],
        "collected_at": ["2026-11-23T21:00:00.123456Z", "", None],
    }
)


def printed(rows: pa.Table, width: int = 120, session: str | None = None) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    show(rows, "rows", console, session)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def cells(line: str) -> list[str]:
    return line.split()


def test_show_formats_values_for_a_reader() -> None:
    lines = printed(ROWS)
    [meta] = [line for line in lines if "META" in line]
    assert cells(meta) == ["META", "2026-11-23", "1,234.50", "1,234,567", "09:30", "yes", "2026-11-23T21:00:00Z"]
    [small] = [line for line in lines if "BRK-B" in line]
    # A start on another date than its session's keeps its date.
    assert cells(small) == ["BRK-B", "2026-11-23", "0.00052", "0", "2026-11-24T00:00:00+09:00", "no"]
    [none] = [line for line in lines if "NONE" in line]
    assert cells(none) == ["NONE", "2026-11-23", *"-----"]


def test_show_leaves_out_the_session_of_the_title() -> None:
    [meta] = [line for line in printed(ROWS, session="2026-11-23") if "META" in line]
    assert "2026-11-23 " not in meta
    assert "09:30" in meta


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([1.5, 2.0], ["1.50", "2.00"]),
        ([1.5, 2.125], ["1.500", "2.125"]),
        ([100 / 3, -0.138], ["33.3333", "-0.1380"]),
        ([float("nan"), float("inf")], ["nan", "inf"]),
    ],
)
def test_show_gives_a_column_two_to_four_decimals(values: list[float], shown: list[str]) -> None:
    lines = printed(pa.table({"value": values}))
    assert [line.strip() for line in lines[4 : 4 + len(values)]] == shown


@pytest.mark.parametrize("width", [60, 80])
def test_show_names_columns_that_do_not_fit(width: int) -> None:
    lines = printed(ROWS, width)
    assert all(len(line) <= width for line in lines)
    assert not any("…" in line for line in lines)
    assert "".join(lines).count("Left out at a width of") == 1
    assert "collected_at." in " ".join(lines)
    assert lines[-1] == "For all of it, use --csv, --json or --parquet FILE."


def test_show_limits_rows_and_counts_the_rest() -> None:
    lines = printed(pa.table({"number": list(range(MAX_ROWS_SHOWN + 1_002))}))
    assert lines[-2:] == ["1,002 more rows.", "For all of it, use --csv, --json or --parquet FILE."]
    assert sum(line.strip().isdigit() for line in lines) == MAX_ROWS_SHOWN


def test_write_csv_tells_an_empty_text_from_a_null() -> None:
    file = io.BytesIO()
    write_csv(ROWS.select(["name", "volume", "collected_at"]), file)
    lines = file.getvalue().decode().splitlines()
    assert lines[0] == '"name","volume","collected_at"'
    assert lines[2:] == ['"BRK-B",0,""', '"NONE",,']


def test_write_json_is_strict_and_lossless() -> None:
    file = io.BytesIO()
    write_json(pa.table({"a": [1.5, float("nan"), None], "b": [dt.date(2026, 11, 23)] * 3}), file)
    rows = json.loads(file.getvalue(), parse_constant=pytest.fail)
    assert rows == [{"a": 1.5, "b": "2026-11-23"}, {"a": "nan", "b": "2026-11-23"}, {"a": None, "b": "2026-11-23"}]


def test_write_parquet_keeps_types_and_values(tmp_path: Path) -> None:
    write_parquet(ROWS, tmp_path / "rows.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "rows.parquet").equals(ROWS)


@pytest.mark.parametrize(
    ("scanned", "is_billed", "dollars"),
    [(0, True, 5 * 10 / 2**20), (2**40, True, 5.0), (0, False, 0.0)],
)
def test_query_result_dollars_bills_at_least_10_mb_per_query(scanned: int, is_billed: bool, dollars: float) -> None:
    assert QueryResult(ROWS, scanned, is_billed).dollars == pytest.approx(dollars)

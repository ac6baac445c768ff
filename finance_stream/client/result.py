"""A query's rows in the terminal, and as CSV, JSON or Parquet."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from finance_stream.client.console import measure_width
from finance_stream.client.output_file import replacing
from finance_stream.client.price import format_volume

NOTHING = "-"
MAX_ROWS_SHOWN = 40
MAX_CELL_WIDTH = 40
DECIMALS_SHOWN = (2, 3, 4)
SMALLEST_BY_DECIMALS = 0.01  # smaller values are shown with four significant digits

# A bar's start, and the time of day in it. The seconds of a bar's start are always 0.
_START = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})T(?P<time>\d{2}:\d{2}):00[+-]\d{2}:\d{2}")
_FRACTION = re.compile(r"(?<=T\d{2}:\d{2}:\d{2})\.\d+Z")


def show(rows: pa.Table, title: str, console: Console, session: str | None = None) -> None:
    """Print the first rows with as many columns as the console's width has room for, and name the rest below.

    A bar's start is shown as the exchange's time of day if it is on the date of its row's session.

    Parameters
    ----------
    session
        The only session of the rows. The title names it, so its column is left out.
    """
    shown = rows.slice(0, MAX_ROWS_SHOWN).to_pylist()
    names = rows.column_names
    if session and "session" in names:
        names.remove("session")
    fitting = len(names)
    while fitting > 1 and measure_width(_make_table(rows, shown, names[:fitting])) > console.width:
        fitting -= 1
    table = _make_table(rows, shown, names[:fitting])
    console.print(title, table)
    if left_out := names[fitting:]:
        console.print(f"Left out at a width of {console.width} columns: {', '.join(left_out)}.")
    if rows.num_rows > MAX_ROWS_SHOWN:
        console.print(f"{rows.num_rows - MAX_ROWS_SHOWN:,} more rows.")
    if left_out or rows.num_rows > MAX_ROWS_SHOWN:
        console.print("For all of it, use --csv, --json or --parquet FILE.")


def write_csv(rows: pa.Table, file: IO[bytes]) -> None:
    """Write a header and a line per row, with text in quotes and null as nothing."""
    pyarrow.csv.write_csv(rows, file)


def write_json(rows: pa.Table, file: IO[bytes]) -> None:
    """Write a list of objects. Dates, NaN and infinity become text, and whole volumes are integers."""
    plain = [{name: _make_plain(name, value) for name, value in row.items()} for row in rows.to_pylist()]
    file.write(f"{json.dumps(plain, default=str, allow_nan=False)}\n".encode())


def write_parquet(rows: pa.Table, path: Path) -> None:
    """Write a Parquet file in which each column has its Athena type."""
    with replacing(path) as file:
        pyarrow.parquet.write_table(rows, file)


def _make_plain(name: str, value: Any) -> Any:
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return str(value)
    return int(value) if _is_volume(name) and value == int(value) else value


def _is_volume(name: str) -> bool:
    """Return True for a column of shares or coins, which are whole numbers or have any number of decimals."""
    return name.endswith("volume")


def _make_table(rows: pa.Table, shown: list[dict[str, Any]], names: list[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    columns = []
    for name in names:
        kind = rows.schema.field(name).type
        is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
        table.add_column(
            "\n".join(name.split("_")),
            justify="right" if is_number else "left",
            no_wrap=True,
            overflow="ellipsis",
            max_width=MAX_CELL_WIDTH,
        )
        decimals = _count_decimals([row[name] for row in shown if isinstance(row[name], float)])
        if _is_volume(name) and pa.types.is_floating(kind):
            columns.append([NOTHING if row[name] is None else format_volume(row[name]) for row in shown])
        else:
            columns.append([_format_cell(row[name], row.get("session"), decimals) for row in shown])
    for cells in zip(*columns, strict=True):
        table.add_row(*cells)
    return table


def _format_cell(value: Any, session: Any, decimals: int) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}" if 0 < abs(value) < SMALLEST_BY_DECIMALS else f"{value:,.{decimals}f}"
    start = _START.fullmatch(str(value))
    if start and start["date"] == str(session):
        return start["time"]
    return _FRACTION.sub("Z", str(value))


def _count_decimals(values: list[float]) -> int:
    """Return the decimals of a column, two to four. Values below :data:`SMALLEST_BY_DECIMALS` don't count."""
    most, counted = max(DECIMALS_SHOWN), [one for one in values if abs(one) >= SMALLEST_BY_DECIMALS]
    return next((few for few in DECIMALS_SHOWN if all(round(one, few) == round(one, most) for one in counted)), most)

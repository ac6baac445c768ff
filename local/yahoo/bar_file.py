"""Bars as a user keeps them, NDJSON or CSV, read strictly: what is broken is named by file, line and field."""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

PRICES = ("open", "high", "low", "close")
BAR_COLUMNS = (*PRICES, "volume")
REQUIRED_FIELDS = ("name", "ts", "high", "low")
SUFFIXES = (".ndjson", ".jsonl", ".json", ".csv")
SUFFIXES_ALLOWED = f"{', '.join(SUFFIXES)}, each also with .gz"
INTERVAL = "1m"

SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^=&-]{0,31}")
INSTANT = r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)"
INSTANT_ALLOWED = "ISO 8601 with its UTC offset, as 2020-05-14T09:30:00-04:00"


class ReplayError(ValueError):
    """Bars that cannot be replayed: one line that names the file, the line, the field, its value and what is allowed."""


def read_bars(path: Path) -> pd.DataFrame:
    """Every bar of a file, or of all bar files below a folder, in the files' order.

    Columns: ``name``, ``at`` (UTC), ``offset`` (of ``ts`` from UTC), ``open high low close volume`` (float, NaN for
    null), ``file`` and ``line``. A (name, ts) stands once: of several the last ``collected_at``, as in the query layer.

    Raises
    ------
    ReplayError
        For whatever is missing, broken, impossible or contradictory.
    """
    tables = [_checked(_table(file)) for file in _bar_files(path)]
    return _without_duplicates(pd.concat(tables, ignore_index=True))


def refuse(table: pd.DataFrame, bad: pd.Series[bool], field: str, allowed: str, values: Any = None) -> None:
    """Raise for the first row of ``table`` where ``bad``, if there is one; ``values`` when not the column ``field``."""
    if not bad.any():
        return
    row = int(bad.to_numpy(dtype=bool).argmax())
    value = (table[field] if values is None else values).iloc[row]
    shown = "null" if value is None or value is pd.NaT or value != value else repr(value)  # noqa: PLR0124 - NaN
    _fail(table["file"].iloc[row], f"{field}: {shown} is not allowed: {allowed}", int(table["line"].iloc[row]))


def _fail(file: str, problem: str, line: int | None = None) -> NoReturn:
    raise ReplayError(f"{file}, line {line}: {problem}" if line else f"{file}: {problem}")


def _format(path: Path) -> str:
    """Suffix that names the format, without .gz; empty where it names none."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes and suffixes[-1] in SUFFIXES else ""


def _bar_files(path: Path) -> list[Path]:
    if not path.exists():
        _fail(str(path), "no such file or folder")
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and _format(file))
        if not files:
            _fail(str(path), f"no bar file in this folder: {SUFFIXES_ALLOWED}")
        return files
    if not _format(path):
        _fail(str(path), f"unknown kind of file: {SUFFIXES_ALLOWED}")
    return [path]


def _table(file: Path) -> pd.DataFrame:
    """One file's rows as they stand, null for what is missing, and where each stood."""
    read: Callable[[str, str], pd.DataFrame] = _csv if _format(file) == ".csv" else _ndjson
    name = str(file)
    try:
        content = file.read_bytes()
        text = (gzip.decompress(content) if file.suffix.lower() == ".gz" else content).decode("utf-8-sig")
    except UnicodeDecodeError:
        _fail(name, "not text: bars are NDJSON or CSV in UTF-8")
    except (EOFError, zlib.error, OSError) as error:
        _fail(name, f"cannot be read: {error}")
    if not text.strip():
        _fail(name, "empty: no bar in it")
    table = read(name, text)
    missing = [field for field in REQUIRED_FIELDS if field not in table]
    if missing:
        _fail(name, f"no field {', '.join(missing)}: a bar has at least {', '.join(REQUIRED_FIELDS)}")
    return table.assign(file=name)


def _ndjson(name: str, text: str) -> pd.DataFrame:
    lines = {number: line for number, line in enumerate(text.split("\n"), start=1) if line.strip()}
    try:
        rows = json.loads(f"[{','.join(lines.values())}]", parse_constant=_not_json)
    except ValueError:
        rows = []
    if len(rows) != len(lines) or not all(isinstance(row, dict) for row in rows):
        _fail(name, "is not JSON: one object a line", _first_broken_line(lines))
    return pd.DataFrame(rows).assign(line=list(lines))


def _not_json(constant: str) -> NoReturn:
    """NaN and Infinity are no JSON, though Python would read them."""
    raise ValueError(constant)


def _first_broken_line(lines: dict[int, str]) -> int:
    for number, line in lines.items():
        try:
            if isinstance(json.loads(line, parse_constant=_not_json), dict):
                continue
        except ValueError:
            pass
        return number
    raise AssertionError("every line is an object by itself, yet not all together")


def _csv(name: str, text: str) -> pd.DataFrame:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    numbers, rows = [], []
    try:
        header = [field.strip() for field in next(reader)]
        for row in reader:
            if row and len(row) != len(header):
                _fail(name, f"{len(row)} fields where the header has {len(header)}", reader.line_num)
            if row:
                numbers.append(reader.line_num)
                rows.append(row)
    except csv.Error as error:
        _fail(name, f"is not CSV: {error}", reader.line_num)
    if len(set(header)) < len(header):
        _fail(name, f"a field stands twice in the header: {', '.join(header)}", 1)
    if not rows:
        _fail(name, "empty: a header, and no bar below it")
    table = pd.DataFrame(rows, columns=header, dtype=object).replace("", None)
    for field in {*BAR_COLUMNS} & {*header}:
        # What is no number stays text, and is refused as such with the others.
        table[field] = pd.to_numeric(table[field], errors="coerce").astype(object).where(table[field].notna(), None)
        table[field] = table[field].where(table[field].notna() | table[field].isna(), None)
    return table.assign(line=numbers)


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    """The bars of one file, each field valid by itself and with the others of its row."""
    name = table["name"].astype(object)
    refuse(table, ~name.map(lambda text: isinstance(text, str) and SYMBOL.fullmatch(text) is not None), "name",
           "a Yahoo symbol in upper case, as META, BRK-B or ^GSPC")
    at, offset = _instants(table, "ts")
    refuse(table, at != at.dt.floor("s"), "ts", "a bar starts on a whole second")
    bars = pd.DataFrame({"name": name, "at": at, "offset": offset})
    for field in BAR_COLUMNS:
        bars[field] = _numbers(table, field)
    return bars

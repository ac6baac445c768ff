"""A user's files of bars, NDJSON or CSV. They are read strictly: an error names the file, the line and the field."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd

from finance_stream.errors import make_printable
from finance_stream.gzipped import NotGzip, gunzip
from finance_stream.strict_json import NotJSON, read_json

PRICES = ("open", "high", "low", "close")
BAR_COLUMNS = (*PRICES, "volume")
REQUIRED_FIELDS = ("name", "ts", "high", "low")
SUFFIXES = (".ndjson", ".jsonl", ".json", ".csv")
SUFFIXES_ALLOWED = f"{', '.join(SUFFIXES)}, each also with .gz"
INTERVAL = "1m"

# The limit of one unpacked file: more than a million bars as NDJSON. Reading it takes about ten times as much memory.
MAX_FILE_BYTES = 256 * 2**20
# Yahoo's numbers are floats in pandas. Above this limit a float can't hold every whole number.
MAX_VOLUME = 2**53
# The range of whole years that a pandas timestamp in nanoseconds can hold.
# https://pandas.pydata.org/docs/user_guide/timeseries.html#timestamp-limitations
FIRST_INSTANT, LAST_INSTANT = pd.Timestamp("1678-01-01", tz="UTC"), pd.Timestamp("2262-01-01", tz="UTC")

SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^=&-]{0,31}")
INSTANT = r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)"
INSTANT_ALLOWED = "ISO 8601 with the UTC offset, like 2020-05-14T09:30:00-04:00"


class ReplayError(ValueError):
    """Bars that can't be replayed. The message has the file, the line, the field, its value and the values allowed."""


def read_bars(path: Path) -> pd.DataFrame:
    """Read the bars of a file, or of all bar files below a folder, in the files' order.

    Columns: ``name``, ``ts`` as written, ``at`` (the same in UTC), ``offset`` (of ``ts`` from UTC), ``open high low
    close volume`` (float, NaN for null), ``file`` and ``line``. Each (name, ts) occurs once: of duplicates, the one
    with the latest ``collected_at`` is kept, as in the query layer.

    Raises
    ------
    ReplayError
        If a file or a value is missing, broken, impossible or contradictory.
    """
    tables = [_check(_read_table(file)) for file in _list_bar_files(path)]
    return _remove_duplicates(pd.concat(tables, ignore_index=True))


def refuse(table: pd.DataFrame, bad: pd.Series[bool], field: str, allowed: str) -> None:
    """Raise ReplayError for the first row of ``table`` that is ``bad``, if there is one."""
    if not bad.any():
        return
    row = int(bad.to_numpy(dtype=bool).argmax())
    # As a list: numpy prints its numbers differently than the file.
    value = table[field].iloc[[row]].tolist()[0]
    shown = "null" if value is None or value != value else repr(value)
    _fail(table["file"].iloc[row], f"{field}: {shown} is not allowed: {allowed}", int(table["line"].iloc[row]))


def _fail(file: str, problem: str, line: int | None = None) -> NoReturn:
    raise ReplayError(make_printable(f"{file}, line {line}: {problem}" if line else f"{file}: {problem}"))


def _find_format(path: Path) -> str:
    """Return the suffix of the format, without .gz. It is empty if the format is unknown."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes and suffixes[-1] in SUFFIXES else ""


def _list_bar_files(path: Path) -> list[Path]:
    if not path.exists():
        _fail(str(path), "no such file or folder")
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and _find_format(file))
        if not files:
            _fail(str(path), f"no bar file in this folder (use {SUFFIXES_ALLOWED})")
        return files
    if not _find_format(path):
        _fail(str(path), f"unknown kind of file (use {SUFFIXES_ALLOWED})")
    return [path]


def _read_table(file: Path) -> pd.DataFrame:
    """Read the rows of one file unchecked, with null for missing values, and the file and line of each row."""
    read: Callable[[str, str], pd.DataFrame] = _parse_csv if _find_format(file) == ".csv" else _parse_ndjson
    name = str(file)
    try:
        text = _read_content(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        _fail(name, "not text: bars are NDJSON or CSV in UTF-8")
    except (NotGzip, OSError) as error:
        _fail(name, f"cannot be read: {error}")
    if not text.strip():
        _fail(name, "empty: no bar in it")
    table = read(name, text)
    missing = [field for field in REQUIRED_FIELDS if field not in table]
    if missing:
        _fail(name, f"no field {', '.join(missing)}: a bar has at least {', '.join(REQUIRED_FIELDS)}")
    return table.assign(file=name)


def _read_content(file: Path) -> bytes:
    """Return the unpacked bytes of a file. Never more than :data:`MAX_FILE_BYTES` are in memory."""
    with file.open("rb") as opened:
        if file.suffix.lower() == ".gz":
            return gunzip(opened, MAX_FILE_BYTES)
        content = opened.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        _fail(str(file), f"more than {MAX_FILE_BYTES:,} bytes (split it into several files in a folder)")
    return content


def _parse_ndjson(name: str, text: str) -> pd.DataFrame:
    lines = {number: line for number, line in enumerate(text.split("\n"), start=1) if line.strip()}
    try:
        rows = read_json(f"[{','.join(lines.values())}]", floats=True)
    except NotJSON:
        rows = []
    if len(rows) != len(lines) or not all(isinstance(row, dict) for row in rows):
        _fail(name, "is not JSON (one object per line)", _find_broken_line(lines))
    return pd.DataFrame(rows).assign(line=list(lines))


def _find_broken_line(lines: dict[int, str]) -> int:
    for number, line in lines.items():
        try:
            if isinstance(read_json(line, floats=True), dict):
                continue
        except NotJSON:
            pass
        return number
    return next(iter(lines))  # each line is an object, but one is nested too deeply inside a list


def _parse_csv(name: str, text: str) -> pd.DataFrame:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    rows: list[list[str]] = []
    numbers: list[int] = []
    try:
        header = [field.strip() for field in next(reader)]
        for row in filter(None, reader):  # an empty line is an empty row
            if len(row) != len(header):
                _fail(name, f"{len(row)} values, but the header has {len(header)} fields", reader.line_num)
            rows.append(row)
            numbers.append(reader.line_num)
    except csv.Error as error:
        _fail(name, f"is not CSV: {error}", reader.line_num)
    if len({*header}) < len(header):
        _fail(name, f"the header has a field twice: {', '.join(header)}", 1)
    if not rows:
        _fail(name, "empty: a header without a bar")
    table = pd.DataFrame(rows, columns=header, dtype=object).replace("", None)
    for field in table.columns.intersection([*BAR_COLUMNS]):
        parsed = pd.to_numeric(table[field], errors="coerce").astype(float).astype(object)
        table[field] = parsed.where(parsed.notna(), table[field])  # text stays text, and is refused later
    return table.assign(line=numbers)


def _check(table: pd.DataFrame) -> pd.DataFrame:
    """Check each field of a file's bars alone and against the others of its row. Return the bars."""
    is_symbol = table["name"].map(lambda name: isinstance(name, str) and SYMBOL.fullmatch(name) is not None)
    refuse(table, ~is_symbol.astype(bool), "name", "a Yahoo symbol in upper case, like META, BRK-B or ^GSPC")
    at, offset = _parse_instants(table, "ts")
    refuse(table, at != at.dt.floor("s"), "ts", "a bar starts on a whole second")
    years = f"a year from {FIRST_INSTANT.year} to {LAST_INSTANT.year - 1}"
    refuse(table, (at < FIRST_INSTANT) | (at >= LAST_INSTANT), "ts", years)
    bars = table[["name", "ts", "file", "line"]].assign(at=at, offset=offset)
    for field in BAR_COLUMNS:
        bars[field] = _parse_numbers(table, field)
    for field in ("high", "low"):
        refuse(table, bars[field].isna(), field, "a number, since a bar has a high and a low")
    refuse(table, bars["high"] < bars["low"], "high", "at least the bar's low")
    volume = bars["volume"].dropna()
    possible = (volume >= 0) & (volume <= MAX_VOLUME) & (volume == np.floor(volume))
    refuse(table.loc[volume.index], ~possible, "volume", f"a whole number from 0 to {MAX_VOLUME:,}, or null")
    if "interval" in table:
        other = table["interval"].notna() & (table["interval"] != INTERVAL)
        refuse(table, other, "interval", f"{INTERVAL}, because longer intervals are computed from it")
    if "collected_at" in table:
        known = table["collected_at"].notna()
        bars.loc[known, "collected_at"] = _parse_instants(table[known], "collected_at")[0]
    return bars


def _parse_instants(table: pd.DataFrame, field: str) -> tuple[pd.Series[pd.Timestamp], pd.Series[pd.Timedelta]]:
    """Return the instants in UTC, and the UTC offsets in the file."""
    parts = table[field].astype("string").str.extract(rf"\A{INSTANT}\Z")
    local = pd.to_datetime(parts[0] + "T" + parts[1], format="ISO8601", errors="coerce")
    digits = parts[2].str.replace(":", "").replace("Z", "+0000")
    minutes = pd.to_numeric(digits.str[1:3]) * 60 + pd.to_numeric(digits.str[3:5])
    offset = pd.to_timedelta(minutes.where(digits.str[0] != "-", -minutes).astype("Float64"), unit="min")
    refuse(table, local.isna() | offset.isna(), field, INSTANT_ALLOWED)
    return (local - offset).dt.tz_localize("UTC").astype("datetime64[us, UTC]"), offset


def _parse_numbers(table: pd.DataFrame, field: str) -> pd.Series[float]:
    """Return a column of finite numbers. It has NaN for null, or if the file doesn't have the field."""
    if field not in table:
        return pd.Series(np.nan, index=table.index)
    column = table[field].astype(object)
    is_number = column.map(type).isin([float])  # no bool, no text
    numbers = column.where(is_number).astype(float)
    refuse(table, column.notna() & ~np.isfinite(numbers), field, "a finite number, or null")
    return numbers


def _remove_duplicates(bars: pd.DataFrame) -> pd.DataFrame:
    """Return each (name, ts) once: the bar that was collected last.

    Raises
    ------
    ReplayError
        If two bars that were collected last differ.
    """
    if "collected_at" in bars:
        collected = bars.pop("collected_at").fillna(pd.Timestamp(0, tz="UTC"))
        bars = bars[collected == collected.groupby([bars["name"], bars["at"]]).transform("max")]
    bars = bars.drop_duplicates(["name", "at", *BAR_COLUMNS])
    again = bars.duplicated(["name", "at"])
    refuse(bars, again, "ts", "the bar of this name and time differs from the one before it")
    return bars

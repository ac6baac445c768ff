"""Rows of separated text: CSV, TSV, semicolons and bars, with one header line or the two or three of yfinance."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator

import pandas as pd

from local.yahoo.files.aliases import DATE, TS, find_field, find_fields, match_columns, split_name
from local.yahoo.files.table import Table, make_error

_DELIMITERS = (",", ";", "\t", "|")
_EXCELS_LINE = re.compile(r"\A\s*\"?sep=(.)\"?\s*\Z", re.I)
# A title, a note or an empty line may stand above the header.
_HEADER_LINES = 20
_VALUE = re.compile(r"[\d$€£+.-]")

Row = tuple[int, list[str]]  # with the number of its last line


def read_text_table(name: str, text: str) -> Table:
    """Return the rows of separated text. A column has a tuple as its name if the header has two lines.

    Raises
    ------
    ReplayError
        If the text isn't CSV, or a row has more or fewer values than the header.
    """
    lines = text.splitlines(keepends=True)
    delimiter = _find_delimiter(lines)
    rows = list(_read_rows(name, lines, delimiter))
    if not rows:
        raise make_error(name, "empty: no bar in it")
    columns, first = _read_header(rows)
    if all(isinstance(column, str) and _VALUE.match(column) for column in columns):
        added = "Datetime,Open,High,Low,Close,Volume"
        raise make_error(name, f"the first line has values, not names (add a header like {added})", "line 1")
    if len({*columns}) < len(columns):
        doubled = next(column for column in columns if columns.count(column) > 1)
        raise make_error(name, f"the header has a field twice: {doubled}", f"line {rows[first - 1][0]}")
    if len(rows) > first + 1 and len(rows[-1][1]) == 1 < len(columns) and not _is_value(rows[-1][1][0]):
        rows.pop()  # a line about the download
    values = [(number, _fit(name, number, cells, len(columns))) for number, cells in rows[first:]]
    if not values:
        raise make_error(name, "empty: a header without a bar")
    frame = pd.DataFrame([cells for _, cells in values], columns=pd.Index(columns, tupleize_cols=False), dtype=object)
    return Table(name, frame, [number for number, _ in values], point=delimiter == ",")


def _find_delimiter(lines: list[str]) -> str:
    """Return the character that splits the first lines into the most known fields, then into the most cells."""
    for line in lines[:_HEADER_LINES]:
        if found := _EXCELS_LINE.match(line):
            return found[1]

    def count(delimiter: str) -> tuple[int, int]:
        try:
            rows = [cells for cells in csv.reader(lines[:_HEADER_LINES], delimiter=delimiter) if any(cells)]
        except csv.Error:  # a cell that is too long
            return 0, 0
        known = max((len(match_columns(cells)) + sum(map(_is_pair, cells)) for cells in rows), default=0)
        return known, max(map(len, rows), default=0)

    return max(_DELIMITERS, key=count)


def _is_pair(cell: str) -> bool:
    return split_name(cell) is not None


def _read_rows(name: str, lines: list[str], delimiter: str) -> Iterator[Row]:
    """Yield the rows that aren't empty, without Excel's first line and without lines of comment."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            is_comment = any(stripped) and stripped[0].startswith("#") and not _is_header(stripped)
            if any(stripped) and not is_comment and not _EXCELS_LINE.match(delimiter.join(cells)):
                yield reader.line_num, stripped
    except csv.Error as error:
        raise make_error(name, f"is not CSV: {error}", f"line {reader.line_num}") from error


def _read_header(rows: list[Row]) -> tuple[list[str | tuple[str, str]], int]:
    """Return the columns, and the position of the first row of values."""
    at = next((place for place, (_, cells) in enumerate(rows[:_HEADER_LINES]) if _is_header(cells)), 0)
    header = _trim(rows[at][1])
    above = rows[at - 1][1] if at and _is_level(rows[at - 1][1], len(header)) else None
    below = rows[at + 1][1] if at + 1 < len(rows) and _is_level(rows[at + 1][1], len(header)) else None
    other, first = (above, at + 1) if above else (below, at + 2) if below else (None, at + 1)
    if other is None:
        return [*header], first
    index_name = ""
    if first < len(rows) and not any(rows[first][1][1:]):  # yfinance writes the index's name on a line of its own
        index_name, first = rows[first][1][0], first + 1
    pairs = list(itertools.zip_longest(header, other[: len(header)], fillvalue=""))
    if not index_name and len(pairs) > 1 and find_field(pairs[1][0]) in (TS, DATE):
        pairs[0] = ("row", "")  # numbers in front of the times
    elif index_name or find_field(pairs[0][0]) in (None, "close"):  # "Price", "Ticker" or nothing above the times
        pairs[0] = (index_name or "Datetime", "")
    return [*pairs], first


def _is_header(cells: list[str]) -> bool:
    """Return whether a line names a high and a low: alone, or once per ticker."""
    return find_fields(cells) >= {"high", "low"}


def _is_level(cells: list[str], width: int) -> bool:
    """Return whether a line is a second level of the header: only words, and more than one."""
    words = [cell for cell in cells[1:] if cell]
    return bool(words) and len(cells) == width and not any(_is_value(cell) for cell in cells if cell)


def _is_value(cell: str) -> bool:
    return bool(re.match(r"[$€£+-]?[\d.,]*\d[\d.,]*(?:[eE][+-]?\d+)?\Z|\d{1,4}[-/.:]\d|nan\Z|null\Z", cell, re.I))


def _trim(cells: list[str]) -> list[str]:
    """Return a header without the empty cells that Excel leaves at its end."""
    while len(cells) > 1 and not cells[-1]:
        cells = cells[:-1]
    return cells


def _fit(name: str, number: int, cells: list[str], width: int) -> list[str | None]:
    if len(cells) > width and not any(cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        raise make_error(name, f"{len(cells)} values, but the header has {width} fields", f"line {number}")
    return [cell or None for cell in cells]

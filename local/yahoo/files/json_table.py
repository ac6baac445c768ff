"""Rows of JSON: a line per bar, objects without newlines between them, arrays, and the answers of providers' APIs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from finance_stream.strict_json import NotJSON, read_json
from local.yahoo.files.aliases import INTERVAL, NAME, find_field, find_fields
from local.yahoo.files.table import Table, make_error, make_frame

Rows = list[dict[str, Any]]

MAX_DEPTH = 6
NEWLINE = "\n"
BROKEN = "is not JSON (one object per line)"
_NOT_JSON = re.compile(r"-?Infinity")
_SPACE = re.compile(r"[\s,\x1e]*")  # between two values
# Numbers are floats, as in strict_json. Python writes NaN for a missing number.
_decoder = json.JSONDecoder(parse_int=float)


def read_json_table(name: str, text: str) -> Table:
    """Return the rows of JSON text.

    Raises
    ------
    ReplayError
        If the text isn't JSON, or a line of it isn't an object.
    """
    lines = {number: line for number, line in enumerate(text.split("\n"), start=1) if line.strip()}
    try:
        values = read_json(f"[{','.join(lines.values())}]", floats=True)
    except NotJSON:
        values = []
    if len(values) == len(lines) and all(map(_is_bar, values)):
        return Table(name, make_frame(pd.DataFrame(values, dtype=object)), list(lines))
    scanned = list(_scan(name, text))
    documents = [value for _, value in scanned]
    if all(map(_is_bar, documents)):
        return Table(
            name, make_frame(pd.DataFrame(documents, dtype=object)), [*range(1, len(documents) + 1)], unit="record"
        )
    if any(map(_is_bar, documents)):
        raise make_error(name, BROKEN, f"line {next(line for line, value in scanned if not _is_bar(value))}")
    rows = [row for document in documents for row in _list_rows(document, {}, MAX_DEPTH)]
    if not rows:
        raise make_error(name, "no list of bars in this JSON (use one object per bar, or a list of them)")
    return _make_records(name, rows)


def _make_records(name: str, rows: Rows) -> Table:
    return Table(name, make_frame(pd.DataFrame(rows, dtype=object)), [*range(1, len(rows) + 1)], unit="record")


def _is_bar(value: Any) -> bool:
    return isinstance(value, dict) and not any(isinstance(one, (dict, list)) for one in value.values())


def _scan(name: str, text: str) -> Iterator[tuple[int, Any]]:
    """Yield the line and value of each document of concatenated JSON, with or without white space between them."""
    at, end, line, counted = 0, len(text), 1, 0
    while (at := _SPACE.match(text, at).end()) < end:  # type: ignore[union-attr]
        try:
            value, after = _decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            broken = error.pos if isinstance(error, json.JSONDecodeError) else at
            number = text.count(NEWLINE, 0, min(broken, end)) + 1
            raise make_error(name, BROKEN, f"line {number}") from error
        line += text.count(NEWLINE, counted, at)
        counted = at
        if not isinstance(value, (dict, list)) or _NOT_JSON.search(text, at, after):
            raise make_error(name, BROKEN, f"line {line}")
        yield line, value
        at = after


def _list_rows(document: Any, shared: Mapping[str, Any], depth: int) -> Rows:
    """Return the rows in a document. ``shared`` are the fields of the objects around it, such as the ticker."""
    if depth == 0:
        return []
    if isinstance(document, list):
        if document and all(map(_is_bar, document)):
            return [{**shared, **row} for row in document]
        return [row for one in document for row in _list_rows(one, shared, depth - 1)]
    if not isinstance(document, dict):
        return []
    known = {**shared, **_find_metadata(document)}
    if _is_bar(document) and find_fields(document) >= {"high", "low"}:
        return [{**known, **document}]
    for reading in (_read_yahoos_chart, _read_columns, _read_split, _read_by_time):
        if (rows := reading(document, known)) is not None:
            return rows
    found = []
    for key, value in document.items():
        if isinstance(value, (dict, list)):
            by_ticker = {} if NAME in known or find_field(key) or not _is_ticker(key) else {NAME: key}
            found += _list_rows(value, {**known, **by_ticker}, depth - 1)
    return found


def _is_ticker(key: str) -> bool:
    """Return whether an object's key can be the ticker of the list behind it. Names of lists are in lower case."""
    return bool(re.fullmatch(r"[A-Z0-9^][A-Z0-9.^=&/:-]{0,31}", key))


def _find_metadata(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the ticker and the interval that an object or its metadata names."""
    found: dict[str, str] = {}
    places = [document, *(one for key, one in document.items() if "meta" in key.lower() and isinstance(one, dict))]
    for place in places:
        for key, value in place.items():
            field = find_field(key)
            if field in (NAME, INTERVAL) and key.lower() != "name" and isinstance(value, str):
                found.setdefault(field, value)
    return found


def _read_yahoos_chart(document: Mapping[str, Any], known: Mapping[str, Any]) -> Rows | None:
    """Return the rows of ``chart.result[]`` of Yahoo's chart API."""
    stamps, indicators = document.get("timestamp"), document.get("indicators")
    if not isinstance(stamps, list) or not isinstance(indicators, dict):
        return None
    quotes = indicators.get("quote")
    if not isinstance(quotes, list) or not quotes or not isinstance(quotes[0], dict):
        return None
    return _read_columns({"timestamp": stamps, **quotes[0]}, known)


def _read_columns(document: Mapping[str, Any], known: Mapping[str, Any]) -> Rows | None:
    """Return the rows of an object of columns: lists of one length, or pandas' objects by row."""
    lists = {key: value for key, value in document.items() if isinstance(value, list) and value}
    if find_fields(lists) >= {"high", "low"} and len({len(value) for value in lists.values()}) == 1:
        return [{**known, **dict(zip(lists, values, strict=True))} for values in zip(*lists.values(), strict=True)]
    objects = {key: value for key, value in document.items() if isinstance(value, dict) and value}
    if not find_fields(objects) >= {"high", "low"}:
        return None
    places = dict.fromkeys(place for value in objects.values() for place in value)
    return [{"ts": place, **known, **{key: value.get(place) for key, value in objects.items()}} for place in places]


def _read_split(document: Mapping[str, Any], known: Mapping[str, Any]) -> Rows | None:
    """Return the rows of pandas' ``to_json(orient="split")``."""
    names, rows = document.get("columns"), document.get("data")
    if not isinstance(names, list) or not isinstance(rows, list):
        return None
    index = document.get("index") or [None] * len(rows)
    return [
        {"ts": at, **known, **dict(zip(map(str, names), row, strict=False))}
        for at, row in zip(index, rows, strict=False)
    ]


def _read_by_time(document: Mapping[str, Any], known: Mapping[str, Any]) -> Rows | None:
    """Return the rows of objects by their time, such as Alpha Vantage's."""
    if not document or not all(key[:1].isdigit() and _is_bar(value) for key, value in document.items()):
        return None
    if not all(find_fields(value) >= {"high", "low"} for value in document.values()):
        return None
    return [{"ts": key, **known, **value} for key, value in document.items()]

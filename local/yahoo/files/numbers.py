"""Prices and volumes: JSON's numbers, and text with decimal commas, thousands separators or currency signs."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from local.yahoo.files.table import Table

_ABSENT = frozenset({"", "nan", "null", "none", "na", "n/a", "#n/a", "-", "--"})
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_DECORATION = re.compile(r"[\s$€£¥₹'\u2019_]")
_SUFFIXES = {"k": 1e3, "m": 1e6, "b": 1e9}  # of volumes: 1.25M
# A separator in front of one or two digits at the end, or of four and more, is a decimal one. So is the last of two.
_DECIMAL = {
    mark: re.compile(rf"{re.escape(mark)}(?:\d{{1,2}}|\d{{4,}})$|{re.escape(other)}\d{{3}}{re.escape(mark)}\d*$")
    for mark, other in ((".", ","), (",", "."))
}
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+$")


def read_numbers(table: Table, fields: Iterable[str], labels: Mapping[str, Hashable]) -> dict[str, pd.Series[float]]:
    """Return each field's numbers, NaN where a value is missing.

    Raises
    ------
    ReplayError
        For the first value that isn't a finite number. A bool isn't one, and text in JSON counts as in CSV.
    """
    found = {}
    comma = _has_decimal_comma(table, fields)
    for field in fields:
        if field not in table.frame:
            found[field] = pd.Series(np.nan, index=table.frame.index)
            continue
        column = table.frame[field]
        read = partial(_to_number, comma=comma, suffix=field == "volume")
        texts = {value: read(value) for value in column.unique() if isinstance(value, str)}  # most of them repeat
        values = [texts[value] if isinstance(value, str) else read(value) for value in column]
        numbers = pd.Series(values, dtype=float)
        bad = ~(numbers.abs() < np.inf)
        bad &= ~column.where(bad).map(_is_absent).astype(bool)
        table.refuse(bad, str(labels.get(field, field)), "a finite number, or nothing", field)
        found[field] = numbers
    return found


def _is_absent(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value) or _is_absent_text(value)


def _is_absent_text(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower() in _ABSENT


def _to_number(value: Any, *, comma: bool, suffix: bool) -> float:
    """Return a value as a number, NaN if it is missing or none."""
    if isinstance(value, (bool, np.bool_)) or value is None:
        return np.nan
    if not isinstance(value, str):
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError):
            return np.nan
    if _NUMBER.fullmatch(value) and not comma:  # most of them
        return float(value)
    text = _DECORATION.sub("", value)
    text = text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")
    factor = _SUFFIXES.get(text[-1:].lower(), 1.0) if suffix else 1.0
    text = text[:-1] if factor > 1 else text
    return float(text) * factor if _NUMBER.fullmatch(text) else np.nan


def _has_decimal_comma(table: Table, fields: Iterable[str]) -> bool:
    """Return whether the file's decimal separator is a comma. All of its numbers have the same one.

    Raises
    ------
    ReplayError
        If 1,234 may be read in two ways.
    """
    ambiguous: tuple[int, str] | None = None
    for field in fields:
        if field not in table.frame:
            continue
        texts = [(row, value.strip()) for row, value in enumerate(table.frame[field]) if isinstance(value, str)]
        for row, text in texts:
            if _DECIMAL["."].search(text):
                return False
            if _DECIMAL[","].search(text):
                return True
            if ambiguous is None and _THOUSANDS.match(text):
                ambiguous = row, field
    if ambiguous and not table.point:
        row, field = ambiguous
        allowed = "its comma may separate decimals or thousands (write it without thousands separators)"
        table.refuse_value(row, field, table.frame[field].iloc[row], allowed)
    return False

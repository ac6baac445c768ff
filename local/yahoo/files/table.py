"""A file's rows before any of their values is read, and the errors about them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, NoReturn, Self

import pandas as pd

from finance_stream.errors import make_printable, quote_value


class ReplayError(ValueError):
    """Bars that can't be replayed. The message has the file, the line, the field, its value and the values allowed."""


def make_error(file: str, problem: str, place: str | None = None) -> ReplayError:
    """Return the error about a file, or about a place in it such as ``line 7``."""
    return ReplayError(make_printable(f"{file}, {place}: {problem}" if place else f"{file}: {problem}"))


def make_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with None for every missing value, and with lists and objects as text."""
    frame = rows.astype(object).where(rows.notna(), None)
    for column in frame.columns:
        if any(not isinstance(value, Hashable) for value in frame[column]):
            texts: list[Any] = [value if isinstance(value, Hashable) else str(value) for value in frame[column]]
            frame[column] = texts
    return frame


@dataclass(frozen=True)
class Table:
    """The rows of one file, as text, numbers or None.

    ``frame`` has a column per field of the file, ``numbers`` the place of each row and ``unit`` its word: line, row or
    record. ``point`` is False where a semicolon or a tab separates the values: a decimal comma is possible there.
    """

    file: str
    frame: pd.DataFrame
    numbers: list[int]
    unit: str = "line"
    point: bool = True

    @property
    def places(self) -> list[str]:
        """The place of each row in the file, in words."""
        return [f"{self.unit} {number}" for number in self.numbers]

    def with_frame(self, frame: pd.DataFrame, rows: list[int] | None = None) -> Self:
        """Return the table with other columns. ``rows`` are the positions of the rows in this table, if not all."""
        numbers = self.numbers if rows is None else [self.numbers[row] for row in rows]
        return replace(self, frame=frame.reset_index(drop=True), numbers=numbers)

    def keep(self, kept: pd.Series[bool]) -> Self:
        """Return the table with some of its rows."""
        positions = [int(row) for row in kept.to_numpy(dtype=bool).nonzero()[0]]
        return self.with_frame(self.frame.iloc[positions], positions)

    def refuse(self, bad: pd.Series[bool], field: str, allowed: str, column: Hashable | None = None) -> None:
        """Raise ReplayError for the first row that is ``bad``, if there is one."""
        flags = bad.to_numpy(dtype=bool)
        if not flags.any():
            return
        row = int(flags.argmax())
        value = self.frame[field if column is None else column].tolist()[row]
        self.refuse_value(row, field, value, allowed)

    def refuse_value(self, row: int, field: str, value: Any, allowed: str) -> NoReturn:
        """Raise ReplayError about the value of one row."""
        shown = "null" if value is None or value != value else quote_value(value)
        raise make_error(self.file, f"{field}: {shown} is not allowed: {allowed}", f"{self.unit} {self.numbers[row]}")

"""A question of a user, checked, with the parameters of its SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute

from finance_stream.client.lake_dates import Asked
from finance_stream.client.questions import (
    ALIASES,
    VIEW,
    Question,
    count_parameters,
    find_question,
    list_questions,
    make_bars_sql,
    suggest_names,
)
from finance_stream.errors import InvalidInput, quote_value
from finance_stream.request import ANY_TICKERS, Request, check

Date = str | date


@dataclass(frozen=True)
class Prepared:
    """A question's SQL and its text parameters, for the dates and tickers of ``asked``."""

    sql: str
    parameters: Sequence[str]
    asked: Asked


def keep_tickers(rows: pa.Table, tickers: Sequence[str]) -> pa.Table:
    """Return the rows of ``tickers``, or all if there are none. The SQL of every bar has the tickers already."""
    if not tickers or "ticker" not in rows.column_names:
        return rows
    kept: pa.Table = rows.filter(pyarrow.compute.is_in(rows["ticker"], pa.array(tickers)))
    return kept


def choose_question(name: str) -> Question:
    """Return the question with that name or alias.

    Raises
    ------
    InvalidInput
        When there is none. The text has the most similar name, or all.
    """
    if (found := find_question(name)) is not None:
        return found
    names = [*(question.name for question in list_questions()), *ALIASES]
    likely = suggest_names(name)
    hint = f"did you mean {likely[0]}?" if likely else f"use one of {', '.join(names)}"
    raise InvalidInput(f"question: {quote_value(name)} is not a question ({hint})")


def check_fields(
    tickers: str | Sequence[str] | None, day: Date | None, end: Date | None, interval: str, now: datetime
) -> Request:
    """Check the fields of a question like those of an execution's input. Without ``tickers``, the request has none.

    Raises
    ------
    InvalidInput
        Names every wrong field, its value and the allowed values.
    """
    named = [tickers] if isinstance(tickers, str) else tickers if tickers is None else list(tickers)
    given = {"tickers": named, "start": _write_date(day), "end": _write_date(end), "interval": interval}
    event = {field: value for field, value in given.items() if value is not None}
    try:
        checked = check(event, ANY_TICKERS, now)
    except InvalidInput as error:
        raise error.rename_fields({"start": "date"}) from None
    return checked if tickers is not None else replace(checked, tickers=[])


def prepare(question: Question, asked: Asked) -> Prepared:
    """Return the question about dates, and about the tickers of ``asked`` only if it has any.

    Raises
    ------
    InvalidInput
        When the question's rows aren't about single tickers.
    """
    if asked.tickers and not question.has_tickers:
        raise InvalidInput(
            f"tickers: {quote_value(list(asked.tickers))}: {question.name} is about all tickers together"
        )
    # The fourth, for hourly_highs, is the time from which bars count as delivered: before any bar of these dates.
    parameters = [asked.interval, f"{asked.start}", f"{asked.end}", f"{asked.start}"]
    if question.name == VIEW:
        return Prepared(make_bars_sql(asked.tickers), [*parameters[:3], *asked.tickers], asked)
    return Prepared(question.sql, parameters[: count_parameters(question.sql)], asked)


def _write_date(given: Date | None) -> str | None:
    """Return a date as ``YYYY-MM-DD``. Other texts stay, for the check to refuse."""
    if isinstance(given, datetime):
        return given.date().isoformat()
    return given.isoformat() if isinstance(given, date) else given

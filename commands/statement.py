"""The SQL of ``npm run query``: a question's, a file's, or that of the command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from commands.options import check_request, make_event
from commands.target import TargetError
from finance_stream.client.ask import prepare
from finance_stream.client.athena import quote_text, to_literal
from finance_stream.client.lake_dates import Asked
from finance_stream.client.questions import (
    Question,
    count_parameters,
    find_question,
    suggest_names,
)
from finance_stream.request import ANY_TICKERS

ONE_DAY = timedelta(days=1)
# The beginnings of a statement, after comments.
_SQL = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:\(|(?:SELECT|WITH|VALUES|TABLE|SHOW|DESC|DESCRIBE|EXPLAIN|EXECUTE)\s)",
    re.IGNORECASE | re.DOTALL,
)

FindNewest = Callable[[str], date | None]


@dataclass(frozen=True)
class Statement:
    """An SQL statement with its title and parameters.

    ``asked`` has the dates of a question, and the tickers that limit its rows, if any.
    """

    title: str
    sql: str
    parameters: Sequence[str]
    asked: Asked | None = None

    @property
    def session(self) -> str | None:
        """The only session of its rows, if there is only one."""
        asked = self.asked
        return f"{asked.start}" if asked and asked.end - asked.start == ONE_DAY else None


def make_statement(
    name: str, *, day: str | None, end: str | None, interval: str | None, find_newest: FindNewest, **others: Any
) -> Statement:
    """Return the statement for the options. Athena binds its parameters.

    Parameters
    ----------
    name
        A question, a file, or SQL.
    find_newest
        Returns the newest date with bars at an interval, for a question without ``day``.

    Raises
    ------
    TargetError
        For an invalid option. The text names it, its value and the allowed values.
    """
    question = find_question(name)
    if question is not None:
        return _make_question_statement(question, day, end, interval, find_newest, **others)
    given = {"--date": day, "--end": end, "--interval": interval, "--tickers": others["tickers"]}
    refused = next((option for option, value in given.items() if value is not None), None)
    title, sql = _read_sql(name)
    if refused:
        raise TargetError(f"{refused}: '{given[refused]}': {title} has its own filters: write it there, or as --param")
    if (marks := count_parameters(sql)) != len(others["params"]):
        raise TargetError(f"--param: {len(others['params'])} given, and {title} has {marks} parameters (?)")
    return Statement(title, sql, [to_literal(value) for value in others["params"]])


def _make_question_statement(
    question: Question,
    day: str | None,
    end: str | None,
    interval: str | None,
    find_newest: FindNewest,
    tickers: str | None,
    params: Sequence[str],
) -> Statement:
    if params:
        raise TargetError(f"--param: '{params[0]}': {question.name} takes --date, --end, --interval and --tickers")
    if day is None and end is not None:
        raise TargetError(f"--end: '{end}': give --date too, the first date (use YYYY-MM-DD)")
    event = make_event({"start": day, "end": end, "interval": interval, "tickers": tickers})
    request = check_request(event, ANY_TICKERS, {"start": "date"})
    chosen = request.tickers if tickers is not None else []
    if chosen and not question.has_tickers:
        raise TargetError(f"--tickers: '{tickers}': {question.name} is about all tickers together, so it takes none")
    if request.window is None:
        newest = find_newest(request.interval)
        if newest is None:
            raise TargetError(f"--date: missing, and the lake has no bars at {request.interval} yet")
        window = newest, newest + ONE_DAY
    else:
        window = request.window
    asked = Asked(request.interval, *window, chosen)
    prepared = prepare(question, asked)
    title = f"{question.name} of {asked.dates} at {request.interval}"
    return Statement(title, prepared.sql, list(map(quote_text, prepared.parameters)), asked)


def _read_sql(name: str) -> tuple[str, str]:
    """Return the title and the text of a file, or of SQL on the command line."""
    if _SQL.match(name):
        return "the SQL", _remove_end(name)
    path = Path(name)
    if not path.is_file():
        meant = suggest_names(name)
        likely = f": did you mean {meant[0]}?" if meant else "."
        raise TargetError(
            f"question: '{name}' is neither a question, a file nor SQL{likely} npm run query lists the questions"
        )
    try:
        return path.name, _remove_end(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise TargetError(f"question: '{name}' is not UTF-8 text: {error}") from error


def _remove_end(sql: str) -> str:
    return sql.strip().removesuffix(";")

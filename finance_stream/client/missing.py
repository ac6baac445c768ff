"""The missing bars of a deployment's session: the lake compared with the calendars and the executions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.collected import ExpectedBars, find_collected
from finance_stream.client.gaps import CollectedBars, Completeness, measure_completeness, parse_starts
from finance_stream.client.lake_dates import Asked
from finance_stream.client.questions import read_question
from finance_stream.client.reader import Reader
from finance_stream.request import Request
from finance_stream.sessions import list_expected_starts

ONE_DAY = timedelta(days=1)


def find_gaps(reader: Reader, request: Request, day: date) -> list[Completeness]:
    """Return the completeness of each ticker's session on a date.

    Raises
    ------
    pyathena.Error
        When Athena rejects or fails the query.
    """
    deployment = reader.deployment
    now = deployment.now()
    starts = list_expected_starts(request.tickers, day, request.interval, now)
    known = {ticker: expected for ticker, expected in starts.items() if expected is not None}
    wanted = ExpectedBars(day, request.interval, known)
    of_executions = find_collected(deployment.step_functions, deployment.s3, deployment.state_machine_arn, wanted)
    there = parse_starts(_read_starts(reader, request.interval, day, of_executions.values()))
    step = timedelta(minutes=INTERVAL_MINUTES[request.interval])
    found = []
    for ticker in request.tickers:
        collected = of_executions.get(ticker)
        told = collected.expected if collected else None
        expected = starts[ticker] if told is None else told
        found.append(measure_completeness(ticker, day, expected, there.get(ticker, []), step, collected, now))
    return found


def _read_starts(reader: Reader, interval: str, day: date, windows: Iterable[CollectedBars]) -> list[dict[str, Any]]:
    """Read the rows of athena/gaps.sql for the date, the evening before (some sessions begin then) and ``windows``."""
    given = list(windows)
    first = min([day - ONE_DAY, *(window.start for window in given)])
    end = max([day + ONE_DAY, *(window.end for window in given)])
    parameters = [interval, first.isoformat(), end.isoformat()]
    rows: list[dict[str, Any]] = reader.ask(
        read_question("gaps").sql, parameters, Asked(interval, first, end)
    ).to_pylist()
    return rows

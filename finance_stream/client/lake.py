"""The library's entry: a lake of bars, with its answers as DataFrames."""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import boto3
import pyarrow as pa

from finance_stream.client.ask import Date, check_fields, choose_question, keep_tickers, prepare
from finance_stream.client.athena import quote_text
from finance_stream.client.deployment import Deployment
from finance_stream.client.frames import (
    BAR_COLUMNS,
    Form,
    Frame,
    MissingLibraryError,
    check_polars,
    describe_gaps,
    to_arrow,
    to_pandas,
    to_polars,
    type_bars,
    type_times,
)
from finance_stream.client.lake_dates import Asked
from finance_stream.client.missing import find_gaps
from finance_stream.client.questions import VIEW, list_questions
from finance_stream.client.reader import Choice, Reader, ReaderError
from finance_stream.client.stack import StageError, make_deployment, make_stack_name, read_default_region, require_stack
from finance_stream.errors import InvalidInput
from finance_stream.request import DEFAULT_INTERVAL, Request

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

ONE_DAY = dt.timedelta(days=1)
# The dates before the newest one in which `latest` looks for bars: exchanges have their sessions on different dates.
LATEST_DATES = dt.timedelta(days=7)
Other = TypeVar("Other")
Tickers = str | Sequence[str] | None


class LakeError(Exception):
    """A question that the lake can't answer. The text names the field, its value and the allowed values."""


class Lake(Generic[Frame]):
    """The bars of a deployed stage, on AWS or in the embedded cloud.

    Its answers are pandas DataFrames. :meth:`polars` and :meth:`arrow` return the same lake with answers in their form.
    Every method raises :class:`LakeError` for an invalid argument. A call that AWS refuses raises botocore's own error,
    and a query PyAthena's.

    Parameters
    ----------
    stage
        The stage's name, ``"dev"``, or a :class:`Deployment`, such as an embedded cloud in this process.
    region, profile
        As in the npm commands. By default, ``AWS_REGION`` or us-east-1, and boto3's own credentials.
    reader
        ``"auto"`` reads small answers straight from S3 and asks Athena for the others. ``"athena"`` and ``"s3"`` choose
        one of them.
    """

    _form: Form[Frame]

    def __init__(
        self: Lake[pd.DataFrame],
        stage: str | Deployment,
        *,
        region: str | None = None,
        profile: str | None = None,
        reader: Choice = "auto",
    ) -> None:
        with _as_lake_error():
            deployment = _find_deployment(stage, region, profile) if isinstance(stage, str) else stage
            self._reader = Reader(deployment, reader)
        self._form = to_pandas

    def __repr__(self) -> str:
        return f"<Lake {self._reader.deployment.stack_name}, reader {self._reader.choice}>"

    def polars(self) -> Lake[pl.DataFrame]:
        """Return this lake with polars DataFrames as its answers. It needs the extra ``polars``."""
        with _as_lake_error():
            check_polars()
        return self._in_form(to_polars)

    def arrow(self) -> Lake[pa.Table]:
        """Return this lake with Arrow tables as its answers."""
        return self._in_form(to_arrow)

    def questions(self) -> dict[str, str]:
        """Return the names of the prepared questions, and each one's summary. It calls no AWS API."""
        return {question.name: question.asks for question in list_questions()}

    def bars(
        self,
        tickers: Tickers = None,
        date: Date | None = None,
        end: Date | None = None,
        *,
        interval: str = DEFAULT_INTERVAL,
    ) -> Frame:
        """Return every bar, once, by ticker and time.

        The columns are ``time``, which is the index in pandas, ``ticker``, ``open``, ``high``, ``low``, ``close`` and
        ``volume``. The time is the bar's start, in the zone of the exchange. If the tickers have several zones, it is
        in UTC.

        Parameters
        ----------
        tickers
            Yahoo symbols. Default: all.
        date, end
            The first local date of the exchange, and the date after the last. Default: the newest date, alone.
        interval
            1m, 2m, 5m, 15m, 30m or 1h.
        """
        return self._form(type_bars(self._ask(VIEW, tickers, date, end, interval)), "time")

    def ask(
        self,
        question: str,
        *,
        date: Date | None = None,
        end: Date | None = None,
        tickers: Tickers = None,
        interval: str = DEFAULT_INTERVAL,
    ) -> Frame:
        """Return the answer to a prepared question, in the columns that its file in athena/ describes.

        Parameters
        ----------
        question
            One of :meth:`questions`.
        date, end, tickers, interval
            As those of :meth:`bars`. Ranks and shares are among all tickers.
        """
        return self._form(self._ask(question, tickers, date, end, interval), None)

    def latest(self, tickers: Tickers = None, *, interval: str = DEFAULT_INTERVAL) -> Frame:
        """Return the latest bar of each ticker in the newest eight dates.

        The columns are ``ticker``, which is the index in pandas, ``time`` as in :meth:`bars`, ``open``, ``high``,
        ``low``, ``close``, ``volume`` and ``behind_minutes``, its distance to the newest bar of all.
        """
        with _as_lake_error():
            newest = self._check(tickers, None, None, interval)
            rows = self._read("latest_bars", replace(newest, start=newest.start - LATEST_DATES))
        columns = ["ticker", "time", *BAR_COLUMNS[2:], "behind_minutes"]
        return self._form(type_times(rows, "ticker", "ts", "time").select(columns), "ticker")

    def gaps(
        self,
        tickers: Tickers = None,
        date: Date | None = None,
        *,
        interval: str = DEFAULT_INTERVAL,
    ) -> Frame:
        """Return the runs of missing bars of a session, by the calendar of each exchange.

        The columns are ``ticker``, ``first`` and ``last``, the starts of the run's first and last bar, in the zone of
        :meth:`bars`, ``bars``, and ``kind``: lost on the way, or absent from Yahoo's answer. A ticker whose session no
        calendar knows has one row without times, of the kind ``not known``.

        Parameters
        ----------
        tickers
            Yahoo symbols. Default: the stage's.
        date
            Local date of the exchange. Default: the newest date.
        """
        with _as_lake_error():
            chosen = self._reader.deployment.read_default_tickers() if tickers is None else tickers
            asked = self._check(chosen, date, None, interval)
            found = find_gaps(self._reader, Request(list(asked.tickers), interval), asked.start)
        return self._form(describe_gaps(found), None)

    def sql(self, query: str, *parameters: str | float | dt.date) -> Frame:
        """Return Athena's answer to any query. The embedded cloud's Athena answers for it.

        Parameters
        ----------
        parameters
            A value for each ``?``, in order. Athena allows them in WHERE clauses only.
        """
        with _as_lake_error():
            if self._reader.choice == "s3":
                raise ReaderError("reader: 's3' answers questions, and no SQL (use auto or athena)")
            answer = self._reader.deployment.athena.ask(query, list(map(_to_literal, parameters)))
        return self._form(answer.table, None)

    def _in_form(self, form: Form[Other]) -> Lake[Other]:
        same = cast("Lake[Other]", copy.copy(self))
        same._form = form
        return same

    def _ask(self, name: str, tickers: Tickers, day: Date | None, end: Date | None, interval: str) -> pa.Table:
        with _as_lake_error():
            return self._read(name, self._check(tickers, day, end, interval))

    def _check(self, tickers: Tickers, day: Date | None, end: Date | None, interval: str) -> Asked:
        """Return the checked tickers, none for all, and the partitions. Without a date, these are the newest one's."""
        fields = check_fields(tickers, day, end, interval, self._reader.deployment.now())
        if fields.window is not None:
            return Asked(interval, *fields.window, fields.tickers)
        if (newest := self._reader.find_newest_date(interval)) is None:
            raise InvalidInput(f"interval: {interval!r}: the lake has no bars at this interval yet")
        return Asked(interval, newest, newest + ONE_DAY, fields.tickers)

    def _read(self, name: str, asked: Asked) -> pa.Table:
        prepared = prepare(choose_question(name), asked)
        return keep_tickers(self._reader.ask(prepared.sql, prepared.parameters, asked), asked.tickers)


@contextlib.contextmanager
def _as_lake_error() -> Iterator[None]:
    try:
        yield
    except (InvalidInput, MissingLibraryError, ReaderError, StageError) as error:
        raise LakeError(str(error)) from error


def _find_deployment(stage: str, region: str | None, profile: str | None) -> Deployment:
    session = boto3.Session(profile_name=profile, region_name=region or read_default_region())
    place = f"{make_stack_name(stage)} in {session.region_name}"
    return make_deployment(session, require_stack(session, stage, place), place)


def _to_literal(value: str | float | dt.date) -> str:
    """Return a parameter as Athena's literal."""
    if isinstance(value, dt.datetime):
        return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S.%f}'"
    if isinstance(value, dt.date):
        return f"DATE '{value}'"
    return quote_text(value) if isinstance(value, str) else str(value)

"""Athena queries with parameters. Every query of a deployed stack's Athena goes through this module."""

from __future__ import annotations

import csv
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pyarrow as pa
import pyarrow.csv
import pyathena
from pyathena.connection import Connection
from pyathena.cursor import Cursor
from pyathena.model import AthenaQueryExecution

from finance_stream.client.arrow_memory import make_reader
from finance_stream.client.stored import open_object
from finance_stream.prices import ATHENA_MIN_QUERY_BYTES, ATHENA_TB

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# PyAthena logs each refused query with its traceback, which would go to the terminal. Its exception says the same.
logging.getLogger(pyathena.__name__).addHandler(logging.NullHandler())

TB = 2**40
# A number as Athena accepts it for a parameter: https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_QUOTED = re.compile(r"'(?:[^']|'')*'")

# Arrow types by Athena type. Columns of other types stay text.
# https://docs.aws.amazon.com/athena/latest/ug/data-types.html
_ARROW = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("ms"),
}


@dataclass(frozen=True)
class QueryResult:
    """The rows of a query, and the bytes it scanned."""

    table: pa.Table
    scanned_bytes: int
    is_billed: bool

    @property
    def billed_bytes(self) -> int:
        """The billed bytes: at least 10 MB per query, and 0 for DDL statements. https://aws.amazon.com/athena/pricing/"""
        return max(self.scanned_bytes, ATHENA_MIN_QUERY_BYTES) if self.is_billed else 0

    @property
    def dollars(self) -> float:
        """The cost of the query at list price."""
        return self.billed_bytes / TB * ATHENA_TB


class Athena:
    """Athena through PyAthena, in a workgroup and a database, over one connection."""

    def __init__(
        self, session: boto3.Session, s3: S3Client, work_group: str, database: str, poll_seconds: float
    ) -> None:
        self._s3 = s3
        self._connection: Connection[Cursor] = pyathena.connect(
            session=session,
            region_name=session.region_name,
            work_group=work_group,
            schema_name=database,
            poll_interval=poll_seconds,
        )

    def run(self, sql: str, parameters: Sequence[str] = ()) -> Cursor:
        """Run a statement to its end, and return a cursor with its rows, its result's location and the scanned bytes.

        Parameters
        ----------
        parameters
            Athena literals in the order of the statement's ``?``. Text is in single quotes: see :func:`quote_text`.

        Raises
        ------
        pyathena.Error
            When Athena rejects or fails the query. The text has Athena's reason.
        """
        try:
            return self._execute(sql, parameters)
        except pyathena.Error as error:
            # The compaction deleted an object that Athena had listed. Its bars are in another one by now.
            if "NoSuchKey" not in str(error):
                raise
        return self._execute(sql, parameters)

    def _execute(self, sql: str, parameters: Sequence[str]) -> Cursor:
        return self._connection.cursor().execute(sql, list(parameters) or None, paramstyle="qmark")

    def read_rows(self, sql: str, parameters: Sequence[str] = ()) -> Iterator[dict[str, str]]:
        """Yield each row as text per column. The parameters and errors are those of :meth:`run`."""
        return csv.DictReader(self.read_lines(sql, parameters))

    def read_lines(self, sql: str, parameters: Sequence[str] = ()) -> Iterator[str]:
        """Yield the lines of a query's result, a CSV file. The parameters and errors are those of :meth:`run`."""
        body = open_object(self._s3, self.run(sql, parameters).output_location or "")
        return (line.decode() for line in body.iter_lines(keepends=True))

    def ask(self, sql: str, parameters: Sequence[str] = ()) -> QueryResult:
        """Return the whole result of a statement. The parameters and errors are those of :meth:`run`."""
        cursor = self.run(sql, parameters)
        is_billed = cursor.statement_type == AthenaQueryExecution.STATEMENT_TYPE_DML
        return QueryResult(self._read_table(cursor), cursor.data_scanned_in_bytes or 0, is_billed)

    def _read_table(self, cursor: Cursor) -> pa.Table:
        """Return the rows. One read of the result's file in S3 has them all, and a page of Athena's API only 1,000."""
        columns = [(column[0], _find_type(*column[1:])) for column in cursor.description or ()]
        location = cursor.output_location or ""
        if not location.endswith(".csv"):  # SHOW, DESCRIBE and similar write text without columns
            rows = cursor.fetchall()
            return pa.table({name: [str(row[place]) for row in rows] for place, (name, _) in enumerate(columns)})
        return _read_csv(open_object(self._s3, location).read(), columns)


def quote_text(value: str) -> str:
    """Return text as Athena's literal."""
    return "'{}'".format(value.replace("'", "''"))


def to_literal(value: str) -> str:
    """Return a parameter as Athena's literal. Numbers and quoted text stay as they are, other text gets quotes."""
    return value if _NUMBER.fullmatch(value) or _QUOTED.fullmatch(value) else quote_text(value)


def _find_type(name: str, _: Any, __: Any, precision: int, scale: int, *___: Any) -> pa.DataType:
    return pa.decimal128(precision, scale) if name == "decimal" else _ARROW.get(name, pa.string())


def _read_csv(body: bytes, columns: Sequence[tuple[str, pa.DataType]]) -> pa.Table:
    """Read an Athena result, in which nothing stands for null, and a pair of quotes for an empty text."""
    places = [str(place) for place in range(len(columns))]  # two columns may have one name
    read: pa.Table = pyarrow.csv.read_csv(
        make_reader(body),
        read_options=pyarrow.csv.ReadOptions(column_names=places, skip_rows=1),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict(zip(places, (kind for _, kind in columns), strict=True)),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    return read.rename_columns([name for name, _ in columns])

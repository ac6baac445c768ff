"""Ask Athena a statement with its parameters. Every question to a deployed stack's Athena goes through here."""

from __future__ import annotations

import csv
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

from finance_stream.client.stored import open_object
from finance_stream.prices import ATHENA_MIN_QUERY_BYTES, ATHENA_TB

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

TB = 2**40
# As Athena takes a number in place of a parameter: https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_QUOTED = re.compile(r"'(?:[^']|'')*'")

# What a column's text is read as, by its type; any other stays text.
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
    """A query's rows, and what it has read of the lake."""

    table: pa.Table
    scanned_bytes: int
    is_billed: bool

    @property
    def billed_bytes(self) -> int:
        """10 MB at least, and of a statement that is no query none. https://aws.amazon.com/athena/pricing/"""
        return max(self.scanned_bytes, ATHENA_MIN_QUERY_BYTES) if self.is_billed else 0

    @property
    def dollars(self) -> float:
        """What the query costs at list price."""
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
        """Run a statement to its end. The cursor has its rows, the place of its result and the bytes it scanned.

        Parameters
        ----------
        parameters
            In the order of the statement's ``?``, as Athena's literals: text in single quotes, see :func:`quote_text`.

        Raises
        ------
        pyathena.Error
            With Athena's reason.
        """
        return self._connection.cursor().execute(sql, list(parameters) or None, paramstyle="qmark")

    def read_rows(self, sql: str, parameters: Sequence[str] = ()) -> Iterator[dict[str, str]]:
        """Yield each row as texts by column, of any number of rows. Takes and raises what :meth:`run` does."""
        return csv.DictReader(self.read_lines(sql, parameters))

    def read_lines(self, sql: str, parameters: Sequence[str] = ()) -> Iterator[str]:
        """Yield the lines of a query's result, a CSV file. Takes and raises what :meth:`run` does."""
        body = open_object(self._s3, self.run(sql, parameters).output_location or "")
        return (line.decode() for line in body.iter_lines(keepends=True))

    def ask(self, sql: str, parameters: Sequence[str] = ()) -> QueryResult:
        """The answer to a statement, all of it; takes and raises what :meth:`run` does."""
        cursor = self.run(sql, parameters)
        is_billed = cursor.statement_type == AthenaQueryExecution.STATEMENT_TYPE_DML
        return QueryResult(self._read_table(cursor), cursor.data_scanned_in_bytes or 0, is_billed)

    def _read_table(self, cursor: Cursor) -> pa.Table:
        """The rows: of the result's file in S3 in one read, where a page of Athena's API has 1,000."""
        columns = [(column[0], _find_type(*column[1:])) for column in cursor.description or ()]
        location = cursor.output_location or ""
        if not location.endswith(".csv"):  # SHOW, DESCRIBE and the like leave a text without columns
            rows = cursor.fetchall()
            return pa.table({name: [str(row[place]) for row in rows] for place, (name, _) in enumerate(columns)})
        return _read_csv(open_object(self._s3, location).read(), columns)


def quote_text(value: str) -> str:
    """Return text as Athena's literal."""
    return "'{}'".format(value.replace("'", "''"))


def to_literal(value: str) -> str:
    """Return a parameter as Athena's literal: a number as it stands, anything else as text, quoted already or not."""
    return value if _NUMBER.fullmatch(value) or _QUOTED.fullmatch(value) else quote_text(value)


def _find_type(name: str, _: Any, __: Any, precision: int, scale: int, *___: Any) -> pa.DataType:
    return pa.decimal128(precision, scale) if name == "decimal" else _ARROW.get(name, pa.string())


def _make_reader(body: bytes) -> pa.BufferReader:
    """Return a reader of memory that is Arrow's own.

    A thread of Arrow's lets go of its input after the last row has been returned. To let go of a Python object it needs
    the interpreter's lock. If Python is about to exit, it ends the thread instead, which aborts the process.
    """
    copied = pa.BufferOutputStream()
    copied.write(body)
    return pa.BufferReader(copied.getvalue())


def _read_csv(body: bytes, columns: Sequence[tuple[str, pa.DataType]]) -> pa.Table:
    """A result of Athena's, in which null is nothing, and a text without a letter a pair of quotes."""
    places = [str(place) for place in range(len(columns))]  # two columns may have one name
    read: pa.Table = pyarrow.csv.read_csv(
        _make_reader(body),
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

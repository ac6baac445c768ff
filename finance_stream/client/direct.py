"""The questions answered without Athena: the objects straight from S3, read by pyarrow and queried by DuckDB.

It reads the tables and runs the SQL that Athena does, the definition of the view ``bars`` included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from finance_stream.client.dialect import COMPACTED, DELIVERED, TABLES, UntranslatedError, translate
from finance_stream.client.lake_dates import FOLDERS
from finance_stream.client.objects import make_schema, read_compacted, read_delivered
from finance_stream.client.questions import read_view
from finance_stream.prices import ATHENA_MIN_QUERY_BYTES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Up to here, Athena bills its minimum, and a computer reads the objects before Athena has started.
MAX_BYTES = ATHENA_MIN_QUERY_BYTES
# One page of ListObjectsV2. A session of minute polls has some 400 objects before its compaction.
MAX_OBJECTS = 1_000
# As many as boto3's connection pool has.
_READERS = 10


@dataclass(frozen=True)
class Stored:
    """An object of a table: its key, its size in bytes and its date."""

    key: str
    size: int
    dt: str


@dataclass(frozen=True)
class Listing:
    """The objects of some dates at one interval, in the tables ``delivered_bars`` and ``compacted_bars``."""

    interval: str
    delivered: Sequence[Stored]
    compacted: Sequence[Stored]

    @property
    def is_small(self) -> bool:
        """True if reading the objects is cheaper than asking Athena."""
        found = [*self.delivered, *self.compacted]
        return len(found) <= MAX_OBJECTS and sum(one.size for one in found) <= MAX_BYTES


@dataclass(frozen=True)
class DirectReader:
    """A reader of a lake's bucket."""

    s3: S3Client
    bucket: str

    def list_objects(self, interval: str, start: date, end: date, limit: int | None = None) -> Listing:
        """Return the objects of the dates from ``start`` up to, not including, ``end``.

        With ``limit``, it stops once a table has more objects than that.
        """
        delivered, compacted = (
            list(self._list(f"{place}/interval={interval}/", start, end, limit)) for place in FOLDERS
        )
        return Listing(interval, delivered, compacted)

    def ask(self, sql: str, parameters: Sequence[str], listing: Listing) -> pa.Table:
        """Return the answer to a question from the objects of a listing.

        Raises
        ------
        UntranslatedError
            When only Athena can run the question's SQL.
        UnreadableError
            When only Athena can read one of the objects.
        botocore.exceptions.ClientError
            As GetObject raises it. NoSuchKey: the compaction has deleted an object since it was listed.
        """
        view = read_view()
        queries = translate(view), translate(sql, view)
        objects = {"delivered_bars": listing.delivered, "compacted_bars": listing.compacted}
        tables = {name: self._read(of_table, listing.interval, name) for name, of_table in objects.items()}
        return _run(tables, *queries, parameters)

    def _list(self, prefix: str, start: date, end: date, limit: int | None) -> Iterator[Stored]:
        """Yield the objects of the partitions, in order. Like Athena, leave out names that begin with _ or a dot."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=prefix, StartAfter=f"{prefix}dt={start}"
        )
        number = 0
        for entry in (entry for page in pages for entry in page.get("Contents", [])):
            partition, _, name = entry["Key"].removeprefix(f"{prefix}dt=").partition("/")
            if partition >= str(end) or (limit is not None and number > limit):
                return
            if not entry["Key"].endswith("/") and not name.rpartition("/")[2].startswith(("_", ".")):
                number += 1
                yield Stored(entry["Key"], entry["Size"], partition)

    def _read(self, objects: Sequence[Stored], interval: str, table: str) -> pa.Table:
        """Return the rows of a table's objects, with the partition's columns."""
        columns, read = (DELIVERED, read_delivered) if table == "delivered_bars" else (COMPACTED, read_compacted)

        def read_one(one: Stored) -> pa.Table:
            body = self.s3.get_object(Bucket=self.bucket, Key=one.key)["Body"].read()
            rows = read(one.key, body, columns)
            for name, value in (("interval", interval), ("dt", one.dt)):
                rows = rows.append_column(name, pa.array([value] * rows.num_rows, pa.string()))
            return rows

        empty = make_schema(TABLES[table]).empty_table()
        with ThreadPoolExecutor(_READERS) as pool:
            return pa.concat_tables([empty, *pool.map(read_one, objects)])


def _run(tables: dict[str, pa.Table], view: str, query: str, parameters: Sequence[str]) -> pa.Table:
    """Run a query with text parameters over the tables and the view ``bars``. Return its rows in Athena's types."""
    database = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})
    try:
        # Like Trino, divide whole numbers to a whole number.
        database.execute("SET TimeZone='UTC'; SET python_enable_replacements=false; SET integer_division=true")
        for name, rows in tables.items():
            database.register(name, rows)
        database.execute(f"CREATE VIEW bars AS {view}")
        found = database.sql(query, params=list(parameters)).to_arrow_table()
    except duckdb.Error as error:
        raise UntranslatedError(f"DuckDB: {' '.join(str(error).split())}") from error
    finally:
        database.close()
    return found.cast(pa.schema([(field.name, _find_type(field.type)) for field in found.schema]))


def _find_type(kind: pa.DataType) -> pa.DataType:
    """Return the type of Athena's column: DuckDB sums integers in 128 bits, and has microseconds."""
    if pa.types.is_decimal(kind) and kind.scale == 0:
        return pa.int64()
    return pa.timestamp("ms") if pa.types.is_timestamp(kind) else kind

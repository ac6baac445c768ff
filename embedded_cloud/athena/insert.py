"""INSERT INTO: it writes a query's rows to Parquet files under a table's location, one file per partition.

https://docs.aws.amazon.com/athena/latest/ug/insert-into.html
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from embedded_cloud.athena.catalog import Catalog, CatalogTable
from embedded_cloud.athena.engine import Engine
from embedded_cloud.athena.errors import SYNTAX_ERROR, USER_ERROR, InvalidSqlError, QueryFailedError, unsupported
from embedded_cloud.athena.sql import NAME, check_syntax
from embedded_cloud.athena.types import widens
from embedded_cloud.athena.writing import Writer

INSERT = "INSERT"
MAX_PARTITIONS = 100  # https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html

_INSERT = re.compile(rf"INSERT\s+INTO\s+(?:{NAME}\.)?{NAME}\s+((?:SELECT|WITH)\b.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Insertion:
    """The contents of an INSERT INTO statement. ``schema`` is empty if the statement names none."""

    schema: str
    name: str
    query: str


def parse_insert(sql: str) -> Insertion | None:
    """Parse an INSERT INTO. Return None for another statement.

    Raises
    ------
    InvalidSqlError
        For an INSERT with a list of columns or with VALUES, which the embedded cloud does not support.
    """
    if not re.match(r"INSERT\b", sql, re.IGNORECASE):
        return None
    found = _INSERT.fullmatch(sql)
    if found is None:
        raise InvalidSqlError("INSERT other than INSERT INTO table SELECT ... is not supported by the embedded cloud")
    schema, name, query = found.groups()
    check_syntax(query)
    return Insertion((schema or "").lower(), name.lower(), query)


class RowWriter(Writer):
    """The writer of rows into existing tables. It puts them under the tables' own locations."""

    def insert(self, wanted: Insertion, schema: str, engine: Engine, catalog: Catalog) -> None:
        """Run the query and write its rows to S3. It reads all rows before it writes the first.

        Raises
        ------
        QueryFailedError, ScanLimitError
            As in :meth:`embedded_cloud.athena.engine.Engine.run`. Also for a view, a table that isn't Parquet, columns
            that don't match the table's, and more than :data:`MAX_PARTITIONS` partitions.
        """
        table = _find_table(catalog, wanted.schema or schema, wanted.name)
        _check_columns(table, list(engine.describe_columns(wanted.query, schema).values()))
        with tempfile.TemporaryDirectory() as scratch:
            engine.save_partitions(wanted.query, schema, Path(scratch), table)
            files = sorted(path for path in Path(scratch).rglob("*") if path.is_file())
            partitions = {path.parent for path in files}
            if len(partitions) > MAX_PARTITIONS:
                exceeded = f"Exceeded limit of {MAX_PARTITIONS} open writers for partitions/buckets"
                raise QueryFailedError("HIVE_TOO_MANY_OPEN_PARTITIONS", exceeded, USER_ERROR)
            location = table.template.partition(f"{next(iter(table.partition_columns), '')}=${{")[0].rstrip("/")
            written = [self._put_file(location, path, Path(scratch)) for path in files]
        self.put_manifest(written)

    def _put_file(self, location: str, path: Path, scratch: Path) -> str:
        partition = path.parent.relative_to(scratch).as_posix().removeprefix(".").strip("/")
        uri = "/".join(part for part in (location, partition, str(uuid4())) if part)
        self.put(uri, path.read_bytes())
        return uri


def _find_table(catalog: Catalog, schema: str, name: str) -> CatalogTable:
    table = catalog.find_table(schema, name, "line 1:1")
    if not isinstance(table, CatalogTable):
        raise QueryFailedError("NOT_SUPPORTED", f"Inserting into views is not supported: {schema}.{name}", USER_ERROR)
    if table.format != "parquet":
        raise unsupported(f"INSERT INTO table {name} of format {table.format}")
    hive_layout = "".join(f"{column}=${{{column}}}/" for column in table.partition_columns)
    if not table.template.endswith(hive_layout):
        raise unsupported(f"INSERT INTO table {name} with partitions outside Hive's layout")
    return table


def _check_columns(table: CatalogTable, given: Sequence[str]) -> None:
    wanted = list(table.all_columns.values())
    if len(given) != len(wanted) or not all(map(widens, given, wanted)):
        mismatch = f"Table: [{', '.join(wanted)}], Query: [{', '.join(given)}]"
        raise QueryFailedError(
            "TYPE_MISMATCH", f"line 1:1: Insert query has mismatched column types: {mismatch}", SYNTAX_ERROR
        )

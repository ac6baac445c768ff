"""CREATE TABLE AS: it writes a query's rows to a Parquet file and creates a Glue table over it.

https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from embedded_cloud.athena.catalog import Catalog
from embedded_cloud.athena.engine import Engine
from embedded_cloud.athena.errors import USER_ERROR, InvalidSqlError, QueryFailedError, unsupported
from embedded_cloud.athena.sql import NAME, check_syntax
from embedded_cloud.athena.types import HIVE_OF_TRINO
from embedded_cloud.athena.writing import Writer

# Athena's SubstatementType of these statements.
CREATE_TABLE_AS_SELECT = "CREATE_TABLE_AS_SELECT"
# https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html#ctas-table-properties (GZIP is Parquet's default)
_FORMATS, _COMPRESSIONS = ("PARQUET",), ("GZIP", "SNAPPY", "ZSTD", "NONE")
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"

_CTAS = re.compile(
    rf"CREATE\s+TABLE\s+(?:{NAME}\.)?{NAME}\s*(?:WITH\s*\(([^)]*)\)\s*)?AS\s+(.*)", re.IGNORECASE | re.DOTALL
)
_PROPERTY = re.compile(r"\s*(\w+)\s*=\s*'([^']*)'\s*")


@dataclass(frozen=True)
class NewTable:
    """The contents of a CREATE TABLE AS statement. ``schema`` is empty if the statement names none."""

    schema: str
    name: str
    properties: str
    query: str


def parse_create_table_as(sql: str) -> NewTable | None:
    """Return the table that ``sql`` creates from a query, or None for another statement."""
    found = _CTAS.fullmatch(sql)
    if found is None:
        return None
    schema, name, properties, query = found.groups()
    return NewTable((schema or "").lower(), name.lower(), properties or "", query)


def check_query(table: NewTable) -> None:
    """Raise :class:`InvalidSqlError` if the table's query does not parse."""
    if re.search(r"\sWITH\s+(NO\s+)?DATA\s*$", table.query, re.IGNORECASE):
        raise InvalidSqlError("WITH [NO] DATA is not supported by the embedded cloud")
    check_syntax(table.query)


class TableWriter(Writer):
    """The writer of new tables. It puts their rows into the statement's own folder."""

    def create(self, table: NewTable, schema: str, engine: Engine, catalog: Catalog) -> None:
        """Run the table's query, write its rows to S3 and create the Glue table.

        Raises
        ------
        QueryFailedError, ScanLimitError
            As in :meth:`embedded_cloud.athena.engine.Engine.run`. Also for a table that exists, a column without a name
            or with a type that Hive lacks, and a property that the embedded cloud doesn't support.
        """
        compression, location = _parse_compression(table.properties), f"{self.folder}/"
        columns = _to_hive_columns(engine.describe_columns(table.query, schema))
        if table.name in catalog.list_tables(table.schema or schema):
            exists = f"Table '{table.schema or schema}.{table.name}' already exists"
            raise QueryFailedError("TABLE_ALREADY_EXISTS", exists, USER_ERROR)
        written = []
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "rows"
            if engine.save(table.query, schema, file, compression):  # a query without rows writes no file
                written.append(f"{location}{uuid4()}")
                self.put(written[0], file.read_bytes())
        self.put_manifest(written)
        self.put(f"{self.folder}.metadata", b"")
        catalog.save_table(table.schema or schema, _build_table_input(table.name, columns, location))


def _parse_compression(properties: str) -> str:
    """Return the compression that the table properties set."""
    left = _PROPERTY.sub("", properties).replace(",", "").strip()
    if left:
        raise unsupported(f"the table property {left}")
    given = {name.lower(): value.upper() for name, value in _PROPERTY.findall(properties)}
    compression: str = given.pop("write_compression", given.pop("parquet_compression", _COMPRESSIONS[0]))
    kind: str = given.pop("format", _FORMATS[0])
    if given:
        raise unsupported(f"the table property {next(iter(given))}")
    if kind not in _FORMATS or compression not in _COMPRESSIONS:
        raise unsupported(f"a table of format {kind} with compression {compression}")
    return compression


def _to_hive_columns(columns: Mapping[str, str]) -> dict[str, str]:
    hive = {}
    for position, (name, kind) in enumerate(columns.items(), start=1):
        if re.fullmatch(r"_col\d+", name):
            raise QueryFailedError("MISSING_COLUMN_NAME", f"Column name not specified at position {position}")
        if kind == "unknown":
            raise QueryFailedError("COLUMN_TYPE_UNKNOWN", f"Column type is unknown: {name}")
        if kind not in HIVE_OF_TRINO and not kind.startswith("decimal"):
            raise QueryFailedError("NOT_SUPPORTED", f"Unsupported Hive type: {kind}", USER_ERROR)
        hive[name.lower()] = HIVE_OF_TRINO.get(kind, kind)
    return hive


def _build_table_input(name: str, columns: Mapping[str, str], location: str) -> dict[str, Any]:
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "has_encrypted_data": "false"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": kind} for column, kind in columns.items()],
            "Location": location,
            "InputFormat": f"{_PARQUET}.MapredParquetInputFormat",
            "OutputFormat": f"{_PARQUET}.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": f"{_PARQUET}.serde.ParquetHiveSerDe"},
        },
    }

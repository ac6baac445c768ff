"""The query engine: DuckDB over the objects of the Glue tables that a query names."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from embedded_cloud import clock
from embedded_cloud.athena.catalog import CATALOG, HIDDEN_COLUMNS, Catalog, CatalogTable, View, stale_view
from embedded_cloud.athena.compile import Compiled, compile_query
from embedded_cloud.athena.errors import (
    DATA_ERROR,
    InvalidSqlError,
    QueryFailedError,
    translate_duckdb_error,
    unsupported,
)
from embedded_cloud.athena.openx import BadDataError
from embedded_cloud.athena.present import write_present
from embedded_cloud.athena.python_functions import OBJECT_FUNCTIONS, register_functions
from embedded_cloud.athena.storage import ScanLimitError, TableFiles
from embedded_cloud.athena.times import find_zone
from embedded_cloud.athena.types import DUCKDB_OF_TRINO, format_value, to_trino_type, widens

_READ_PATH = "$read path"
RECURSIVE_VIEW = "VIEW_IS_RECURSIVE"


@dataclass(frozen=True)
class Result:
    """A query's result: the columns as (name, Trino type), and the rows as text."""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str | None]]


class Engine:
    """A DuckDB database for one query, whose present is the cloud's date when it is made. It is a context manager.

    Parameters
    ----------
    catalog
        The source of tables and views.
    s3
        A boto3 client.
    scan_limit_bytes
        The workgroup's ``BytesScannedCutoffPerQuery``, or None without a limit.
    """

    def __init__(self, catalog: Catalog, s3: Any, scan_limit_bytes: int | None) -> None:
        self._catalog = catalog
        self._files = TableFiles(s3, scan_limit_bytes)
        self._view_states: dict[
            tuple[str, str], str
        ] = {}  # (schema, name) of a table or view: its state in the database
        self._interrupted = threading.Event()
        self._present = clock.now()
        self._database = duckdb.connect(
            ":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        )
        self._database.execute(
            f"SET TimeZone='UTC'; SET python_enable_replacements=false; ATTACH ':memory:' AS {CATALOG};"
            # Trino reads the column to find its maximum. DuckDB would take it from the Parquet footer.
            "SET disabled_optimizers='statistics_propagation'; SET order_by_non_integer_literal=true;"
            + write_present(self._present)
        )
        self._database.register_filesystem(self._files)
        register_functions(self._database, self._files)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.unregister_filesystem(self._files.protocol)
        self._database.close()

    @property
    def scanned_bytes(self) -> int:
        """The bytes scanned so far, as Athena bills them."""
        return self._files.scanned_bytes

    def interrupt(self) -> None:
        """Make the running query fail at once. Any thread may call this."""
        self._interrupted.set()
        self._database.interrupt()

    def run(self, sql: str, schema: str) -> Result:
        """Run a query and return its result.

        Raises
        ------
        QueryFailedError
            If the query fails. It carries Athena's reason.
        ScanLimitError
            If the query exceeds the scan limit.
        """
        compiled = self._prepare(sql, schema)
        cursor = self._execute(compiled.sql)
        names, types = self._read_description(compiled, cursor)
        try:
            rows = cursor.fetchall()
        except duckdb.Error as error:
            raise self._failure(error) from error
        as_text = [[format_value(value, kind) for value, kind in zip(row, types, strict=True)] for row in rows]
        for index, zone in compiled.zones.items():
            for row, text in zip(rows, as_text, strict=True):
                text[index] = row[index] and format_value(row[index].astimezone(find_zone(zone)), zone)
        return Result(list(zip(names, types, strict=True)), as_text)

    def save(self, sql: str, schema: str, file: Path, compression: str) -> int:
        """Write a query's rows to a Parquet file and return their count. Column names are in lower case, as in Hive."""
        compiled = self._prepare(sql, schema)
        columns = {name.lower(): kind for name, kind in self._describe_compiled(compiled).items()}
        rows = _select(columns, f"({compiled.sql}) AS q({', '.join(map(_quote_name, columns))})")
        codec = "UNCOMPRESSED" if compression == "NONE" else compression
        copied = self._execute(
            f"COPY ({rows}) TO {_quote_literal(str(file))} (FORMAT parquet, COMPRESSION {codec})"
        ).fetchone()
        return int(copied[0]) if copied else 0

    def save_partitions(self, sql: str, schema: str, folder: Path, table: CatalogTable) -> None:
        """Write a query's rows to Parquet files in Hive's layout. The query's columns are the table's, in order."""
        compiled = self._prepare(sql, schema)
        names = ", ".join(map(_quote_name, table.all_columns))
        rows = _select(table.all_columns, f"({compiled.sql}) AS q({names})")
        by = (
            f", PARTITION_BY ({', '.join(map(_quote_name, table.partition_columns))})"
            if table.partition_columns
            else ""
        )
        target = folder if by else folder / "rows.parquet"
        self._execute(f"COPY ({rows}) TO {_quote_literal(str(target))} (FORMAT parquet, COMPRESSION GZIP{by})")

    def describe_columns(self, sql: str, schema: str) -> dict[str, str]:
        """Return the names and Trino types of a query's columns without running it."""
        return self._describe_compiled(self._prepare(sql, schema))

    def _prepare(self, sql: str, schema: str) -> Compiled:
        try:
            compiled = compile_query(sql, schema, self._catalog.find_table, self._present.date())
        except InvalidSqlError as error:
            raise QueryFailedError("SYNTAX_ERROR", str(error)) from error
        for source in compiled.sources:
            self._make(source)
        return compiled

    def _make(self, source: CatalogTable | View) -> None:
        key = (source.schema, source.name)
        if key in self._view_states:
            if self._view_states[key] == "being made":
                raise QueryFailedError(RECURSIVE_VIEW, f"View '{CATALOG}.{source.schema}.{source.name}' is recursive")
            return
        self._view_states[key] = "being made"
        self._execute(f"CREATE SCHEMA IF NOT EXISTS {CATALOG}.{_quote_name(source.schema)}")
        query = self._select_view(source) if isinstance(source, View) else self._select_table(source)
        self._execute(f"CREATE VIEW {CATALOG}.{_quote_name(source.schema)}.{_quote_name(source.name)} AS {query}")
        self._view_states[key] = "made"

    def _select_table(self, table: CatalogTable) -> str:
        paths = self._files.add(
            table.template,
            table.partitions,
            tuple(table.columns),
            format=table.format,
            ignore_malformed=table.ignore_malformed,
        )
        if not paths:
            nulls, names = ", ".join("NULL" for _ in table.all_columns), ", ".join(map(_quote_name, table.all_columns))
            return _select(table.all_columns, f"(VALUES ({nulls})) AS q({names}) WHERE false", "''")
        listed = ", ".join(map(_quote_literal, paths))
        options = {"hive_partitioning": "true" if table.partition_columns else "false"}
        options["filename"] = _quote_literal(_READ_PATH)
        path = _quote_name(_READ_PATH)
        if table.partition_columns:
            options["hive_types"] = _write_struct(
                {name: _to_duckdb_type(kind) for name, kind in table.partition_columns.items()}
            )
        if table.format == "parquet":
            options["union_by_name"] = "true"  # Athena reads a Parquet column by its name
            source = f"read_parquet([{listed}], {_join_options(options)})"
            return _select(table.all_columns, source, path, self._find_absent_columns(table, source))
        # The SerDe respects the offset in a timestamp's text. DuckDB drops it unless it reads a TIMESTAMPTZ.
        read = {
            name: "TIMESTAMPTZ" if kind == "timestamp" else _to_duckdb_type(kind)
            for name, kind in table.columns.items()
        }
        options |= {
            "format": "'newline_delimited'",
            "compression": "'uncompressed'",
            "columns": _write_struct(read),
        }
        return _select(table.all_columns, f"read_json([{listed}], {_join_options(options)})", path)

    def _find_absent_columns(self, table: CatalogTable, source: str) -> frozenset[str]:
        """Return the columns that no Parquet file has. They are null, as in Athena.

        Refuse a file whose types differ from the table's. Athena converts none of them.

        https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
        """
        described = self._execute(f"DESCRIBE FROM {source}").fetchall()
        found = {name.lower(): to_trino_type(kind) for name, kind, *_ in described}
        for column, kind in table.columns.items():
            if column in found and found[column] != kind:
                reason = f"Field {column}'s type {found[column]} in parquet file is incompatible with type {kind}"
                raise QueryFailedError("HIVE_BAD_DATA", f"{reason} defined in table schema", DATA_ERROR)
        return frozenset(table.columns.keys() - found.keys())

    def _select_view(self, view: View) -> str:
        try:
            compiled = self._prepare(view.sql, view.query_schema)
            found = self._describe_compiled(compiled)
        except QueryFailedError as error:
            if error.code == RECURSIVE_VIEW or error.code.startswith("HIVE_"):  # an object's fault, not the view's
                raise
            raise stale_view(view.schema, view.name, str(error)) from error
        declared = view.all_columns
        same_names = [name.lower() for name in found] == list(declared)
        if not same_names or not all(map(widens, found.values(), declared.values())):
            raise stale_view(view.schema, view.name, f"declared {dict(declared)}, returned by its query {found}")
        names = ", ".join(map(_quote_name, declared))
        return _select(declared, f"({compiled.sql}) AS q({names})")

    def _describe_compiled(self, compiled: Compiled) -> dict[str, str]:
        if set(compiled.zones.values()) - {"UTC"}:
            raise unsupported("a timestamp with a zone in a column of a view or a table")
        names, types = self._read_description(compiled, self._execute(f"FROM ({compiled.sql}) LIMIT 0"))
        return dict(zip(names, types, strict=True))

    def _read_description(self, compiled: Compiled, cursor: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str]]:
        description = cursor.description or []
        types = [to_trino_type(str(column[1])) for column in description]
        return compiled.restore_names([column[0] for column in description]), types

    def _execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            if self._interrupted.is_set():
                raise duckdb.InterruptException("Interrupted")
            return self._database.execute(sql)
        except duckdb.Error as error:
            raise self._failure(error) from error

    def _failure(self, error: duckdb.Error) -> Exception:
        """Return the error that ended the query: of an object that it read, or DuckDB's own."""
        cause = self._files.failure
        if isinstance(cause, BadDataError):
            return QueryFailedError("HIVE_BAD_DATA", f"Error parsing JSON: {cause}", DATA_ERROR)
        if isinstance(cause, ScanLimitError):
            return cause
        if cause:
            return QueryFailedError("HIVE_CANNOT_OPEN_SPLIT", str(cause), DATA_ERROR)
        return translate_duckdb_error(error)


def _join_options(given: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in given.items())


def _to_duckdb_type(trino: str) -> str:
    return DUCKDB_OF_TRINO.get(trino, trino.upper())


def _select(columns: Mapping[str, str], source: str, path: str = "", absent: frozenset[str] = frozenset()) -> str:
    """Return a SELECT of ``columns`` in their types, with the hidden columns of a table whose object ``path`` names."""
    values = {name: "NULL" if name in absent else _quote_name(name) for name in columns}
    casts = [
        f"CAST({values[name]} AS {_to_duckdb_type(kind)}) AS {_quote_name(name)}" for name, kind in columns.items()
    ]
    if path:
        casts += [
            f"CAST({OBJECT_FUNCTIONS[name][0]}({path}) AS {_to_duckdb_type(kind)}) AS {_quote_name(name)}"
            for name, kind in HIDDEN_COLUMNS.items()
        ]
    return f"SELECT {', '.join(casts)} FROM {source}"  # noqa: S608 - names are quoted, and this module makes the source


def _quote_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quote_literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _write_struct(types: dict[str, str]) -> str:
    return "{" + ", ".join(f"{_quote_literal(name)}: {_quote_literal(kind)}" for name, kind in types.items()) + "}"

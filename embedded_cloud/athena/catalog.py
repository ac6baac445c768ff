"""Tables and views as Athena sees them in the Glue Data Catalog."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import ClientError

from embedded_cloud.athena.errors import USER_ERROR, QueryFailedError, unsupported
from embedded_cloud.athena.openx import IGNORE_MALFORMED, OPENX_SERDE, SERDE_PARAMETERS
from embedded_cloud.athena.projection import InvalidProjectionError, Values, project_partitions
from embedded_cloud.athena.storage import build_partition_template
from embedded_cloud.athena.types import HIVE_OF_TRINO, TRINO_OF_HIVE, normalize_type

CATALOG = "awsdatacatalog"
# A table's hidden column: the URI of the row's object. SELECT * doesn't have it, nor does a view.
# https://docs.aws.amazon.com/athena/latest/ug/select.html
PATH_COLUMN = "$path"
_VIEW_START, _VIEW_END = "/* Presto View: ", " */"
_VIEW_COMMENT = "Presto View"
PARQUET_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
# The object format of each supported SerDe, and the parameters of that SerDe that are emulated.
_FORMATS: Mapping[str | None, tuple[Literal["json", "parquet"], frozenset[str]]] = {
    OPENX_SERDE: ("json", SERDE_PARAMETERS),
    PARQUET_SERDE: ("parquet", frozenset({"serialization.format"})),
}


@dataclass(frozen=True)
class CatalogTable:
    """A table in the Glue Data Catalog: its columns with their Trino types, and the location of its objects."""

    schema: str
    name: str
    columns: Mapping[str, str]
    partition_columns: Mapping[str, str]
    template: str
    partitions: Mapping[str, Values]
    format: Literal["json", "parquet"]
    ignore_malformed: bool

    @property
    def all_columns(self) -> dict[str, str]:
        """The columns and then the partition columns, in the order of ``SELECT *``."""
        return {**self.columns, **self.partition_columns}


@dataclass(frozen=True)
class View:
    """A view: its query, and the columns that it declares with their Trino types."""

    schema: str
    name: str
    sql: str
    query_schema: str
    all_columns: Mapping[str, str]


class Catalog:
    """The Glue Data Catalog, read and written through ``glue``, a boto3 client."""

    def __init__(self, glue: Any) -> None:
        self._glue = glue

    def require_default(self) -> None:
        """Look up the database ``default``, as Athena does for every query. The database may be missing.

        https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
        """
        with contextlib.suppress(self._glue.exceptions.EntityNotFoundException):
            self._glue.get_database(Name="default")

    def list_schemas(self) -> list[str]:
        """Return the names of the databases, sorted."""
        return sorted(database["Name"] for database in self._glue.get_databases()["DatabaseList"])

    def list_tables(self, schema: str) -> list[str]:
        """Return the names of a database's tables and views, sorted."""
        try:
            return sorted(table["Name"] for table in self._glue.get_tables(DatabaseName=schema)["TableList"])
        except self._glue.exceptions.EntityNotFoundException as error:
            raise QueryFailedError("SCHEMA_NOT_FOUND", f"Schema '{schema}' does not exist") from error

    def find_table(self, schema: str, name: str, position: str) -> CatalogTable | View:
        """Return the table or view ``schema.name``. ``position`` (``line 1:15``) is its place in the query."""
        try:
            found = self._glue.get_table(DatabaseName=schema, Name=name)["Table"]
        except self._glue.exceptions.EntityNotFoundException as error:
            message = str(error.response["Error"]["Message"])
            if message.startswith("Database"):
                raise QueryFailedError("SCHEMA_NOT_FOUND", f"{position}: Schema '{schema}' does not exist") from error
            raise _table_not_found(schema, name, position) from error
        if found.get("TableType") != "VIRTUAL_VIEW":
            return _read_table(found)
        if not _is_presto_view(found):
            raise _table_not_found(schema, name, position)
        return _read_view(found)

    def save_view(self, schema: str, name: str, sql: str, columns: Mapping[str, str], *, replace: bool) -> None:
        """Write a view to Glue as Athena's CREATE VIEW does. ``columns`` maps names to Trino types."""
        definition = {
            "originalSql": sql,
            "catalog": CATALOG,
            "schema": schema,
            "columns": [{"name": column, "type": kind} for column, kind in columns.items()],
        }
        encoded = base64.b64encode(json.dumps(definition).encode()).decode()
        hive = [{"Name": column, "Type": HIVE_OF_TRINO.get(kind, kind)} for column, kind in columns.items()]
        table = {
            "Name": name,
            "TableType": "VIRTUAL_VIEW",
            "ViewOriginalText": f"{_VIEW_START}{encoded}{_VIEW_END}",
            "ViewExpandedText": "/* Presto View */",
            "Parameters": {"presto_view": "true", "comment": _VIEW_COMMENT},
            "StorageDescriptor": {"Columns": hive, "SerdeInfo": {}},
            "PartitionKeys": [],
        }
        try:
            self._glue.create_table(DatabaseName=schema, TableInput=table)
        except self._glue.exceptions.AlreadyExistsException as error:
            if not replace or not isinstance(self.find_table(schema, name, "line 1:1"), View):
                raise QueryFailedError("ALREADY_EXISTS", f"'{schema}.{name}' already exists", USER_ERROR) from error
            self._glue.update_table(DatabaseName=schema, TableInput=table)
        except ClientError as error:
            raise QueryFailedError("GENERIC_USER_ERROR", error.response["Error"]["Message"], USER_ERROR) from error

    def save_table(self, schema: str, table: Mapping[str, Any]) -> None:
        """Create a table in Glue. ``table`` has the shape of Glue's TableInput."""
        self._glue.create_table(DatabaseName=schema, TableInput=table)

    def drop_view(self, schema: str, name: str) -> None:
        """Delete an existing view."""
        self._glue.delete_table(DatabaseName=schema, Name=name)


def _table_not_found(schema: str, name: str, position: str) -> QueryFailedError:
    return QueryFailedError("TABLE_NOT_FOUND", f"{position}: Table '{CATALOG}.{schema}.{name}' does not exist")


def _is_presto_view(found: Mapping[str, Any]) -> bool:
    """Tell whether Trino takes a Glue table for a view.

    Two parameters decide: ``presto_view`` and ``comment``. The table's Description overrides the comment.

    https://github.com/trinodb/trino/blob/476/plugin/trino-hive/src/main/java/io/trino/plugin/hive/ViewReaderUtil.java
    """
    parameters = found.get("Parameters", {})
    comment: str = found.get("Description", parameters.get("comment", ""))
    return bool(parameters.get("presto_view") == "true" and comment.lower() == _VIEW_COMMENT.lower())


def _read_view(found: Mapping[str, Any]) -> View:
    stored = found.get("ViewOriginalText", "")
    name = f"{found['DatabaseName']}.{found['Name']}"
    if not (stored.startswith(_VIEW_START) and stored.endswith(_VIEW_END)):
        raise unsupported(f"view {name} without a Presto View in its ViewOriginalText")
    try:
        definition = json.loads(base64.b64decode(stored[len(_VIEW_START) : -len(_VIEW_END)], validate=True))
        declared = {column["name"].lower(): normalize_type(column["type"]) for column in definition["columns"]}
        sql, schema = definition["originalSql"], definition["schema"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise QueryFailedError("HIVE_INVALID_VIEW_DATA", f"Invalid view JSON of {name}: {error!r}") from error
    in_glue = {column["Name"]: column["Type"] for column in found["StorageDescriptor"]["Columns"]}
    as_hive = {column: HIVE_OF_TRINO.get(kind, kind) for column, kind in declared.items()}
    if as_hive != in_glue:
        raise stale_view(found["DatabaseName"], found["Name"], f"declared {as_hive}, in Glue {in_glue}")
    return View(found["DatabaseName"], found["Name"], sql, schema, declared)


def stale_view(schema: str, name: str, reason: str) -> QueryFailedError:
    """Return the failure of a query on a view whose declared columns no longer match its query.

    https://docs.aws.amazon.com/athena/latest/ug/considerations-limitations-views.html
    """
    return QueryFailedError(
        "VIEW_IS_STALE", f"View '{CATALOG}.{schema}.{name}' is stale; it must be re-created: {reason}"
    )


def _read_table(found: Mapping[str, Any]) -> CatalogTable:
    name = f"{found['DatabaseName']}.{found['Name']}"
    storage, parameters = found["StorageDescriptor"], found.get("Parameters", {})
    serde = storage.get("SerdeInfo", {})
    library = serde.get("SerializationLibrary")
    if library not in _FORMATS:
        raise unsupported(f"SerDe {library} of table {name}")
    kind, known = _FORMATS[library]
    options = serde.get("Parameters", {})
    if unknown := sorted(set(options) - known):
        raise unsupported(f"SerDe parameter {unknown[0]} of table {name}")
    partition_columns = _read_columns(found.get("PartitionKeys", []), name)
    try:
        partitions = project_partitions(list(partition_columns), parameters)
        if partition_columns and partitions is None:
            raise unsupported(f"table {name} with partitions but without partition projection")
        template = build_partition_template(storage["Location"], list(partition_columns), parameters)
    except InvalidProjectionError as error:
        raise QueryFailedError("INVALID_TABLE_PROPERTY", f"{error} (table {name})", USER_ERROR) from error
    return CatalogTable(
        schema=found["DatabaseName"],
        name=found["Name"],
        columns=_read_columns(storage["Columns"], name),
        partition_columns=partition_columns,
        template=template,
        partitions=partitions or {},
        format=kind,
        ignore_malformed=options.get(IGNORE_MALFORMED, "false").lower() == "true",
    )


def _read_columns(columns: list[dict[str, str]], table: str) -> dict[str, str]:
    for column in columns:
        if column["Type"] not in TRINO_OF_HIVE:
            raise unsupported(f"type {column['Type']} of column {column['Name']} of table {table}")
    return {column["Name"].lower(): TRINO_OF_HIVE[column["Type"]] for column in columns}

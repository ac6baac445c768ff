"""The functions in Python that queries call in DuckDB: formats of texts, decimals, JSON, and the hidden columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
from duckdb.func import FunctionNullHandling

from embedded_cloud.athena.decimals import DECIMAL_DIVIDE, DECIMAL_REMAINDER, divide, find_remainder
from embedded_cloud.athena.json_path import JSON_EXTRACT_SCALAR, json_extract_scalar
from embedded_cloud.athena.storage import StoredObject, TableFiles
from embedded_cloud.athena.times import (
    ISO_TO_DATE,
    ISO_TO_INSTANT,
    TEXT_TO_DATE,
    TEXT_TO_INSTANT,
    TEXT_TO_TIMESTAMP,
    iso_to_date,
    iso_to_instant,
    text_to_date,
    text_to_instant,
    text_to_timestamp,
)

# DuckDB's functions for the hidden columns, from an object's path in the file system.
OBJECT_FUNCTIONS: Mapping[str, tuple[str, Callable[[StoredObject], Any], str]] = {
    "$path": ("trino_object_path", lambda stored: f"s3://{stored.bucket}/{stored.key}", "VARCHAR"),
    "$file_size": ("trino_object_size", lambda stored: stored.size, "BIGINT"),
    "$file_modified_time": ("trino_object_time", lambda stored: stored.modified.replace(tzinfo=None), "TIMESTAMP"),
    "$partition": ("trino_object_partition", lambda stored: stored.partition, "VARCHAR"),
}
_TEXT_READERS: tuple[tuple[str, Callable[[str], Any], str], ...] = (
    (TEXT_TO_DATE, text_to_date, "DATE"),
    (TEXT_TO_TIMESTAMP, text_to_timestamp, "TIMESTAMP"),
    (TEXT_TO_INSTANT, text_to_instant, "TIMESTAMP"),
    (ISO_TO_INSTANT, iso_to_instant, "TIMESTAMP"),
    (ISO_TO_DATE, iso_to_date, "DATE"),
)


def register_functions(database: duckdb.DuckDBPyConnection, files: TableFiles) -> None:
    """Register the functions. Those of the hidden columns read ``files``."""
    special = FunctionNullHandling.SPECIAL
    database.create_function(
        JSON_EXTRACT_SCALAR, json_extract_scalar, ["VARCHAR", "VARCHAR"], "VARCHAR", null_handling=special
    )
    # A function that returns None from a value needs the special handling of nulls.
    for name, read, kind in _TEXT_READERS:
        database.create_function(name, _pass_null(read), ["VARCHAR"], kind, null_handling=special)
    database.create_function(DECIMAL_DIVIDE, divide, ["VARCHAR", "VARCHAR", "INTEGER"], "VARCHAR")
    database.create_function(DECIMAL_REMAINDER, find_remainder, ["VARCHAR", "VARCHAR"], "VARCHAR")
    for name, read_object, kind in OBJECT_FUNCTIONS.values():
        database.create_function(name, _read_object(files, read_object), ["VARCHAR"], kind)


def _read_object(files: TableFiles, read: Callable[[StoredObject], Any]) -> Callable[[str], Any]:
    return lambda path: read(files.find_object(path))


def _pass_null(read: Callable[[str], Any]) -> Callable[[str | None], Any]:
    """Return ``read`` as a function that returns None for None."""
    return lambda text: None if text is None else read(text)

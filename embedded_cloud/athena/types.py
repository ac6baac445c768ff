"""Types and values in the three systems of a query: Glue (Hive), Athena (Trino) and DuckDB."""

from __future__ import annotations

import datetime
import decimal
import math
import re
import struct
from collections.abc import Mapping
from typing import Any

# The supported column types: Glue's name (Hive), and the query's (Trino).
# https://docs.aws.amazon.com/athena/latest/ug/data-types.html
TRINO_OF_HIVE = {
    "string": "varchar",
    "double": "double",
    "float": "real",
    "int": "integer",
    "bigint": "bigint",
    "boolean": "boolean",
    "timestamp": "timestamp",
    "date": "date",
}
HIVE_OF_TRINO = {trino: hive for hive, trino in TRINO_OF_HIVE.items()}
DUCKDB_OF_TRINO = {"varchar": "VARCHAR", "real": "FLOAT"}  # the other types have the same name in both

_TRINO_OF_DUCKDB = {
    "VARCHAR": "varchar",
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "UTINYINT": "bigint",
    "USMALLINT": "bigint",
    "UINTEGER": "bigint",
    "UBIGINT": "bigint",
    "BIGINT": "bigint",
    "HUGEINT": "bigint",  # DuckDB's type for a sum of integers, bigint in Trino
    "FLOAT": "real",
    "DOUBLE": "double",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP_NS": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "BLOB": "varbinary",
    "JSON": "json",
    "INTERVAL": "interval day to second",
    '"NULL"': "unknown",
}

# The precision that GetQueryResults reports for each type.
_PRECISION = {
    "varchar": 2147483647,
    "bigint": 19,
    "integer": 10,
    "smallint": 5,
    "tinyint": 3,
    "double": 17,
    "float": 17,
}
_PRECISION |= {"timestamp": 3, "timestamp with time zone": 3}

# Casts that Trino does by itself if a view declares a wider column type than its query returns.
_WIDENS = {
    ("integer", "bigint"),
    ("integer", "double"),
    ("bigint", "double"),
    ("real", "double"),
    ("date", "timestamp"),
    ("unknown", "varchar"),
}


def to_trino_type(duckdb_type: str) -> str:
    """Return Athena's name for a DuckDB type. A nested type keeps only its outer name, as in Athena's metadata."""
    if duckdb_type.endswith("]"):
        return "array"
    if duckdb_type.startswith(("STRUCT", "MAP")):
        return "row" if duckdb_type.startswith("STRUCT") else "map"
    if duckdb_type.startswith("DECIMAL"):
        return duckdb_type.lower()
    return _TRINO_OF_DUCKDB[duckdb_type]


def normalize_type(name: str) -> str:
    """Return a type from a view's definition in lower case, without a length or precision (except a decimal's)."""
    name = name.strip().lower()
    return name if name.startswith("decimal") else re.sub(r"\(\d+\)", "", name)


def widens(source: str, target: str) -> bool:
    """Tell whether Trino accepts a value of type ``source`` in a column of type ``target`` without a cast."""
    return source == target or (source, target) in _WIDENS or (source.startswith("decimal") and target == "double")


def describe_column(name: str, trino: str) -> dict[str, Any]:
    """Return one entry of ResultSetMetadata.ColumnInfo.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html
    """
    kind, _, size = trino.partition("(") if trino.startswith("decimal") else (trino, "", "")
    kind = "float" if kind == "real" else kind
    precision, scale = (int(part) for part in size.rstrip(")").split(",")) if size else (_PRECISION.get(kind, 0), 0)
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": kind,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind == "varchar",
    }


def format_value(value: Any, trino: str) -> str | None:
    """Return a value as Athena writes it in results. None, SQL's NULL, stays None.

    ``trino`` is the value's type, or the name of the zone for a timestamp that is not in UTC.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return _format_double(value, single=trino == "real")
    if isinstance(value, datetime.datetime):
        zone = f" {trino if trino not in _PRECISION else 'UTC'}" if value.tzinfo else ""
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds") + zone
    if isinstance(value, datetime.time):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, bytes):
        return value.hex(" ")
    if isinstance(value, list):
        return "[" + ", ".join(_format_item(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={_format_item(item)}" for key, item in value.items()) + "}"
    if isinstance(value, datetime.timedelta):
        return _format_interval(value)
    return f"{value:f}" if isinstance(value, decimal.Decimal) else str(value)


def _format_item(value: Any) -> str:
    written = format_value(value, "")
    return "null" if written is None else written


def _format_double(value: float, *, single: bool) -> str:
    """Format a number like Java's Double.toString, as Trino does: 1.0E7 from ten million, 1.0E-4 below 0.001."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    shortest = _shorten_single(value) if single else repr(value)
    sign, digits, exponent = decimal.Decimal(shortest).as_tuple()
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        plain = f"{decimal.Decimal(shortest):f}"
        return plain if "." in plain else f"{plain}.0"
    mantissa = "".join(map(str, digits)).rstrip("0")
    power = len(digits) - 1 + int(exponent)
    return f"{'-' if sign else ''}{mantissa[0]}.{mantissa[1:] or '0'}E{power}"


def _shorten_single(value: float) -> str:
    shorter = (f"{value:.{digits}g}" for digits in range(1, 9))
    return next(
        (short for short in shorter if struct.pack("f", float(short)) == struct.pack("f", value)), f"{value:.9g}"
    )


def _format_interval(value: datetime.timedelta) -> str:
    seconds, milliseconds = divmod(round(abs(value).total_seconds() * 1000), 1000)
    days, seconds = divmod(seconds, 86_400)
    sign = "-" if value < datetime.timedelta() else ""
    return f"{sign}{days} {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"

"""The content of the lake's objects as Arrow tables, read as Athena reads it: an object that differs is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

from finance_stream.client.arrow_memory import make_reader
from finance_stream.gzipped import NotGzip, gunzip

# https://docs.aws.amazon.com/athena/latest/ug/data-types.html
ARROW_BY_TYPE = {"varchar": pa.string(), "double": pa.float64(), "bigint": pa.int64()}
# Of one object when it is unpacked: a hundred times more than a day of ten thousand tickers' bars per minute.
MAX_UNPACKED_BYTES = 2**30
# A key with an upper-case letter, which Athena's SerDe reads as the same key in lower case.
_ODD_KEY = re.compile(rb'"[^"\\]*[A-Z\\][^"]*"\s*:')


class UnreadableError(Exception):
    """An object that only Athena can read. The text names its key and says why."""


def make_schema(columns: Mapping[str, str]) -> pa.Schema:
    """Return the Arrow schema of columns with Trino's types."""
    return pa.schema([(name, ARROW_BY_TYPE[kind]) for name, kind in columns.items()])


def read_delivered(key: str, body: bytes, columns: Mapping[str, str]) -> pa.Table:
    """Return the rows of a delivered object, gzip by its key's suffix, which has one JSON object per line.

    A malformed line is left out. Athena reads it as a row of nulls, which the view ``bars`` leaves out.

    Raises
    ------
    UnreadableError
        For an object that isn't gzip, or a row with a value of another type than its column's.
    """
    try:
        text = gunzip(body, MAX_UNPACKED_BYTES) if key.endswith(".gz") else body
    except NotGzip as error:
        raise UnreadableError(f"{key}: {error}") from error
    schema = make_schema(columns)
    rows = _read_quickly(text, schema)
    return pa.Table.from_pylist(list(_read_lines(key, text, schema)), schema) if rows is None else rows


def _read_quickly(text: bytes, schema: pa.Schema) -> pa.Table | None:
    """Return the rows by pyarrow's reader, None if it may have read a line otherwise than Athena."""
    lines = sum(not line.isspace() for line in text.splitlines() if line)
    if not lines or b"NaN" in text or b"Inf" in text or _ODD_KEY.search(text):
        return None
    try:
        rows: pa.Table = pyarrow.json.read_json(
            make_reader(text),
            read_options=pyarrow.json.ReadOptions(block_size=len(text)),
            parse_options=pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    # Two objects on one line are two rows to pyarrow. Athena reads the first.
    return rows if rows.num_rows == lines else None


def _read_lines(key: str, text: bytes, schema: pa.Schema) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.decode(errors="replace").strip()
        if stripped.startswith("["):
            raise UnreadableError(f"{key}: line {number:,} is a list")
        if not stripped.startswith("{"):
            continue
        try:
            found, _ = decoder.raw_decode(stripped)
        except (ValueError, RecursionError):
            continue
        lowered = {name.lower(): value for name, value in found.items()}
        row = {field.name: lowered.get(field.name) for field in schema}
        for field in schema:
            _check_value(f"{key}: line {number:,}", field, row[field.name])
        yield row


def _check_value(place: str, field: pa.Field, value: Any) -> None:
    fits = isinstance(value, str) if pa.types.is_string(field.type) else type(value) in (int, float)
    if value is not None and not fits:
        raise UnreadableError(f"{place}: the field {field.name} is not a {field.type}")


def _refuse_constant(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def read_compacted(key: str, body: bytes, columns: Mapping[str, str]) -> pa.Table:
    """Return the rows of a Parquet object. A column that it lacks is null.

    Raises
    ------
    UnreadableError
        For an object that isn't Parquet, or has a column of another type than the table's.
    """
    schema = make_schema(columns)
    try:
        file = pyarrow.parquet.ParquetFile(make_reader(body))
        rows = file.read(columns=[name for name in schema.names if name in file.schema_arrow.names])
    except pa.ArrowInvalid as error:
        raise UnreadableError(f"{key}: {' '.join(str(error).split())}") from error
    for field in rows.schema:
        if field.type != schema.field(field.name).type:
            raise UnreadableError(f"{key}: the column {field.name} is {field.type}")
    arrays = [
        rows[field.name] if field.name in rows.schema.names else pa.nulls(rows.num_rows, field.type) for field in schema
    ]
    return pa.table(arrays, schema)

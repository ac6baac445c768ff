"""The OpenX JSON SerDe: it reads an object's lines as rows.

The rules are those of Athena engine version 3, which uses Trino's reader:
https://github.com/trinodb/trino/blob/master/lib/trino-hive-formats/src/main/java/io/trino/hive/formats/line/openxjson/
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Sequence
from typing import Any, NoReturn

OPENX_SERDE = "org.openx.data.jsonserde.JsonSerDe"

# The emulated SerDe parameters of https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
# The Glue crawler writes "paths", and no reader uses it.
IGNORE_MALFORMED = "ignore.malformed.json"
SERDE_PARAMETERS = frozenset({IGNORE_MALFORMED, "serialization.format", "paths"})

_NULL_ROW = "{}"
# The limit for one object, since the emulator reads it into memory. Athena has no such limit.
MAX_OBJECT_BYTES = 2**30


class BadDataError(ValueError):
    """A line or an object that the SerDe can't read."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class _Repeating(dict[str, Any]):
    """A JSON object with a duplicate key. It holds the last value of that key."""


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else _Repeating(fields)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_build_object)


def decompress(key: str, body: bytes) -> bytes:
    """Return an object's text. As in Athena, the key's suffix marks gzip, not the object's metadata.

    https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
    """
    if not key.endswith(".gz"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            text = packed.read(MAX_OBJECT_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadDataError(f"{key} has the suffix .gz but is not gzip: {error}") from error
    if len(text) > MAX_OBJECT_BYTES:
        raise BadDataError(f"{key} is larger than {MAX_OBJECT_BYTES:,} bytes decompressed, the embedded cloud's limit")
    return text


def read_rows(text: bytes, columns: Sequence[str], *, ignore_malformed: bool) -> bytes:
    """Return the rows of an object as strict NDJSON: one line per row, with keys in lower case.

    - Only the first JSON value of a line is read. Of two objects without a newline between them, the second is
      lost without an error.
    - A line that begins with neither ``{`` nor ``[`` is a row of NULLs. A list's items are the columns in order.
    - With ``ignore_malformed``, a malformed line is a row of NULLs. Without it, the line fails the query.

    The SerDe also accepts comments, single quotes, NaN and unquoted words. Here these are malformed.

    Raises
    ------
    BadDataError
        At the first malformed line, unless ``ignore_malformed`` is set.
    """
    read = (
        _read_row(line.decode("utf-8", errors="replace").strip(), columns, ignore_malformed)
        for line in text.splitlines()
    )
    return "\n".join(read).encode()


def _read_row(line: str, columns: Sequence[str], ignore_malformed: bool) -> str:
    if not line.startswith(("{", "[")):
        return _NULL_ROW
    try:
        return _normalize(line, columns)
    except (ValueError, RecursionError) as error:  # nested too deeply to parse or to write
        if ignore_malformed:
            return _NULL_ROW
        raise BadDataError(f"{error}: {line[:200]}") from error


def _normalize(line: str, columns: Sequence[str]) -> str:
    value, end = _decoder.raw_decode(line)
    if isinstance(value, list):
        return json.dumps(dict(zip(columns, value, strict=False)))
    if end == len(line) and all(map(str.islower, value)) and not isinstance(value, _Repeating):
        return line  # nothing to change: the usual case
    return json.dumps({key.lower(): field for key, field in value.items()})

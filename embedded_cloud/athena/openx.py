"""The lines that Athena reads from an object under the OpenX JSON SerDe.

Each rule here is that of Athena engine version 3, where it is Trino's reader:
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

# The SerDe parameters of https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html that are emulated.
# "paths" is what the Glue crawler writes, and no reader looks at.
IGNORE_MALFORMED = "ignore.malformed.json"
SERDE_PARAMETERS = frozenset({IGNORE_MALFORMED, "serialization.format", "paths"})

_NULL_ROW = "{}"
# Of one object, since it is read into memory. Athena has no such limit.
MAX_OBJECT_BYTES = 2**30


class BadDataError(ValueError):
    """A line, or a whole object, that the SerDe cannot read."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class _Repeating(dict[str, Any]):
    """An object that had a key twice, the last of which it has."""


def _build_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else _Repeating(fields)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_build_object)


def decompress(key: str, body: bytes) -> bytes:
    """The object's text; Athena tells gzip by the key's suffix, whatever the object's metadata say.

    https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html
    """
    if not key.endswith(".gz"):
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            text = packed.read(MAX_OBJECT_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadDataError(f"{key} is not gzip, as its suffix says: {error}") from error
    if len(text) > MAX_OBJECT_BYTES:
        raise BadDataError(f"{key} is more than {MAX_OBJECT_BYTES:,} bytes when it is unpacked: not emulated")
    return text


def read_rows(text: bytes, columns: Sequence[str], *, ignore_malformed: bool) -> bytes:
    """The rows of an object as strict NDJSON, one line a row, its keys in lower case.

    - What follows the first JSON value of a line is not read: of two objects that no newline separates, the
      second is lost without an error.
    - A line that begins with neither ``{`` nor ``[`` is a row of NULLs; a list's items are the columns in order.
    - A malformed line is a row of NULLs when ``ignore_malformed``, and otherwise fails the query.

    Stricter than the SerDe, which also takes comments, single quotes, NaN and unquoted words: those are malformed here.

    Raises
    ------
    BadDataError
        At the first malformed line, unless ``ignore_malformed``.
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
    except (ValueError, RecursionError) as error:  # nested too deeply to be read, or to be written again
        if ignore_malformed:
            return _NULL_ROW
        raise BadDataError(f"{error}: {line[:200]}") from error


def _normalize(line: str, columns: Sequence[str]) -> str:
    value, end = _decoder.raw_decode(line)
    if isinstance(value, list):
        return json.dumps(dict(zip(columns, value, strict=False)))
    if end == len(line) and all(map(str.islower, value)) and not isinstance(value, _Repeating):
        return line  # nothing to change, which is every line that the delivery stream wrote
    return json.dumps({key.lower(): field for key, field in value.items()})

"""json_extract_scalar, which DuckDB has only with other answers: of 2.50 it makes 2.5, of an object its text.

https://trino.io/docs/current/functions/json.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

JSON_EXTRACT_SCALAR = "trino_json_extract_scalar"  # its name in DuckDB

_STEP = re.compile(r"""\.(?P<name>\w+)|\[(?P<index>\d+)\]|\[(?P<quote>["'])(?P<key>[^"']*)(?P=quote)\]""")


class InvalidPathError(ValueError):
    """A JSON path that is malformed, or that the embedded cloud does not know."""


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


_decoder = json.JSONDecoder(parse_float=_Number, parse_int=_Number)


def json_extract_scalar(text: str | None, path: str | None) -> str | None:
    """The string, number or boolean at ``path``, as text; None where there is none, or ``text`` is no JSON."""
    if text is None or path is None:
        return None
    steps = list(_steps(path))
    try:
        value = _decoder.decode(text)
        for step in steps:
            value = value[step]
    except (ValueError, KeyError, IndexError, TypeError):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else None


def _steps(path: str) -> Iterator[str | int]:
    position = 1
    if not path.startswith("$"):
        raise InvalidPathError(f"Invalid JSON path: '{path}'")
    while position < len(path):
        step = _STEP.match(path, position)
        if not step:
            raise InvalidPathError(f"Invalid JSON path: '{path}'")
        yield int(step["index"]) if step["index"] else step["name"] or step["key"]
        position = step.end()

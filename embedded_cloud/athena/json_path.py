"""Trino's json_extract_scalar. DuckDB's own differs: it returns 2.5 for 2.50, and the text of an object.

https://trino.io/docs/current/functions/json.html
"""

from __future__ import annotations

import json

JSON_EXTRACT_SCALAR = "trino_json_extract_scalar"  # its name in DuckDB


class _Number(str):
    """A number as the JSON text writes it."""

    __slots__ = ()


_decoder = json.JSONDecoder(parse_float=_Number, parse_int=_Number)


def json_extract_scalar(text: str | None, steps: str | None) -> str | None:
    """Return the string, number or boolean at a JSON path, as text.

    It returns None if the path leads to no such value, or if ``text`` isn't JSON.

    Parameters
    ----------
    steps
        The path: a JSON list of keys and indexes.
    """
    if text is None or steps is None:
        return None
    try:
        value = _decoder.decode(text)
        for step in json.loads(steps):
            if isinstance(value, list) is not isinstance(step, int):
                return None
            value = value[step]
    except (ValueError, RecursionError, KeyError, IndexError, TypeError):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else None

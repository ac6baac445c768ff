"""json_extract_scalar, which DuckDB has only with other answers: of 2.50 it makes 2.5, of an object its text.

https://trino.io/docs/current/functions/json.html
"""

from __future__ import annotations

import json

JSON_EXTRACT_SCALAR = "trino_json_extract_scalar"  # its name in DuckDB


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


_decoder = json.JSONDecoder(parse_float=_Number, parse_int=_Number)


def json_extract_scalar(text: str | None, steps: str | None) -> str | None:
    """The string, number or boolean that ``steps`` lead to, as text; None where there is none, or ``text`` is no JSON.

    Parameters
    ----------
    steps
        Keys and indexes, a JSON list.
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

"""Strict reading of untrusted JSON: it returns a value or raises one type of error."""

from __future__ import annotations

import json
from typing import Any, NoReturn


class NotJSON(ValueError):  # noqa: N818 - named like the errors of finance_stream/errors.py
    """Bytes or text that aren't strict JSON. The reason is one line that doesn't repeat the document."""


def _refuse_constant(constant: str) -> NoReturn:
    raise NotJSON(f"{constant} is not JSON")


# One decoder for all calls: json.loads with an option makes a decoder per call, which takes longer than reading a bar.
_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
# Numbers are floats: an integer of thousands of digits becomes infinite, like 1e999.
_decode_floats = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=float).decode


def read_json(document: bytes | str, *, floats: bool = False) -> Any:
    """Return the value of a JSON document.

    Parameters
    ----------
    document
        Bytes are UTF-8 without a byte order mark.
    floats
        Read each number as a float.

    Raises
    ------
    NotJSON
        For a document that isn't UTF-8 or JSON, has NaN or Infinity, is nested too deeply for Python, or has an integer
        with more digits than Python reads (4,300).
    """
    try:
        text = document.decode() if isinstance(document, bytes) else document
        return (_decode_floats if floats else _decode)(text)
    except NotJSON:
        raise
    except UnicodeDecodeError as error:
        raise NotJSON(f"not UTF-8: {error.reason} at byte {error.start:,}") from error
    except json.JSONDecodeError as error:
        raise NotJSON(str(error)) from error
    except RecursionError as error:
        raise NotJSON("nested too deeply") from error
    except ValueError as error:
        raise NotJSON("a number of too many digits") from error


def read_json_or_none(document: str | None) -> Any:
    """Return the value of a JSON document, or None when it is missing or can't be read.

    Use it for the inputs and outputs of executions: AWS's history cuts long ones, and anybody may have started one.
    """
    try:
        return read_json(document) if document else None
    except NotJSON:
        return None

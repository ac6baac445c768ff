"""AWS's texts about invalid JSON. They are Jackson's, and LocalStack's tests recorded them.

Other errors keep Python's text.
"""

from __future__ import annotations

import json
import re

_EXPECTED = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
_WORD = re.compile(r"\w+")


def describe_json_error(error: Exception) -> str:
    """Return the text about the error that ``json.loads`` raised."""
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    rest = error.doc[error.pos :]
    if error.msg == "Expecting value" and (word := _WORD.match(rest)):
        return f"Unrecognized token '{word[0]}': {_EXPECTED}"
    if error.msg.startswith("Expecting property name") and rest:
        return (
            f"Unexpected character ('{rest[0]}' (code {ord(rest[0])})): was expecting double-quote to start field name"
        )
    return str(error)

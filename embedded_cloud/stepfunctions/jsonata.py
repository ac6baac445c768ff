"""JSONata as Step Functions evaluates it.

https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import random
import uuid
from collections.abc import Mapping
from typing import Any

from jsonata.functions import Functions
from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

from embedded_cloud import clock

# AWS evaluates 100 nested levels and refuses the next: `1+1+...+1` passes with 100 terms and fails with 101.
MAX_DEPTH = 100

# Names from the page above. They are case-sensitive.
_HASH_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}

_NULL = Utils.NULL_VALUE  # in the library Python's None means undefined; null has this value


class QueryError(Exception):
    """A failed expression. The text continues "The JSONata expression '...'" in AWS's cause."""


def check_syntax(expression: str) -> None:
    """Raise QueryError unless ``expression`` is valid JSONata."""
    try:
        Jsonata(expression)
    except JException as error:
        raise QueryError(f"is not valid: {error}") from error


def evaluate(expression: str, variables: Mapping[str, Any]) -> Any:
    """Return the JSON value of ``expression``. It reads ``variables`` (see :func:`bind_value`) as ``$name``.

    Each call compiles the expression again in its own thread. The library keeps state in a thread-local, so a compiled
    expression can't move between threads. Compiling takes well under a millisecond.

    Raises
    ------
    QueryError
        If the expression fails, returns nothing, or returns a value that JSON can't hold.
    """
    try:
        compiled = Jsonata(expression, stack=MAX_DEPTH)
        compiled.set_output_convert_nulls(False)
        compiled.set_validate_input(False)
        result = compiled.evaluate(None, {**_FUNCTIONS, **_bind_present(), **variables})
    except Exception as error:
        code = getattr(error, "error", None) or type(error).__name__
        raise QueryError(f"threw an error during evaluation. {code}: {error}") from error
    finally:
        # The library keeps the last expression in a thread-local, and a server's threads live long.
        vars(Jsonata.CURRENT).clear()
    if result is None:
        raise QueryError("returned nothing (undefined).")
    return _to_json(result)


def bind_value(value: Any) -> Any:
    """Convert ``value`` for expressions, which distinguish null from undefined. Parts without null are shared."""
    if value is None:
        return _NULL
    if isinstance(value, dict):
        bound = {key: bind_value(item) for key, item in value.items()}
        return bound if any(bound[key] is not item for key, item in value.items()) else value
    if isinstance(value, list):
        items = [bind_value(item) for item in value]
        return items if any(mine is not item for mine, item in zip(items, value, strict=True)) else value
    return value


def _bind_present() -> dict[str, Any]:
    """Return ``$now`` and ``$millis`` of the cloud's date, which stands still from their first call on.

    https://docs.jsonata.org/date-time-functions
    """

    @functools.cache
    def millis() -> int:
        return clock.current().read_milliseconds()

    def now(picture: str | None = None, zone: str | None = None) -> str | None:
        formatted: str | None = Functions.datetime_from_millis(millis(), picture, zone)
        return formatted

    return {"now": Jsonata.JLambda(now), "millis": Jsonata.JLambda(millis)}


def _to_json(value: Any) -> Any:
    if value is _NULL or value is None:
        return None
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise QueryError("returned a number that JSON cannot hold.")
        return int(value) if value.is_integer() else value  # JSONata has one number type: 390, never 390.0
    if isinstance(value, dict):
        return {key: _to_json(item) for key, item in value.items()}
    if isinstance(value, Utils.RangeList):
        return list(range(value.a, value.b + 1))
    if isinstance(value, list):
        return [_to_json(item) for item in value]
    raise QueryError("returned an unsupported result type.")


# The functions that Step Functions adds. They return None where AWS returns nothing.


def _partition(array: Any = None, size: Any = None) -> list[Any] | None:
    items = array if isinstance(array, list) else [array]
    if array is None or not items or size is None or int(size) <= 0:
        return None
    return [items[start : start + int(size)] for start in range(0, len(items), int(size))]


def _range(first: Any = None, last: Any = None, step: Any = None) -> list[int] | None:
    if first is None or last is None or step is None or int(step) == 0:
        return None
    beyond = 1 if step > 0 else -1
    sequence: list[int] = Utils.create_sequence_from_iter(range(int(first), int(last) + beyond, int(step)))
    return sequence


def _hash(data: Any = None, algorithm: Any = None) -> str | None:
    if data is None or algorithm is None:
        return None
    if algorithm not in _HASH_ALGORITHMS:
        raise ValueError(f"$hash supports {', '.join(_HASH_ALGORITHMS)}, not {algorithm!r}")
    text = data if isinstance(data, str) else json.dumps(_to_json(data), separators=(",", ":"), ensure_ascii=False)
    return hashlib.new(_HASH_ALGORITHMS[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _random(seed: Any = None) -> float:
    return random.random() if seed is None else random.Random(int(seed)).random()  # noqa: S311 - no secret


def _uuid() -> str:
    return str(uuid.uuid4())


def _parse(text: Any = None) -> Any:
    return None if text is None else bind_value(json.loads(text))


_FUNCTIONS: dict[str, Any] = {
    "partition": Jsonata.JLambda(_partition),
    "range": Jsonata.JLambda(_range),
    "hash": Jsonata.JLambda(_hash),
    "random": Jsonata.JLambda(_random),
    "uuid": Jsonata.JLambda(_uuid),
    "parse": Jsonata.JLambda(_parse),
    "eval": None,  # Step Functions has no $eval: $parse takes its place
}

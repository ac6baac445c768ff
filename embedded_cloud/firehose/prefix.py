"""Custom prefixes of S3 objects: ``!{namespace:value}`` expressions, checked at creation and evaluated at delivery.

https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from moto.firehose.exceptions import InvalidArgumentException

MAX_EVALUATED_CHARACTERS = 512
RANDOM_STRING_CHARACTERS = 11

PARTITION_KEY_FROM_LAMBDA = "partitionKeyFromLambda"
PARTITION_KEY_FROM_QUERY = "partitionKeyFromQuery"
_NAMESPACES = {"firehose", "timestamp", PARTITION_KEY_FROM_LAMBDA, PARTITION_KEY_FROM_QUERY}
_FIREHOSE_VALUES = {"error-output-type", "random-string"}

_EXPRESSION = re.compile(r"!\{([^:{}]*):([^{}]*)\}")

# The supported fields of java.time.format.DateTimeFormatter. The others (names of months and days, week-based years,
# zones) depend on a locale that AWS does not document. https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
_TIME_FIELDS: dict[str, Callable[[datetime], str]] = {
    "yyyy": lambda t: f"{t.year:04d}",
    "yy": lambda t: f"{t.year % 100:02d}",
    "MM": lambda t: f"{t.month:02d}",
    "M": lambda t: str(t.month),
    "dd": lambda t: f"{t.day:02d}",
    "d": lambda t: str(t.day),
    "DDD": lambda t: f"{t.timetuple().tm_yday:03d}",
    "HH": lambda t: f"{t.hour:02d}",
    "H": lambda t: str(t.hour),
    "mm": lambda t: f"{t.minute:02d}",
    "m": lambda t: str(t.minute),
    "ss": lambda t: f"{t.second:02d}",
    "s": lambda t: str(t.second),
}
_TIME_TOKEN = re.compile(r"'(?P<quoted>(?:[^']|'')*)'|(?P<field>([A-Za-z])\3*)|(?P<literal>[^A-Za-z'])")


@dataclass(frozen=True)
class PrefixExpression:
    """A ``!{namespace:value}`` expression of a prefix."""

    namespace: str
    value: str

    def __str__(self) -> str:
        return f"!{{{self.namespace}:{self.value}}}"


@dataclass(frozen=True)
class Prefix:
    """A prefix: its literal texts and expressions, in order."""

    parts: tuple[str | PrefixExpression, ...]

    @classmethod
    def parse(cls, text: str, field: str) -> Prefix:
        """Parse ``text``, the value of the property ``field``.

        Raises
        ------
        InvalidArgumentException
            For an expression that AWS refuses or that the embedded cloud does not evaluate.
        """
        parts: list[str | PrefixExpression] = []
        end = 0
        for match in _EXPRESSION.finditer(text):
            parts += [text[end : match.start()], _check_expression(PrefixExpression(match[1], match[2]), field)]
            end = match.end()
        parts.append(text[end:])
        prefix = cls(tuple(part for part in parts if part))
        if any("!{" in part for part in prefix.parts if isinstance(part, str)):
            raise InvalidArgumentException(f"Invalid expression usage in {field}")
        if prefix.literal_characters > MAX_EVALUATED_CHARACTERS:
            label = "prefix" if field == "Prefix" else field
            raise InvalidArgumentException(
                f"Length of evaluated {label} cannot be greater than {MAX_EVALUATED_CHARACTERS}"
            )
        return prefix

    @property
    def expressions(self) -> tuple[PrefixExpression, ...]:
        return tuple(part for part in self.parts if isinstance(part, PrefixExpression))

    @property
    def literal_characters(self) -> int:
        return sum(len(part) for part in self.parts if isinstance(part, str))

    @property
    def names_error_output_type(self) -> bool:
        return PrefixExpression("firehose", "error-output-type") in self.parts

    def find_partition_keys(self, namespace: str) -> frozenset[str]:
        """Return the partition keys that the prefix takes from ``namespace``."""
        return frozenset(part.value for part in self.expressions if part.namespace == namespace)

    def concatenate(self, text: str) -> Prefix:
        """Return this prefix followed by ``text``, which may contain expressions."""
        return Prefix(self.parts + Prefix.parse(text, "Prefix").parts)

    def fill_partition_keys(self, partition_keys: Mapping[str, str]) -> Prefix:
        """Return a partition's prefix with its keys. Times and random strings stay, since they differ per object."""
        return self._replace(
            {PrefixExpression(PARTITION_KEY_FROM_LAMBDA, key): value for key, value in partition_keys.items()}
        )

    def fill_error_output_type(self, error_output_type: str) -> Prefix:
        """Return the prefix for one kind of failed records."""
        return self._replace({PrefixExpression("firehose", "error-output-type"): error_output_type})

    def evaluate(self, arrived_at: datetime) -> str:
        """Return an object's prefix. ``arrived_at`` is the arrival of its oldest record, in the stream's time zone."""
        return "".join(part if isinstance(part, str) else _evaluate(part, arrived_at) for part in self.parts)

    def _replace(self, values: Mapping[PrefixExpression, str]) -> Prefix:
        parts: list[str | PrefixExpression] = []
        for part in self.parts:
            value = values.get(part, part) if isinstance(part, PrefixExpression) else part
            if isinstance(value, str) and parts and isinstance(parts[-1], str):
                parts[-1] += value  # so that prefixes with the same text compare equal
            else:
                parts.append(value)
        return Prefix(tuple(parts))


def _check_expression(expression: PrefixExpression, field: str) -> PrefixExpression:
    namespace, value = expression.namespace, expression.value
    if namespace not in _NAMESPACES:
        raise InvalidArgumentException(f"Namespace to the left of colon ({namespace}) is an invalid keyword!")
    if namespace == "firehose" and value not in _FIREHOSE_VALUES:
        raise InvalidArgumentException(
            f"Invalid conversion character used in the value of the expression in {field}: {expression}"
        )
    if namespace == "timestamp":
        _check_time_format(expression, field)
    return expression


def _check_time_format(expression: PrefixExpression, field: str) -> None:
    end = 0
    for match in _TIME_TOKEN.finditer(expression.value):
        unread = match.start() != end
        end = match.end()
        if unread or (match["field"] and match["field"] not in _TIME_FIELDS):
            break
    else:
        if end == len(expression.value):
            return
    raise InvalidArgumentException(
        f"Invalid conversion character used in the value of the expression in {field}: {expression}."
        f" The embedded cloud evaluates {', '.join(_TIME_FIELDS)} and text in single quotes"
    )


def _evaluate(expression: PrefixExpression, arrived_at: datetime) -> str:
    if expression.namespace == "timestamp":
        return "".join(_format_time(match, arrived_at) for match in _TIME_TOKEN.finditer(expression.value))
    if expression == PrefixExpression("firehose", "random-string"):
        return str(uuid.uuid4())[:RANDOM_STRING_CHARACTERS]
    raise ValueError(f"{expression} is not filled in")


def _format_time(match: re.Match[str], arrived_at: datetime) -> str:
    if match["field"]:
        return _TIME_FIELDS[match["field"]](arrived_at)
    if match["literal"]:
        return match["literal"]
    return match["quoted"].replace("''", "'") or "'"  # '' means one quote

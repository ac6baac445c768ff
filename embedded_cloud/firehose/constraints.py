"""Constraints of the Firehose API model on each parameter: lengths, ranges, patterns, enumerations.

The model is AWS's own, from botocore. The wording of a violation is that of AWS services.
https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from botocore.model import Shape
from moto.firehose.exceptions import ValidationException

from embedded_cloud.protocol import load_model

_LENGTH_TYPES = {"string", "blob", "list"}


def check(operation: str, parameters: dict[str, Any]) -> None:
    """Check an operation's parameters against the API model.

    Raises
    ------
    ValidationException
        If any is violated. The message names each one:
        ``1 validation error detected: Value '0' at 'x.y' failed to satisfy constraint: ...``.
    """
    shape = load_model("firehose").operation_model(operation).input_shape
    violations = list(_find_violations(shape, parameters, ""))
    if violations:
        noun = "error" if len(violations) == 1 else "errors"
        raise ValidationException(f"{len(violations)} validation {noun} detected: {'; '.join(violations)}")


def _find_violations(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            member_path = f"{path}.{name[0].lower()}{name[1:]}".removeprefix(".")
            if value.get(name) is not None:
                yield from _find_violations(member, value[name], member_path)
            elif name in shape.required_members:
                yield f"Value null at '{member_path}' failed to satisfy constraint: Member must not be null"
        return
    for constraint in _find_unsatisfied(shape, value):
        yield f"Value {_format_value(shape, value)} at '{path}' failed to satisfy constraint: {constraint}"
    if shape.type_name == "list":
        for number, item in enumerate(value, start=1):
            yield from _find_violations(shape.member, item, f"{path}.{number}.member")


def _find_unsatisfied(shape: Shape, value: Any) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    measured, quantity = (len(value), "length") if shape.type_name in _LENGTH_TYPES else (value, "value")
    if least is not None and measured < least:
        yield f"Member must have {quantity} greater than or equal to {least}"
    if most is not None and measured > most:
        yield f"Member must have {quantity} less than or equal to {most}"
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(_to_python_pattern(pattern), value):
        yield f"Member must satisfy regular expression pattern: {pattern}"
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield f"Member must satisfy enum value set: [{', '.join(allowed)}]"


def _to_python_pattern(java_pattern: str) -> str:
    """Replace the Unicode categories, which Python's re lacks. Only the patterns of tags use them."""
    return java_pattern.replace(r"\p{L}", r"\w").replace(r"\p{N}", r"\d").replace(r"\p{Z}", " ")


def _format_value(shape: Shape, value: Any) -> str:
    if shape.type_name == "blob":  # AWS's text for a blob
        return f"'java.nio.HeapByteBuffer[pos=0 lim={len(value)} cap={len(value)}]'"
    if shape.type_name == "list":
        return f"'[{len(value)} members]'"
    return f"'{value}'"

"""Trino's arithmetic of decimals. DuckDB's differs: it divides decimals as doubles.

https://trino.io/docs/current/functions/decimal.html
"""

from __future__ import annotations

import decimal
from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from embedded_cloud.athena.errors import USER_ERROR, QueryFailedError, unsupported
from embedded_cloud.athena.failing import INVALID_ARGUMENT
from embedded_cloud.athena.kinds import is_type, list_value_columns

# Their names in DuckDB.
DECIMAL_DIVIDE, DECIMAL_REMAINDER = "trino_decimal_divide", "trino_decimal_remainder"
MAXIMUM_PRECISION = 38
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)
# The digits of Trino's integers as decimals.
_DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INT": 10, "BIGINT": 19}
_EXACT = decimal.Context(prec=2 * MAXIMUM_PRECISION + 2, rounding=decimal.ROUND_HALF_UP)


def divide(dividend: str, divisor: str, scale: int) -> str:
    """Divide two decimals. Round the quotient half away from zero to ``scale`` places."""
    if not decimal.Decimal(divisor):
        raise ZeroDivisionError("Division by zero")
    exact = _EXACT.divide(decimal.Decimal(dividend), decimal.Decimal(divisor))
    return f"{_EXACT.quantize(exact, decimal.Decimal(1).scaleb(-scale)):f}"


def find_remainder(dividend: str, divisor: str) -> str:
    """Return the remainder of two decimals, with the dividend's sign."""
    if not decimal.Decimal(divisor):
        raise ZeroDivisionError("Division by zero")
    return f"{_EXACT.remainder(decimal.Decimal(dividend), decimal.Decimal(divisor)):f}"


def annotate_literal(annotator: Any, node: exp.Literal) -> exp.Expr:
    """Set the type of a literal: 1.5 is a decimal(2, 1) in Trino, 1.5e0 a double."""
    text = node.name.lower()
    if node.is_string or "." not in text or "e" in text:
        annotator._annotate_literal(node)
        return node
    whole, _, fraction = text.partition(".")
    whole = whole.lstrip("0")
    return _set_type(annotator, node, max(len(whole) + len(fraction), 1), len(fraction))


def annotate_arithmetic(annotator: Any, node: exp.Expr) -> exp.Expr:
    """Set the type of an operation: Trino's decimal if an operand is one and the other is a decimal or an integer."""
    sizes = (_find_size(node.this), _find_size(node.expression))
    if not any(is_type(side, "decimal") for side in (node.this, node.expression)) or None in sizes:
        return _annotate_other(annotator, node)
    (left, left_scale), (right, right_scale) = sizes  # type: ignore[misc]
    scale = max(left_scale, right_scale)
    if isinstance(node, exp.Mul):
        return _set_type(annotator, node, left + right, left_scale + right_scale)
    if isinstance(node, exp.Div):
        return _set_type(annotator, node, left + right_scale + max(0, right_scale - left_scale), scale)
    if isinstance(node, exp.Mod):
        return _set_type(annotator, node, min(left - left_scale, right - right_scale) + scale, scale)
    return _set_type(annotator, node, max(left - left_scale, right - right_scale) + scale + 1, scale)


def _annotate_other(annotator: Any, node: exp.Expr) -> exp.Expr:
    sides = (node.this, node.expression)
    if any(is_type(side, "interval") for side in sides):
        return _annotate_duration(annotator, node)
    if isinstance(node, exp.Sub) and all(is_type(side, *exp.DataType.TEMPORAL_TYPES) for side in sides):
        return annotator._set_type(node, exp.DataType.Type.INTERVAL)  # type: ignore[no-any-return]
    if any(is_type(side, "decimal") for side in sides):
        floating = any(is_type(side, "double", "float") for side in sides)
        return annotator._set_type(node, exp.DataType.Type.DOUBLE if floating else None)  # type: ignore[no-any-return]
    return annotator._annotate_div(node) if isinstance(node, exp.Div) else annotator._annotate_binary(node)  # type: ignore[no-any-return]


def _annotate_duration(annotator: Any, node: exp.Expr) -> exp.Expr:
    """Set the type of an operation on an interval: that of a time that it moves, otherwise an interval."""
    times = (side for side in (node.this, node.expression) if is_type(side, *exp.DataType.TEMPORAL_TYPES))
    moved = next((side.type for side in times if side.type), exp.DataType.Type.INTERVAL)
    return annotator._set_type(node, moved)  # type: ignore[no-any-return]


def size_literals(tree: exp.Expr) -> None:
    """Give ``DECIMAL '12.340'`` the size of its text, and the numbers in a column of VALUES their common type."""
    for cast in tree.find_all(exp.Cast):
        text = cast.this
        if is_type(cast.to, "decimal") and not cast.to.expressions and isinstance(text, exp.Literal) and text.is_string:
            whole, _, fraction = text.name.strip().lstrip("+-").partition(".")
            cast.set("to", _make_type(max(len(whole.lstrip("0")) + len(fraction), 1), len(fraction)))
    for column in list(list_value_columns(tree)):
        _widen_numbers(column)


def _widen_numbers(column: Sequence[exp.Expr]) -> None:
    numbers = [item.name.partition(".") for item in column if isinstance(item, exp.Literal) and not item.is_string]
    if len(numbers) < len(column) or not any(dot for _, dot, _ in numbers):
        return
    if any("e" in "".join(number).lower() for number in numbers):
        return
    scale = max(len(fraction) for *_, fraction in numbers)
    whole = max(len(digits.lstrip("0")) if dot else _DIGITS["INT"] for digits, dot, _ in numbers)
    for item in column:
        item.replace(exp.cast(item.copy(), _make_type(max(whole + scale, 1), scale)))


def annotate_rounding(annotator: Any, node: exp.Expr) -> exp.Expr:
    """Set the type of round, truncate, ceil and floor of a decimal. Of a double they are doubles."""
    size = _find_size(node.this) if is_type(node.this, "decimal") else None
    if size is None:
        annotator._annotate_by_args(node, "this")
        return node
    precision, scale = size
    if node.args.get("decimals") is not None:
        return _set_type(annotator, node, precision + isinstance(node, exp.Round), scale)
    carries = 0 if isinstance(node, exp.Trunc) else min(scale, 1)
    return _set_type(annotator, node, max(precision - scale + carries, 1), 0)


def annotate_average(annotator: Any, node: exp.Expr) -> exp.Expr:
    """Set the type of an average: the decimal's own, otherwise a double."""
    is_decimal = is_type(node.this, "decimal")
    return annotator._set_type(node, node.this.type if is_decimal else exp.DataType.Type.DOUBLE)  # type: ignore[no-any-return]


def annotate_sum(annotator: Any, node: exp.Expr) -> exp.Expr:
    """Set the type of a sum: a decimal's has 38 digits."""
    size = _find_size(node.this) if is_type(node.this, "decimal") else None
    if size:
        return _set_type(annotator, node, MAXIMUM_PRECISION, size[1])
    annotator._annotate_by_args(node, "this", promote=True)
    return node


DECIMAL_TYPES: dict[type[exp.Expr], dict[str, Any]] = {
    exp.Literal: {"annotator": annotate_literal},
    **{key: {"annotator": annotate_arithmetic} for key in _ARITHMETIC},
    **{key: {"annotator": annotate_rounding} for key in (exp.Round, exp.Trunc, exp.Ceil, exp.Floor)},
    exp.Avg: {"annotator": annotate_average},
    exp.Sum: {"annotator": annotate_sum},
}


def match_decimal(node: exp.Expr) -> exp.Expr | None:
    """Return the node for which DuckDB gives Trino's decimal, or None if ``node`` is not an operation on decimals."""
    if not is_type(node, "decimal"):
        return None
    if isinstance(node, exp.Literal) and not isinstance(node.parent, exp.Cast) and node.type:
        return exp.cast(exp.Literal.string(node.name), node.type.copy())  # of 0.5 DuckDB makes a decimal(2, 1)
    if isinstance(node, exp.Avg):
        return _match_average(node)
    if isinstance(node, exp.Round | exp.Trunc | exp.Ceil | exp.Floor):
        return exp.cast(node.copy(), node.type.copy()) if node.type else None
    if not isinstance(node, _ARITHMETIC) or (size := _find_size(node)) is None:
        return None
    if None in (_find_size(node.this), _find_size(node.expression)):
        return None
    sides = [_cast_to_decimal(side) for side in (node.this, node.expression)]
    if isinstance(node, exp.Div | exp.Mod):
        texts: list[exp.Expr] = [exp.cast(side, "text") for side in sides]
        name = DECIMAL_REMAINDER
        if isinstance(node, exp.Div):
            name = DECIMAL_DIVIDE
            texts.append(exp.Literal.number(size[1]))
        return exp.cast(exp.Anonymous(this=name, expressions=texts), _make_type(*size))
    return exp.cast(exp.paren(type(node)(this=sides[0], expression=sides[1]), copy=False), _make_type(*size))


def _match_average(node: exp.Avg) -> exp.Expr:
    size = _find_size(node.this)
    if isinstance(node.parent, exp.Window | exp.Filter) or size is None or isinstance(node.this, exp.Distinct):
        raise unsupported("an average of decimals with FILTER, OVER or DISTINCT")
    total = exp.cast(exp.Sum(this=node.this.copy()), "text")
    count = exp.cast(exp.func("nullif", exp.Count(this=node.this.copy()), exp.Literal.number(0)), "text")
    quotient = exp.Anonymous(this=DECIMAL_DIVIDE, expressions=[total, count, exp.Literal.number(size[1])])
    return exp.cast(quotient, _make_type(*size))


def _cast_to_decimal(side: exp.Expr) -> exp.Expr:
    size = _find_size(side)
    return exp.cast(side.copy(), _make_type(*size)) if size else side.copy()


def _find_size(node: exp.Expr) -> tuple[int, int] | None:
    """Return the precision and scale of a decimal or an integer, None for another type."""
    kind = node.type
    if kind is None or not isinstance(kind.this, exp.DataType.Type):
        return None
    if kind.this is exp.DataType.Type.DECIMAL:
        sizes = [int(parameter.name) for parameter in kind.expressions]
        return (sizes[0], sizes[1] if len(sizes) > 1 else 0) if sizes else (MAXIMUM_PRECISION, 0)
    digits = _DIGITS.get(kind.this.value)
    return (digits, 0) if digits else None


def _make_type(precision: int, scale: int) -> exp.DataType:
    kind = exp.DataType.build(f"decimal({min(precision, MAXIMUM_PRECISION)}, {min(scale, MAXIMUM_PRECISION)})")
    assert isinstance(kind, exp.DataType)  # noqa: S101 - for mypy
    return kind


def _set_type(annotator: Any, node: exp.Expr, precision: int, scale: int) -> exp.Expr:
    if scale > MAXIMUM_PRECISION:
        reason = f"DECIMAL scale must be in range [0, precision ({MAXIMUM_PRECISION})]: {scale}"
        raise QueryFailedError(INVALID_ARGUMENT, reason, USER_ERROR)
    return annotator._set_type(node, _make_type(precision, scale))  # type: ignore[no-any-return]

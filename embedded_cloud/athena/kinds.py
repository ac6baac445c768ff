"""The families of Trino's types. Trino converts a value by itself only within a family."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator

from sqlglot import exp

_KINDS = {
    "varchar": exp.DataType.TEXT_TYPES,
    "number": exp.DataType.NUMERIC_TYPES,
    "boolean": {exp.DataType.Type.BOOLEAN},
    "date or timestamp": exp.DataType.TEMPORAL_TYPES,
    "interval": {exp.DataType.Type.INTERVAL},
    "array": exp.DataType.ARRAY_TYPES,
}


COMPARISONS = (
    *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
    *(exp.Between, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ),
)


def list_value_columns(tree: exp.Expr) -> Iterator[tuple[exp.Expr, ...]]:
    """Yield the values of each column of each VALUES in ``tree``."""
    for values in tree.find_all(exp.Values):
        yield from zip(*(row.expressions for row in values.expressions if isinstance(row, exp.Tuple)), strict=False)


def list_kinds(operands: Iterable[exp.Expr]) -> list[str]:
    """Return the different known kinds, in the operands' order."""
    return list(dict.fromkeys(kind for kind in map(find_kind, operands) if kind))


def is_type(node: exp.Expr, *types: str | exp.DType) -> bool:
    """Tell whether a type, a cast's target or the type of another node is one of ``types``, whatever its size.

    sqlglot's own ``is_type`` parses the names again on every call, which took most of a query's compilation.
    """
    found = node if isinstance(node, exp.DataType) else node.to if isinstance(node, exp.Cast) else node.type
    return found is not None and found.this in _read_types(types)


@functools.cache
def _read_types(types: tuple[str | exp.DType, ...]) -> frozenset[exp.DType]:
    return frozenset(exp.DataType.build(one).this for one in types)


def find_kind(operand: exp.Expr) -> str:
    """Return the family of an operand's type, "" if unknown. Trino casts by itself only within a family."""
    if isinstance(operand, exp.Any | exp.All):
        return ""  # sqlglot types ANY (SELECT ...) as a boolean
    return next((kind for kind, types in _KINDS.items() if is_type(operand, *types)), "")

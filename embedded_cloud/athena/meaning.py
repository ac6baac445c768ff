"""Differences between Trino and DuckDB, each rewritten to Trino's meaning or refused by name."""

from __future__ import annotations

import json

from sqlglot import exp

from embedded_cloud.athena.errors import unsupported
from embedded_cloud.athena.json_path import JSON_EXTRACT_SCALAR

COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ)
INTEGERS = exp.DataType.INTEGER_TYPES
# Trino's timestamp with time zone is a local time with its zone. DuckDB's is an instant, shown in UTC.
# Trino's timestamp from a text keeps the text's offset. A type that Trino does not have marks these.
OWN_OFFSET = exp.DataType.Type.TIMESTAMPLTZ
_ON_INSTANTS = (
    *COMPARISONS,
    *(exp.AtTimeZone, exp.TimeToUnix, exp.DateDiff, exp.DateAdd, exp.Min, exp.Max),
    *(exp.Ordered, exp.Paren, exp.Alias, exp.Is, exp.Select, exp.Window, exp.Tuple),
)
_WHOLE_NUMBER = r"^\s*[+-]?[0-9]+\s*$"
_EVEN_UNITS = {"millisecond", "second", "minute", "hour", "day", "week"}  # units of a constant length


def match_trino(node: exp.Expr) -> exp.Expr:
    """Return the node for which DuckDB gives Trino's result of ``node``.

    Raises
    ------
    QueryFailedError
        If the two differ and this module has no replacement.
    """
    if isinstance(node, exp.Cast):
        return _match_cast(node)
    if isinstance(node, exp.AggFunc | exp.Window | exp.Filter):
        return _match_aggregate(node)
    if isinstance(node, exp.JSONExtractScalar):
        return exp.Anonymous(this=JSON_EXTRACT_SCALAR, expressions=[node.this.copy(), _encode_json_path(node)])
    if isinstance(node, exp.RegexpExtract):
        # Without a match Trino returns NULL, and DuckDB an empty text.
        matches = exp.RegexpLike(this=node.this.copy(), expression=node.expression.copy())
        return exp.Case(ifs=[exp.If(this=matches, true=node.copy())])
    _refuse_differences(node)
    if isinstance(node, exp.Div) and node.this.is_type(*INTEGERS) and node.expression.is_type(*INTEGERS):
        return exp.IntDiv(this=node.this.copy(), expression=node.expression.copy())
    if isinstance(node, exp.DateDiff):
        # Trino counts the whole units between two times. DuckDB's date_diff counts crossed boundaries.
        unit = node.unit.name.lower() if node.unit else "day"
        if unit not in _EVEN_UNITS:
            raise unsupported(f"date_diff by {unit}")
        operands = [exp.Literal.string(unit), node.expression.copy(), node.this.copy()]
        return exp.Anonymous(this="date_sub", expressions=operands)
    moves_date = isinstance(node, exp.DateAdd | exp.Add | exp.Sub) and node.is_type("date")
    if moves_date or (isinstance(node, exp.DateTrunc | exp.TimestampTrunc) and node.this.is_type("date")):
        return exp.cast(node.copy(), "date")  # DuckDB returns a timestamp, which compares and prints differently
    if isinstance(node, exp.AtTimeZone) and not _is_instant(node.this):
        # Trino reads a plain timestamp as UTC. DuckDB reads it as local time in the zone.
        raise unsupported("AT TIME ZONE on a value other than a timestamp with time zone")
    return node


def _match_aggregate(node: exp.Expr) -> exp.Expr:
    if (summed := _find_integer_sum(node)) is not None:
        return exp.cast(summed, "bigint")  # DuckDB's own sum is wider and does not overflow
    if isinstance(node, exp.CountIf):
        counted = exp.Case(ifs=[exp.If(this=node.this.copy(), true=exp.Literal.number(1))])
        return exp.Count(this=counted)  # 0 if no row is true. DuckDB returns NULL if all are null.
    if isinstance(node, exp.ApproxQuantile) and not node.args.get("weight"):
        # With few values Trino returns one of them. DuckDB's approximation lies between two.
        operand = node.this.copy()
        if node.this.is_type(*INTEGERS):
            operand = exp.cast(operand, "bigint")
        return exp.Anonymous(this="quantile_disc", expressions=[operand, node.args["quantile"].copy()])
    _refuse_differences(node)
    return node


def _encode_json_path(node: exp.JSONExtractScalar) -> exp.Expr:
    """Return the path's keys and indexes as a JSON list."""
    root, *steps = node.expression.expressions or [node.expression]
    if not isinstance(root, exp.JSONPathRoot) or not all(map(_is_plain, steps)):
        raise unsupported("a JSON path with other steps than keys and indexes")
    return exp.Literal.string(json.dumps([step.this for step in steps]))


def _is_plain(step: exp.Expr) -> bool:
    return isinstance(step, exp.JSONPathKey | exp.JSONPathSubscript) and isinstance(step.this, str | int)


def _find_integer_sum(node: exp.Expr) -> exp.Expr | None:
    """Return a copy of the node if it is a sum of integers, with its FILTER and OVER. Otherwise return None."""
    if isinstance(node.parent, exp.Window | exp.Filter) and node.arg_key == "this":
        return None
    innermost = node
    while isinstance(innermost, exp.Window | exp.Filter):
        innermost = innermost.this
    is_sum = isinstance(innermost, exp.Sum) and innermost.this.is_type(*INTEGERS)
    return node.copy() if is_sum else None


def _refuse_differences(node: exp.Expr) -> None:
    """Refuse nodes for which DuckDB returns another result than Trino, without an error."""
    # Outside the array Trino's subscript fails. element_at is marked as safe, since it returns NULL there.
    if isinstance(node, exp.Bracket) and not node.args.get("safe"):
        raise unsupported("the subscript operator [] (use element_at)")
    if isinstance(node, exp.Div):
        sides = (node.this, node.expression)
        # A division by a double gives a double in both. DuckDB divides decimals as doubles too, Trino does not.
        if any(map(_is_decimal, sides)) and all(_is_decimal(side) or side.is_type(*INTEGERS) for side in sides):
            raise unsupported("a division of decimals")
    if node.is_type(OWN_OFFSET) and node.parent and not isinstance(node.parent, _ON_INSTANTS):
        raise unsupported(f"{node.parent.key} on a timestamp with its own offset (use AT TIME ZONE)")
    if isinstance(node, exp.LimitOptions) and node.args.get("with_ties"):
        raise unsupported("FETCH FIRST ... WITH TIES")


def _is_decimal(node: exp.Expr) -> bool:
    """Tell whether a node is a decimal. A literal is one if it is written as 1.5, not 1.5e0: sqlglot sees a double."""
    if isinstance(node, exp.Literal):
        return not node.is_string and "." in node.name and "e" not in node.name.lower()
    return bool(node.is_type("decimal"))


def _is_instant(node: exp.Expr) -> bool:
    if node.is_type(OWN_OFFSET):
        return True
    if node.find(exp.AtTimeZone):
        return False  # DuckDB's result is the zone's local time, not an instant
    return isinstance(node, exp.FromISO8601Timestamp) or bool(node.is_type("timestamptz"))


def _match_cast(node: exp.Cast) -> exp.Expr:
    source, target = node.this, node.to
    if target.is_type("decimal") and not target.expressions:
        # DuckDB's plain DECIMAL has three decimal places, Trino's has none. A literal keeps its own places.
        is_literal = isinstance(source, exp.Literal) and source.is_string
        return exp.Literal.number(source.name) if is_literal else exp.cast(source.copy(), "decimal(38, 0)")
    if target.is_type(*INTEGERS) and source.is_type("double", "float"):
        rounded = node.copy()  # Trino rounds half away from zero, DuckDB's cast to even
        rounded.set("this", exp.Round(this=source.copy()))
        return rounded
    if target.is_type(*INTEGERS) and source.is_type(*exp.DataType.TEXT_TYPES):
        # DuckDB also accepts 7.5 and 1e3 and rounds them. Trino refuses both.
        whole = exp.RegexpLike(this=source.copy(), expression=exp.Literal.string(_WHOLE_NUMBER))
        refused = exp.DPipe(this=source.copy(), expression=exp.Literal.string(" (not a whole number)"))
        checked = node.copy()
        checked.set("this", exp.Case(ifs=[exp.If(this=whole, true=source.copy())], default=refused))
        return checked
    if target.is_type(*exp.DataType.TEXT_TYPES) and source.is_type("double", "float", "timestamp", "timestamptz"):
        raise unsupported(f"a cast of {source.type} to varchar")  # 1.5E0 and 04:05:06.000 in Trino
    return node

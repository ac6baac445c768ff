"""Differences between Trino and DuckDB, each rewritten to Trino's meaning or refused by name."""

from __future__ import annotations

import decimal
import json

from sqlglot import exp

from embedded_cloud.athena.arrays import match_array
from embedded_cloud.athena.dates import IS_PARTITION_DATE, is_plain_date, match_date
from embedded_cloud.athena.decimals import match_decimal
from embedded_cloud.athena.errors import unsupported
from embedded_cloud.athena.failing import fail_if, find_integer, refuse_text
from embedded_cloud.athena.json_path import JSON_EXTRACT_SCALAR
from embedded_cloud.athena.kinds import is_type
from embedded_cloud.athena.present import MILLISECONDS, match_present
from embedded_cloud.athena.sql import DIALECT
from embedded_cloud.athena.texts import match_text
from embedded_cloud.athena.times import ISO_TO_DATE, TEXT_TO_DATE, TEXT_TO_TIMESTAMP
from embedded_cloud.athena.zones import LOCAL, has_type, match_zone, match_zoned_text, refuse_zones

INTEGERS = exp.DataType.INTEGER_TYPES
_FLOATS = (exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT)
_WHOLE_NUMBER = r"^\s*[+-]?[0-9]+\s*$"
_DECIMAL = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_DOUBLE = r"^\s*[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|Infinity)\s*$"
_BOOLEAN = r"^(?i:true|false|t|f|1|0)$"
_LEAST_BIGINT = 2**63
_OF_PAIRS = (exp.Corr, exp.CovarPop, exp.CovarSamp)
_MATCHES = (match_decimal, match_zone, match_present, match_date, match_text, match_array)


def match_trino(node: exp.Expr) -> exp.Expr:
    """Return the node for which DuckDB gives Trino's result of ``node``.

    Raises
    ------
    QueryFailedError
        If the two differ and no module has a replacement.
    """
    refuse_zones(node)
    if isinstance(node, exp.Cast):
        return _match_cast(node)
    if isinstance(node, exp.Date) and node.this and is_type(node.this, *exp.DataType.TEXT_TYPES):
        return _match_cast(exp.cast(node.this.copy(), "date"))
    if isinstance(node, exp.FromISO8601Date):
        return exp.Anonymous(this=ISO_TO_DATE, expressions=[node.this.copy()])
    for match in _MATCHES:
        if (matched := match(node)) is not None:
            return matched
    if isinstance(node, exp.Grouping):
        return exp.cast(node.copy(), "int")
    if isinstance(node, exp.AggFunc | exp.Window | exp.Filter):
        return _match_aggregate(node)
    if isinstance(node, exp.JSONExtractScalar):
        return exp.Anonymous(this=JSON_EXTRACT_SCALAR, expressions=[node.this.copy(), _encode_json_path(node)])
    return _match_number(node)


def _match_number(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Neg) and find_integer(node) == -_LEAST_BIGINT:
        return exp.cast(exp.Literal.string(str(-_LEAST_BIGINT)), "bigint")
    if isinstance(node, exp.Div | exp.Mod) and is_type(node.this, *INTEGERS) and is_type(node.expression, *INTEGERS):
        if isinstance(node, exp.Div):
            return exp.IntDiv(this=node.this.copy(), expression=node.expression.copy())
        # DuckDB returns NULL for a remainder by zero.
        zero = exp.EQ(this=node.expression.copy(), expression=exp.Literal.number(0))
        return fail_if(zero, "Division by zero", node.copy(), "DIVISION_BY_ZERO")
    return node


def _match_aggregate(node: exp.Expr) -> exp.Expr:
    if (summed := _find_integer_sum(node)) is not None:
        return exp.cast(summed, "bigint")  # DuckDB's own sum is wider and does not overflow
    if isinstance(node, exp.CountIf):
        counted = exp.Case(ifs=[exp.If(this=node.this.copy(), true=exp.Literal.number(1))])
        return exp.Count(this=counted)  # 0 if no row is true. DuckDB returns NULL if all are null.
    if isinstance(node, exp.ApproxDistinct):
        # Trino's answer is exact for few values, and DuckDB's own approximation is another.
        return exp.Count(this=exp.Distinct(expressions=[node.this.copy()]))
    if isinstance(node, exp.ApproxQuantile):
        return _match_quantile(node)
    if isinstance(node, _OF_PAIRS) and not all(is_type(side, *_FLOATS) for side in (node.this, node.expression)):
        raise unsupported(f"{node.key} of values that are not doubles")
    if isinstance(node, exp.Corr):  # NULL if a side is constant. DuckDB returns NaN.
        return exp.func("nullif", node.copy(), exp.cast(exp.Literal.string("NaN"), "double"))
    return node


def _match_quantile(node: exp.ApproxQuantile) -> exp.Expr:
    """Return the value that Trino returns of few values: the one at ``floor(quantile * count)``, counted from 0."""
    if node.args.get("weight") or node.args.get("accuracy"):
        raise unsupported("approx_percentile with a weight or an accuracy")
    quantile = node.args["quantile"]
    shares = quantile.expressions if isinstance(quantile, exp.Array) else [quantile]
    numbers = [_read_share(share) for share in shares]
    # DuckDB counts from the greatest value down if the number is negative.
    written = [exp.Literal.number(str(number - 1)) if number < 1 else exp.Literal.number(1) for number in numbers]
    chosen = exp.Array(expressions=written) if isinstance(quantile, exp.Array) else written[0]
    operand = exp.cast(node.this.copy(), "bigint") if is_type(node.this, *INTEGERS) else node.this.copy()
    return exp.Anonymous(this="quantile_disc", expressions=[operand, chosen])


def _read_share(share: exp.Expr) -> decimal.Decimal:
    if isinstance(share, exp.Cast):
        share = share.this
    if not isinstance(share, exp.Literal):
        raise unsupported("approx_percentile with a percentage that is not a literal")
    number = decimal.Decimal(share.name)
    if number > 1:
        raise unsupported(f"approx_percentile of {share.name}")
    return number


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
    is_sum = isinstance(innermost, exp.Sum) and is_type(innermost.this, *INTEGERS)
    return node.copy() if is_sum else None


def _match_cast(node: exp.Cast) -> exp.Expr:
    source, target = node.this, node.to
    if is_type(source, *exp.DataType.TEXT_TYPES):
        return _match_text_cast(node)
    if is_type(target, "timestamp", "timestamptz") and target.expressions:
        raise unsupported("a cast of a time to a timestamp with a precision")
    if has_type(source, LOCAL) and is_type(target, "timestamptz"):
        raise unsupported("a cast of a timestamp AT TIME ZONE to a timestamp with time zone")
    if is_type(target, "decimal") and not target.expressions:
        return exp.cast(source.copy(), "decimal(38, 0)")  # DuckDB's plain DECIMAL has three places, Trino's has none
    if is_type(target, "decimal") and is_type(source, *_FLOATS):
        return exp.cast(exp.cast(source.copy(), "text"), target.copy())  # Trino rounds the shortest text of a double
    if is_type(target, *INTEGERS) and is_type(source, "double", "float", "decimal"):
        rounded = node.copy()  # Trino rounds half away from zero, DuckDB's cast to even
        rounded.set("this", exp.Round(this=source.copy()))
        return rounded
    if is_type(target, *exp.DataType.TEXT_TYPES):
        _refuse_size(target)
        if is_type(source, "double", "float", "timestamp", "timestamptz", "interval") or has_type(source, LOCAL):
            # 1.5E0 and 04:05:06.000 in Trino
            raise unsupported(f"a cast of {source.type.sql(DIALECT).lower() if source.type else ''} to varchar")
    return node


def _match_text_cast(node: exp.Cast) -> exp.Expr:
    """Read a text by Trino's format. DuckDB's own cast then fails on the text that Trino refuses."""
    source, target = node.this, node.to
    if is_type(target, "timestamp", "timestamptz"):
        _check_precision(node)
    if is_type(target, "date", "timestamp"):
        return _read_time(node)
    if is_type(target, "timestamptz"):
        return match_zoned_text(node)
    if is_type(target, *INTEGERS):
        return _check_text(node, _WHOLE_NUMBER)  # DuckDB also accepts 7.5 and 1e3 and rounds them
    if is_type(target, "decimal"):
        if target.expressions:
            return _check_text(node, _DECIMAL)
        return exp.cast(source.copy(), "decimal(38, 0)")
    if is_type(target, "double", "float", "boolean"):
        return _check_text(node, _BOOLEAN if is_type(target, "boolean") else _DOUBLE)
    if is_type(target, *exp.DataType.TEXT_TYPES):
        _refuse_size(target)
    return node


def _refuse_size(text: exp.DataType) -> None:
    """Refuse a text's type that has a length: DuckDB doesn't cut the text."""
    if text.expressions or is_type(text, "char"):
        raise unsupported("a cast to varchar(n) or char(n)")


def _check_precision(node: exp.Cast) -> None:
    """Refuse a precision that is not Athena's, unless it is that of the text itself."""
    places = [int(size.name) for size in node.to.expressions]
    text = node.this.name if isinstance(node.this, exp.Literal) else None
    fraction = len(text.partition(".")[2].partition(" ")[0]) if text is not None else None
    if any(size != MILLISECONDS and not (size < MILLISECONDS and fraction == size) for size in places):
        raise unsupported("a timestamp with another precision than three decimal places")


def _check_text(node: exp.Cast, pattern: str) -> exp.Expr:
    """Fail on a text that Trino doesn't read as the cast's type, where DuckDB reads more."""
    source = node.this
    reads = exp.RegexpLike(this=source.copy(), expression=exp.Literal.string(pattern))
    checked = exp.Case(ifs=[exp.If(this=reads, true=node.copy())])
    if not isinstance(node, exp.TryCast):
        checked.set("default", refuse_text(source, f"Value cannot be cast to {node.to.sql(dialect=DIALECT).lower()}: "))
    return exp.paren(checked, copy=False)


def _read_time(node: exp.Cast) -> exp.Expr:
    source, is_date = node.this, is_type(node.to, "date")
    if is_date and (node.meta.get(IS_PARTITION_DATE) or is_plain_date(source)):
        # DuckDB can't choose the partitions of a filter with a function in Python, or with a cast that may fail.
        return exp.TryCast(this=source.copy(), to=node.to.copy())
    kind = "date" if is_date else "timestamp"
    read = exp.Anonymous(this=TEXT_TO_DATE if is_date else TEXT_TO_TIMESTAMP, expressions=[source.copy()])
    if isinstance(node, exp.TryCast):
        return read
    return exp.func("coalesce", read, refuse_text(source, f"Value cannot be cast to {kind}: "))

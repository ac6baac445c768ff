"""Trino's arrays, where DuckDB's lists differ: https://trino.io/docs/current/functions/array.html"""

from __future__ import annotations

from sqlglot import exp

from embedded_cloud.athena.errors import unsupported
from embedded_cloud.athena.failing import fail_if, is_below
from embedded_cloud.athena.kinds import is_type

_START_AT_ONE = "SQL array indices start at 1"


def match_array(node: exp.Expr) -> exp.Expr | None:
    """Return the node for which DuckDB gives Trino's array or item, or None if ``node`` needs no change."""
    if isinstance(node, exp.Bracket):
        return _match_item(node)
    if isinstance(node, exp.GenerateSeries):
        return _match_sequence(node)
    if isinstance(node, exp.Unnest) and len(node.expressions) > 1:
        raise unsupported("UNNEST of several arrays")
    if isinstance(node, exp.Reverse) and is_type(node.this, *exp.DataType.ARRAY_TYPES):
        raise unsupported("reverse of an array")
    if isinstance(node, exp.Struct | exp.Tuple) and isinstance(node.parent, exp.Select | exp.Alias):
        raise unsupported("a row as a result")
    return None


def _match_item(node: exp.Bracket) -> exp.Expr:
    """Fail on the index 0, and outside of the array unless ``node`` is an element_at."""
    items, index = node.this, node.expressions[0]
    if not node.args.get("safe"):
        index = exp.Add(this=exp.paren(index.copy()), expression=exp.Literal.number(1))  # sqlglot counts from 0
    extracted = exp.Anonymous(this="list_extract", expressions=[items.copy(), index.copy()])
    if node.args.get("safe"):
        return fail_if(exp.EQ(this=index.copy(), expression=exp.Literal.number(0)), _START_AT_ONE, extracted)
    size = exp.Anonymous(this="len", expressions=[items.copy()])
    beyond = exp.GT(this=index.copy(), expression=size)
    reason = "Array subscript must be less than or equal to array length"
    return fail_if(is_below(index, 1), _START_AT_ONE, fail_if(beyond, reason, extracted))


def _match_sequence(node: exp.GenerateSeries) -> exp.Expr:
    """Count down if the end is less than the start. Fail on a step in the other direction."""
    start, end, step = node.args["start"], node.args["end"], node.args.get("step")
    if not all(is_type(bound, *exp.DataType.INTEGER_TYPES) for bound in (start, end)):
        raise unsupported("sequence of values that are not integers")
    falls = exp.LT(this=end.copy(), expression=start.copy())
    counted = node.copy()
    if step is None:
        direction = exp.Case(ifs=[exp.If(this=falls, true=exp.Literal.number(-1))], default=exp.Literal.number(1))
        counted.set("step", direction)
        return counted
    rises = exp.GT(this=end.copy(), expression=start.copy())
    zero = exp.EQ(this=step.copy(), expression=exp.Literal.number(0))
    away = (exp.and_(falls, exp.not_(is_below(step, 0))), exp.and_(rises, is_below(step, 0)), zero)
    reason = "sequence stop value should be greater than or equal to start value if step is greater than zero otherwise"
    return fail_if(exp.or_(*away), f"{reason} stop should be less than or equal to start", counted)

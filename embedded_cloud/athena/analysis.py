"""Trino's analysis of a query: the names and the types that it accepts. sqlglot and DuckDB accept more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from embedded_cloud.athena.errors import USER_ERROR, QueryFailedError, unsupported
from embedded_cloud.athena.functions import ARGUMENTS, FUNCTIONS
from embedded_cloud.athena.grammar import format_position, read_syntax
from embedded_cloud.athena.meaning import COMPARISONS
from embedded_cloud.athena.sql import DIALECT
from embedded_cloud.athena.times import parse_zoned, text_to_date

MAXIMUM_BIGINT = 2**63 - 1
_KINDS = {
    "varchar": exp.DataType.TEXT_TYPES,
    "number": exp.DataType.NUMERIC_TYPES,
    "boolean": {exp.DataType.Type.BOOLEAN},
    "date or timestamp": exp.DataType.TEMPORAL_TYPES,
    "interval": {exp.DataType.Type.INTERVAL},
    "array": exp.DataType.ARRAY_TYPES,
}
# https://trino.io/docs/current/language/types.html
_TYPE_NAMES = (
    {"boolean", "tinyint", "smallint", "integer", "int", "bigint", "real", "double", "decimal", "varchar", "char"}
    | {"varbinary", "json", "date", "time", "timestamp"}
    | {"array", "map", "row", "uuid", "ipaddress"}
)
_LITERAL_TYPES = _TYPE_NAMES - {"array", "map", "row"}
# The literals whose text Trino checks before it runs the query.
_READERS: dict[str, Callable[[str], object]] = {"date": text_to_date, "timestamp": parse_zoned}
_TEXT = re.compile(r"\s*'([^']*)'")
_ON_TEXT = (exp.DPipe, exp.Like)
_ON_NUMBERS = (exp.Mul, exp.Div, exp.Mod)
_SUMS = (exp.Add, exp.Sub)
_OF_ONE_KIND = (*COMPARISONS, *_SUMS, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Array)
_RESOLVED_AS_FUNCTIONS = (exp.DPipe, exp.Greatest, exp.Least)
_LOGICAL = (exp.And, exp.Or, exp.Not, exp.Where, exp.Having)


def check_names(sql: str) -> None:
    """Refuse a query with a function that the embedded cloud does not have, or with a type that Trino does not have."""
    syntax = read_syntax(sql)
    for name, start in syntax.functions:
        if name not in FUNCTIONS:
            reason = f"{format_position(sql, start)}: Function '{name}' not registered in the embedded cloud"
            raise QueryFailedError("FUNCTION_NOT_FOUND", reason)
    for name, start in syntax.types:
        if name not in _TYPE_NAMES:
            raise QueryFailedError("TYPE_MISMATCH", f"{format_position(sql, start)}: Unknown type: {name}")
    for name, start in syntax.literals:
        if name not in _LITERAL_TYPES:
            raise QueryFailedError("TYPE_NOT_FOUND", f"{format_position(sql, start)}: Unknown resolvedType: {name}")
        text = _TEXT.match(sql, start + len(name))
        if name in _READERS and text and _READERS[name](text[1]) is None:
            reason = f"{format_position(sql, start)}: '{text[1]}' is not a valid {name.upper()} literal"
            raise QueryFailedError("INVALID_LITERAL", reason)
    for name, start in syntax.lacks:
        raise unsupported(f"{format_position(sql, start)}: {name}")


def check_joins(tree: exp.Expr) -> None:
    """Refuse a NATURAL JOIN and GROUP BY ALL, which sqlglot resolves. ``tree`` is as written."""
    if any(join.method.upper() == "NATURAL" for join in tree.find_all(exp.Join)):
        raise QueryFailedError("NOT_SUPPORTED", "line 1:1: Natural join not supported", USER_ERROR)
    if any(group.args.get("all") and not group.expressions for group in tree.find_all(exp.Group)):
        raise QueryFailedError("COLUMN_NOT_FOUND", "line 1:1: Column 'all' cannot be resolved")


def check_clauses(tree: exp.Expr, sql: str, known: MappingSchema) -> None:
    """Refuse clauses that Trino's grammar has and its analysis refuses. ``tree`` has qualified names."""
    for scope in traverse_scope(tree):
        select = scope.expression
        if isinstance(select, exp.Select):
            _check_having(scope, select, sql, known)
            if select.args.get("distinct") and (order := select.args.get("order")):
                _check_distinct_order(select, order)
    for operation in tree.find_all(exp.SetOperation):
        _check_set_operation(operation)


def _check_having(scope: Scope, select: exp.Select, sql: str, known: MappingSchema) -> None:
    """Refuse an alias in HAVING."""
    having = select.args.get("having")
    unqualified = [column for column in having.find_all(exp.Column) if not column.table] if having else []
    if not unqualified:
        return
    names: set[str] = set()
    for source in scope.sources.values():
        if isinstance(source, exp.Table):
            names |= set(known.column_names(source))
        elif isinstance(source.expression, exp.Query):
            names |= set(source.expression.named_selects)
    for column in unqualified:
        if column.name not in names:
            position = format_position(sql, column.this.meta.get("start", 0))
            raise QueryFailedError("COLUMN_NOT_FOUND", f"{position}: Column '{column.name}' cannot be resolved")


def _check_distinct_order(select: exp.Select, order: exp.Expr) -> None:
    returned = {item.unalias() for item in select.selects}
    names = {item.alias_or_name for item in select.selects}
    for ordered in order.expressions:
        by = ordered.this
        is_name = isinstance(by, exp.Column) and not by.table and by.name in names
        if not is_name and not isinstance(by, exp.Literal) and by not in returned:
            reason = "line 1:1: For SELECT DISTINCT, ORDER BY expressions must appear in select list"
            raise QueryFailedError("EXPRESSION_NOT_IN_DISTINCT", reason)


def _check_set_operation(operation: exp.SetOperation) -> None:
    left, right = operation.left.selects, operation.right.selects
    name = operation.key.upper()
    if any(item.is_star for item in (*left, *right)):
        return
    if len(left) != len(right):
        reason = f"line 1:1: {name} query has different number of fields: {len(left)}, {len(right)}"
        raise QueryFailedError("TYPE_MISMATCH", reason)
    for number, pair in enumerate(zip(left, right, strict=True), start=1):
        kinds = _list_kinds(pair)
        if len(kinds) > 1:
            reason = f"column {number} in {name} query has incompatible types: {', '.join(kinds)}"
            raise QueryFailedError("TYPE_MISMATCH", f"line 1:1: {reason}")


def check_types(tree: exp.Expr, sql: str) -> None:
    """Refuse operators and functions on values of other types. ``tree`` has sqlglot's types.

    Trino converts a value only within its kind, not even a literal. DuckDB does if the text happens to fit.
    """
    for node in tree.walk():
        if isinstance(node, exp.Literal) and node.is_int and int(node.name) > MAXIMUM_BIGINT:
            raise QueryFailedError("SYNTAX_ERROR", f"line 1:1: Invalid numeric literal: {node.name}")
        if isinstance(node, exp.Coalesce) and not node.expressions:
            raise QueryFailedError("SYNTAX_ERROR", "line 1:1: The 'coalesce' function must have at least two arguments")
        if reason := _find_mismatch(node):
            named = next((name for name in node.find_all(exp.Identifier) if "start" in name.meta), None)
            where = f"{format_position(sql, named.meta['start'])}: " if named else ""
            code = "FUNCTION_NOT_FOUND" if isinstance(node, _RESOLVED_AS_FUNCTIONS) else "TYPE_MISMATCH"
            raise QueryFailedError(code, f"{where}Cannot apply {reason}: {node.sql(dialect=DIALECT)}")
        if wrong := _find_wrong_argument(node):
            reason = f"Unexpected parameters ({wrong}) for function {node.key}: {node.sql(dialect=DIALECT)}"
            raise QueryFailedError("FUNCTION_NOT_FOUND", reason)


def _find_mismatch(node: exp.Expr) -> str:
    """Return the kinds that don't fit an operator, "" if they do or if one is unknown."""
    if isinstance(node, exp.Case | exp.If):
        return _find_case_mismatch(node)
    operands = [operand for operand in node.iter_expressions() if isinstance(operand, exp.Expr)]
    if isinstance(node, exp.In) and (query := node.args.get("query")):
        operands = [node.this, *query.unnest().selects]
    kinds = _list_kinds(operands)
    named = f"operator to {' and '.join(kinds)}"
    if isinstance(node, _OF_ONE_KIND):
        moves = isinstance(node, _SUMS) and set(kinds) == {"date or timestamp", "interval"}
        adds_text = isinstance(node, _SUMS) and bool({"varchar", "boolean"} & set(kinds))
        return named if (len(kinds) > 1 and not moves) or adds_text else ""
    if isinstance(node, _ON_TEXT):
        return named if set(kinds) - {"varchar"} and not (isinstance(node, exp.DPipe) and "array" in kinds) else ""
    if isinstance(node, _ON_NUMBERS):
        scales = set(kinds) == {"number", "interval"}
        return named if set(kinds) - {"number"} and not scales else ""
    if isinstance(node, exp.Neg):
        return named if set(kinds) - {"number", "interval"} else ""
    if isinstance(node, _LOGICAL):
        return named if set(kinds) - {"boolean"} else ""
    return ""


def _find_case_mismatch(node: exp.Case | exp.If) -> str:
    if isinstance(node, exp.If):
        if isinstance(node.parent, exp.Case):
            return ""  # a WHEN, which the Case checks
        conditions, results = [node.this], [node.args.get("true"), node.args.get("false")]
    else:
        conditions = [branch.this for branch in node.args["ifs"]]
        results = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
    tested = _list_kinds([node.this, *conditions] if isinstance(node, exp.Case) and node.this else conditions)
    if not (isinstance(node, exp.Case) and node.this) and set(tested) - {"boolean"}:
        return f"CASE to a condition of {' and '.join(tested)}"
    returned = _list_kinds(result for result in results if result is not None)
    return next((f"CASE to {' and '.join(kinds)}" for kinds in (tested, returned) if len(kinds) > 1), "")


def _find_wrong_argument(node: exp.Expr) -> str:
    """Return the kind of the first argument that a function does not take, "" if there is none."""
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct) and len(node.this.expressions) > 1:
        return "DISTINCT of several columns"
    if isinstance(node, exp.Length) and (node.args.get("binary") or node.args.get("encoding")):
        return "varchar, varchar"
    if isinstance(node, exp.Trunc) and node.args.get("decimals") is not None and node.this.is_type("double", "float"):
        return "double, integer"
    for argument, accepted in ARGUMENTS.get(type(node), {}).items():
        value = node.args.get(argument)
        for one in value if isinstance(value, list) else [value]:
            kind = _find_kind(one) if isinstance(one, exp.Expr) else ""
            if kind and kind not in accepted:
                return kind
    return ""


def _list_kinds(operands: Iterable[exp.Expr]) -> list[str]:
    """Return the different known kinds, in the operands' order."""
    return list(dict.fromkeys(kind for kind in map(_find_kind, operands) if kind))


def _find_kind(operand: exp.Expr) -> str:
    """Return the family of an operand's type, "" if unknown. Trino casts by itself only within a family."""
    if isinstance(operand, exp.Any | exp.All):
        return ""  # sqlglot types ANY (SELECT ...) as a boolean
    return next((kind for kind, types in _KINDS.items() if operand.is_type(*types)), "")

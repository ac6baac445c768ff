"""Trino's analysis of a query: the names and the types that it accepts. sqlglot and DuckDB accept more."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from embedded_cloud.athena.dates import check_format
from embedded_cloud.athena.decimals import MAXIMUM_PRECISION
from embedded_cloud.athena.errors import QueryFailedError, unsupported
from embedded_cloud.athena.functions import ARGUMENTS, FUNCTIONS
from embedded_cloud.athena.grammar import Call, format_position, read_syntax
from embedded_cloud.athena.kinds import COMPARISONS, find_kind, is_type, list_kinds
from embedded_cloud.athena.sql import DIALECT
from embedded_cloud.athena.times import parse_zoned, text_to_date

MAXIMUM_BIGINT = 2**63 - 1
# The kinds that Trino casts each kind to. It casts a text to all of them.
_CASTS = {
    "number": ("number", "boolean", "varchar"),
    "boolean": ("number", "boolean", "varchar"),
    "date or timestamp": ("date or timestamp", "varchar"),
    "interval": ("interval", "varchar"),
    "array": ("array",),
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
# Trino parses these itself. Other functions it looks up by the types of their arguments.
_CODES_OF_ARGUMENTS = {
    "coalesce": "SYNTAX_ERROR",
    "concat": "INVALID_FUNCTION_ARGUMENT",
    "if": "SYNTAX_ERROR",
    "nullif": "SYNTAX_ERROR",
}
_LOGICAL = (exp.And, exp.Or, exp.Not, exp.Where, exp.Having)


def check_names(sql: str) -> None:
    """Refuse a query with a function that the embedded cloud does not have, or with a type that Trino does not have."""
    syntax = read_syntax(sql)
    for call in syntax.calls:
        _check_call(call, format_position(sql, call.start))
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


def _check_call(call: Call, position: str) -> None:
    if call.name not in FUNCTIONS:
        reason = f"{position}: Function '{call.name}' not registered in the embedded cloud"
        raise QueryFailedError("FUNCTION_NOT_FOUND", reason)
    least, greatest = FUNCTIONS[call.name]
    if call.arguments < least or (greatest is not None and call.arguments > greatest):
        code = _CODES_OF_ARGUMENTS.get(call.name, "FUNCTION_NOT_FOUND")
        raise QueryFailedError(code, f"{position}: {call.arguments} parameters for function {call.name}")
    if call.name in ("date_format", "date_parse"):
        check_format(call, position)


def check_types(tree: exp.Expr, sql: str) -> None:
    """Refuse operators and functions on values of other types. ``tree`` has sqlglot's types.

    Trino converts a value only within its kind, not even a literal. DuckDB does if the text happens to fit.
    """
    for node in tree.walk():
        if isinstance(node, exp.Literal) and not node.is_string:
            _check_number(node)
        if isinstance(node, exp.Cast) and (cast := _find_wrong_cast(node)):
            raise QueryFailedError("TYPE_MISMATCH", f"Cannot cast {cast}: {node.sql(dialect=DIALECT)}")
        if isinstance(node, exp.Bracket) and find_kind(node.expressions[0]) not in ("", "number"):
            code = "FUNCTION_NOT_FOUND" if node.args.get("safe") else "TYPE_MISMATCH"
            raise QueryFailedError(code, f"Cannot use the subscript of {node.sql(dialect=DIALECT)}")
        if reason := _find_mismatch(node):
            named = next((name for name in node.find_all(exp.Identifier) if "start" in name.meta), None)
            where = f"{format_position(sql, named.meta['start'])}: " if named else ""
            code = "FUNCTION_NOT_FOUND" if isinstance(node, _RESOLVED_AS_FUNCTIONS) else "TYPE_MISMATCH"
            raise QueryFailedError(code, f"{where}Cannot apply {reason}: {node.sql(dialect=DIALECT)}")
        if wrong := _find_wrong_argument(node):
            reason = f"Unexpected parameters ({wrong}) for function {node.key}: {node.sql(dialect=DIALECT)}"
            raise QueryFailedError("FUNCTION_NOT_FOUND", reason)


def _check_number(literal: exp.Literal) -> None:
    digits = literal.name.replace(".", "").lstrip("0")
    if literal.is_int and int(literal.name) > MAXIMUM_BIGINT + isinstance(literal.parent, exp.Neg):
        raise QueryFailedError("SYNTAX_ERROR", f"line 1:1: Invalid numeric literal: {literal.name}")
    if not literal.is_int and digits.isdigit() and len(digits) > MAXIMUM_PRECISION:
        raise QueryFailedError("INVALID_LITERAL", f"line 1:1: '{literal.name}' is not a valid DECIMAL literal")


def _find_wrong_cast(node: exp.Cast) -> str:
    """Return the kinds of a cast that Trino doesn't have, "" if it has the cast or if a kind is unknown."""
    source, target = find_kind(node.this), find_kind(node.to)
    return f"{source} to {target}" if target and target not in _CASTS.get(source, (target,)) else ""


def _find_mismatch(node: exp.Expr) -> str:
    """Return the kinds that don't fit an operator, "" if they do or if one is unknown."""
    if isinstance(node, exp.Case | exp.If):
        return _find_case_mismatch(node)
    operands = [operand for operand in node.iter_expressions() if isinstance(operand, exp.Expr)]
    if isinstance(node, exp.In) and (query := node.args.get("query")):
        operands = [node.this, *query.unnest().selects]
    kinds = list_kinds(operands)
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
    tested = list_kinds([node.this, *conditions] if isinstance(node, exp.Case) and node.this else conditions)
    if not (isinstance(node, exp.Case) and node.this) and set(tested) - {"boolean"}:
        return f"CASE to a condition of {' and '.join(tested)}"
    returned = list_kinds(result for result in results if result is not None)
    return next((f"CASE to {' and '.join(kinds)}" for kinds in (tested, returned) if len(kinds) > 1), "")


def _find_wrong_argument(node: exp.Expr) -> str:
    """Return the kind of the first argument that a function does not take, "" if there is none."""
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct) and len(node.this.expressions) > 1:
        return "DISTINCT of several columns"
    if isinstance(node, exp.Trunc) and node.args.get("decimals") is not None and is_type(node.this, "double", "float"):
        return "double, integer"
    for argument, accepted in ARGUMENTS.get(type(node), {}).items():
        value = node.args.get(argument)
        for one in value if isinstance(value, list) else [value]:
            kind = find_kind(one) if isinstance(one, exp.Expr) else ""
            if kind == "number" and one is not None and is_type(one, *exp.DataType.INTEGER_TYPES):
                kind = "integer"
            if kind and kind not in accepted:
                return kind
    return ""

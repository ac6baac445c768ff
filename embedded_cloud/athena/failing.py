"""Errors that a query raises only if it meets the value."""

from __future__ import annotations

from sqlglot import exp

INVALID_ARGUMENT = "INVALID_FUNCTION_ARGUMENT"


def fail_if(condition: exp.Expr, reason: str, otherwise: exp.Expr, code: str = INVALID_ARGUMENT) -> exp.Expr:
    """Return an expression that ends the query with Trino's ``code`` where ``condition`` is true."""
    fails = exp.Anonymous(this="error", expressions=[exp.Literal.string(f"{code}: {reason}")])
    return exp.paren(exp.Case(ifs=[exp.If(this=condition, true=fails)], default=otherwise), copy=False)


def refuse_text(text: exp.Expr, reason: str) -> exp.Expr:
    """Return an expression that ends the query: the cast of ``text`` fails. It is NULL for NULL."""
    reason = f"INVALID_CAST_ARGUMENT: {reason}"
    return exp.Anonymous(this="error", expressions=[exp.DPipe(this=exp.Literal.string(reason), expression=text.copy())])


def is_below(value: exp.Expr, bound: int) -> exp.Expr:
    """Return the condition that ``value`` is less than ``bound``."""
    return exp.LT(this=value.copy(), expression=exp.Literal.number(bound))


def find_integer(value: exp.Expr) -> int | None:
    """Return the value of an integer literal, with its sign. None for any other expression."""
    sign, literal = (-1, value.this) if isinstance(value, exp.Neg) else (1, value)
    return sign * int(literal.name) if isinstance(literal, exp.Literal) and literal.is_int else None


def find_text(value: object) -> str | None:
    """Return the text of a string literal. None for any other expression."""
    return value.name if isinstance(value, exp.Literal) and value.is_string else None

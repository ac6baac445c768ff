"""Athena's SQL: tokens, syntax trees and bound parameters."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from embedded_cloud.athena.errors import USER_ERROR, InvalidSqlError, QueryFailedError, unsupported
from embedded_cloud.athena.grammar import read_syntax

DIALECT = "trino"  # sqlglot's athena dialect adds only Hive's DDL, which is not supported
# The name of a database, table or view in a statement that sqlglot does not parse: with backticks, quotes or neither.
NAME = r"[`\"]?(\w+)[`\"]?"

# sqlglot's messages about a function with too many arguments or too few.
_ARGUMENTS = re.compile(r"number of provided arguments|Required argument")
_LITERALS = (exp.Literal, exp.Boolean, exp.Null)


def tokenize(sql: str) -> list[Token]:
    """Return the statement's tokens without a closing semicolon.

    Raises
    ------
    InvalidSqlError
        If ``sql`` holds no statement, more than one, or a character that can't begin a token.
    """
    try:
        found = list(sqlglot.tokenize(sql, read=DIALECT))
    except TokenError as error:
        raise InvalidSqlError(f"line 1:1: {error}") from error
    if found and found[-1].token_type is TokenType.SEMICOLON:
        found.pop()
    if not found:
        raise InvalidSqlError("line 1:1: mismatched input '<EOF>'. Expecting: <query>")
    if any(token.token_type is TokenType.SEMICOLON for token in found):
        raise InvalidSqlError(f"Only one sql statement is allowed. Got: {sql}")
    return found


def check_syntax(sql: str) -> None:
    """Check a query against Trino's grammar.

    Raises
    ------
    InvalidSqlError
        If Athena's parser would refuse the query. The message is Athena's.
    """
    tokenize(sql)
    if error := read_syntax(sql).error:
        raise InvalidSqlError(error)


def parse(sql: str) -> exp.Expr:
    """Return the query's syntax tree.

    Raises
    ------
    InvalidSqlError
        If Athena's parser would refuse the query.
    QueryFailedError
        If only sqlglot refuses it: for a function's number of arguments, or for syntax that sqlglot does not know.
    """
    check_syntax(sql)
    return _read_tree(sql)


def _read_tree(sql: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(sql, dialect=DIALECT)
    except ParseError as error:
        fault = error.errors[0]
        position = f"line {fault['line']}:{fault['col'] - max(len(fault['highlight']) - 1, 0)}"
        if _ARGUMENTS.search(fault["description"]):
            raise QueryFailedError("FUNCTION_NOT_FOUND", f"{position}: {fault['description']}") from error
        raise unsupported(f"{position}: the syntax at '{fault['highlight']}'") from error


def bind(sql: str, parameters: Sequence[str]) -> str:
    """Return the statement with each ``?`` replaced by its literal from ``parameters``.

    https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
    """
    marks = [token for token in tokenize(sql) if token.token_type is TokenType.PLACEHOLDER]
    if len(marks) != len(parameters):
        count = f"Incorrect number of parameters: expected {len(marks)} but found {len(parameters)}"
        raise QueryFailedError("INVALID_PARAMETER_USAGE", f"line 1:1: {count}", USER_ERROR)
    if not marks:
        return sql
    # The statement may also be an INSERT. The syntax of its query has been checked.
    if any(mark.find_ancestor(exp.Where) is None for mark in _read_tree(sql).find_all(exp.Placeholder)):
        raise QueryFailedError("SYNTAX_ERROR", "line 1:1: parameters are supported only in the WHERE clause")
    literals = [_parse_literal(parameter, number) for number, parameter in enumerate(parameters, start=1)]
    for mark, literal in reversed(list(zip(marks, literals, strict=True))):
        sql = f"{sql[: mark.start]}{literal}{sql[mark.end + 1 :]}"
    return sql


def split_list(sql: str) -> list[str]:
    """Split a list of expressions. Return each in Trino's SQL.

    Raises
    ------
    InvalidSqlError
        If ``sql`` is not a list of expressions.
    """
    return [value.sql(dialect="trino") for value in _parse_expressions(sql)]


def _parse_expressions(sql: str) -> list[exp.Expr]:
    tree = parse(f"SELECT {sql}")
    clauses = [name for name, value in tree.args.items() if value and name != "expressions"]
    if not isinstance(tree, exp.Select) or clauses:
        raise InvalidSqlError(f"line 1:1: {sql} is not a list of expressions")
    return tree.selects


def _parse_literal(parameter: str, number: int) -> str:
    try:
        (value,) = _parse_expressions(parameter)
    except (InvalidSqlError, QueryFailedError, ValueError):
        value = exp.Star()
    constant = value.this if isinstance(value, exp.Neg | exp.Cast) else value
    if not isinstance(constant, _LITERALS):
        hint = f"parameter {number} is not a literal: {parameter} (put a string in single quotes)"
        raise QueryFailedError("SYNTAX_ERROR", f"line 1:1: {hint}")
    return value.sql(dialect="trino")

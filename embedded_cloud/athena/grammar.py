"""Trino's own grammar, which decides if a statement's syntax is Athena's. sqlglot and DuckDB accept more.

https://github.com/trinodb/trino/blob/476/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from antlr4 import CommonTokenStream, InputStream  # type: ignore[import-untyped]
from antlr4.atn.PredictionMode import PredictionMode  # type: ignore[import-untyped]
from antlr4.error.ErrorListener import ErrorListener  # type: ignore[import-untyped]

_CACHED_STATEMENTS = 256
_NO_IDENTIFIERS = {
    "BACKQUOTED_IDENTIFIER": "backquoted identifiers are not supported; use double quotes to quote identifiers",
    "DIGIT_IDENTIFIER": "identifiers must not start with a digit; surround the identifier with double quotes",
}


class _Characters(InputStream):  # type: ignore[misc]
    """A statement's characters, which the grammar sees in upper case."""

    def LA(self, offset: int) -> int:  # noqa: N802 - ANTLR's name
        code: int = super().LA(offset)
        return ord(upper) if code > 0 and len(upper := chr(code).upper()) == 1 else code


class _FirstError(ErrorListener):  # type: ignore[misc]
    """The message of a statement's first syntax error, in Trino's words."""

    def __init__(self) -> None:
        super().__init__()
        self.message = ""

    def syntaxError(  # noqa: N802 - ANTLR's name
        self, recognizer: Any, offending: Any, line: int, column: int, msg: str, e: Any
    ) -> None:
        """Keep the message of the first error. ``column`` counts from 0, Trino from 1."""
        del recognizer, e
        if not self.message:
            said = msg if offending is None else f"mismatched input '{offending.text}'"
            self.message = f"line {line}:{column + 1}: {said}"


@dataclass(frozen=True)
class Syntax:
    """A statement by Trino's grammar: its first syntax error, if any, or the names of its functions, of its
    types, and of the types of its literals (``DATE '2026-11-23'``).

    Each name comes in lower case with the index of its first character.
    """

    error: str = ""
    functions: tuple[tuple[str, int], ...] = ()
    types: tuple[tuple[str, int], ...] = ()
    literals: tuple[tuple[str, int], ...] = ()


@lru_cache(_CACHED_STATEMENTS)
def read_syntax(sql: str) -> Syntax:
    """Parse a statement by Trino's grammar."""
    # SLL is the fast prediction. It may fail on good statements, so the slow one decides about a failure, as in Trino.
    found = _parse(sql, PredictionMode.SLL)
    return _parse(sql, PredictionMode.LL) if found.error else found


def _parse(sql: str, mode: PredictionMode) -> Syntax:
    # Here, since the import takes a second and most users of the embedded cloud don't query.
    from trino_query_parser.SqlBaseLexer import SqlBaseLexer  # type: ignore[import-untyped]
    from trino_query_parser.SqlBaseParser import SqlBaseParser  # type: ignore[import-untyped]

    first = _FirstError()
    tokens = CommonTokenStream(SqlBaseLexer(_Characters(sql)))
    parser = SqlBaseParser(tokens)
    parser.removeErrorListeners()
    parser.addErrorListener(first)
    parser._interp.predictionMode = mode
    tree = parser.singleStatement()
    if first.message:
        return Syntax(first.message)
    refused = {getattr(SqlBaseLexer, name): reason for name, reason in _NO_IDENTIFIERS.items()}
    for token in tokens.tokens:
        if reason := refused.get(token.type):
            return Syntax(f"line {token.line}:{token.column + 1}: {reason}")
    kinds = (SqlBaseParser.FunctionCallContext, SqlBaseParser.GenericTypeContext, SqlBaseParser.TypeConstructorContext)
    return Syntax("", *(tuple(_list_names(tree, kind)) for kind in kinds))


def _list_names(tree: Any, kinds: Any) -> Iterator[tuple[str, int]]:
    """Yield the name of each node of ``kinds``: the node's first child."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, kinds):
            named = node.getChild(0)
            yield named.getText().lower(), named.start.start if hasattr(named, "start") else named.symbol.start
        pending += reversed(getattr(node, "children", None) or [])

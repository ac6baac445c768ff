"""Trino's own grammar, which decides if a statement's syntax is Athena's. sqlglot and DuckDB accept more.

https://github.com/trinodb/trino/blob/476/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

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


@lru_cache(_CACHED_STATEMENTS)
def find_syntax_error(sql: str) -> str:
    """Return Trino's message about the first syntax error of a statement, or "" if there is none."""
    # SLL is the fast prediction. It may fail on good statements, so the slow one decides about a failure, as in Trino.
    return _parse(sql, PredictionMode.SLL) and _parse(sql, PredictionMode.LL)


def _parse(sql: str, mode: PredictionMode) -> str:
    # Here, since the import takes a second and most users of the embedded cloud don't query.
    from trino_query_parser.SqlBaseLexer import SqlBaseLexer  # type: ignore[import-untyped]
    from trino_query_parser.SqlBaseParser import SqlBaseParser  # type: ignore[import-untyped]

    first = _FirstError()
    tokens = CommonTokenStream(SqlBaseLexer(_Characters(sql)))
    parser = SqlBaseParser(tokens)
    parser.removeErrorListeners()
    parser.addErrorListener(first)
    parser.buildParseTrees = False
    parser._interp.predictionMode = mode
    parser.singleStatement()
    if first.message:
        return first.message
    refused = {getattr(SqlBaseLexer, name): reason for name, reason in _NO_IDENTIFIERS.items()}
    for token in tokens.tokens:
        if reason := refused.get(token.type):
            return f"line {token.line}:{token.column + 1}: {reason}"
    return ""

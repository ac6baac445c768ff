"""Query errors with Athena's messages and the numbers of its error catalog."""

from __future__ import annotations

import re
from typing import Any

import duckdb

# https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
CATEGORY_SYSTEM, CATEGORY_USER = 1, 2
ENGINE_ERROR, USER_ERROR, DATA_ERROR, SYNTAX_ERROR = 200, 1000, 1001, 1006

UNSUPPORTED = "is not supported by the embedded cloud"


class InvalidSqlError(Exception):
    """A statement that Athena refuses on submission: StartQueryExecution raises InvalidRequestException."""


class QueryFailedError(Exception):
    """A query failure: the query ends FAILED, with this error as its ``StateChangeReason``.

    Parameters
    ----------
    code
        Trino's error name, such as ``TABLE_NOT_FOUND``. It is the first word of the reason.
    message
        The rest of the reason.
    error_type
        A number from Athena's error catalog.
    """

    def __init__(self, code: str, message: str, error_type: int = SYNTAX_ERROR) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.error_type = error_type

    def to_athena_error(self) -> dict[str, Any]:
        """Return the shape of QueryExecutionStatus.AthenaError.

        https://docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html
        """
        return {
            "ErrorCategory": CATEGORY_SYSTEM if self.error_type == ENGINE_ERROR else CATEGORY_USER,
            "ErrorType": self.error_type,
            "Retryable": False,
            "ErrorMessage": str(self),
        }


def unsupported(feature: str) -> QueryFailedError:
    """Return the failure of a query that needs a feature of Athena that the embedded cloud lacks."""
    return QueryFailedError("NOT_SUPPORTED", f"{feature} {UNSUPPORTED}", USER_ERROR)


# DuckDB's message, and Trino's name and number for the same error. Trino's position is unknown at this point.
_REASONS: tuple[tuple[str, str, int], ...] = (
    (r"GROUP BY clause cannot contain", "EXPRESSION_NOT_SCALAR", SYNTAX_ERROR),
    (r"Duplicate CTE name", "DUPLICATE_NAMED_QUERY", SYNTAX_ERROR),
    (r"expression without FROM clause", "COLUMN_NOT_FOUND", SYNTAX_ERROR),
    (r"VALUES lists must all be the same length", "TYPE_MISMATCH", SYNTAX_ERROR),
    (r"columns available but", "MISMATCHED_COLUMN_ALIASES", SYNTAX_ERROR),
    (r"Frame (starting|start|end)", "INVALID_WINDOW_FRAME", SYNTAX_ERROR),
    (r"More than one row returned by a subquery", "SUBQUERY_MULTIPLE_ROWS", USER_ERROR),
    (
        r"Could not parse string .* according to|Invalid replacement string|Like pattern must not end"
        r"|Invalid escape string|missing \)",
        "INVALID_FUNCTION_ARGUMENT",
        USER_ERROR,
    ),
    (r"WHERE clause cannot contain (aggregates|window)", "EXPRESSION_NOT_SCALAR", SYNTAX_ERROR),
    (r"aggregate function calls cannot be nested", "NESTED_AGGREGATION", SYNTAX_ERROR),
    (r"Window functions are not supported here", "MISSING_OVER", SYNTAX_ERROR),
    (r"Ambiguous reference to column", "AMBIGUOUS_NAME", SYNTAX_ERROR),
    (r"must appear in the GROUP BY", "EXPRESSION_NOT_AGGREGATE", SYNTAX_ERROR),
    (
        r"Cannot (compare|mix) values|No function matches the given name and argument types",
        "TYPE_MISMATCH",
        SYNTAX_ERROR,
    ),
    (r"Referenced column|does not have a column named", "COLUMN_NOT_FOUND", SYNTAX_ERROR),
    (r"JSON transform error|Malformed JSON", "HIVE_BAD_DATA", DATA_ERROR),
    (r"Division by zero|value -?(inf|nan) can't be cast", "DIVISION_BY_ZERO", USER_ERROR),
    (r"Type (DOUBLE|FLOAT) with value .*INT64", "INVALID_CAST_ARGUMENT", USER_ERROR),
    (r"Out of Range Error|out of range for the destination type", "NUMERIC_VALUE_OUT_OF_RANGE", USER_ERROR),
    (r"Conversion Error", "INVALID_CAST_ARGUMENT", USER_ERROR),
    (r"Function with name \S+ does not exist", "FUNCTION_NOT_FOUND", SYNTAX_ERROR),
)


# Our own code in front of a message: of error() in the query, or of a function in Python.
_OWN_CODE = re.compile(r"(?:Input Error|ValueError): ([A-Z]+(?:_[A-Z]+)+): (.*)", re.DOTALL)
# Regular expressions that RE2 doesn't have.
_RE2 = re.compile(r"invalid (perl operator|escape sequence|repetition size|character class range): .*")


def translate_duckdb_error(error: duckdb.Error) -> QueryFailedError:
    """Return the failure that Athena reports for an error of DuckDB."""
    said = str(error)
    message = " ".join(said.partition("LINE ")[0].split())
    if own := _OWN_CODE.search(message):
        return QueryFailedError(own[1], own[2], USER_ERROR)
    if regular := _RE2.search(message):
        return unsupported(f"the regular expression ({regular[0]})")
    if UNSUPPORTED in message:
        return QueryFailedError("NOT_SUPPORTED", message.rpartition("ValueError: ")[2], USER_ERROR)
    for pattern, code, error_type in _REASONS:
        if re.search(pattern, said):
            return QueryFailedError(code, message, error_type)
    return QueryFailedError("GENERIC_INTERNAL_ERROR", message, ENGINE_ERROR)

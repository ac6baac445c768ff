"""How a query ends other than well: Athena's words, and the numbers of its error catalog."""

from __future__ import annotations

import re
from typing import Any

import duckdb

# https://docs.aws.amazon.com/athena/latest/ug/error-reference.html
CATEGORY_SYSTEM, CATEGORY_USER = 1, 2
ENGINE_ERROR, USER_ERROR, DATA_ERROR, SYNTAX_ERROR = 200, 1000, 1001, 1006

UNSUPPORTED = "is not supported by the embedded cloud"


class InvalidSqlError(Exception):
    """A statement that Athena refuses as it is submitted: StartQueryExecution raises InvalidRequestException."""


class QueryFailedError(Exception):
    """The query's end in state FAILED, with ``StateChangeReason``.

    Parameters
    ----------
    code
        Trino's name of the error, the first word of the reason: ``TABLE_NOT_FOUND``.
    message
        The rest of the reason.
    error_type
        A number of Athena's error catalog.
    """

    def __init__(self, code: str, message: str, error_type: int = SYNTAX_ERROR) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.error_type = error_type

    def to_athena_error(self) -> dict[str, Any]:
        """As QueryExecutionStatus.AthenaError. https://docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html"""
        return {
            "ErrorCategory": CATEGORY_SYSTEM if self.error_type == ENGINE_ERROR else CATEGORY_USER,
            "ErrorType": self.error_type,
            "Retryable": False,
            "ErrorMessage": str(self),
        }


def unsupported(what: str) -> QueryFailedError:
    """What Athena does and the embedded cloud does not."""
    return QueryFailedError("NOT_SUPPORTED", f"{what} {UNSUPPORTED}", USER_ERROR)


# What DuckDB says, and Trino's name of the same fault; Trino's position of it is not known by then.
_REASONS: tuple[tuple[str, str, int], ...] = (
    (r"must appear in the GROUP BY", "EXPRESSION_NOT_AGGREGATE", SYNTAX_ERROR),
    (
        r"Cannot (compare|mix) values|No function matches the given name and argument types",
        "TYPE_MISMATCH",
        SYNTAX_ERROR,
    ),
    (r"Referenced column|does not have a column named", "COLUMN_NOT_FOUND", SYNTAX_ERROR),
    (r"JSON transform error|Malformed JSON", "HIVE_BAD_DATA", DATA_ERROR),
    (r"Division by zero|value -?(inf|nan) can't be cast", "DIVISION_BY_ZERO", USER_ERROR),
    (r"Out of Range Error|out of range for the destination type", "NUMERIC_VALUE_OUT_OF_RANGE", USER_ERROR),
    (r"Conversion Error", "INVALID_CAST_ARGUMENT", USER_ERROR),
    (r"Function with name \S+ does not exist", "FUNCTION_NOT_FOUND", SYNTAX_ERROR),
)


def translate_duckdb_error(error: duckdb.Error) -> QueryFailedError:
    """The failure that Athena reports where DuckDB raised ``error``."""
    said = str(error)
    message = " ".join(said.partition("LINE ")[0].split())
    for pattern, code, error_type in _REASONS:
        if re.search(pattern, said):
            return QueryFailedError(code, message, error_type)
    return QueryFailedError("GENERIC_INTERNAL_ERROR", message, ENGINE_ERROR)

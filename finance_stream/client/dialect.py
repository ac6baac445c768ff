"""The questions' SQL, which is Athena's, in DuckDB's dialect.

sqlglot translates the syntax. This module corrects the functions that mean something else in DuckDB, and refuses each
function that no test has compared: the answers of both engines must be equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, reduce

from sqlglot import exp, parse_one
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

TEXT, NUMBER = "varchar", "double"
PARTITIONS = {"interval": TEXT, "dt": TEXT}
DELIVERED = {"name": TEXT, "ts": TEXT} | dict.fromkeys(("open", "high", "low", "close", "volume"), NUMBER)
DELIVERED |= {"collected_at": TEXT}
COMPACTED = DELIVERED | {"volume": "bigint", "traded": NUMBER}
# The tables of resources/catalog.yml, with Trino's types.
TABLES = {"delivered_bars": DELIVERED | PARTITIONS, "compacted_bars": COMPACTED | PARTITIONS}

_INTEGERS = exp.DataType.INTEGER_TYPES
# tests/embedded_cloud/athena/test_readers.py compares the answers of the questions that have them.
_COMPARED = frozenset(
    {
        *(exp.Abs, exp.And, exp.ArgMax, exp.ArgMin, exp.Array, exp.ArrayAgg, exp.ArrayToString, exp.Avg, exp.Case),
        *(exp.Cast, exp.Coalesce, exp.Concat, exp.Count, exp.CountIf, exp.DateDiff, exp.FirstValue, exp.Floor),
        *(exp.FromISO8601Timestamp, exp.If, exp.Lag, exp.Least, exp.Max, exp.Min, exp.Nullif, exp.Or, exp.Rank),
        *(exp.RegexpExtract, exp.RegexpLike, exp.Round, exp.RowNumber, exp.Substring, exp.Sum, exp.TimeToUnix),
        exp.Unnest,
    }
)
# sqlglot's own types of the functions, and one that it lacks.
_TYPES = Trino.EXPRESSION_METADATA | {exp.RegexpExtract: {"returns": exp.DataType.Type.VARCHAR}}
_CACHED_STATEMENTS = 64


class UntranslatedError(Exception):
    """SQL that only Athena can run. The text is one line that says why."""


@lru_cache(_CACHED_STATEMENTS)
def translate(sql: str, view: str | None = None) -> str:
    """Return a SELECT in DuckDB's dialect. The ``?`` stay.

    Parameters
    ----------
    sql
        A SELECT from :data:`TABLES`, and from the view ``bars`` if ``view`` has its definition.

    Raises
    ------
    UntranslatedError
        When it isn't one SELECT from these, or has a function that no test has compared.
    """
    schema = dict(TABLES)
    if view is not None:
        schema["bars"] = {
            column.alias_or_name: column.type.sql() for column in _analyze(view, TABLES).selects if column.type
        }
    tree = _analyze(sql, schema)
    known = {*schema, *(part.alias for part in tree.find_all(exp.CTE))}
    if unknown := sorted({table.name for table in tree.find_all(exp.Table)} - known):
        raise UntranslatedError(f"the reader has no table {unknown[0]}")
    for node in tree.walk():
        _check_compared(node)
    for node in reversed(list(tree.walk())):  # children before their parents
        if (replacement := _match(node)) is not node:
            node.replace(replacement)
    return tree.sql(dialect="duckdb", comments=False)


def _analyze(sql: str, schema: Mapping[str, Mapping[str, str]]) -> exp.Query:
    """Return the tree of a query, in which each node has its type."""
    try:
        tree = parse_one(sql, read="trino")
        if not isinstance(tree, exp.Query):
            raise UntranslatedError(f"{tree.key.upper()} is not a query")
        tables: dict[str, object] = {name: dict(columns) for name, columns in schema.items()}
        qualified = qualify(tree, dialect="trino", schema=tables)
        return annotate_types(qualified, dialect="trino", schema=tables, expression_metadata=_TYPES)
    except ParseError as error:  # its text underlines the place with a terminal's escape sequences
        raise UntranslatedError(error.errors[0]["description"]) from error
    except SqlglotError as error:
        raise UntranslatedError(" ".join(str(error).split())) from error


def _check_compared(node: exp.Expr) -> None:
    if isinstance(node, exp.Func) and type(node) not in _COMPARED:
        raise UntranslatedError(f"no test has compared the function {node.sql_name().lower()}")
    if isinstance(node, exp.AtTimeZone) and node.text("zone") != "UTC":
        raise UntranslatedError("no test has compared a zone other than UTC")


def _match(node: exp.Expr) -> exp.Expr:
    """Return the node for which DuckDB gives Trino's result of ``node``."""
    if isinstance(node, exp.Cast) and node.to.this in _INTEGERS:
        # Trino rounds half away from zero, and DuckDB's cast to even. DuckDB refuses to round a text.
        is_text = node.this.type is not None and node.this.type.this in exp.DataType.TEXT_TYPES
        return node if is_text else exp.cast(exp.Round(this=node.this.copy()), node.to.copy())
    if isinstance(node, exp.CountIf):  # DuckDB's own is null if all are null, and wider than a bigint
        return exp.Count(this=exp.Case(ifs=[exp.If(this=node.this.copy(), true=exp.Literal.number(1))]))
    if isinstance(node, exp.Concat):  # null if one of them is null. DuckDB's own leaves it out
        return exp.paren(reduce(lambda left, right: exp.DPipe(this=left, expression=right), node.expressions))
    if isinstance(node, exp.DateDiff):
        # Trino counts the whole units between two times. DuckDB's date_diff counts crossed boundaries.
        unit = exp.Literal.string(node.text("unit").lower() or "day")
        return exp.Anonymous(this="date_sub", expressions=[unit, node.expression.copy(), node.this.copy()])
    return node

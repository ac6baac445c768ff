"""The compiler of queries: it applies Trino's checks and translates the query to DuckDB's SQL.

sqlglot and DuckDB both accept more than Trino. This module refuses the difference: functions that Trino does not have,
an alias used in WHERE, a comparison of values of two types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.schema import MappingSchema

from embedded_cloud.athena.catalog import CATALOG, PATH_COLUMN, CatalogTable, View
from embedded_cloud.athena.errors import QueryFailedError, unsupported
from embedded_cloud.athena.functions import FUNCTIONS
from embedded_cloud.athena.meaning import COMPARISONS, OWN_OFFSET, match_trino
from embedded_cloud.athena.sql import DIALECT, format_position, parse

_ON_TEXT = (exp.DPipe, exp.Concat, exp.Like)
_ON_NUMBERS = (exp.Mul, exp.Div, exp.Mod)  # without + and -, which also add intervals to dates
_OPERATORS = (*COMPARISONS, *_ON_TEXT, *_ON_NUMBERS)
_KINDS = {
    "varchar": exp.DataType.TEXT_TYPES,
    "number": exp.DataType.NUMERIC_TYPES,
    "boolean": {exp.DataType.Type.BOOLEAN},
    "date or timestamp": exp.DataType.TEMPORAL_TYPES,
}
_TYPES = Trino.EXPRESSION_METADATA | {
    exp.AtTimeZone: {"returns": exp.DataType.Type.TIMESTAMPTZ},
    exp.FromISO8601Timestamp: {"returns": OWN_OFFSET},
}
_UNNAMED = "unnamed column "  # the number follows: a temporary alias until the column gets Trino's name

Lookup = Callable[[str, str, str], CatalogTable | View]


@dataclass(frozen=True)
class Compiled:
    """A query in DuckDB's SQL, the tables and views that it names, and the indexes of its columns with a time zone."""

    sql: str
    sources: tuple[CatalogTable | View, ...]
    written_names: dict[str, str]
    zoned: frozenset[int]

    def restore_names(self, columns: Sequence[str]) -> list[str]:
        """Return Trino's names for DuckDB's ``columns``: as written in the query, or ``_col0`` by position."""
        return [
            f"_col{index}" if column.startswith(_UNNAMED) else self.written_names.get(column, column)
            for index, column in enumerate(columns)
        ]


def compile_query(sql: str, schema: str, lookup: Lookup) -> Compiled:
    """Check a query and translate it to DuckDB's SQL.

    Parameters
    ----------
    sql
        One SELECT, without ``?``.
    schema
        The database of unqualified names.
    lookup
        Finds a table or view by database, name and position in the query.

    Raises
    ------
    QueryFailedError
        If Trino's analysis would fail. It carries Trino's error code and position.
    """
    tree = parse(sql)
    if not isinstance(tree, exp.Query):
        raise unsupported(f"a {tree.key.upper()} statement instead of a query")
    _check_functions(tree, sql)
    sources = _find_sources(tree, sql, schema, lookup)
    written_names = _name_columns(tree)
    _drop_schemas(tree, sources)
    known = _build_schema(sources)
    try:
        tree = qualify(tree, dialect=DIALECT, schema=known, catalog=CATALOG, db=schema, expand_alias_refs=False)
    except OptimizeError as error:
        raise _column_error(str(error)) from error
    tree = annotate_types(tree, schema=known, dialect=DIALECT, expression_metadata=_TYPES)
    _check_types(tree, sql)
    if any(column.is_type(OWN_OFFSET) for column in tree.selects):
        raise unsupported("a result column of a timestamp with its own offset")
    zoned = frozenset(index for index, column in enumerate(tree.selects) if column.is_type("timestamptz"))
    for node in reversed(list(tree.walk())):  # children before their parents
        if (replacement := match_trino(node)) is not node:
            node.replace(replacement)
    return Compiled(tree.sql(dialect="duckdb"), tuple(sources), written_names, zoned)


def _check_functions(tree: exp.Expr, sql: str) -> None:
    for function in tree.find_all(exp.Func):
        start, end = function.meta.get("start"), function.meta.get("end")
        if start is None or end is None:
            continue  # CASE, CAST, AND and so on are syntax, not function names
        name = sql[start : end + 1].lower()
        if name.isidentifier() and name not in FUNCTIONS:
            reason = f"{format_position(sql, start)}: Function '{name}' not registered in the embedded cloud"
            raise QueryFailedError("FUNCTION_NOT_FOUND", reason)


def _check_types(tree: exp.Expr, sql: str) -> None:
    """Refuse operators on values of different types.

    Trino converts no value to another type here, not even a literal. DuckDB does if the text happens to fit.
    """
    for operation in tree.find_all(*_OPERATORS):
        operands = [operand for operand in operation.iter_expressions() if isinstance(operand, exp.Expr)]
        kinds = {kind for kind in map(_find_kind, operands) if kind}
        if isinstance(operation, _ON_TEXT):
            kinds.add("varchar")
        fails = len(kinds) > 1 or (isinstance(operation, _ON_NUMBERS) and kinds == {"varchar"})
        if fails:
            named = next((name for name in operation.find_all(exp.Identifier) if "start" in name.meta), None)
            where = f"{format_position(sql, named.meta['start'])}: " if named else ""
            applied = f"Cannot apply operator to {' and '.join(sorted(kinds))}: {operation.sql(dialect=DIALECT)}"
            raise QueryFailedError("TYPE_MISMATCH", f"{where}{applied}")


def _find_kind(operand: exp.Expr) -> str:
    """Return the family of an operand's type, "" if unknown. Trino casts by itself only within a family."""
    for kind, types in _KINDS.items():
        if operand.is_type(*types):
            return kind
    return ""


def _find_sources(tree: exp.Query, sql: str, schema: str, lookup: Lookup) -> list[CatalogTable | View]:
    found: dict[tuple[str, str], CatalogTable | View] = {}
    named = (source for scope in traverse_scope(tree) for source in scope.sources.values())
    for table in (source for source in named if isinstance(source, exp.Table)):
        if not isinstance(table.this, exp.Identifier):
            raise unsupported(f"table function {table.this.sql(dialect=DIALECT)}")
        if table.catalog and table.catalog.lower() != CATALOG:
            raise QueryFailedError("CATALOG_NOT_FOUND", f"Catalog '{table.catalog}' does not exist")
        key = ((table.db or schema).lower(), table.name.lower())
        table.set("catalog", exp.to_identifier(CATALOG, quoted=True))
        table.set("db", exp.to_identifier(key[0], quoted=True))
        if key not in found:
            found[key] = lookup(*key, format_position(sql, table.this.meta.get("start", 0)))
    return list(found.values())


def _build_schema(sources: list[CatalogTable | View]) -> MappingSchema:
    """Return the columns of the sources. A table's hidden column is known, but SELECT * leaves it out."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    visible: dict[str, dict[str, list[str]]] = {}
    for source in sources:
        hidden = {PATH_COLUMN: "varchar"} if isinstance(source, CatalogTable) else {}
        tables.setdefault(source.schema, {})[source.name] = {**source.all_columns, **hidden}
        visible.setdefault(source.schema, {})[source.name] = list(source.all_columns)
    if not tables:
        return MappingSchema({}, dialect=DIALECT)
    return MappingSchema({CATALOG: tables}, visible={CATALOG: visible}, dialect=DIALECT)


def _drop_schemas(tree: exp.Query, sources: list[CatalogTable | View]) -> None:
    """Shorten ``schema.table.column`` to ``table.column``, since DuckDB finds the table by its name alone."""
    schemas = {source.name: source.schema for source in sources}
    for column in tree.find_all(exp.Column):
        if column.db and schemas.get(column.table.lower()) == column.db.lower():
            column.set("db", None)
            column.set("catalog", None)


def _name_columns(tree: exp.Query) -> dict[str, str]:
    """Give the result's unnamed columns an alias. Return the other names as written, by their lower case."""
    written = {}
    select = tree
    while isinstance(select, exp.SetOperation | exp.Subquery):
        select = select.this
    for number, column in enumerate(select.selects):
        if isinstance(column, exp.Alias | exp.Column):
            written[column.alias_or_name.lower()] = column.alias_or_name
        elif not column.is_star:
            column.replace(exp.alias_(column.copy(), f"{_UNNAMED}{number}", quoted=True))
    return written


def _column_error(message: str) -> QueryFailedError:
    name = re.search(r"column:? '?(\w+)'?", message, re.IGNORECASE)
    table = re.search(r"for table: '([^']*)'", message)
    place = re.search(r"Line: (\d+), Col: (\d+)", message)
    if not name:
        return QueryFailedError("SYNTAX_ERROR", message)
    column = f"{table[1]}.{name[1]}" if table else name[1]
    position = f"line {place[1]}:{int(place[2]) - len(name[1]) + 1}: " if place else ""
    return QueryFailedError("COLUMN_NOT_FOUND", f"{position}Column '{column}' cannot be resolved")

"""The compiler of queries: it applies Trino's checks and translates the query to DuckDB's SQL.

sqlglot and DuckDB both accept more than Trino. The grammar (grammar.py) and the analysis (analysis.py) refuse the
difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.schema import MappingSchema

from embedded_cloud.athena.analysis import check_names, check_types
from embedded_cloud.athena.catalog import CATALOG, HIDDEN_COLUMNS, CatalogTable, View
from embedded_cloud.athena.clauses import check_clauses, check_written, list_columns, qualify_having, resolve_order
from embedded_cloud.athena.dates import IS_PARTITION_DATE, read_signs
from embedded_cloud.athena.decimals import DECIMAL_TYPES, size_literals
from embedded_cloud.athena.errors import QueryFailedError, unsupported
from embedded_cloud.athena.grammar import format_position
from embedded_cloud.athena.kinds import is_type
from embedded_cloud.athena.meaning import match_trino
from embedded_cloud.athena.present import set_current_date
from embedded_cloud.athena.projection import ISO_DATE, Dates
from embedded_cloud.athena.sql import DIALECT, parse
from embedded_cloud.athena.zones import (
    LOCAL,
    OWN_OFFSET,
    annotate_cast,
    check_result_zones,
    lift_zones,
    take_zones,
)


def _annotate_by_value(annotator: Any, node: exp.Expr) -> exp.Expr:
    """Set the type of max_by and min_by: their first argument's."""
    annotator._annotate_by_args(node, "this")
    return node


_TYPES = (
    Trino.EXPRESSION_METADATA
    | DECIMAL_TYPES
    | {
        exp.SplitPart: {"returns": exp.DataType.Type.VARCHAR},
        exp.AtTimeZone: {"returns": LOCAL},
        exp.Cast: {"annotator": annotate_cast},
        exp.TryCast: {"annotator": annotate_cast},
        exp.FromISO8601Timestamp: {"returns": OWN_OFFSET},
        exp.TimeToUnix: {"returns": exp.DataType.Type.DOUBLE},
        exp.ArgMax: {"annotator": _annotate_by_value},
        exp.ArgMin: {"annotator": _annotate_by_value},
    }
)
_CACHED_QUERIES = 256
_UNNAMED = "unnamed column "  # the number follows: a temporary alias until the column gets Trino's name

Lookup = Callable[[str, str, str], CatalogTable | View]


@dataclass(frozen=True)
class Compiled:
    """A query in DuckDB's SQL, the tables and views that it names, and the zones in which its columns are shown.

    One that is not ``is_timeless`` has the current date in it.
    """

    sql: str
    sources: tuple[CatalogTable | View, ...]
    written_names: dict[str, str]
    zones: dict[int, str]
    is_timeless: bool

    def reuse(self, lookup: Lookup) -> Compiled | None:
        """Return this query with its sources as they are now, None if one is missing or has other columns."""
        try:
            sources = tuple(lookup(source.schema, source.name, "line 1:1") for source in self.sources)
        except QueryFailedError:
            return None
        return replace(self, sources=sources) if _describe(sources) == _describe(self.sources) else None

    def restore_names(self, columns: Sequence[str]) -> list[str]:
        """Return Trino's names for DuckDB's ``columns``: as written in the query, or ``_col0`` by position."""
        return [
            f"_col{index}" if column.startswith(_UNNAMED) else self.written_names.get(column, _restore_unnamed(column))
            for index, column in enumerate(columns)
        ]


_compiled: dict[tuple[str, str], Compiled] = {}  # by the query and its schema


def compile_query(sql: str, schema: str, lookup: Lookup, today: date) -> Compiled:
    """Check a query and translate it to DuckDB's SQL.

    Parameters
    ----------
    sql
        One SELECT, without ``?``.
    schema
        The database of unqualified names.
    lookup
        Finds a table or view by database, name and position in the query.
    today
        The value of ``current_date``.

    Raises
    ------
    QueryFailedError
        If Trino's analysis would fail. It carries Trino's error code and position.
    """
    known = _compiled.get((sql, schema))
    if known and (reused := known.reuse(lookup)):
        return reused
    if len(_compiled) >= _CACHED_QUERIES:
        _compiled.clear()
    compiled = _compile(sql, schema, lookup, today)
    if compiled.is_timeless:
        _compiled[sql, schema] = compiled
    return compiled


def _describe(sources: Sequence[CatalogTable | View]) -> list[tuple[type, list[tuple[str, str]]]]:
    """Return the parts of the sources that a compiled query depends on."""
    return [(type(source), list(source.all_columns.items())) for source in sources]


def _compile(sql: str, schema: str, lookup: Lookup, today: date) -> Compiled:
    check_names(sql)
    tree = parse(sql)
    if isinstance(values := tree.unnest(), exp.Values):
        if values.args.get("order") or values.args.get("limit") or tree is not values:
            raise unsupported("VALUES in parentheses, or with ORDER BY or LIMIT")
        tree = exp.select("*").from_(values)
    if not isinstance(tree, exp.Query):
        raise unsupported(f"a {tree.key.upper()} statement instead of a query")
    check_written(tree)
    resolve_order(tree)
    lift_zones(tree)
    read_signs(tree)
    is_timeless = not set_current_date(tree, today)
    _lower_names(tree)
    size_literals(tree)
    sources = _find_sources(tree, sql, schema, lookup)
    written_names = _name_columns(tree)
    _drop_schemas(tree, sources)
    known = _build_schema(sources)
    try:
        tree = qualify(tree, dialect=DIALECT, schema=known, catalog=CATALOG, db=schema, expand_alias_refs=False)
    except OptimizeError as error:
        raise _column_error(str(error), tree, known) from error
    tree = annotate_types(tree, schema=known, dialect=DIALECT, expression_metadata=_TYPES)
    qualify_having(tree, known)
    check_clauses(tree, sql, known)
    check_types(tree, sql)
    _mark_partition_dates(tree, sources)
    zones = take_zones(tree)
    check_result_zones(tree, zones)
    for node in reversed(list(tree.walk())):  # children before their parents
        if (replacement := match_trino(node)) is not node:
            if replacement.type is None and node.type is not None:
                replacement.type = node.type
            node.replace(replacement)
    return Compiled(tree.sql(dialect="duckdb"), tuple(sources), written_names, zones, is_timeless)


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
        _check_alias(table, found[key])
    return list(found.values())


def _mark_partition_dates(tree: exp.Expr, sources: list[CatalogTable | View]) -> None:
    """Mark each cast to date of a partition column that holds dates only, as a projection of dates does."""
    tables = {(source.schema, source.name): source for source in sources if isinstance(source, CatalogTable)}
    for scope in traverse_scope(tree):
        for column in scope.columns:
            source, cast = scope.sources.get(column.table), column.parent
            if isinstance(source, exp.Table) and isinstance(cast, exp.Cast) and is_type(cast.to, "date"):
                table = tables.get((source.db, source.name))
                values = table.partitions.get(column.name) if table else None
                cast.meta[IS_PARTITION_DATE] = isinstance(values, Dates) and values.pattern == ISO_DATE


def _check_alias(table: exp.Table, source: CatalogTable | View) -> None:
    columns = table.alias_column_names
    if columns and len(columns) != len(source.all_columns):
        reason = (
            f"Column alias list has {len(columns)} entries but '{table.alias}' has {len(source.all_columns)} columns"
        )
        raise QueryFailedError("MISMATCHED_COLUMN_ALIASES", f"line 1:1: {reason} available")


def _lower_names(tree: exp.Expr) -> None:
    """Write the names of CTEs and tables in lower case: Trino ignores their case even in quotes."""
    for named in tree.find_all(exp.Table, exp.TableAlias, exp.Column):
        key = "table" if isinstance(named, exp.Column) else "this"
        if isinstance(identifier := named.args.get(key), exp.Identifier):
            identifier.set("this", identifier.name.lower())


def _build_schema(sources: list[CatalogTable | View]) -> MappingSchema:
    """Return the columns of the sources. A table's hidden columns are known, but SELECT * leaves them out."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    visible: dict[str, dict[str, list[str]]] = {}
    for source in sources:
        hidden = HIDDEN_COLUMNS if isinstance(source, CatalogTable) else {}
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
    for operation in tree.find_all(exp.SetOperation):
        _name_operands(operation)
    select = _find_first(tree)
    for number, column in enumerate(select.selects):
        if isinstance(column, exp.Paren) and isinstance(column.unnest(), exp.Column):
            column = column.replace(column.unnest())
        if isinstance(column, exp.Alias | exp.Column):
            written[column.alias_or_name.lower()] = column.alias_or_name
        elif not column.is_star:
            column.replace(exp.alias_(column.copy(), f"{_UNNAMED}{number}", quoted=True))
    return written


def _find_first(query: exp.Query) -> exp.Query:
    """Return the first SELECT of a set operation, which names its columns."""
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    return query


def _name_operands(operation: exp.SetOperation) -> None:
    """Name the unnamed columns of a set operation inside a query, as sqlglot does for a SELECT."""
    first = _find_first(operation)
    if operation.parent is None or not isinstance(first, exp.Select):
        return
    for number, column in enumerate(first.selects):
        if not isinstance(column, exp.Alias | exp.Column) and not column.is_star:
            column.replace(exp.alias_(column.copy(), f"_col_{number}"))


def _restore_unnamed(column: str) -> str:
    """Return Trino's name for a column to which sqlglot gave one: ``_col0`` for ``_col_0`` or ``_0``."""
    return re.sub(r"^_(?:col_)?(\d+)$", r"_col\1", column)


def _column_error(message: str, tree: exp.Expr, known: MappingSchema) -> QueryFailedError:
    name = re.search(r"column:? '?([\w$]+)'?", message, re.IGNORECASE)
    table = re.search(r"for table: '([^']*)'", message)
    place = re.search(r"Line: (\d+), Col: (\d+)", message)
    if table := re.match(r"Unknown table: (.*)", message):
        return QueryFailedError("TABLE_NOT_FOUND", f"line 1:1: Unable to resolve reference {table[1]}")
    if not name:
        return unsupported(f"the query ({message})")
    column = f"{table[1]}.{name[1]}" if table else name[1]
    width = len(name[1]) if name[1].isidentifier() else len(name[1]) + 2  # such a name is in quotes
    position = f"line {place[1]}:{int(place[2]) - width + 1}: " if place else ""
    if not table and _is_ambiguous(name[1], tree, known):
        return QueryFailedError("AMBIGUOUS_NAME", f"{position}Column '{column}' is ambiguous")
    return QueryFailedError("COLUMN_NOT_FOUND", f"{position}Column '{column}' cannot be resolved")


def _is_ambiguous(name: str, tree: exp.Expr, known: MappingSchema) -> bool:
    """Tell whether two sources of one SELECT have a column of this name."""
    return any(sum(name in names for _, names in list_columns(scope, known)) > 1 for scope in traverse_scope(tree))

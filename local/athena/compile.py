"""A query checked as Trino checks it, and translated to DuckDB's SQL.

sqlglot and DuckDB both take more than Trino does. What they would let pass is refused here: functions that Trino does
not have, an alias used in WHERE, a comparison of values of two types.
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

from local.athena.catalog import CATALOG, Table, View
from local.athena.errors import QueryFailedError, unsupported
from local.athena.functions import FUNCTIONS
from local.athena.json_path import JSON_EXTRACT_SCALAR
from local.athena.sql import DIALECT, parse, position

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ)
_ON_TEXT = (exp.DPipe, exp.Concat, exp.Like)
_ON_NUMBERS = (exp.Mul, exp.Div, exp.Mod)  # and + and -, which also move dates by intervals
_OPERATORS = (*_COMPARISONS, *_ON_TEXT, *_ON_NUMBERS)
_KINDS = {
    "varchar": exp.DataType.TEXT_TYPES,
    "number": exp.DataType.NUMERIC_TYPES,
    "boolean": {exp.DataType.Type.BOOLEAN},
    "date or timestamp": exp.DataType.TEMPORAL_TYPES,
}
_INTEGERS = exp.DataType.INTEGER_TYPES
_WHOLE_NUMBER = r"^\s*[+-]?[0-9]+\s*$"
_EVEN_UNITS = {"millisecond", "second", "minute", "hour", "day", "week"}  # those of one length
# Trino's timestamp with time zone is a clock's reading with its zone, DuckDB's an instant, shown by UTC's.
# What is read from text keeps the text's offset: it is told apart by a type that Trino does not have.
_OWN_OFFSET = exp.DataType.Type.TIMESTAMPLTZ
_TYPES = Trino.EXPRESSION_METADATA | {
    exp.AtTimeZone: {"returns": exp.DataType.Type.TIMESTAMPTZ},
    exp.FromISO8601Timestamp: {"returns": _OWN_OFFSET},
}
_ON_INSTANTS = (
    *_COMPARISONS,
    *(exp.AtTimeZone, exp.TimeToUnix, exp.DateDiff, exp.DateAdd, exp.Min, exp.Max),
    *(exp.Ordered, exp.Paren, exp.Alias, exp.Is, exp.Select, exp.Window, exp.Tuple),
)
_UNNAMED = "unnamed column "  # and its number: the alias of a column of the result until it gets Trino's name

Lookup = Callable[[str, str, str], Table | View]


@dataclass(frozen=True)
class Compiled:
    """A query in DuckDB's SQL, the tables and views that it names, and which columns have a time zone."""

    sql: str
    sources: tuple[Table | View, ...]
    written_names: dict[str, str]
    zoned: frozenset[int]

    def names(self, columns: Sequence[str]) -> list[str]:
        """The result's column names, where DuckDB calls them ``columns``: as written, or ``_col0`` by position."""
        return [
            f"_col{index}" if column.startswith(_UNNAMED) else self.written_names.get(column, column)
            for index, column in enumerate(columns)
        ]


def compile_query(sql: str, schema: str, lookup: Lookup) -> Compiled:
    """Translate a query.

    Parameters
    ----------
    sql
        One SELECT, without ``?``.
    schema
        The database that an unqualified name is of.
    lookup
        Finds a table or view by database, name and position in the query.

    Raises
    ------
    QueryFailedError
        Where Trino's analysis would fail, by its code and position.
    """
    tree = parse(sql)
    if not isinstance(tree, exp.Query):
        raise unsupported(f"a {tree.key.upper()} statement in place of a query")
    _check_functions(tree, sql)
    sources = _sources(tree, sql, schema, lookup)
    written_names = _name_columns(tree)
    _drop_schemas(tree, sources)
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for source in sources:
        tables.setdefault(source.schema, {})[source.name] = dict(source.all_columns)
    known = MappingSchema({CATALOG: tables} if tables else {}, dialect=DIALECT)
    try:
        tree = qualify(tree, dialect=DIALECT, schema=known, catalog=CATALOG, db=schema, expand_alias_refs=False)
    except OptimizeError as error:
        raise _column_fault(str(error)) from error
    tree = annotate_types(tree, schema=known, dialect=DIALECT, expression_metadata=_TYPES)
    _check_types(tree, sql)
    if any(column.is_type(_OWN_OFFSET) for column in tree.selects):
        raise unsupported("a timestamp with an offset of its own as a column of the result")
    zoned = frozenset(index for index, column in enumerate(tree.selects) if column.is_type("timestamptz"))
    for node in reversed(list(tree.walk())):  # what is within a node before the node
        if (replacement := _as_trino_means(node)) is not node:
            node.replace(replacement)
    return Compiled(tree.sql(dialect="duckdb"), tuple(sources), written_names, zoned)


def _check_functions(tree: exp.Expr, sql: str) -> None:
    for function in tree.find_all(exp.Func):
        start, end = function.meta.get("start"), function.meta.get("end")
        if start is None or end is None:
            continue  # CASE, CAST, AND and the like: syntax, not a function's name
        name = sql[start : end + 1].lower()
        if name.isidentifier() and name not in FUNCTIONS:
            reason = f"{position(sql, start)}: Function '{name}' not registered in the embedded cloud"
            raise QueryFailedError("FUNCTION_NOT_FOUND", reason)


def _check_types(tree: exp.Expr, sql: str) -> None:
    """Trino takes no value for one of another type, not even a literal's; DuckDB does where the text happens to fit."""
    for operation in tree.find_all(*_OPERATORS):
        operands = [operand for operand in operation.iter_expressions() if isinstance(operand, exp.Expr)]
        kinds = {kind for kind in map(_kind, operands) if kind}
        if isinstance(operation, _ON_TEXT):
            kinds.add("varchar")
        fails = len(kinds) > 1 or (isinstance(operation, _ON_NUMBERS) and kinds == {"varchar"})
        if fails:
            named = next((name for name in operation.find_all(exp.Identifier) if "start" in name.meta), None)
            where = f"{position(sql, named.meta['start'])}: " if named else ""
            applied = f"Cannot apply operator to {' and '.join(sorted(kinds))}: {operation.sql(dialect=DIALECT)}"
            raise QueryFailedError("TYPE_MISMATCH", f"{where}{applied}")


def _kind(operand: exp.Expr) -> str:
    """The family of types within which Trino casts by itself; empty where the type is not known."""
    for kind, types in _KINDS.items():
        if operand.is_type(*types):
            return kind
    return ""


def _sources(tree: exp.Query, sql: str, schema: str, lookup: Lookup) -> list[Table | View]:
    found: dict[tuple[str, str], Table | View] = {}
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
            found[key] = lookup(*key, position(sql, table.this.meta.get("start", 0)))
    return list(found.values())


def _drop_schemas(tree: exp.Query, sources: list[Table | View]) -> None:
    """Have ``schema.table.column`` be ``table.column``: DuckDB finds the table under its name alone."""
    schemas = {source.name: source.schema for source in sources}
    for column in tree.find_all(exp.Column):
        if column.db and schemas.get(column.table.lower()) == column.db.lower():
            column.set("db", None)
            column.set("catalog", None)


def _name_columns(tree: exp.Query) -> dict[str, str]:
    """Name the unnamed columns of the result; the others' names as written, by their lower case."""
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


def _as_trino_means(node: exp.Expr) -> exp.Expr:
    """The node in place of which DuckDB does what Trino does with ``node``.

    Raises
    ------
    QueryFailedError
        Where the two differ and nothing is in place of it.
    """
    if isinstance(node, exp.Cast):
        return _cast(node)
    if (summed := _sum_of_integers(node)) is not None:
        return exp.cast(summed, "bigint")  # DuckDB's own sum is wider, and has no overflow
    if isinstance(node, exp.CountIf):
        counted = exp.Case(ifs=[exp.If(this=node.this.copy(), true=exp.Literal.number(1))])
        return exp.Count(this=counted)  # 0 where no row is true; DuckDB's is NULL where all are null
    if isinstance(node, exp.JSONExtractScalar):
        return exp.Anonymous(this=JSON_EXTRACT_SCALAR, expressions=[node.this.copy(), _json_path(node)])
    if isinstance(node, exp.RegexpExtract):
        # NULL without a match, where DuckDB has an empty text.
        matches = exp.RegexpLike(this=node.this.copy(), expression=node.expression.copy())
        return exp.Case(ifs=[exp.If(this=matches, true=node.copy())])
    if isinstance(node, exp.ApproxQuantile) and not node.args.get("weight"):
        # A value that is there, as Trino's is where values are few; DuckDB's approximation lies between two.
        operand = node.this.copy()
        if node.this.is_type(*_INTEGERS):
            operand = exp.cast(operand, "bigint")
        return exp.Anonymous(this="quantile_disc", expressions=[operand, node.args["quantile"].copy()])
    _refuse_what_is_not_the_same(node)
    if isinstance(node, exp.Div) and node.this.is_type(*_INTEGERS) and node.expression.is_type(*_INTEGERS):
        return exp.IntDiv(this=node.this.copy(), expression=node.expression.copy())
    if isinstance(node, exp.DateDiff):
        # Trino counts whole units between the two, DuckDB's date_diff the boundaries crossed.
        unit = node.unit.name.lower() if node.unit else "day"
        if unit not in _EVEN_UNITS:
            raise unsupported(f"date_diff by {unit}")
        operands = [exp.Literal.string(unit), node.expression.copy(), node.this.copy()]
        return exp.Anonymous(this="date_sub", expressions=operands)
    moves_date = isinstance(node, exp.DateAdd | exp.Add | exp.Sub) and node.is_type("date")
    if moves_date or (isinstance(node, exp.DateTrunc | exp.TimestampTrunc) and node.this.is_type("date")):
        return exp.cast(node.copy(), "date")  # DuckDB makes a timestamp of it, which compares and prints differently
    if isinstance(node, exp.AtTimeZone) and not _is_instant(node.this):
        # Of a plain timestamp Trino makes the instant that UTC's clock shows, DuckDB that which the zone's clock shows.
        raise unsupported("AT TIME ZONE of anything but a timestamp with time zone")
    return node


def _json_path(node: exp.JSONExtractScalar) -> exp.Expr:
    try:
        return exp.Literal.string(node.expression.sql(dialect=DIALECT).strip("'"))
    except ValueError as error:
        raise unsupported("a JSON path of more than names and numbers") from error


def _sum_of_integers(node: exp.Expr) -> exp.Expr | None:
    """The node, where it is a sum of integers with the FILTER and OVER that belong to it."""
    if isinstance(node.parent, exp.Window | exp.Filter) and node.arg_key == "this":
        return None
    innermost = node
    while isinstance(innermost, exp.Window | exp.Filter):
        innermost = innermost.this
    is_sum = isinstance(innermost, exp.Sum) and innermost.this.is_type(*_INTEGERS)
    return node.copy() if is_sum else None


def _refuse_what_is_not_the_same(node: exp.Expr) -> None:
    """What DuckDB would answer otherwise, and without an error."""
    if isinstance(node, exp.Bracket) and not node.args.get("safe"):  # element_at is a safe one
        raise unsupported("a subscript, which fails outside an array: element_at is, and")
    if isinstance(node, exp.Div):
        sides = (node.this, node.expression)
        # By a double it is a double in both; DuckDB divides decimals as doubles too.
        if any(map(_is_decimal, sides)) and all(_is_decimal(side) or side.is_type(*_INTEGERS) for side in sides):
            raise unsupported("a division of decimals")
    if node.is_type(_OWN_OFFSET) and node.parent and not isinstance(node.parent, _ON_INSTANTS):
        raise unsupported(f"{node.parent.key} of a timestamp with an offset of its own, without AT TIME ZONE,")
    if isinstance(node, exp.LimitOptions) and node.args.get("with_ties"):
        raise unsupported("FETCH FIRST ... WITH TIES")


def _is_decimal(node: exp.Expr) -> bool:
    """Of a literal, which sqlglot takes for a double, by how it is written: 1.5, and not 1.5e0."""
    if isinstance(node, exp.Literal):
        return not node.is_string and "." in node.name and "e" not in node.name.lower()
    return bool(node.is_type("decimal"))


def _is_instant(node: exp.Expr) -> bool:
    if node.is_type(_OWN_OFFSET):
        return True
    if node.find(exp.AtTimeZone):
        return False  # DuckDB's is what the zone's clock shows, no instant any more
    return isinstance(node, exp.FromISO8601Timestamp) or bool(node.is_type("timestamptz"))


def _cast(node: exp.Cast) -> exp.Expr:
    source, target = node.this, node.to
    if target.is_type("decimal") and not target.expressions:
        # DuckDB's plain DECIMAL has three places; Trino's has none, and a literal's are those written.
        is_literal = isinstance(source, exp.Literal) and source.is_string
        return exp.Literal.number(source.name) if is_literal else exp.cast(source.copy(), "decimal(38, 0)")
    if target.is_type(*_INTEGERS) and source.is_type("double", "float"):
        rounded = node.copy()  # half away from zero, DuckDB's own cast to the even one
        rounded.set("this", exp.Round(this=source.copy()))
        return rounded
    if target.is_type(*_INTEGERS) and source.is_type(*exp.DataType.TEXT_TYPES):
        # DuckDB takes 7.5 and 1e3 for integers as well: rounded, they would pass for what the text says.
        whole = exp.RegexpLike(this=source.copy(), expression=exp.Literal.string(_WHOLE_NUMBER))
        refused = exp.DPipe(this=source.copy(), expression=exp.Literal.string(" (no whole number)"))
        checked = node.copy()
        checked.set("this", exp.Case(ifs=[exp.If(this=whole, true=source.copy())], default=refused))
        return checked
    if target.is_type(*exp.DataType.TEXT_TYPES) and source.is_type("double", "float", "timestamp", "timestamptz"):
        raise unsupported(f"a cast of {source.type} to varchar")  # 1.5E0 and 04:05:06.000 in Trino
    return node


def _column_fault(message: str) -> QueryFailedError:
    name = re.search(r"column:? '?(\w+)'?", message, re.IGNORECASE)
    table = re.search(r"for table: '([^']*)'", message)
    place = re.search(r"Line: (\d+), Col: (\d+)", message)
    if not name:
        return QueryFailedError("SYNTAX_ERROR", message)
    column = f"{table[1]}.{name[1]}" if table else name[1]
    position = f"line {place[1]}:{int(place[2]) - len(name[1]) + 1}: " if place else ""
    return QueryFailedError("COLUMN_NOT_FOUND", f"{position}Column '{column}' cannot be resolved")

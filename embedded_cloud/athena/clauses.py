"""The clauses of a query: the names and the positions that Trino accepts in each. sqlglot and DuckDB accept more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from embedded_cloud.athena.errors import USER_ERROR, QueryFailedError, unsupported
from embedded_cloud.athena.failing import find_integer
from embedded_cloud.athena.grammar import format_position
from embedded_cloud.athena.kinds import list_kinds, list_value_columns


def check_written(tree: exp.Expr) -> None:
    """Check the clauses that sqlglot resolves. ``tree`` is as written."""
    for join in tree.find_all(exp.Join):
        if join.method.upper() == "NATURAL":
            raise QueryFailedError("NOT_SUPPORTED", "line 1:1: Natural join not supported", USER_ERROR)
        if join.args.get("using"):
            _check_using(join)
    for cte in tree.find_all(exp.CTE):
        columns, query = cte.args["alias"].columns, cte.this
        if columns and not _has_star(query) and len(columns) != len(query.selects):
            reason = f"Column alias list has {len(columns)} entries but relation has {len(query.selects)} columns"
            raise QueryFailedError("MISMATCHED_COLUMN_ALIASES", f"line 1:1: {reason}")
    for query in tree.find_all(exp.Select, exp.SetOperation):
        _check_positions(query)
        _check_fetch(query)
        if isinstance(query, exp.SetOperation) and (order := query.args.get("order")):
            _check_set_order(query, order)


def _check_using(join: exp.Join) -> None:
    """Refuse a column of USING with the name of its table: it belongs to both."""
    names = {name.name.lower() for name in join.args["using"]}
    select = join.parent_select
    if select and any(isinstance(item, exp.Column) and item.is_star for item in select.selects):
        raise unsupported("a star of one table beside USING")
    for column in select.find_all(exp.Column) if select else ():
        if column.table and column.name.lower() in names and column.parent_select is select:
            raise QueryFailedError("COLUMN_NOT_FOUND", f"line 1:1: Column '{column.sql()}' cannot be resolved")


def _has_star(query: exp.Expr) -> bool:
    return not isinstance(query, exp.Query) or any(item.is_star for item in query.selects)


def _check_positions(query: exp.Query) -> None:
    """Refuse a position that is not in the SELECT list, in GROUP BY or ORDER BY, and GROUP BY ALL."""
    group, order = query.args.get("group"), query.args.get("order")
    if group and group.args.get("all") and not group.expressions:
        raise QueryFailedError("COLUMN_NOT_FOUND", "line 1:1: Column 'all' cannot be resolved")
    if _has_star(query):
        return
    named = (("GROUP BY", group.expressions if group else ()), ("ORDER BY", order.expressions if order else ()))
    for clause, items in named:
        for item in items:
            position = find_integer(item.this if isinstance(item, exp.Ordered) else item)
            if position is not None and not 1 <= position <= len(query.selects):
                reason = f"line 1:1: {clause} position {position} is not in select list"
                raise QueryFailedError("INVALID_COLUMN_REFERENCE", reason)


def _check_fetch(query: exp.Query) -> None:
    fetch = query.args.get("limit")
    if not isinstance(fetch, exp.Fetch):
        return
    if fetch.args.get("count") is not None and find_integer(fetch.args["count"]) == 0:
        reason = "FETCH FIRST row count must be positive (actual value: 0)"
        raise QueryFailedError("NUMERIC_VALUE_OUT_OF_RANGE", f"line 1:1: {reason}", USER_ERROR)
    options = fetch.args.get("limit_options")
    if options and options.args.get("with_ties"):
        if not query.args.get("order"):
            raise QueryFailedError("MISSING_ORDER_BY", "line 1:1: FETCH FIRST WITH TIES clause requires ORDER BY")
        raise unsupported("FETCH FIRST ... WITH TIES")


def _check_set_order(query: exp.SetOperation, order: exp.Expr) -> None:
    """Refuse a name in ORDER BY that isn't one of the first query's columns."""
    if _has_star(query):
        return
    names = {name.lower() for name in query.named_selects}
    for column in order.find_all(exp.Column):
        if column.parent_select in (None, query) and (column.table or column.name.lower() not in names):
            raise QueryFailedError("COLUMN_NOT_FOUND", f"line 1:1: Column '{column.sql()}' cannot be resolved")


def resolve_order(tree: exp.Expr) -> None:
    """Replace an alias in an expression of ORDER BY by its column. DuckDB would take a source's column of that name."""
    for select in tree.find_all(exp.Select):
        order = select.args.get("order")
        named = {item.alias.lower(): item.this for item in select.selects if isinstance(item, exp.Alias)}
        for column in list(order.find_all(exp.Column)) if order and named else ():
            inside = not isinstance(column.parent, exp.Ordered)
            if inside and not column.table and column.name.lower() in named and column.parent_select is select:
                column.replace(exp.paren(named[column.name.lower()].copy(), copy=False))


def qualify_having(tree: exp.Expr, known: MappingSchema) -> None:
    """Give a column in HAVING its source. DuckDB would take an alias of that name. ``tree`` has qualified names."""
    for scope in traverse_scope(tree):
        having = scope.expression.args.get("having") if isinstance(scope.expression, exp.Select) else None
        for column in having.find_all(exp.Column) if having else ():
            owners = [name for name, names in list_columns(scope, known) if column.name in names]
            if not column.table and len(owners) == 1:
                column.set("table", exp.to_identifier(owners[0], quoted=True))


def check_clauses(tree: exp.Expr, sql: str, known: MappingSchema) -> None:
    """Refuse clauses that Trino's grammar has and its analysis refuses. ``tree`` has qualified names."""
    for scope in traverse_scope(tree):
        select = scope.expression
        if isinstance(select, exp.Select):
            _check_having(scope, select, sql, known)
            _check_repeated(scope)
            if select.args.get("distinct") and (order := select.args.get("order")):
                _check_distinct_order(select, order)
    for operation in tree.find_all(exp.SetOperation):
        _check_set_operation(operation)
    if any(len(list_kinds(column)) > 1 for column in list_value_columns(tree)):
        raise QueryFailedError("TYPE_MISMATCH", "line 1:1: Values rows have mismatched types")


def _check_having(scope: Scope, select: exp.Select, sql: str, known: MappingSchema) -> None:
    """Refuse an alias in HAVING."""
    having = select.args.get("having")
    unqualified = [column for column in having.find_all(exp.Column) if not column.table] if having else []
    if not unqualified:
        return
    names = {name for _, of_source in list_columns(scope, known) for name in of_source}
    for column in unqualified:
        if column.name not in names:
            position = format_position(sql, column.this.meta.get("start", 0))
            raise QueryFailedError("COLUMN_NOT_FOUND", f"{position}: Column '{column.name}' cannot be resolved")


def list_columns(scope: Scope, known: MappingSchema) -> list[tuple[str, Sequence[str]]]:
    """Return the names of each source's columns."""
    listed: list[tuple[str, Sequence[str]]] = []
    for name, source in scope.sources.items():
        if isinstance(source, exp.Table):
            listed.append((name, known.column_names(source)))
        elif isinstance(source.expression, exp.Query):
            listed.append((name, source.expression.named_selects))
        elif isinstance(source.expression, exp.UDTF):
            listed.append((name, source.expression.alias_column_names))
    return listed


def _check_repeated(scope: Scope) -> None:
    """Refuse a column whose name a subquery has twice."""
    for name, source in scope.sources.items():
        query = source.expression if isinstance(source, Scope) else None
        columns = query.named_selects if isinstance(query, exp.Query) else []
        repeated = {column for column in columns if columns.count(column) > 1}
        for column in scope.columns if repeated else ():
            if column.name in repeated and column.table == name:
                raise QueryFailedError("AMBIGUOUS_NAME", f"line 1:1: Column '{column.name}' is ambiguous")


def _check_distinct_order(select: exp.Select, order: exp.Expr) -> None:
    returned = {item.unalias().unnest() for item in select.selects}
    names = {item.alias_or_name for item in select.selects}
    for ordered in order.expressions:
        by = ordered.this
        is_name = isinstance(by, exp.Column) and not by.table and by.name in names
        if not is_name and not isinstance(by, exp.Literal) and by.unnest() not in returned:
            reason = "line 1:1: For SELECT DISTINCT, ORDER BY expressions must appear in select list"
            raise QueryFailedError("EXPRESSION_NOT_IN_DISTINCT", reason)


def _check_set_operation(operation: exp.SetOperation) -> None:
    left, right = operation.left.selects, operation.right.selects
    name = operation.key.upper()
    if any(item.is_star for item in (*left, *right)):
        return
    if len(left) != len(right):
        reason = f"line 1:1: {name} query has different number of fields: {len(left)}, {len(right)}"
        raise QueryFailedError("TYPE_MISMATCH", reason)
    for number, pair in enumerate(zip(left, right, strict=True), start=1):
        kinds = list_kinds(pair)
        if len(kinds) > 1:
            reason = f"column {number} in {name} query has incompatible types: {', '.join(kinds)}"
            raise QueryFailedError("TYPE_MISMATCH", f"line 1:1: {reason}")

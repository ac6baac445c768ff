"""SQL statements: their types, and how each is run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embedded_cloud.athena.catalog import Catalog, View
from embedded_cloud.athena.ctas import TableWriter, check_query, parse_create_table_as
from embedded_cloud.athena.engine import Engine, Result
from embedded_cloud.athena.errors import USER_ERROR, InvalidSqlError, QueryFailedError, unsupported
from embedded_cloud.athena.insert import RowWriter, parse_insert
from embedded_cloud.athena.sql import NAME, check_syntax, split_list, tokenize

DML, DDL, UTILITY = "DML", "DDL", "UTILITY"

# https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html, dml-queries-functions-operators.html
_TYPES = {
    **dict.fromkeys(["SELECT", "WITH", "(", "EXECUTE", "TABLE", "VALUES", "INSERT", "UNLOAD", "DELETE", "MERGE"], DML),
    **dict.fromkeys(["UPDATE", "OPTIMIZE", "VACUUM"], DML),
    **dict.fromkeys(["CREATE", "DROP", "ALTER", "MSCK", "PREPARE", "DEALLOCATE"], DDL),
    **dict.fromkeys(["SHOW", "DESCRIBE", "DESC", "EXPLAIN"], UTILITY),
}
_QUERIES = ("SELECT", "WITH", "(", "TABLE", "VALUES")

_SHOW_SCHEMAS = re.compile(r"SHOW\s+(?:DATABASES|SCHEMAS)", re.IGNORECASE)
_SHOW_TABLES = re.compile(rf"SHOW\s+TABLES(?:\s+(?:IN|FROM)\s+{NAME})?", re.IGNORECASE)
_SHOW_COLUMNS = re.compile(rf"SHOW\s+COLUMNS\s+(?:IN|FROM)\s+(?:{NAME}\.)?{NAME}", re.IGNORECASE)
_SHOW_CREATE_VIEW = re.compile(rf"SHOW\s+CREATE\s+VIEW\s+(?:{NAME}\.)?{NAME}", re.IGNORECASE)
_DESCRIBE = re.compile(rf"DESC(?:RIBE)?\s+(?:{NAME}\.)?{NAME}", re.IGNORECASE)
_CREATE_VIEW = re.compile(
    rf"CREATE\s+(OR\s+REPLACE\s+)?VIEW\s+(?:{NAME}\.)?{NAME}\s+AS\s+(.*)", re.IGNORECASE | re.DOTALL
)
_DROP_VIEW = re.compile(rf"DROP\s+VIEW\s+(IF\s+EXISTS\s+)?(?:{NAME}\.)?{NAME}", re.IGNORECASE)
_EXECUTE = re.compile(r"EXECUTE\s+([a-zA-Z_][\w@:]*)(?:\s+USING\s+(.*))?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class ParsedStatement:
    """A statement: its text without a closing semicolon, its type, and its first keyword (``SELECT``)."""

    sql: str
    type: str
    keyword: str

    def parse_execute(self) -> tuple[str, list[str]] | None:
        """Return the name and literals of ``EXECUTE name USING literal, ...``, or None for another statement."""
        if self.keyword != "EXECUTE":
            return None
        called = _EXECUTE.fullmatch(self.sql)
        if not called:
            raise InvalidSqlError(
                f"line 1:1: mismatched input: {self.sql}. Expecting: EXECUTE name [USING literal, ...]"
            )
        name, using = called.groups()
        return name, split_list(using) if using else []


def parse_statement(sql: str) -> ParsedStatement:
    """Parse the statement of a StartQueryExecution request.

    Raises
    ------
    InvalidSqlError
        If Athena refuses it on submission: for a syntax error, or for more or less than one statement.
    """
    found = tokenize(sql)
    keyword = found[0].text.upper()
    if keyword not in _TYPES:
        raise InvalidSqlError(f"line 1:1: mismatched input '{found[0].text}'. Expecting: <query> or a statement")
    alone = sql[found[0].start : found[-1].end + 1].strip()
    view = _CREATE_VIEW.fullmatch(alone)
    if table := parse_create_table_as(alone):
        check_query(table)
    elif parse_insert(alone):
        pass  # parse_insert has parsed its query
    elif view or keyword in _QUERIES:
        check_syntax(view[4] if view else alone)
    return ParsedStatement(alone, _TYPES[keyword], keyword)


def run(
    wanted: ParsedStatement, schema: str, engine: Engine, catalog: Catalog, tables: TableWriter, rows: RowWriter
) -> Result:
    """Run a statement and return its result. ``tables`` writes for CREATE TABLE AS, ``rows`` for INSERT INTO.

    Raises
    ------
    QueryFailedError, ScanLimitError
        As in :meth:`embedded_cloud.athena.engine.Engine.run`. Also for a statement that is not supported.
    """
    if wanted.keyword in _QUERIES:
        return engine.run(wanted.sql, schema)
    if table := parse_create_table_as(wanted.sql):
        tables.create(table, schema, engine, catalog)
        return Result([], [])
    if wanted_rows := parse_insert(wanted.sql):
        rows.insert(wanted_rows, schema, engine, catalog)
        return Result([], [])
    if _SHOW_SCHEMAS.fullmatch(wanted.sql):
        return _to_listing("database_name", catalog.list_schemas())
    if found := _SHOW_TABLES.fullmatch(wanted.sql):
        return _to_listing("tab_name", catalog.list_tables((found[1] or schema).lower()))
    if found := _SHOW_COLUMNS.fullmatch(wanted.sql):
        return _to_listing(
            "field", list(catalog.find_table((found[1] or schema).lower(), found[2].lower(), "line 1:1").all_columns)
        )
    if found := _SHOW_CREATE_VIEW.fullmatch(wanted.sql):
        return _show_create_view((found[1] or schema).lower(), found[2].lower(), catalog)
    if found := _DESCRIBE.fullmatch(wanted.sql):
        columns = catalog.find_table((found[1] or schema).lower(), found[2].lower(), "line 1:1").all_columns
        return _to_listing("col_name", [f"{name:<20}\t{kind:<20}\t{'':<20}" for name, kind in columns.items()])
    if found := _CREATE_VIEW.fullmatch(wanted.sql):
        return _create_view(found, schema, engine, catalog)
    if found := _DROP_VIEW.fullmatch(wanted.sql):
        return _drop_view(found, schema, catalog)
    raise unsupported(f"the statement {' '.join(wanted.sql.split()[:2]).upper()} ...")


def _to_listing(column: str, lines: list[str]) -> Result:
    return Result([(column, "string")], [[line] for line in lines])


def _show_create_view(schema: str, name: str, catalog: Catalog) -> Result:
    view = catalog.find_table(schema, name, "line 1:1")
    if not isinstance(view, View):
        raise QueryFailedError("NOT_SUPPORTED", f"line 1:1: '{schema}.{name}' is a table, not a view", USER_ERROR)
    return _to_listing("Create View", f"CREATE VIEW {schema}.{name} AS\n{view.sql}".splitlines())


def _create_view(found: re.Match[str], schema: str, engine: Engine, catalog: Catalog) -> Result:
    replace, of, name, query = found.groups()
    columns = engine.describe_columns(query, schema)
    if unnamed := [column for column in columns if re.fullmatch(r"_col\d+", column)]:
        position = list(columns).index(unnamed[0]) + 1
        raise QueryFailedError("MISSING_COLUMN_NAME", f"line 1:1: Column name not specified at position {position}")
    catalog.save_view((of or schema).lower(), name.lower(), query, columns, replace=bool(replace))
    return Result([], [])


def _drop_view(found: re.Match[str], schema: str, catalog: Catalog) -> Result:
    if_exists, of, name = found.groups()
    of, name = (of or schema).lower(), name.lower()
    try:
        is_view = isinstance(catalog.find_table(of, name, "line 1:1"), View)
    except QueryFailedError as error:
        if if_exists and error.code == "TABLE_NOT_FOUND":
            return Result([], [])
        raise
    if not is_view:
        raise QueryFailedError("NOT_SUPPORTED", f"line 1:1: '{of}.{name}' is a table, not a view", USER_ERROR)
    catalog.drop_view(of, name)
    return Result([], [])

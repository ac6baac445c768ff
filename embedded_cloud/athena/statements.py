"""What kind a statement is, and running it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embedded_cloud.athena.catalog import Catalog, View
from embedded_cloud.athena.ctas import TableWriter, check_query, new_table
from embedded_cloud.athena.engine import Engine, Result
from embedded_cloud.athena.errors import USER_ERROR, InvalidSqlError, QueryFailedError, unsupported
from embedded_cloud.athena.insert import RowWriter, insertion
from embedded_cloud.athena.sql import NAME, listed, parse, tokens

DML, DDL, UTILITY = "DML", "DDL", "UTILITY"

# https://docs.aws.amazon.com/athena/latest/ug/ddl-sql-reference.html, dml-queries-functions-operators.html
_TYPES = {
    **dict.fromkeys(["SELECT", "WITH", "(", "EXECUTE", "TABLE", "VALUES", "INSERT", "UNLOAD", "DELETE", "MERGE"], DML),
    **dict.fromkeys(["UPDATE", "OPTIMIZE", "VACUUM"], DML),
    **dict.fromkeys(["CREATE", "DROP", "ALTER", "MSCK", "PREPARE", "DEALLOCATE"], DDL),
    **dict.fromkeys(["SHOW", "DESCRIBE", "DESC", "EXPLAIN"], UTILITY),
}
_QUERIES = ("SELECT", "WITH", "(", "TABLE")

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
class Statement:
    """One statement: its text without a closing semicolon, its type, and its keyword (``SELECT``)."""

    sql: str
    type: str
    keyword: str

    def prepared(self) -> tuple[str, list[str]] | None:
        """Name and literals of ``EXECUTE name USING literal, ...``; None for another statement."""
        if self.keyword != "EXECUTE":
            return None
        called = _EXECUTE.fullmatch(self.sql)
        if not called:
            raise InvalidSqlError(
                f"line 1:1: mismatched input: {self.sql}. Expecting: EXECUTE name [USING literal, ...]"
            )
        name, using = called.groups()
        return name, listed(using) if using else []


def statement(sql: str) -> Statement:
    """The statement that StartQueryExecution takes.

    Raises
    ------
    InvalidSqlError
        Where Athena refuses it at once: a syntax error, or not one statement.
    """
    found = tokens(sql)
    keyword = found[0].text.upper()
    if keyword not in _TYPES:
        raise InvalidSqlError(f"line 1:1: mismatched input '{found[0].text}'. Expecting: <query> or a statement")
    alone = sql[found[0].start : found[-1].end + 1].strip()
    view = _CREATE_VIEW.fullmatch(alone)
    if table := new_table(alone):
        check_query(table)
    elif insertion(alone):
        pass  # its query parses
    elif view or keyword in _QUERIES:
        parse(view[4] if view else alone)
    return Statement(alone, _TYPES[keyword], keyword)


def run(
    wanted: Statement, schema: str, engine: Engine, catalog: Catalog, tables: TableWriter, rows: RowWriter
) -> Result:
    """The statement's result; ``tables`` writes what CREATE TABLE AS makes, ``rows`` what INSERT INTO inserts.

    Raises
    ------
    QueryFailedError, ScanLimitError
        As :meth:`embedded_cloud.athena.engine.Engine.run`; also for a statement that the embedded cloud does not run.
    """
    if wanted.keyword in _QUERIES:
        return engine.run(wanted.sql, schema)
    if table := new_table(wanted.sql):
        tables.create(table, schema, engine, catalog)
        return Result([], [])
    if wanted_rows := insertion(wanted.sql):
        rows.insert(wanted_rows, schema, engine, catalog)
        return Result([], [])
    if _SHOW_SCHEMAS.fullmatch(wanted.sql):
        return _listing("database_name", catalog.schemas())
    if found := _SHOW_TABLES.fullmatch(wanted.sql):
        return _listing("tab_name", catalog.tables((found[1] or schema).lower()))
    if found := _SHOW_COLUMNS.fullmatch(wanted.sql):
        return _listing(
            "field", list(catalog.table((found[1] or schema).lower(), found[2].lower(), "line 1:1").all_columns)
        )
    if found := _SHOW_CREATE_VIEW.fullmatch(wanted.sql):
        return _show_create_view((found[1] or schema).lower(), found[2].lower(), catalog)
    if found := _DESCRIBE.fullmatch(wanted.sql):
        columns = catalog.table((found[1] or schema).lower(), found[2].lower(), "line 1:1").all_columns
        return _listing("col_name", [f"{name:<20}\t{kind:<20}\t{'':<20}" for name, kind in columns.items()])
    if found := _CREATE_VIEW.fullmatch(wanted.sql):
        return _create_view(found, schema, engine, catalog)
    if found := _DROP_VIEW.fullmatch(wanted.sql):
        return _drop_view(found, schema, catalog)
    raise unsupported(f"the statement {' '.join(wanted.sql.split()[:2]).upper()} ...")


def _listing(column: str, lines: list[str]) -> Result:
    return Result([(column, "string")], [[line] for line in lines])


def _show_create_view(schema: str, name: str, catalog: Catalog) -> Result:
    view = catalog.table(schema, name, "line 1:1")
    if not isinstance(view, View):
        raise QueryFailedError("NOT_SUPPORTED", f"line 1:1: '{schema}.{name}' is a table, not a view", USER_ERROR)
    return _listing("Create View", f"CREATE VIEW {schema}.{name} AS\n{view.sql}".splitlines())


def _create_view(found: re.Match[str], schema: str, engine: Engine, catalog: Catalog) -> Result:
    replace, of, name, query = found.groups()
    columns = engine.columns(query, schema)
    if unnamed := [column for column in columns if re.fullmatch(r"_col\d+", column)]:
        position = list(columns).index(unnamed[0]) + 1
        raise QueryFailedError("MISSING_COLUMN_NAME", f"line 1:1: Column name not specified at position {position}")
    catalog.save_view((of or schema).lower(), name.lower(), query, columns, replace=bool(replace))
    return Result([], [])


def _drop_view(found: re.Match[str], schema: str, catalog: Catalog) -> Result:
    if_exists, of, name = found.groups()
    of, name = (of or schema).lower(), name.lower()
    try:
        is_view = isinstance(catalog.table(of, name, "line 1:1"), View)
    except QueryFailedError as error:
        if if_exists and error.code == "TABLE_NOT_FOUND":
            return Result([], [])
        raise
    if not is_view:
        raise QueryFailedError("NOT_SUPPORTED", f"line 1:1: '{of}.{name}' is a table, not a view", USER_ERROR)
    catalog.drop_view(of, name)
    return Result([], [])

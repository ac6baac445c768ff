"""Answers and errors that are Trino's, on the engine in process. The values and codes are those of Trino 476.

tools/trino/corpus.sql has these statements and more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from embedded_cloud.athena.catalog import Catalog, CatalogTable
from embedded_cloud.athena.engine import Engine
from embedded_cloud.athena.errors import InvalidSqlError, QueryFailedError
from embedded_cloud.athena.statements import parse_statement

BARS = CatalogTable(
    schema="stream",
    name="bars",
    columns={"name": "varchar", "ts": "varchar", "high": "double", "volume": "bigint"},
    partition_columns={"dt": "varchar"},
    template="s3://lake/bars/dt=${dt}/",
    partitions={"dt": frozenset({"2026-11-23"})},
    format="json",
    ignore_malformed=False,
)
LINES = b'{"name": "META", "ts": "2026-11-23T09:30:00-05:00", "high": 12.5, "volume": 7}\n'
KEY = "bars/dt=2026-11-23/a.json"


class OneTable(Catalog):
    """A catalog with the table ``bars``."""

    def __init__(self) -> None:
        super().__init__(None)

    def find_table(self, schema: str, name: str, position: str) -> CatalogTable:
        """Return the table."""
        del schema, name, position
        return BARS


class OneObject:
    """An S3 client over one object of one bar."""

    def get_paginator(self, operation: str) -> OneObject:
        """Return this client, which lists the object."""
        assert operation == "list_objects_v2"
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        """Yield the one page."""
        modified = datetime(2026, 11, 24, tzinfo=UTC)
        yield {"Contents": [{"Key": KEY, "Size": len(LINES), "LastModified": modified}]}

    def get_object(self, **_: Any) -> dict[str, Any]:
        """Return the object."""
        return {"Body": BytesIO(LINES)}


def answer(sql: str) -> list[list[str | None]]:
    """Return a query's rows."""
    with Engine(OneTable(), OneObject(), None) as engine:
        return [list(row) for row in engine.run(parse_statement(sql).sql, "stream").rows]


def fail(sql: str) -> str:
    """Run a query, which must fail. Return the name of its error."""
    try:
        answered = answer(sql)
    except InvalidSqlError:
        return "SYNTAX_ERROR"
    except QueryFailedError as error:
        return f"{error.code} {error}" if "not supported by the embedded cloud" in str(error) else error.code
    return str(answered)


VALUES = [
    ("100*(302.47-300)/300", "0.82"),
    ("0.5", "0.5"),
    ("CAST(1 AS decimal(10,2)) / CAST(3 AS decimal(5,1))", "0.33"),
    ("CAST(1.255e0 AS decimal(10,2))", "1.26"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("substr('abc', 0) || substr('abc', -5) || substr('abc', -2)", "bc"),
    ("split_part('a,b', ',', 3)", None),
    ("split('2026-11-23T09', 'T')[1]", "2026-11-23"),
    ("element_at(ARRAY[1, 2], -1)", "2"),
    ("sequence(3, 1)", "[3, 2, 1]"),
    ("regexp_replace('2026-11-23', '(\\d+)-(\\d+)-(\\d+)', '$3.$2.$1')", "23.11.2026"),
    ("trim(' a\t')", "a"),
    ("approx_percentile(x, 0.5) FROM (VALUES 1, 2, 3, 4) AS t(x)", "3"),
    ("approx_distinct(x) FROM (VALUES 1, 1, NULL) AS t(x)", "1"),
    ("sum(x) / count(*) FROM (VALUES 1.5, 2.25) AS t(x)", "1.88"),
    ("CAST('2026-11-23 09:30:00.1225' AS timestamp)", "2026-11-23 09:30:00.123"),
    ("CAST('2026-11-23 09:30:00 -05:00' AS timestamp with time zone)", "2026-11-23 09:30:00.000 -05:00"),
    ("CAST('2026-11-23 09:30:00-05' AS timestamp with time zone)", "2026-11-23 09:30:00.000 -05:00"),
    ("TRY_CAST('2026-11-23T09:30:00' AS timestamp)", None),
    ("TIMESTAMP '2026-11-23 09:30:00' AT TIME ZONE 'Asia/Tokyo'", "2026-11-23 18:30:00.000 Asia/Tokyo"),
    ("hour(TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE '+05:30')", "15"),
    ("TIMESTAMP '2026-11-23 09:30:00 UTC' - TIMESTAMP '2026-11-23 09:30:00 -05:00'", "-0 05:00:00.000"),
    ("DATE '2026-11-23' - DATE '2026-11-20'", "3 00:00:00.000"),
    ("DATE '2026-11-23' + INTERVAL '1' DAY * 2", "2026-11-25"),
    ("INTERVAL -'1' DAY", "-1 00:00:00.000"),
    ("extract(dow FROM DATE '2026-11-22')", "7"),
    ("from_iso8601_date('2026-11-23')", "2026-11-23"),
    ("x FROM (SELECT 1 AS x, 2 AS y) ORDER BY -x", "1"),
]


@pytest.mark.parametrize(("expression", "value"), VALUES, ids=[expression for expression, _ in VALUES])
def test_engine_answers_as_trino(expression: str, value: str | None) -> None:
    assert answer(f"SELECT {expression}") == [[value]]


def test_engine_truncates_a_time_in_its_zone() -> None:
    hour = "date_trunc('hour', from_iso8601_timestamp(ts) AT TIME ZONE 'America/New_York')"
    rows = [["2026-11-23 09:00:00.000 America/New_York", "12.5"]]
    for group in ("1", hour):
        assert answer(f"SELECT {hour}, max(high) FROM bars GROUP BY {group}") == rows  # noqa: S608 - of constants


def test_engine_reads_the_hidden_columns_of_a_table() -> None:
    hidden = '"$path", "$file_size", "$file_modified_time", "$partition"'
    assert answer(f"SELECT {hidden} FROM bars") == [  # noqa: S608 - of a constant
        [f"s3://lake/{KEY}", str(len(LINES)), "2026-11-24 00:00:00.000 UTC", "dt=2026-11-23"]
    ]


def test_engine_prefers_an_alias_in_order_by_and_a_column_in_group_by() -> None:
    assert answer("SELECT x AS y FROM (VALUES (1, 9), (2, 8)) AS t(x, y) ORDER BY -y") == [["2"], ["1"]]
    assert answer("SELECT x % 1 AS x, count(*) FROM (VALUES 1, 2) AS t(x) GROUP BY x") == [["0", "1"], ["0", "1"]]


ERRORS = [
    ("name, max(high) AS h FROM bars GROUP BY name HAVING h > 0", "COLUMN_NOT_FOUND"),
    ("name, max(high) AS high FROM bars GROUP BY name HAVING high > 0", "EXPRESSION_NOT_AGGREGATE"),
    ("name FROM bars GROUP BY 2", "INVALID_COLUMN_REFERENCE"),
    ("1 AS a UNION ALL SELECT 2 AS b ORDER BY b", "COLUMN_NOT_FOUND"),
    ("x FROM (VALUES 1) AS a(x), (VALUES 1) AS b(x)", "AMBIGUOUS_NAME"),
    ("a FROM (SELECT 1 AS a, 2 AS a)", "AMBIGUOUS_NAME"),
    ("a.x FROM (VALUES 1) AS a(x) JOIN (VALUES 1) AS b(x) USING (x)", "COLUMN_NOT_FOUND"),
    ("* FROM bars NATURAL JOIN bars AS b", "NOT_SUPPORTED"),
    ("DISTINCT name FROM bars ORDER BY ts", "EXPRESSION_NOT_IN_DISTINCT"),
    ("name FROM bars ORDER BY name FETCH FIRST 0 ROWS ONLY", "NUMERIC_VALUE_OUT_OF_RANGE"),
    ("1 UNION ALL SELECT 'a'", "TYPE_MISMATCH"),
    ("* FROM (VALUES 1, 'a')", "TYPE_MISMATCH"),
    ("CAST(20261123 AS date)", "TYPE_MISMATCH"),
    ("CAST(ts AS timestamp) FROM bars", "INVALID_CAST_ARGUMENT"),
    ("CAST(ts AS date) FROM bars", "INVALID_CAST_ARGUMENT"),
    ("CAST(' 1.5' AS decimal(3,1))", "INVALID_CAST_ARGUMENT"),
    ("12345678901234567890123456789012345678.0", "INVALID_LITERAL"),
    ("from_iso8601_timestamp('2026-11-23 09:30:00') AT TIME ZONE 'UTC'", "INVALID_FUNCTION_ARGUMENT"),
    ("TIMESTAMP '2026-11-23 09:30:00 UTC' AT TIME ZONE 'Nowhere'", "INVALID_FUNCTION_ARGUMENT"),
    ("date_trunc('decade', DATE '2026-11-23')", "INVALID_FUNCTION_ARGUMENT"),
    ("date_format(DATE '2026-11-23', '%U')", "INVALID_FUNCTION_ARGUMENT"),
    ("extract(epoch FROM DATE '2026-11-23')", "SYNTAX_ERROR"),
    ("DATE '2026-11-23' + INTERVAL '2' HOUR * 2", "INVALID_FUNCTION_ARGUMENT"),
    ("ARRAY[1, 2][3]", "INVALID_FUNCTION_ARGUMENT"),
    ("element_at(ARRAY[1, 2], 0)", "INVALID_FUNCTION_ARGUMENT"),
    ("sequence(1, 3, -1)", "INVALID_FUNCTION_ARGUMENT"),
    ("split_part('a', ',', 0)", "INVALID_FUNCTION_ARGUMENT"),
    ("regexp_extract('a1', '([a-z])(\\d)', 3)", "INVALID_FUNCTION_ARGUMENT"),
    ("lpad('a', 3)", "FUNCTION_NOT_FOUND"),
    ("round(1, 2, 3)", "FUNCTION_NOT_FOUND"),
    ("coalesce(1)", "SYNTAX_ERROR"),
    ("5 % 0", "DIVISION_BY_ZERO"),
    ("(SELECT x FROM (VALUES 1, 2) AS t(x))", "SUBQUERY_MULTIPLE_ROWS"),
    ("* FROM bars NATURAL JOIN bars b", "NOT_SUPPORTED"),
    ("name, count(*) FROM bars GROUP BY ALL", "COLUMN_NOT_FOUND"),
    ("1 EXCEPT SELECT 1, 2", "TYPE_MISMATCH"),
    ("CASE WHEN true THEN 1 ELSE 'a' END", "TYPE_MISMATCH"),
    ("coalesce(volume, 'a') FROM bars", "TYPE_MISMATCH"),
    ("DATE '2026-11-23' + 1", "TYPE_MISMATCH"),
    ("'a' + 'b'", "TYPE_MISMATCH"),
    ("name FROM bars WHERE volume", "TYPE_MISMATCH"),
    ("CAST(1 AS text)", "TYPE_MISMATCH"),
    ("name 'Name' FROM bars", "TYPE_NOT_FOUND"),
    ("volume || 'a' FROM bars", "FUNCTION_NOT_FOUND"),
    ("year(ts) FROM bars", "FUNCTION_NOT_FOUND"),
    ("length(volume) FROM bars", "FUNCTION_NOT_FOUND"),
    ("sum(ts) FROM bars", "FUNCTION_NOT_FOUND"),
    ("upper('a', 'b')", "FUNCTION_NOT_FOUND"),
    ("string_agg(name, ',') FROM bars", "FUNCTION_NOT_FOUND"),
    ("name FROM bars WHERE max(high) > 1", "EXPRESSION_NOT_SCALAR"),
    ("date_trunc('hour', DATE '2026-11-23')", "INVALID_FUNCTION_ARGUMENT"),
    ("CAST('inf' AS double)", "INVALID_CAST_ARGUMENT"),
    ("CAST('yes' AS boolean)", "INVALID_CAST_ARGUMENT"),
    ("DATE '2026-11-23' + INTERVAL '1' HOUR", "INVALID_FUNCTION_ARGUMENT"),
    ("9223372036854775808", "SYNTAX_ERROR"),
    ("length('a', 'b')", "FUNCTION_NOT_FOUND"),
    ("1 % 0", "DIVISION_BY_ZERO"),
    ("1.0 / 0", "DIVISION_BY_ZERO"),
    ("DATE '2026/11/23'", "INVALID_LITERAL"),
    ("TIMESTAMP '2026-11-23T09:30:00'", "INVALID_LITERAL"),
    ("date(ts) FROM bars", "INVALID_CAST_ARGUMENT"),
    ("CAST(ts AS timestamp with time zone) FROM bars", "INVALID_CAST_ARGUMENT"),
]


@pytest.mark.parametrize(("select", "code"), ERRORS, ids=[select for select, _ in ERRORS])
def test_engine_fails_as_trino(select: str, code: str) -> None:
    assert fail(f"SELECT {select}") == code


REFUSED = [
    "from_iso8601_timestamp(ts) FROM bars",
    "hour(from_iso8601_timestamp(ts)) FROM bars",
    "max(from_iso8601_timestamp(ts) AT TIME ZONE 'UTC') FROM bars",
    "t FROM (SELECT from_iso8601_timestamp(ts) AT TIME ZONE 'UTC' AS t FROM bars)",
    "CAST('2026-11-23 09:30:00' AS timestamp(6))",
    "CAST(high AS varchar) FROM bars",
    "CAST(name AS varchar(2)) FROM bars",
    "CAST('12026-11-23' AS date)",
    "from_unixtime(0, 'Asia/Tokyo')",
    "date_diff('month', DATE '2026-01-31', DATE '2026-02-28')",
    "date_parse('9:30', '%H:%i')",
    "date_format(DATE '2026-11-23', '%v')",
    "INTERVAL '1' MONTH",
    "regexp_like('ab', 'a(?=b)')",
    "regexp_extract('b', '(a)?b', 1)",
    "split('a,b', ',', 2)",
    "corr(volume, volume) FROM bars",
    "x FROM UNNEST(ARRAY[1], ARRAY[2]) AS t(x, y)",
    "name FROM bars TABLESAMPLE BERNOULLI (10)",
    "1_000",
]


@pytest.mark.parametrize("select", REFUSED)
def test_engine_refuses_by_name_what_it_would_answer_differently(select: str) -> None:
    assert "is not supported by the embedded cloud" in fail(f"SELECT {select}")

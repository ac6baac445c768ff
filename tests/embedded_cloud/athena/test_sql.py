"""Athena's SQL, which is Trino's: its results, and errors for SQL that only DuckDB accepts."""

from __future__ import annotations

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.athena.lake import BUCKET, DATABASE, Lake, bar, refusal


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> Lake:
    lake = Lake(cloud)
    lake.table()
    bars = [("10:00", 10.0), ("10:59", 12.5), ("11:00", 11.0), ("11:30", 10.5)]
    lake.put_bars("2026-11-23", [bar(f"2026-11-23T{time}:00-05:00", high) for time, high in bars])
    return lake


def test_select_returns_the_highest_price_per_hour(lake: Lake) -> None:
    sql = """
        SELECT name, dt AS session, substr(ts, 12, 2) AS hour, max(high) AS high, max_by(ts, high) AS at,
            min(ts) FILTER (WHERE high > 10.2e0) AS first_above, count_if(high > 11.0e0) AS above
        FROM delivered_bars
        WHERE "interval" = ? AND dt >= ? AND dt < ?
        GROUP BY name, dt, substr(ts, 12, 2)
        ORDER BY name, session, hour
    """
    parameters = ["'1m'", "'2026-11-23'", "'2026-11-24'"]
    at = "2026-11-23T{}:00-05:00".format
    assert lake.rows(sql, ExecutionParameters=parameters) == [
        ["META", "2026-11-23", "10", "12.5", at("10:59"), at("10:59"), "1"],
        ["META", "2026-11-23", "11", "11.0", at("11:00"), at("11:00"), "0"],
    ]


def test_select_accepts_interval_as_a_column_name(lake: Lake) -> None:
    assert lake.rows("""SELECT DISTINCT interval, d."interval" FROM delivered_bars d""") == [["1m", "1m"]]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT lowest FROM delivered_bars", "COLUMN_NOT_FOUND: line 1:8: Column 'lowest' cannot be resolved"),
        ("SELECT d.lowest FROM delivered_bars d", "COLUMN_NOT_FOUND: "),
        ("SELECT * FROM other.bars", "SCHEMA_NOT_FOUND: line 1:21: Schema 'other' does not exist"),
        ("SELECT * FROM a.stream.bars", "CATALOG_NOT_FOUND: Catalog 'a' does not exist"),
        ("SELECT max(high), ts FROM delivered_bars", "EXPRESSION_NOT_AGGREGATE: "),
        ("SELECT 1 / 0", "DIVISION_BY_ZERO: "),
        ("SELECT CAST('x' AS double)", "INVALID_CAST_ARGUMENT: "),
        ("SELECT 9223372036854775807 + 1", "NUMERIC_VALUE_OUT_OF_RANGE: "),
    ],
)
def test_select_fails_with_the_error_of_trino(lake: Lake, sql: str, reason: str) -> None:
    assert lake.reason(sql).startswith(reason)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT high AS h FROM delivered_bars WHERE h > 1",
        "SELECT substr(ts, 12, 2) AS hour, count(*) FROM delivered_bars GROUP BY hour",
        "SELECT high AS h, h + 1 FROM delivered_bars",
    ],
)
def test_select_rejects_its_own_alias_as_a_column(lake: Lake, sql: str) -> None:
    """https://trino.io/docs/current/sql/select.html: only ORDER BY sees the columns of the result."""
    assert lake.reason(sql).startswith("COLUMN_NOT_FOUND: ")


@pytest.mark.parametrize(
    "condition",
    ["high > '1'", "dt >= DATE '2026-11-23'", "dt = 20261123", "dt IN (1)", "volume LIKE '1%'"],
)
def test_operators_reject_operands_of_different_types(lake: Lake, condition: str) -> None:
    """Trino doesn't convert text implicitly: https://trino.io/docs/current/functions/conversion.html"""
    sql = f"SELECT 1 FROM delivered_bars WHERE {condition}"  # noqa: S608 - the conditions above
    assert lake.reason(sql).startswith("TYPE_MISMATCH: ")


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT strftime(DATE '2026-11-23', '%Y')", "strftime"),
        ("SELECT list_sort(ARRAY[1])", "list_sort"),
        ("SELECT ifnull(1, 2)", "ifnull"),
    ],
)
def test_select_rejects_a_function_of_duckdb(lake: Lake, sql: str, name: str) -> None:
    assert f"Function '{name}' not registered" in lake.reason(sql)
    assert lake.reason(sql).startswith("FUNCTION_NOT_FOUND: line 1:")


INSTANT = "from_iso8601_timestamp('2026-11-23T09:30:00-05:00')"


@pytest.mark.parametrize(
    "sql",
    [
        "CAST(1e0 AS varchar)",
        INSTANT,  # Trino keeps its -05:00
        f"hour({INSTANT})",
        f"date({INSTANT})",
        f"date_trunc('day', {INSTANT})",
        f"hour(t) FROM (SELECT {INSTANT} AS t)",
        "json_extract_scalar('{}', '$..a')",
        "json_extract_scalar('{}', '$.a[*]')",
        "json_extract_scalar('{}', path) FROM (VALUES '$.a') AS t(path)",
        "x FROM (VALUES 1, 1, 2) AS t(x) ORDER BY x FETCH FIRST 1 ROW WITH TIES",
    ],
)
def test_select_rejects_an_expression_that_duckdb_treats_differently(lake: Lake, sql: str) -> None:
    assert "is not supported by the embedded cloud" in lake.reason(f"SELECT {sql}")


# Values from https://trino.io/docs/current/functions.html, and from the rules on that page.
OF_ROWS = [
    ("sum(x)", "6"),
    ("avg(x)", "2.0"),
    ("count(*)", "3"),
    ("count_if(x > 1)", "2"),
    ("count_if(null)", "0"),
    ("sum(x) FILTER (WHERE x > 1)", "5"),
    ("approx_percentile(x, 0.9)", "3"),
    ("max_by(s, x)", "c"),
    ("min_by(s, x)", "a"),
    ("max(x, 2)", "[3, 2]"),
    ("approx_distinct(x)", "3"),
    ("approx_percentile(CAST(x AS double), 0.5)", "2.0"),
    ("array_agg(s ORDER BY x DESC)", "[c, b, a]"),
    ("bool_and(x > 0)", "true"),
    ("bool_or(x > 2)", "true"),
    ("stddev(x)", "1.0"),
    ("variance(x)", "1.0"),
    ("corr(CAST(x AS double), 2e0 * x)", "1.0"),
    ("sum(x) FILTER (WHERE x > 1)", "5"),
    ("min(s)", "a"),
]
OF_VALUES = [
    ("coalesce(null, 1)", "1"),
    ("if(1 > 2, 'a', 'b')", "b"),
    ("nullif(1, 1)", None),
    ("try_cast('x' AS integer)", None),
    ("5 / 2", "2"),
    ("-5 / 2", "-2"),
    ("5 / 2e0", "2.5"),
    ("mod(-7, 3)", "-1"),
    ("abs(-2)", "2"),
    ("ceil(1.2e0)", "2.0"),
    ("floor(-1.2e0)", "-2.0"),
    ("round(-2.5e0)", "-3.0"),
    ("round(1.2345e0, 2)", "1.23"),
    ("truncate(-1.7e0)", "-1.0"),
    ("greatest(1, 3, 2)", "3"),
    ("greatest(1, null)", None),
    ("least(1, null)", None),
    ("power(2, 3)", "8.0"),
    ("1e7", "1.0E7"),
    ("0.5e-3", "5.0E-4"),
    ("DECIMAL '1.50'", "1.50"),
    ("100 * (302.47 - 300) / 300", "0.82"),
    ("10.0 / 3", "3.3"),
    ("2.5 / 2", "1.3"),
    ("-7.5 % 2", "-1.5"),
    ("DECIMAL '10.50' / DECIMAL '3'", "3.50"),
    ("1.5 * 2e0", "3.0"),
    ("round(2.5)", "3"),
    ("CAST(2.5 AS integer)", "3"),
    ("substr('abc', 0)", ""),
    ("substr('abc', -5)", ""),
    ("substr('abcdef', 2, -1)", ""),
    ("substr('abcdef', -3, 2)", "de"),
    ("split_part('a,b', ',', 2)", "b"),
    ("split_part('a,b', ',', 3)", None),
    ("DATE '2026-11-23' - DATE '2026-11-20'", "3 00:00:00.000"),
    ("CAST('2026-1-3' AS date)", "2026-01-03"),
    ("CAST(' 2026-11-23 ' AS date)", "2026-11-23"),
    ("CAST('2026-11-23 9:30' AS timestamp)", "2026-11-23 09:30:00.000"),
    ("CAST('2026-11-23 09:30:15 -05:00' AS timestamp)", "2026-11-23 09:30:15.000"),
    ("CAST('2026-11-23 09:30:15.1239' AS timestamp)", "2026-11-23 09:30:15.124"),
    ("try_cast('2026-11-23T09:30:00' AS timestamp)", None),
    ("try_cast('20261123' AS date)", None),
    ("CAST('2026-11-23 09:30:00 -05:00' AS timestamp with time zone)", "2026-11-23 09:30:00.000 -05:00"),
    ("TIMESTAMP '2026-07-23 09:30:00 America/New_York'", "2026-07-23 09:30:00.000 America/New_York"),
    ("hour(TIMESTAMP '2026-11-23 09:30:00 -05:00')", "9"),
    ("TIMESTAMP '2026-11-23 09:30:00 -05:00' = TIMESTAMP '2026-11-23 14:30:00 UTC'", "true"),
    (
        "from_iso8601_timestamp('2026-11-23T09:30:00-05:00') AT TIME ZONE 'Asia/Tokyo'",
        "2026-11-23 23:30:00.000 Asia/Tokyo",
    ),
    ("CAST(2.5e0 AS bigint)", "3"),
    ("CAST(to_unixtime(from_iso8601_timestamp('1970-01-01T00:00:02.500Z')) AS bigint)", "3"),
    ("CAST(max_by(2.5e0, 1) AS bigint)", "3"),
    ("min_by(7, 1) / 2", "3"),
    ("concat('a', 'b', 'c')", "abc"),
    ("concat('a', null)", None),
    ("length('abc')", "3"),
    ("lpad('abcd', 2, '0')", "ab"),
    ("regexp_like('abc', 'b')", "true"),
    ("replace('abab', 'a')", "bb"),
    ("reverse('abc')", "cba"),
    ("split('a.b', '.')", "[a, b]"),
    ("starts_with('abc', 'ab')", "true"),
    ("strpos('abc', 'x')", "0"),
    ("substr('abcdef', 2, 3)", "bcd"),
    ("substr('abcdef', -2)", "ef"),
    ("trim(' a ')", "a"),
    ("date('2026-11-23')", "2026-11-23"),
    ("DATE '2026-11-23' + INTERVAL '1' DAY", "2026-11-24"),
    ("CAST(date_add('day', -1, DATE '2026-11-23') AS varchar)", "2026-11-22"),
    ("date_add('hour', 2, TIMESTAMP '2026-11-23 01:00:00')", "2026-11-23 03:00:00.000"),
    ("date_diff('day', DATE '2026-11-20', DATE '2026-11-23')", "3"),
    ("date_diff('hour', TIMESTAMP '2026-11-23 00:59:00', TIMESTAMP '2026-11-23 01:01:00')", "0"),
    ("date_format(TIMESTAMP '2026-11-23 04:05:06', '%Y-%m-%d %H:%i:%s')", "2026-11-23 04:05:06"),
    ("date_parse('2026-11-23 04:05', '%Y-%m-%d %H:%i')", "2026-11-23 04:05:00.000"),
    ("date_trunc('hour', TIMESTAMP '2026-11-23 04:05:06')", "2026-11-23 04:00:00.000"),
    ("date_trunc('month', DATE '2026-11-23')", "2026-11-01"),
    ("year(DATE '2026-11-23')", "2026"),
    ("hour(TIMESTAMP '2026-11-23 04:05:06')", "4"),
    ("hour(from_iso8601_timestamp('2026-11-23T09:30:00-05:00') AT TIME ZONE 'America/New_York')", "9"),
    ("to_unixtime(from_iso8601_timestamp('1970-01-01T00:00:00-05:00'))", "18000.0"),
    ("try_cast('7.5' AS integer)", None),
    ("try_cast(' +7' AS integer)", "7"),
    ("regexp_extract('META', '[A-Z](.)', 1)", "E"),
    ("regexp_extract('meta', '[A-Z]')", None),
    ("regexp_replace('META', '[AE]', '_')", "M_T_"),
    ("json_extract_scalar('{\"a\": [2.50, true, {}, null, \"x\"]}', '$.a[0]')", "2.50"),
    ('json_extract_scalar(\'{"a": [2.50, true, {}, null, "x"]}\', \'$["a"][1]\')', "true"),
    ("json_extract_scalar('{\"a\": [2.50, true, {}, null, \"x\"]}', '$.a[2]')", None),
    ("json_extract_scalar('{\"a\": [2.50, true, {}, null, \"x\"]}', '$.a[3]')", None),
    ("json_extract_scalar('{\"a\": [2.50, true, {}, null, \"x\"]}', '$.a[4]')", "x"),
    ("json_extract_scalar('no JSON', '$.a')", None),
    ("day_of_week(DATE '2026-11-22')", "7"),
    ("last_day_of_month(DATE '2026-02-03')", "2026-02-28"),
    ("from_unixtime(0)", "1970-01-01 00:00:00.000 UTC"),
    ("to_unixtime(TIMESTAMP '1970-01-01 00:01:00')", "60.0"),
    ("array_join(ARRAY['a', 'b'], '-')", "a-b"),
    ("array_max(ARRAY[1, 3])", "3"),
    ("cardinality(ARRAY[1, 2])", "2"),
    ("contains(ARRAY[1, 2], 2)", "true"),
    ("element_at(ARRAY[1, 2], 5)", None),
    ("sequence(1, 3)", "[1, 2, 3]"),
    ("""json_extract_scalar('{"a": {"b": 2}}', '$.a.b')""", "2"),
]


def test_functions_return_the_values_of_trino(lake: Lake) -> None:
    rows = "(VALUES (1, 'a'), (2, 'b'), (3, 'c')) AS t(x, s)"
    for cases, source in ((OF_ROWS, f" FROM {rows}"), (OF_VALUES, "")):
        (found,) = lake.rows(f"SELECT {', '.join(expression for expression, _ in cases)}{source}")
        assert dict(zip((expression for expression, _ in cases), found, strict=True)) == dict(cases)


def test_select_accepts_a_column_qualified_by_its_database(lake: Lake) -> None:
    """SQLAlchemy writes a column of a table with a schema in this way."""
    sql = f"SELECT max({DATABASE}.delivered_bars.high) FROM {DATABASE}.delivered_bars"  # noqa: S608 - of a constant
    assert lake.rows(sql) == [["12.5"]]


def test_integer_arithmetic_fails_on_overflow(lake: Lake) -> None:
    beyond = "SELECT sum(x) FROM (VALUES 9223372036854775807, 1) AS t(x)"
    assert lake.reason(beyond).startswith("NUMERIC_VALUE_OUT_OF_RANGE")
    assert lake.reason("SELECT 2147483647 + 1").startswith("NUMERIC_VALUE_OUT_OF_RANGE")


def test_cast_rejects_decimal_text_as_an_integer(lake: Lake) -> None:
    assert lake.reason("SELECT CAST('7.5' AS integer)").startswith("INVALID_CAST_ARGUMENT")


def test_start_query_execution_rejects_syntax_that_trinos_grammar_lacks(lake: Lake) -> None:
    sql = "SELECT ts FROM delivered_bars LIMIT 2 OFFSET 1"
    assert refusal(lake.start, sql=sql) == "line 1:39: mismatched input 'OFFSET'"


def test_select_finds_a_cte_in_another_case(lake: Lake) -> None:
    assert lake.rows("WITH Highs AS (SELECT max(high) AS top FROM delivered_bars) SELECT HIGHS.top FROM highs") == [
        ["12.5"]
    ]


def test_path_column_has_the_objects_address_in_a_table_and_not_in_a_view(lake: Lake) -> None:
    lake.put_bars("2026-11-24", [bar("2026-11-24T10:00:00-05:00")], name="b")
    sql = """SELECT DISTINCT "$path" FROM delivered_bars WHERE dt = '2026-11-24'"""
    assert lake.rows(sql) == [[f"s3://{BUCKET}/bars/interval=1m/dt=2026-11-24/b.json.gz"]]
    (row, *_) = lake.rows("SELECT * FROM delivered_bars")
    assert len(row) == 7  # a star leaves the column out
    lake.run("CREATE VIEW highs AS SELECT name, high FROM delivered_bars")
    assert lake.reason('SELECT "$path" FROM highs').startswith("COLUMN_NOT_FOUND: line 1:8")


def test_view_with_a_timestamp_of_another_zone_fails(lake: Lake) -> None:
    ran = lake.run("CREATE VIEW opens AS SELECT TIMESTAMP '2026-11-23 09:30:00 -05:00' AS opens")
    assert "is not supported by the embedded cloud" in ran["Status"]["StateChangeReason"]

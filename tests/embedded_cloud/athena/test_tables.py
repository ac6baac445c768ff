"""Tables over objects in S3: partition projection, the JSON SerDe, and views."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from embedded_cloud.athena import projection
from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.athena.lake import BARS_VIEW, BUCKET, DATABASE, PROJECTION, Lake, bar

DAYS = [f"2026-11-{day:02}" for day in range(2, 7)]


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> Lake:
    return Lake(cloud)


def put_days(lake: Lake) -> dict[str, int]:
    return {
        day: lake.put_bars(day, [bar(f"{day}T09:{minute}:00-05:00", minute) for minute in range(30, 30 + 5 * number)])
        for number, day in enumerate(DAYS, start=1)
    }


def test_query_sees_a_table_that_was_created_anew_with_other_columns(lake: Lake) -> None:
    query = "SELECT high FROM delivered_bars"
    lake.table()
    lake.put_bars("2026-11-02", [bar("2026-11-02T09:30:00-05:00", 1.5)])
    assert lake.rows(query) == lake.rows(query) == [["1.5"]]
    lake.glue.delete_table(DatabaseName=DATABASE, Name="delivered_bars")
    assert "TABLE_NOT_FOUND: line 1:18: " in lake.reason(query)
    lake.table(columns={"name": "string"})
    assert "COLUMN_NOT_FOUND: line 1:8: " in lake.reason(query)


# Partition pruning


def test_partition_pruning_reads_only_the_objects_of_the_date(lake: Lake) -> None:
    lake.table()
    sizes = put_days(lake)
    assert lake.scanned("SELECT max(high) FROM delivered_bars WHERE dt = '2026-11-04'") == sizes["2026-11-04"]
    assert lake.scanned("SELECT max(high) FROM delivered_bars") == sum(sizes.values())


def test_partition_pruning_works_through_a_view_with_a_window_function(lake: Lake) -> None:
    lake.table()
    sizes = put_days(lake)
    lake.run(f"CREATE VIEW bars AS {BARS_VIEW}")
    asked = lake.run(
        """SELECT name, count(*) FROM bars WHERE "interval" = ? AND dt >= ? AND dt < ? GROUP BY name""",
        ExecutionParameters=["'1m'", "'2026-11-03'", "'2026-11-05'"],
    )
    assert asked["Statistics"]["DataScannedInBytes"] == sizes["2026-11-03"] + sizes["2026-11-04"]


def test_partition_without_objects_is_empty_and_scans_nothing(lake: Lake) -> None:
    lake.table()
    assert lake.rows("SELECT count(*), max(high) FROM delivered_bars") == [["0", None]]
    put_days(lake)
    assert lake.scanned("SELECT * FROM delivered_bars WHERE \"interval\" = '1h'") == 0


# Partition projection: https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html


class NewYearsEve(datetime):
    """A clock that stands still, one second before midnight of December 31."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> NewYearsEve:
        return cls(2027, 12, 31, 23, 59, 59, tzinfo=tz)


def test_partition_projection_ignores_partitions_outside_its_range(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "datetime", NewYearsEve)
    lake.table()
    today = NewYearsEve.now(UTC).date()
    seen = ["2020-01-01", str(today), str(today + timedelta(days=1))]
    for dt in [*seen, "2019-12-31", str(today + timedelta(days=2)), "2020-1-2", "none"]:
        lake.put_bars(dt, [bar("x")])
    lake.put_bars("2020-01-01", [bar("x")], interval="5m")
    found = lake.rows('SELECT DISTINCT "interval", dt FROM delivered_bars ORDER BY dt')
    assert found == [["1m", dt] for dt in seen]


def test_table_ignores_hidden_objects_and_objects_outside_partitions(lake: Lake) -> None:
    """Names that begin with _ or . are hidden: https://docs.aws.amazon.com/athena/latest/ug/tables-location-format.html"""
    lake.table()
    line = json.dumps(bar("x")).encode()
    for key in ("a.json", "interval=1m/a.json", "interval=1m/dt=2026-11-02/_a.json", "interval=1m/dt=2026-11-02/.a"):
        lake.put(key, line)
    lake.put("interval=1m/dt=2026-11-02/deeper/a.json", line)
    assert lake.rows("SELECT count(*) FROM delivered_bars") == [["1"]]


def test_partition_projection_interval_skips_dates(lake: Lake) -> None:
    lake.table(parameters=PROJECTION | {"projection.dt.range": "2026-11-02,2026-11-06", "projection.dt.interval": "2"})
    put_days(lake)
    found = lake.rows("SELECT DISTINCT dt FROM delivered_bars ORDER BY 1")
    assert found == [["2026-11-02"], ["2026-11-04"], ["2026-11-06"]]


def test_storage_location_template_locates_the_partition(lake: Lake) -> None:
    template = f"s3://{BUCKET}/bars/${{dt}}/of-${{interval}}/"
    lake.table(parameters=PROJECTION | {"storage.location.template": template})
    lake.put("2026-11-02/of-1h/a.json", json.dumps(bar("x")).encode())
    assert lake.rows('SELECT "interval", dt FROM delivered_bars') == [["1h", "2026-11-02"]]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"projection.dt.type": "injected"}, "projection.dt.type injected is not supported by the embedded cloud"),
        ({"projection.dt.colour": "red"}, "projection.dt.colour is unknown"),
        ({"projection.day.type": "date"}, "projection.day.type does not belong to a partition column"),
        ({"projection.dt.format": "EEE"}, "projection.dt.format EEE is not supported by the embedded cloud"),
        ({"projection.dt.range": "2026"}, "projection.dt.range 2026"),
        ({"projection.enabled": "false"}, "without partition projection"),
    ],
)
def test_partition_projection_names_an_unsupported_property(lake: Lake, changed: dict[str, str], named: str) -> None:
    lake.table(parameters=PROJECTION | changed)
    assert named in lake.reason("SELECT * FROM delivered_bars")


def test_partition_projection_requires_every_partition_column(lake: Lake) -> None:
    lake.table(parameters={name: value for name, value in PROJECTION.items() if ".interval." not in name})
    reason = lake.reason("SELECT * FROM delivered_bars")
    assert reason.startswith("INVALID_TABLE_PROPERTY: partition columns are missing projection configuration")


# The OpenX JSON SerDe: https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html


def test_json_serde_fails_for_a_malformed_line_by_default(lake: Lake) -> None:
    lake.table()
    lake.put("interval=1m/dt=2026-11-02/a.json", json.dumps(bar("x")).encode() + b'\n{"name": \n')
    assert lake.reason("SELECT * FROM delivered_bars").startswith("HIVE_BAD_DATA: ")


def test_ignore_malformed_json_returns_a_row_of_nulls(lake: Lake) -> None:
    lake.table(serde_parameters={"ignore.malformed.json": "TRUE"})
    lake.put("interval=1m/dt=2026-11-02/a.json", json.dumps(bar("x")).encode() + b'\n{"name": \n')
    found = lake.rows("SELECT name, ts, high, dt FROM delivered_bars ORDER BY name")
    assert found == [["META", "x", "1.0", "2026-11-02"], [None, None, None, "2026-11-02"]]


def test_json_serde_loses_the_second_object_on_a_line(lake: Lake) -> None:
    """This is the reason for the newline that the transformer puts after each record."""
    lake.table()
    lake.put("interval=1m/dt=2026-11-02/a.json", (json.dumps(bar("first")) + json.dumps(bar("second"))).encode())
    assert lake.rows("SELECT ts FROM delivered_bars") == [["first"]]


def test_ignore_malformed_json_still_fails_for_a_value_of_another_type(lake: Lake) -> None:
    """HIVE_BAD_DATA: https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html"""
    lake.table(serde_parameters={"ignore.malformed.json": "true"})
    lake.put("interval=1m/dt=2026-11-02/a.json", json.dumps(bar("x") | {"high": "much"}).encode())
    assert lake.reason("SELECT high FROM delivered_bars").startswith("HIVE_BAD_DATA: ")
    assert lake.rows("SELECT ts FROM delivered_bars") == [["x"]]


def test_json_serde_ignores_the_case_of_keys_and_unknown_keys(lake: Lake) -> None:
    lake.table()
    lake.put("interval=1m/dt=2026-11-02/a.json", b'{"Name": "META", "HIGH": 2, "more": {"a": 1}}')
    assert lake.rows("SELECT name, high, ts FROM delivered_bars") == [["META", "2.0", None]]


def test_table_detects_gzip_by_the_suffix(lake: Lake) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/compression-formats.html"""
    lake.table()
    lake.s3.put_object(Bucket=BUCKET, Key="bars/interval=1m/dt=2026-11-02/a.json.gz", Body=b"{}")
    assert "is not gzip" in lake.reason("SELECT * FROM delivered_bars")


def test_table_reads_and_prints_every_column_type_as_athena(lake: Lake) -> None:
    kinds = ("string", "double", "float", "int", "bigint", "boolean", "timestamp", "date")
    lake.table(columns={f"c_{kind}": kind for kind in kinds}, partition_keys={}, parameters={})
    values = ["a", 1e-5, 0.1, 7, 2**40, True, "2026-11-23T09:30:00.5-05:00", "2026-11-23"]
    lake.put("a.json", json.dumps(dict(zip((f"c_{kind}" for kind in kinds), values, strict=True))).encode())
    expected = ["a", "1.0E-5", "0.1", "7", "1099511627776", "true", "2026-11-23 14:30:00.500", "2026-11-23"]
    assert lake.rows("SELECT * FROM delivered_bars") == [expected]


def test_table_names_an_unsupported_serde_parameter_or_type(lake: Lake) -> None:
    lake.table("orc", serde="org.apache.hadoop.hive.ql.io.orc.OrcSerde")
    lake.table("mapped", serde_parameters={"mapping.high": "HIGH"})
    lake.table("nested", columns={"a": "array<string>"})
    assert "SerDe org.apache.hadoop.hive.ql.io.orc" in lake.reason("SELECT * FROM orc")
    assert "SerDe parameter mapping.high" in lake.reason("SELECT * FROM mapped")
    assert "type array<string> of column a" in lake.reason("SELECT * FROM nested")


# Views: https://docs.aws.amazon.com/athena/latest/ug/views.html


def glue_view(
    lake: Lake, name: str, sql: str, columns: dict[str, str], glue_types: dict[str, str], **more: object
) -> None:
    declared = [{"name": column, "type": kind} for column, kind in columns.items()]
    definition = {"originalSql": sql, "catalog": "awsdatacatalog", "schema": DATABASE, "columns": declared}
    encoded = base64.b64encode(json.dumps(definition).encode()).decode()
    lake.glue.create_table(
        DatabaseName=DATABASE,
        TableInput={
            "Name": name,
            "TableType": "VIRTUAL_VIEW",
            "ViewOriginalText": f"/* Presto View: {encoded} */",
            "ViewExpandedText": "/* Presto View */",
            "Parameters": {"presto_view": "true", "comment": "Presto View"},
            "StorageDescriptor": {"Columns": [{"Name": key, "Type": kind} for key, kind in glue_types.items()]},
            **more,
        },
    )


@pytest.mark.fault(22)
def test_bars_view_keeps_the_last_collected_bar_of_duplicates(lake: Lake) -> None:
    lake.table()
    early, late = bar("t", 1.0, collected_at="2026-11-23T20:00:00Z"), bar("t", 2.0, collected_at="2026-11-23T21:00:00Z")
    for name, bars in (("a", [late, early]), ("b", [late, late])):
        lake.put_bars("2026-11-23", bars, name=name)
    lake.run(f"CREATE OR REPLACE VIEW bars AS {BARS_VIEW}")
    assert lake.rows("SELECT name, high FROM bars") == [["META", "2.0"]]


def test_view_of_a_view_resolves_names_in_its_own_database(lake: Lake) -> None:
    lake.table()
    put_days(lake)
    glue_view(lake, "inner_view", "SELECT dt FROM delivered_bars", {"dt": "varchar"}, {"dt": "string"})
    glue_view(lake, "outer_view", "SELECT max(dt) AS last FROM inner_view", {"last": "varchar"}, {"last": "string"})
    elsewhere = {"QueryExecutionContext": {"Database": "default"}}
    assert lake.rows("SELECT last FROM stream.outer_view", **elsewhere) == [["2026-11-06"]]


@pytest.mark.parametrize(
    ("columns", "glue_types"),
    [
        ({"d": "varchar"}, {"d": "string"}),
        ({"dt": "bigint"}, {"dt": "bigint"}),
        ({"dt": "varchar", "high": "double"}, {"dt": "string", "high": "double"}),
        ({"dt": "varchar"}, {"dt": "double"}),
    ],
    ids=["another name", "another type", "another number", "another type in Glue"],
)
def test_view_that_declares_other_columns_is_stale(
    lake: Lake, columns: dict[str, str], glue_types: dict[str, str]
) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/considerations-limitations-views.html"""
    lake.table()
    glue_view(lake, "old", "SELECT dt FROM delivered_bars", columns, glue_types)
    assert "is stale; it must be re-created" in lake.reason("SELECT * FROM old")


@pytest.mark.parametrize(
    "more",
    [{"Description": "Each bar once"}, {"Parameters": {"presto_view": "true"}}, {"Parameters": {}}],
    ids=["another comment, in Description", "no comment", "no parameters"],
)
def test_view_without_the_comment_of_athena_does_not_exist(lake: Lake, more: dict[str, object]) -> None:
    """Trino 476 does the same: its Glue client knows a view by its comment, and a Description replaces the comment."""
    glue_view(lake, "one", "SELECT 1 AS one", {"one": "integer"}, {"one": "int"})
    assert lake.rows("SELECT * FROM one") == [["1"]]
    glue_view(lake, "other", "SELECT 1 AS one", {"one": "integer"}, {"one": "int"}, **more)
    assert lake.reason("SELECT * FROM other").startswith("TABLE_NOT_FOUND: line 1:15")


def test_view_that_reads_itself_fails(lake: Lake) -> None:
    glue_view(lake, "loop", "SELECT a FROM loop", {"a": "varchar"}, {"a": "string"})
    assert "is recursive" in lake.reason("SELECT * FROM loop")


def test_view_is_created_replaced_and_dropped_as_a_glue_table(lake: Lake) -> None:
    lake.run("CREATE VIEW numbers AS SELECT 1 AS one")
    assert lake.reason("CREATE VIEW numbers AS SELECT 2 AS two").startswith("ALREADY_EXISTS")
    lake.run("CREATE OR REPLACE VIEW numbers AS SELECT 2e0 AS two")
    stored = lake.glue.get_table(DatabaseName=DATABASE, Name="numbers")["Table"]["StorageDescriptor"]["Columns"]
    assert stored == [{"Name": "two", "Type": "double"}]
    assert lake.rows("SELECT * FROM numbers") == [["2.0"]]
    lake.run("DROP VIEW numbers")
    assert lake.reason("SELECT * FROM numbers").startswith("TABLE_NOT_FOUND")

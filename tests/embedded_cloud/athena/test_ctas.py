"""CREATE TABLE AS: its objects in S3, its table in Glue, and its errors."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
import pytest

from embedded_cloud.athena.storage import split_uri
from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.athena.lake import DATABASE, WORK_GROUP, Lake, bar, refusal


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> Lake:
    lake = Lake(cloud)
    lake.table()
    lake.put_bars("2026-11-23", [bar("a", 612.5), bar("b", 613.25), bar("c", 99.0, name="BRK-B")])
    return lake


def listed(lake: Lake, execution: dict[str, Any]) -> list[str]:
    """Return the URIs of the files in an execution's manifest."""
    return read(lake, execution["Statistics"]["DataManifestLocation"]).decode().splitlines()


def read(lake: Lake, uri: str) -> bytes:
    bucket, key = split_uri(uri)
    return bytes(lake.s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def test_create_table_as_writes_a_parquet_file_and_its_manifest(lake: Lake) -> None:
    sql = "SELECT name, max(high) AS High, count(*) AS bars, date(dt) AS day FROM delivered_bars GROUP BY name, dt"
    execution = lake.run(f"""CREATE TABLE "{DATABASE}"."highs" WITH(format = 'PARQUET') AS {sql} ORDER BY name""")
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DDL", "CREATE_TABLE_AS_SELECT")
    [file] = listed(lake, execution)
    frame = pd.read_parquet(io.BytesIO(read(lake, file)))
    assert frame[["name", "high", "bars"]].to_dict("list") == {
        "name": ["BRK-B", "META"],
        "high": [99.0, 613.25],
        "bars": [1, 2],
    }
    table = lake.cloud.client("glue").get_table(DatabaseName=DATABASE, Name="highs")["Table"]["StorageDescriptor"]
    assert file.startswith(table["Location"])
    assert [(column["Name"], column["Type"]) for column in table["Columns"]] == [
        ("name", "string"),
        ("high", "double"),
        ("bars", "bigint"),
        ("day", "date"),
    ]


def test_create_table_as_writes_no_file_without_rows(lake: Lake) -> None:
    execution = lake.run("CREATE TABLE none_of_them AS SELECT name FROM delivered_bars WHERE high > 1000")
    assert listed(lake, execution) == []


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("CREATE TABLE delivered_bars AS SELECT 1 AS one", "TABLE_ALREADY_EXISTS"),
        ("CREATE TABLE t AS SELECT max(high) FROM delivered_bars", "Column name not specified at position 1"),
        ("CREATE TABLE t AS SELECT null AS nothing", "Column type is unknown: nothing"),
        ("CREATE TABLE t AS SELECT current_timestamp AS now", "Unsupported Hive type: timestamp with time zone"),
        ("CREATE TABLE t WITH (format = 'ORC') AS SELECT 1 AS one", "a table of format ORC"),
        ("CREATE TABLE t WITH (external_location = 's3://b/') AS SELECT 1 AS one", "property external_location"),
        ("CREATE TABLE t WITH (bucket_count = 4) AS SELECT 1 AS one", "property bucket_count = 4"),
    ],
)
def test_create_table_as_fails_with_the_reason(lake: Lake, sql: str, reason: str) -> None:
    assert reason in lake.reason(sql)


def test_create_table_as_rejects_a_query_that_does_not_parse(lake: Lake) -> None:
    asked = {"WorkGroup": WORK_GROUP, "QueryExecutionContext": {"Database": DATABASE}}
    said = refusal(lake.athena.start_query_execution, QueryString="CREATE TABLE t AS SELECT FROM WHERE", **asked)
    assert said

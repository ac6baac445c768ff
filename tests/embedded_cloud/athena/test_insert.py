"""INSERT INTO a Parquet table: its objects in S3, the rows that a query then reads, and its errors."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from embedded_cloud.athena.storage import split_uri
from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.athena.lake import (
    BUCKET,
    COLUMNS,
    DATABASE,
    PARQUET,
    PROJECTION,
    WORK_GROUP,
    Lake,
    bar,
    refusal,
)

DAYS = ["2026-11-23", "2026-11-24"]
ALL = 'SELECT name, ts, high, volume, collected_at, "interval", dt FROM delivered_bars'


@pytest.fixture(scope="module")
def lake() -> Iterator[Lake]:
    """Create two dates of bars in JSON, and the Parquet table that they are inserted into."""
    with EmbeddedCloud() as cloud:
        lake = Lake(cloud)
        lake.table()
        lake.table("by_column", serde=PARQUET, location="by_column/")
        for day in DAYS:
            lake.put_bars(day, [bar(f"{day}T{i:06}", 1 + i / 3, volume=None if i == 7 else i) for i in range(9_000)])
        yield lake


@pytest.fixture(scope="module")
def files(lake: Lake) -> list[str]:
    """Insert both dates. Return the URIs of the written files, from the manifest."""
    execution = lake.run(f"INSERT INTO by_column {ALL}")
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DML", "INSERT")
    return read(lake, execution["Statistics"]["DataManifestLocation"]).decode().splitlines()


def read(lake: Lake, uri: str) -> bytes:
    bucket, key = split_uri(uri)
    return bytes(lake.s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def test_insert_writes_one_file_per_partition_without_its_columns(lake: Lake, files: list[str]) -> None:
    folders = sorted(uri.rpartition("/")[0] for uri in files)
    assert folders == [f"s3://{BUCKET}/by_column/interval=1m/dt={day}" for day in DAYS]
    assert list(pd.read_parquet(io.BytesIO(read(lake, files[0]))).columns) == list(COLUMNS)


def test_select_reads_the_same_rows_from_parquet_and_json(lake: Lake, files: list[str]) -> None:
    assert files
    asked = (
        "SELECT dt, ts, high, volume FROM {} WHERE dt > '2026-11-23' AND (high > 2990 OR volume IS NULL) ORDER BY ts"
    )
    rows = lake.rows(asked.format("by_column"))
    assert len(rows) > 20
    assert rows == lake.rows(asked.format("delivered_bars"))


def test_select_scans_only_its_columns_and_partitions(lake: Lake, files: list[str], tmp_path: Path) -> None:
    file = tmp_path / "rows"
    file.write_bytes(read(lake, next(uri for uri in files if DAYS[0] in uri)))
    chunks = "SELECT sum(total_compressed_size) FROM parquet_metadata(?) WHERE path_in_schema = 'high'"
    [column] = duckdb.execute(chunks, [str(file)]).fetchone() or []
    assert lake.scanned("SELECT max(high) FROM by_column WHERE dt = '2026-11-23'") == column
    assert column < lake.scanned("SELECT max(high), max(ts) FROM by_column WHERE dt = '2026-11-23'")
    assert lake.scanned("SELECT count(*) FROM by_column") == 0


def test_insert_except_its_own_table_writes_nothing_again(lake: Lake, files: list[str]) -> None:
    """With EXCEPT of the table itself, as in athena/compaction/compact.sql, a second INSERT writes nothing."""
    assert files
    execution = lake.run(f"INSERT INTO by_column {ALL} EXCEPT {ALL.replace('delivered_bars', 'by_column')}")
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    assert read(lake, execution["Statistics"]["DataManifestLocation"]) == b""
    assert lake.rows("SELECT count(*) FROM by_column") == [["18000"]]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("INSERT INTO nowhere SELECT 1", "TABLE_NOT_FOUND"),
        (f"INSERT INTO delivered_bars {ALL}", "delivered_bars of format json"),
        (
            "INSERT INTO by_column SELECT name FROM delivered_bars",
            "TYPE_MISMATCH: line 1:1: Insert query has mismatched",
        ),
        (f"INSERT INTO by_column {ALL.replace('high', 'name AS high')}", "Query: [varchar, varchar, varchar,"),
        (
            f"INSERT INTO by_column {ALL.replace('dt FROM', 'substr(ts, 12) FROM')} WHERE substr(ts, 12) <= '000100'",
            "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers",
        ),
    ],
)
def test_insert_fails_with_the_reason(lake: Lake, sql: str, reason: str) -> None:
    assert reason in lake.reason(sql)


@pytest.mark.parametrize("sql", ["INSERT INTO by_column VALUES (1)", "INSERT INTO by_column SELECT FROM WHERE"])
def test_start_query_execution_rejects_a_broken_or_unsupported_insert(lake: Lake, sql: str) -> None:
    asked = {"WorkGroup": WORK_GROUP, "QueryExecutionContext": {"Database": DATABASE}}
    assert refusal(lake.athena.start_query_execution, QueryString=sql, **asked)


def test_select_fails_for_a_parquet_column_of_another_type(lake: Lake, files: list[str]) -> None:
    assert files
    lake.table("other", columns={"name": "bigint"}, serde=PARQUET, location="by_column/", parameters=PROJECTION)
    assert "HIVE_BAD_DATA: Field name's type varchar in parquet file" in lake.reason("SELECT max(name) FROM other")


def test_select_fails_for_an_object_that_is_not_parquet(lake: Lake) -> None:
    lake.table("broken", serde=PARQUET, location="broken/")
    lake.run("CREATE VIEW of_broken AS SELECT name FROM delivered_bars UNION ALL SELECT name FROM broken")
    lake.s3.put_object(Bucket=BUCKET, Key="broken/interval=1m/dt=2026-11-23/a", Body=b"no Parquet")
    for sql in ("SELECT max(name) FROM broken", "SELECT max(name) FROM of_broken"):
        assert lake.reason(sql).startswith("HIVE_CANNOT_OPEN_SPLIT: not a Parquet file")

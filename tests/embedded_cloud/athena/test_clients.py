"""The clients of analysts, PyAthena and awswrangler, unchanged, with the Athena of the embedded cloud."""

from __future__ import annotations

import datetime

import awswrangler
import pyathena
import pytest
from pyathena.pandas.cursor import PandasCursor

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.athena.lake import BUCKET, DATABASE, WORK_GROUP, Lake, bar

HIGHEST = """SELECT name, date(dt) AS session, max(high) AS high, count(*) AS bars, CAST(null AS varchar) AS missing
    FROM delivered_bars WHERE dt = '2026-11-23' GROUP BY name, dt ORDER BY name"""


@pytest.fixture
def lake(cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch) -> Lake:
    for name, value in cloud.environment().items():
        monkeypatch.setenv(name, value)
    lake = Lake(cloud)
    lake.table()
    lake.put_bars("2026-11-23", [bar("a", 612.5), bar("b", 613.25), bar("c", 99.0, name="BRK-B")])
    return lake


@pytest.mark.usefixtures("lake")
def test_pyathena_reads_rows_and_types() -> None:
    with pyathena.connect(work_group=WORK_GROUP, schema_name=DATABASE, poll_interval=0.05) as connection:
        cursor = connection.cursor().execute(HIGHEST)
        rows = cursor.fetchall()
        types = [column[1] for column in cursor.description or []]
    day = datetime.date(2026, 11, 23)
    assert rows == [("BRK-B", day, 99.0, 1, None), ("META", day, 613.25, 2, None)]
    assert types == ["varchar", "date", "double", "bigint", "varchar"]


@pytest.mark.usefixtures("lake")
def test_pyathena_binds_execution_parameters() -> None:
    with pyathena.connect(work_group=WORK_GROUP, schema_name=DATABASE, poll_interval=0.05) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "SELECT ts FROM delivered_bars WHERE high > ? AND name = ?", ["613", "'META'"], paramstyle="qmark"
        )
        assert cursor.fetchall() == [("b",)]


@pytest.mark.usefixtures("lake")
def test_pyathena_reads_the_results_file_into_pandas() -> None:
    with pyathena.connect(work_group=WORK_GROUP, schema_name=DATABASE, poll_interval=0.05) as connection:
        frame = connection.cursor(PandasCursor).execute(HIGHEST).as_pandas()
    assert frame[["name", "high", "bars"]].to_dict("list") == {
        "name": ["BRK-B", "META"],
        "high": [99.0, 613.25],
        "bars": [1, 2],
    }


@pytest.mark.usefixtures("lake")
def test_pyathena_raises_the_reason_of_a_failed_query() -> None:
    with (
        pyathena.connect(work_group=WORK_GROUP, schema_name=DATABASE, poll_interval=0.05) as connection,
        pytest.raises(pyathena.OperationalError, match="TABLE_NOT_FOUND"),
    ):
        connection.cursor().execute("SELECT * FROM nothing")


def test_awswrangler_reads_a_frame(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    for service in ("athena", "s3", "glue", "sts"):
        monkeypatch.setattr(awswrangler.config, f"{service}_endpoint_url", lake.cloud.endpoint)
    frame = awswrangler.athena.read_sql_query(
        HIGHEST, database=DATABASE, workgroup=WORK_GROUP, ctas_approach=False, athena_query_wait_polling_delay=0.05
    )
    assert frame[["name", "high", "bars"]].to_dict("list") == {
        "name": ["BRK-B", "META"],
        "high": [99.0, 613.25],
        "bars": [1, 2],
    }
    assert list(frame["session"]) == [datetime.date(2026, 11, 23)] * 2
    left = [entry["Key"] for entry in lake.s3.list_objects_v2(Bucket=BUCKET, Prefix="results/").get("Contents", [])]
    assert len(left) == 2  # the results and their metadata

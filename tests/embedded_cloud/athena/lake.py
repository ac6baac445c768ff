"""A database of bars for the tests of Athena: a bucket, a table with partition projection, and a workgroup."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.waiting import eventually

BUCKET = "lake-bucket"
DATABASE = "stream"
TABLE = "delivered_bars"
WORK_GROUP = "stream-group"

COLUMNS = {
    "name": "string",
    "ts": "string",
    "high": "double",
    "volume": "bigint",
    "collected_at": "string",
}
PROJECTION = {
    "projection.enabled": "true",
    "projection.interval.type": "enum",
    "projection.interval.values": "1m,1h",
    "projection.dt.type": "date",
    "projection.dt.format": "yyyy-MM-dd",
    "projection.dt.range": "2020-01-01,NOW+1DAYS",
}
SERDE = "org.openx.data.jsonserde.JsonSerDe"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"

# The last collected version of each bar, as every query of the pipeline reads them.
BARS_VIEW = """
    SELECT name, ts, high, volume, "interval", dt FROM (
        SELECT *, row_number() OVER (PARTITION BY "interval", dt, name, ts ORDER BY collected_at DESC) AS rn
        FROM delivered_bars WHERE high IS NOT NULL
    ) WHERE rn = 1
"""


def bar(ts: str, high: float = 1.0, **fields: Any) -> dict[str, Any]:
    """Return a bar at ``ts``, for example ``2026-11-23T09:30:00-05:00``."""
    return {"name": "META", "ts": ts, "high": high, "volume": 100, "collected_at": "2026-11-23T21:00:00Z"} | fields


class Lake:
    """The database, with methods to fill and to query it."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self.cloud = cloud
        self.s3, self.glue, self.athena = (cloud.client(service) for service in ("s3", "glue", "athena"))
        self.s3.create_bucket(Bucket=BUCKET)
        self.glue.create_database(DatabaseInput={"Name": DATABASE})
        self.athena.create_work_group(
            Name=WORK_GROUP,
            Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/results/"}},
        )

    def table(
        self,
        name: str = TABLE,
        *,
        columns: Mapping[str, str] = COLUMNS,
        partition_keys: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] = PROJECTION,
        serde: str = SERDE,
        serde_parameters: Mapping[str, str] | None = None,
        location: str = "bars/",
    ) -> None:
        """Create a table."""
        keys = {"interval": "string", "dt": "string"} if partition_keys is None else partition_keys
        self.glue.create_table(
            DatabaseName=DATABASE,
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "PartitionKeys": [{"Name": key, "Type": kind} for key, kind in keys.items()],
                "Parameters": dict(parameters),
                "StorageDescriptor": {
                    "Columns": [{"Name": column, "Type": kind} for column, kind in columns.items()],
                    "Location": f"s3://{BUCKET}/{location}",
                    "SerdeInfo": {"SerializationLibrary": serde, "Parameters": dict(serde_parameters or {})},
                },
            },
        )

    def put(self, key: str, body: bytes) -> int:
        """Store an object under ``bars/``, compressed if its suffix is ``.gz``. Return its size in bytes."""
        stored = gzip.compress(body) if key.endswith(".gz") else body
        self.s3.put_object(Bucket=BUCKET, Key=f"bars/{key}", Body=stored)
        return len(stored)

    def put_bars(self, dt: str, bars: Iterable[Mapping[str, Any]], interval: str = "1m", name: str = "a") -> int:
        """Store an object of bars in a partition. Return its size in bytes."""
        lines = "".join(f"{json.dumps(one)}\n" for one in bars)
        return self.put(f"interval={interval}/dt={dt}/{name}.json.gz", lines.encode())

    def start(self, sql: str, **asked: Any) -> str:
        """Start a query. Return its id."""
        asked = {"WorkGroup": WORK_GROUP, "QueryExecutionContext": {"Database": DATABASE}} | asked
        return str(self.athena.start_query_execution(QueryString=sql, **asked)["QueryExecutionId"])

    def execution(self, execution_id: str) -> dict[str, Any]:
        """Wait for the end of a query. Return its execution."""
        return eventually(
            lambda: dict(self.athena.get_query_execution(QueryExecutionId=execution_id)["QueryExecution"]),
            lambda found: found["Status"]["State"] not in ("QUEUED", "RUNNING"),
        )

    def run(self, sql: str, **asked: Any) -> dict[str, Any]:
        """Run a query to its end. Return its execution."""
        return self.execution(self.start(sql, **asked))

    def rows(self, sql: str, **asked: Any) -> list[list[str | None]]:
        """Run a query, which must succeed. Return its rows without the header."""
        execution = self.run(sql, **asked)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        results = self.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
        return [[value.get("VarCharValue") for value in row["Data"]] for row in results["ResultSet"]["Rows"][1:]]

    def reason(self, sql: str, **asked: Any) -> str:
        """Run a query, which must fail. Return the reason."""
        status = self.run(sql, **asked)["Status"]
        assert status["State"] == "FAILED", status
        return str(status["StateChangeReason"])

    def scanned(self, sql: str, **asked: Any) -> int:
        """Run a query, which must succeed. Return the bytes that it scanned."""
        execution = self.run(sql, **asked)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        return int(execution["Statistics"]["DataScannedInBytes"])


def refusal(call: Any, **asked: Any) -> str:
    """Make a call, which must raise InvalidRequestException. Return the message."""
    with pytest.raises(ClientError) as raised:
        call(**asked)
    assert raised.value.response["Error"]["Code"] == "InvalidRequestException"
    return str(raised.value.response["Error"]["Message"])

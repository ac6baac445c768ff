"""What the lake holds of one date: asked as users ask it, through Athena; and what lies in its failure prefixes."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import gzip
import json
import threading
from collections.abc import Iterator, Sequence

from local.chaos.books import Minute, Price
from local.pipeline import Pipeline

FAILURE_PREFIXES = ("processing-failed/", "dead-letter/")
POLL_SECONDS = 0.05

_BARS = 'SELECT name, ts, high, low FROM bars WHERE "interval" = ? AND dt = ? ORDER BY name, ts'


class Lake:
    """The bars of one date in a running pipeline's bucket."""

    def __init__(self, pipeline: Pipeline, date: dt.date) -> None:
        self.pipeline, self.date = pipeline, date

    def bars(self) -> list[tuple[Minute, Price]]:
        """Each row of the view ``bars``."""
        lines = self._ask(_BARS, "1m", self.date.isoformat())
        return [
            (Minute(row["name"], row["ts"]), Price(float(row["high"]), float(row["low"])))
            for row in csv.DictReader(lines)
        ]

    def hourly_highs(self) -> Sequence[str]:
        """The result of athena/hourly_highs.sql over the date, as Athena writes it."""
        end = self.date + dt.timedelta(days=1)
        return self._ask("EXECUTE hourly_highs", "1m", self.date.isoformat(), end.isoformat(), "0")

    def failed_bars(self) -> set[Minute]:
        """The bars that lie under a failure prefix, of any date."""
        return {
            Minute(bar["name"], bar["ts"])
            for prefix in FAILURE_PREFIXES
            for _, content in self.pipeline.objects(prefix)
            for record in _records(content)
            for bar in map(json.loads, record.split(b"\n"))
        }

    def _ask(self, query: str, *parameters: str) -> Sequence[str]:
        """The lines of the query's result."""
        athena, outputs = self.pipeline.cloud.client("athena"), self.pipeline.outputs
        execution_id = athena.start_query_execution(
            QueryString=query,
            ExecutionParameters=[f"'{parameter}'" for parameter in parameters],
            QueryExecutionContext={"Database": outputs["DatabaseName"]},
            WorkGroup=outputs["WorkGroupName"],
        )["QueryExecutionId"]
        idle = threading.Event()
        while True:
            execution = athena.get_query_execution(QueryExecutionId=execution_id)["QueryExecution"]
            if execution["Status"]["State"] == "SUCCEEDED":
                return self.pipeline.query_result(execution["ResultConfiguration"]["OutputLocation"])
            if execution["Status"]["State"] in ("FAILED", "CANCELLED"):
                raise RuntimeError(execution["Status"]["StateChangeReason"])
            idle.wait(POLL_SECONDS)


def _records(content: bytes) -> Iterator[bytes]:
    """The records of an object in Firehose's format of what it could not deliver."""
    for line in gzip.decompress(content).splitlines():
        yield base64.b64decode(json.loads(line)["rawData"], validate=True)

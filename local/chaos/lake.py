"""The bars of one date in the lake, read through Athena as users read them, and the bars under failure prefixes."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json
from collections.abc import Iterator

from finance_stream.client.athena import quote_text
from local.chaos.ledger import Minute, Price
from local.pipeline import Pipeline

FAILURE_PREFIXES = ("processing-failed/", "dead-letter/")

_BARS = 'SELECT name, ts, high, low FROM bars WHERE "interval" = ? AND dt = ? ORDER BY name, ts'


class SessionLake:
    """The bars of one date in the bucket of a running pipeline."""

    def __init__(self, pipeline: Pipeline, date: dt.date) -> None:
        self.pipeline, self.date = pipeline, date

    def read_bars(self) -> list[tuple[Minute, Price]]:
        """Return the rows of the view ``bars``."""
        rows = self.pipeline.athena.read_rows(_BARS, [quote_text("1m"), quote_text(self.date.isoformat())])
        return [(Minute(row["name"], row["ts"]), Price(float(row["high"]), float(row["low"]))) for row in rows]

    def query_hourly_highs(self) -> Iterator[str]:
        """Return the result of athena/hourly_highs.sql for the date, line by line as Athena writes it."""
        end = self.date + dt.timedelta(days=1)
        parameters = ("1m", self.date.isoformat(), end.isoformat(), "0")
        return self.pipeline.athena.read_lines("EXECUTE hourly_highs", list(map(quote_text, parameters)))

    def read_failed_bars(self) -> set[Minute]:
        """Return the bars under the failure prefixes, of all dates."""
        return {
            Minute(bar["name"], bar["ts"])
            for prefix in FAILURE_PREFIXES
            for _, content in self.pipeline.read_objects(prefix)
            for record in _decode_records(content)
            for bar in map(json.loads, record.split(b"\n"))
        }


def _decode_records(content: bytes) -> Iterator[bytes]:
    """Return the records of an object in Firehose's format for failed deliveries."""
    for line in gzip.decompress(content).splitlines():
        yield base64.b64decode(json.loads(line)["rawData"], validate=True)

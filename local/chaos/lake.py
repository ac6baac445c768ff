"""What the lake holds of one date: asked as users ask it, through Athena; and what lies in its failure prefixes."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import gzip
import json
from collections.abc import Iterator, Sequence

from local.chaos.books import Minute, Price
from local.pipeline import Pipeline
from local.query import ask

FAILURE_PREFIXES = ("processing-failed/", "dead-letter/")

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
        return self.pipeline.query_result(str(ask(self.pipeline, query, *parameters).output_location))


def _records(content: bytes) -> Iterator[bytes]:
    """The records of an object in Firehose's format of what it could not deliver."""
    for line in gzip.decompress(content).splitlines():
        yield base64.b64decode(json.loads(line)["rawData"], validate=True)

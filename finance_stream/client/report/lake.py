"""The bars of a date, of Athena's view ``bars``: read as the result's CSV, any number of rows at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from finance_stream.client.athena import Athena, quote_text
from finance_stream.client.deployment import MARKET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# In the lake of an embedded cloud: a line that says where its bars are from. A stage on AWS has none.
SOURCE_KEY = "SOURCE.txt"
BARS = 'SELECT name, ts, open, high, low, close, volume FROM bars WHERE "interval" = ? AND dt = ? ORDER BY name, ts'


@dataclass(frozen=True)
class Bar:
    """A bar as the lake holds it; ``at`` is its start in the exchange's own time."""

    at: datetime
    open: float | None
    high: float
    low: float
    close: float | None
    volume: float | None


@dataclass(frozen=True)
class BarReader:
    """The bars of a deployment, as its Athena has them."""

    athena: Athena

    def read_bars(self, day: date, interval: str) -> Iterator[tuple[str, list[Bar]]]:
        """Each ticker of a local date, by name, with its bars in order."""
        rows = self.read_rows(BARS, interval, day.isoformat())
        for name, own in groupby(rows, key=lambda row: row["name"]):
            yield name, [_parse_bar(row) for row in own]

    def read_starts(self, interval: str, first: date, end: date) -> list[dict[str, str]]:
        """The rows of athena/gaps.sql."""
        return list(self.read_rows("EXECUTE gaps", interval, first.isoformat(), end.isoformat()))

    def read_rows(self, statement: str, *parameters: str) -> Iterator[dict[str, str]]:
        """Yield the rows of a statement whose parameters are all text."""
        return self.athena.read_rows(statement, list(map(quote_text, parameters)))


def read_lake_source(s3: S3Client, bucket: str) -> str:
    """Where the bars of a lake are from."""
    try:
        return s3.get_object(Bucket=bucket, Key=SOURCE_KEY)["Body"].read().decode()
    except ClientError as error:
        # What is not there is denied to whoever may not list the bucket.
        if error.response["Error"].get("Code") in ("NoSuchKey", "AccessDenied"):
            return MARKET
        raise


def _parse_bar(row: dict[str, str]) -> Bar:
    def parse_number(name: str) -> float | None:
        return float(row[name]) if row[name] else None

    at = datetime.fromisoformat(row["ts"])
    volume = parse_number("volume")
    return Bar(at, parse_number("open"), float(row["high"]), float(row["low"]), parse_number("close"), volume)

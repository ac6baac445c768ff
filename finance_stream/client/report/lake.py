"""The bars of a date from Athena's view ``bars``, read as CSV in any number of rows."""

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

# In the lake of an embedded cloud, this object names the origin of its bars. A stage on AWS has none.
SOURCE_KEY = "SOURCE.txt"
BARS = 'SELECT name, ts, open, high, low, close, volume FROM bars WHERE "interval" = ? AND dt = ? ORDER BY name, ts'


@dataclass(frozen=True)
class Bar:
    """A bar in the lake. ``at`` is its start in the exchange's time."""

    at: datetime
    open: float | None
    high: float
    low: float
    close: float | None
    volume: float | None


@dataclass(frozen=True)
class BarReader:
    """A reader of a deployment's bars through its Athena."""

    athena: Athena

    def read_bars(self, day: date, interval: str) -> Iterator[tuple[str, list[Bar]]]:
        """Yield each ticker of a local date, sorted, with its bars in order."""
        rows = self.read_rows(BARS, interval, day.isoformat())
        for name, own in groupby(rows, key=lambda row: row["name"]):
            yield name, [_parse_bar(row) for row in own]

    def read_starts(self, interval: str, first: date, end: date) -> list[dict[str, str]]:
        """Return the rows of athena/gaps.sql."""
        return list(self.read_rows("EXECUTE gaps", interval, first.isoformat(), end.isoformat()))

    def read_rows(self, statement: str, *parameters: str) -> Iterator[dict[str, str]]:
        """Yield the rows of a statement with text parameters."""
        return self.athena.read_rows(statement, list(map(quote_text, parameters)))


def read_lake_source(s3: S3Client, bucket: str) -> str:
    """Read the origin of a lake's bars."""
    try:
        return s3.get_object(Bucket=bucket, Key=SOURCE_KEY)["Body"].read().decode()
    except ClientError as error:
        # Without the permission to list the bucket, S3 reports a missing object as AccessDenied.
        if error.response["Error"].get("Code") in ("NoSuchKey", "AccessDenied"):
            return MARKET
        raise


def _parse_bar(row: dict[str, str]) -> Bar:
    def parse_number(name: str) -> float | None:
        return float(row[name]) if row[name] else None

    at = datetime.fromisoformat(row["ts"])
    volume = parse_number("volume")
    return Bar(at, parse_number("open"), float(row["high"]), float(row["low"]), parse_number("close"), volume)

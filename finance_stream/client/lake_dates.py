"""The dates that a lake has bars of, from the folders in S3, and the reason why a query of them returns no rows."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.deployment import Deployment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Delivered and compacted objects: resources/catalog.yml.
FOLDERS = ("bars", "compacted")
_RANGE = "projection.dt.range"


@dataclass(frozen=True)
class Asked:
    """The interval of a query, its dates from ``start`` until before ``end``, and the tickers that limit its rows."""

    interval: str
    start: date
    end: date
    tickers: Sequence[str] = ()

    @property
    def dates(self) -> str:
        """The dates in words."""
        return f"{self.start}" if (self.end - self.start).days == 1 else f"{self.start} until {self.end}"


def list_dates(s3: S3Client, bucket: str, interval: str) -> list[date]:
    """Return the dates with bars at an interval, sorted. S3 lists a thousand of them per request."""
    found = set()
    pages = s3.get_paginator("list_objects_v2")
    for folder in FOLDERS:
        prefix = f"{folder}/interval={interval}/dt="
        for page in pages.paginate(Bucket=bucket, Prefix=prefix, Delimiter="/"):
            found |= {entry["Prefix"].removeprefix(prefix).rstrip("/") for entry in page.get("CommonPrefixes", [])}
    return sorted(day for day in map(_read_date, found) if day)


def find_newest_date(deployment: Deployment, interval: str) -> date | None:
    """Return the newest date with bars at an interval, or None if the lake has no bars at it."""
    return max(list_dates(deployment.s3, deployment.bucket, interval), default=None)


def explain_no_rows(deployment: Deployment, asked: Asked) -> str:
    """Return in one line why a query returned no rows: no such date, no such ticker, or none that match."""
    known = list_dates(deployment.s3, deployment.bucket, asked.interval)
    within = [day for day in known if asked.start <= day < asked.end]
    if not within:
        return f"the lake has no bars of {asked.dates} at {asked.interval}{_suggest_dates(deployment, asked, known)}"
    first = read_first_date(deployment)
    if first and within[-1] < first:
        return f"the stage's tables begin on {first} (firstDate), and {asked.dates} is before it"
    if asked.tickers:
        return f"the lake has bars of {asked.dates} at {asked.interval}, and none that match {', '.join(asked.tickers)}"
    return f"the lake has bars of {asked.dates} at {asked.interval}, and none that match"


def explain_no_ticker(asked: Asked, known: Sequence[str]) -> str:
    """Return why none of the rows is about the tickers. ``known`` are those of the rows."""
    shown = ", ".join(known[:10]) + (f" and {len(known) - 10:,} more" if len(known) > 10 else "")
    return f"no ticker {', '.join(asked.tickers)} on {asked.dates} at {asked.interval}: it has {shown}"


def _suggest_dates(deployment: Deployment, asked: Asked, known: Sequence[date]) -> str:
    """Return the nearest dates before and after, or the intervals that have the dates."""
    place = bisect.bisect_left(known, asked.start)
    if nearest := [f"{day}" for day in known[max(place - 1, 0) : place + 1]]:
        return f": the nearest {'date is' if len(nearest) == 1 else 'dates are'} {' and '.join(nearest)}"
    others = [one for one in INTERVAL_MINUTES if list_dates(deployment.s3, deployment.bucket, one)]
    return f", nor of any date at it. It has bars at {', '.join(others)}" if others else ", nor any others"


def read_first_date(deployment: Deployment) -> date | None:
    """Return the first date of the stage's tables: its parameter firstDate."""
    glue = deployment.session.client("glue")
    table = glue.get_table(DatabaseName=deployment.database, Name="delivered_bars")["Table"]
    return _read_date(table.get("Parameters", {}).get(_RANGE, "").partition(",")[0])


def _read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""Bytes that Athena scans for the hourly highs of one session, out of a year of ten tickers."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterator
from typing import Any

import pandas as pd

from bench.line import BenchLine, Goal, Measurement
from bench.session import COLLECTED_AT, INTERVAL, TICKERS
from deployment.package import package
from finance_stream.client.athena import quote_text
from finance_stream.collect.frame import to_bars
from local.pipeline import Pipeline, running
from local.yahoo.exchange import NEW_YORK
from local.yahoo.synthetic import make_synthetic_sessions

FIRST, YEAR, QUICK_YEAR = dt.date(2025, 11, 24), 365, 7


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure the query.

    The reference is one folder of plain JSON without partitions, the limit the session's objects.
    """
    del full
    with running(package()[0], {}) as pipeline:
        days = {day: _put(pipeline, day, content) for day, content in _make_year(QUICK_YEAR if quick else YEAR)}
        day = sorted(days)[-1]
        after = (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()
        ours = count_scanned_bytes(pipeline, "EXECUTE hourly_highs", INTERVAL, day, after, day)
        _make_plain_table(pipeline)
        plain = f"SELECT name, substr(ts, 12, 2), max(high) FROM plain_bars WHERE ts >= '{day}' GROUP BY 1, 2"  # noqa: S608
        reference = count_scanned_bytes(pipeline, plain)
    return [
        BenchLine(
            name=f"bytes scanned for one session of {len(days)}, 10 tickers",
            unit="bytes",
            data="synthetic",
            ours=Measurement.from_count(ours),
            reference=Measurement.from_count(reference),
            limit=Measurement.from_count(days[day]),
            goal=Goal(times_limit=1),
        )
    ]


def _make_year(days: int) -> Iterator[tuple[str, bytes]]:
    """Yield each session's date and NDJSON."""
    replay = make_synthetic_sessions(dict.fromkeys(TICKERS, NEW_YORK), FIRST, FIRST + dt.timedelta(days=days - 1))
    window = (FIRST.isoformat(), (FIRST + dt.timedelta(days=days)).isoformat())
    by_day: dict[str, list[bytes]] = {}
    for ticker, one in replay.instruments.items():
        frame = one.bars.rename(columns=str.capitalize).astype({"Volume": "int64"})
        local = frame.set_axis(pd.DatetimeIndex(frame.index).tz_convert(one.zone))
        bars = to_bars(local, ticker, window, INTERVAL, COLLECTED_AT)
        for line, day in zip(bars.lines, bars.dates, strict=True):
            by_day.setdefault(day, []).append(line)
    for day, made in by_day.items():
        yield day, b"\n".join(made) + b"\n"


def _put(pipeline: Pipeline, day: str, content: bytes) -> int:
    """Store a session as the stream delivers it, and as plain JSON in one folder. Return the bytes of the first."""
    s3, packed = pipeline.cloud.client("s3"), gzip.compress(content)
    s3.put_object(Bucket=pipeline.bucket, Key=f"bars/interval={INTERVAL}/dt={day}/bars.json.gz", Body=packed)
    s3.put_object(Bucket=pipeline.bucket, Key=f"plain/{day}.json", Body=content)
    return len(packed)


def _make_plain_table(pipeline: Pipeline) -> None:
    """Make the table of the delivered bars without partitions."""
    glue, database = pipeline.cloud.client("glue"), pipeline.outputs["DatabaseName"]
    storage = glue.get_table(DatabaseName=database, Name="delivered_bars")["Table"]["StorageDescriptor"]
    own: Any = {**storage, "Location": f"s3://{pipeline.bucket}/plain/"}
    table: Any = {"Name": "plain_bars", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": own}
    glue.create_table(DatabaseName=database, TableInput=table)


def count_scanned_bytes(pipeline: Pipeline, sql: str, *parameters: str) -> int:
    """Run a query and return its DataScannedInBytes."""
    scanned = pipeline.athena.run(sql, list(map(quote_text, parameters))).data_scanned_in_bytes
    if scanned is None:
        raise RuntimeError(f"{sql}: Athena returned no DataScannedInBytes")
    return scanned

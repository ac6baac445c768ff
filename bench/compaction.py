"""What the nightly compaction takes off a question about a session that was polled each minute: bytes and objects."""

from __future__ import annotations

import datetime as dt
import functools
import gzip
from collections.abc import Iterator

import pandas as pd

from bench.line import Goal, Line, Measured
from bench.scanned import scanned
from bench.session import INTERVAL, TICKERS
from deployment.package import package
from finance_stream.client.estimate import BARS_PER_POLL, BARS_PER_SESSION, POLLS_PER_DAY
from finance_stream.collect.frame import bars_of
from local.pipeline import Pipeline, running
from local.query import ask
from local.yahoo.synthetic import synthetic_session

DAY, AFTER = "2026-11-23", "2026-11-24"
QUICK_POLLS = 30


def lines(*, quick: bool, full: bool) -> list[Line]:
    """The reference is what the stream delivers of a day of polls and of the run after the close, not compacted."""
    del full
    with running(package()[0], {}) as pipeline:
        objects = [*_polls(QUICK_POLLS if quick else POLLS_PER_DAY), _close()]
        s3 = pipeline.cloud.client("s3")
        for number, content in enumerate(objects):
            key = f"bars/interval={INTERVAL}/dt={DAY}/{number:03}.json.gz"
            s3.put_object(Bucket=pipeline.bucket, Key=key, Body=content)
        reference = _question(pipeline)
        ask(pipeline, "EXECUTE compact", INTERVAL, DAY, INTERVAL, DAY)
        for key, _ in pipeline.objects("bars/"):
            s3.delete_object(Bucket=pipeline.bucket, Key=key)
        ours = _question(pipeline)
        parquet = [len(content) for _, content in pipeline.objects("compacted/")]
    what = f"session of {len(objects)} objects, {len(TICKERS)} tickers"
    return [
        _line(f"bytes scanned for the hourly highs of a {what}", "bytes", ours, reference, Goal(times_reference=5)),
        _line(f"bytes kept of a {what}", "bytes", sum(parquet), sum(map(len, objects)), Goal(times_reference=2)),
        _line(f"objects read of a {what}", "objects", len(parquet), len(objects), Goal(at_most=1)),
    ]


def _line(name: str, unit: str, ours: float, reference: float, goal: Goal) -> Line:
    return Line(name, unit, "synthetic", Measured.count(ours), goal, Measured.count(reference))


def _question(pipeline: Pipeline) -> int:
    return scanned(pipeline, "EXECUTE hourly_highs", INTERVAL, DAY, AFTER, DAY)


def _bars(first: int, last: int, collected_at: str) -> bytes:
    """The session's bars of these minutes, of each ticker, as an object of the stream."""
    found: list[bytes] = []
    for ticker, frame in _frames().items():
        found += bars_of(frame.iloc[first:last], ticker, (DAY, AFTER), INTERVAL, collected_at).lines
    return gzip.compress(b"".join(line + b"\n" for line in found))


@functools.cache
def _frames() -> dict[str, pd.DataFrame]:
    """Yahoo's frame of each ticker."""
    made = {}
    for ticker, one in synthetic_session(dt.date.fromisoformat(DAY), list(TICKERS)).instruments.items():
        frame = one.bars.rename(columns=str.capitalize).astype({"Volume": "int64"})
        made[ticker] = frame.set_axis(pd.DatetimeIndex(frame.index).tz_convert(one.zone))
    return made


def _polls(count: int) -> Iterator[bytes]:
    """Each minute's run: the bars of the last five."""
    opening = dt.datetime(2026, 11, 23, 14, 30, tzinfo=dt.UTC)
    for run in range(1, count + 1):
        collected_at = opening + dt.timedelta(minutes=run, seconds=3, microseconds=run * 7919)
        yield _bars(max(0, run - BARS_PER_POLL), run, f"{collected_at:%Y-%m-%dT%H:%M:%S.%fZ}")


def _close() -> bytes:
    return _bars(0, BARS_PER_SESSION, f"{DAY}T21:30:04.314159Z")

"""Bytes and objects that a query reads before and after the compaction of a session that was polled each minute."""

from __future__ import annotations

import datetime as dt
import functools
import gzip
from collections.abc import Iterator

import pandas as pd

from bench.line import BenchLine, Goal, Measurement
from bench.scanned import count_scanned_bytes
from bench.session import INTERVAL, TICKERS
from deployment.package import package
from finance_stream.client.athena import quote_text
from finance_stream.client.estimate import BARS_PER_POLL, BARS_PER_SESSION, POLLS_PER_DAY
from finance_stream.collect.frame import to_bars
from local.pipeline import Pipeline, running
from local.yahoo.synthetic import make_synthetic_session

DAY, AFTER = "2026-11-23", "2026-11-24"
QUICK_POLLS = 30


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure a compacted session.

    The reference are the delivered objects of its polls and of the run after its close.
    """
    del full
    with running(package()[0], {}) as pipeline:
        objects = [*_make_polls(QUICK_POLLS if quick else POLLS_PER_DAY), _make_close()]
        s3 = pipeline.cloud.client("s3")
        for number, content in enumerate(objects):
            key = f"bars/interval={INTERVAL}/dt={DAY}/{number:03}.json.gz"
            s3.put_object(Bucket=pipeline.bucket, Key=key, Body=content)
        reference = _scan_highs(pipeline)
        pipeline.athena.run("EXECUTE compact", list(map(quote_text, (INTERVAL, DAY, INTERVAL, DAY))))
        for key, _ in pipeline.read_objects("bars/"):
            s3.delete_object(Bucket=pipeline.bucket, Key=key)
        ours = _scan_highs(pipeline)
        parquet = [len(content) for _, content in pipeline.read_objects("compacted/")]
    session = f"session of {len(objects)} objects, {len(TICKERS)} tickers"
    return [
        _compare(
            f"bytes scanned for the hourly highs of a {session}", "bytes", ours, reference, Goal(times_reference=5)
        ),
        _compare(f"bytes kept of a {session}", "bytes", sum(parquet), sum(map(len, objects)), Goal(times_reference=2)),
        _compare(f"objects read of a {session}", "objects", len(parquet), len(objects), Goal(at_most=1)),
    ]


def _compare(name: str, unit: str, ours: float, reference: float, goal: Goal) -> BenchLine:
    return BenchLine(name, unit, "synthetic", Measurement.from_count(ours), goal, Measurement.from_count(reference))


def _scan_highs(pipeline: Pipeline) -> int:
    return count_scanned_bytes(pipeline, "EXECUTE hourly_highs", INTERVAL, DAY, AFTER, DAY)


def _make_object(first: int, last: int, collected_at: str) -> bytes:
    """Return an object of the stream with the bars of each ticker from minute ``first`` up to ``last``."""
    found: list[bytes] = []
    for ticker, frame in _load_frames().items():
        found += to_bars(frame.iloc[first:last], ticker, (DAY, AFTER), INTERVAL, collected_at).lines
    return gzip.compress(b"".join(line + b"\n" for line in found))


@functools.cache
def _load_frames() -> dict[str, pd.DataFrame]:
    """Return Yahoo's frame of each ticker."""
    made = {}
    for ticker, one in make_synthetic_session(dt.date.fromisoformat(DAY), list(TICKERS)).instruments.items():
        frame = one.bars.rename(columns=str.capitalize).astype({"Volume": "int64"})
        made[ticker] = frame.set_axis(pd.DatetimeIndex(frame.index).tz_convert(one.zone))
    return made


def _make_polls(count: int) -> Iterator[bytes]:
    """Yield the object of each minute's run: the bars of the last five minutes."""
    opening = dt.datetime(2026, 11, 23, 14, 30, tzinfo=dt.UTC)
    for run in range(1, count + 1):
        collected_at = opening + dt.timedelta(minutes=run, seconds=3, microseconds=run * 7919)
        yield _make_object(max(0, run - BARS_PER_POLL), run, f"{collected_at:%Y-%m-%dT%H:%M:%S.%fZ}")


def _make_close() -> bytes:
    return _make_object(0, BARS_PER_SESSION, f"{DAY}T21:30:04.314159Z")

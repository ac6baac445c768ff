"""CPU time per bar from yfinance's frame to the records for Firehose.

``python -m bench.frame`` is the program that pyperf runs.
"""

from __future__ import annotations

import json

import msgspec
import pandas as pd

from bench.line import BenchLine, Goal
from bench.session import load_session
from bench.timing import make_runner, scale, time_program

OURS, REFERENCE, JSON, MSGSPEC = "ours", "reference", "json", "msgspec"


def make_records() -> None:
    for bars in load_session().collect_bars():
        list(bars.pack_records())


def make_records_one_by_one() -> None:
    """Make records with the loop of the collector that this project began with, which wrote four fields of a bar."""
    for ticker, frame in load_session().frames.items():
        _loop(ticker, frame)


def _loop(ticker: str, records: pd.DataFrame) -> list[bytes]:
    made = []
    for i in range(len(records)):
        high, low, at = records["High"].iloc[i], records["Low"].iloc[i], records.index[i].isoformat()
        made.append(json.dumps({"name": ticker, "ts": at, "high": high, "low": low}).encode())
    return made


def main() -> None:
    timer = make_runner(__spec__.name)
    rows = [json.loads(line) for bars in load_session().collect_bars() for line in bars.lines]
    encode, encode_fast = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode, msgspec.json.encode
    timer.bench_func(OURS, make_records)
    timer.bench_func(REFERENCE, make_records_one_by_one)
    timer.bench_func(JSON, lambda: [encode(row).encode() for row in rows])
    timer.bench_func(MSGSPEC, lambda: [encode_fast(row) for row in rows])


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure the CPU per bar.

    The reference is the first collector's loop, the limits two JSON encoders on ready dicts.
    """
    del full
    label, rows = load_session().label, load_session().rows
    times = {name: scale(time, 1e6 / rows) for name, time in time_program("bench.frame", quick=quick).items()}
    return [
        BenchLine(
            name=f"CPU per bar from frame to records, limit: {encoder}",
            unit="µs",
            data=label,
            ours=times[OURS],
            reference=times[REFERENCE],
            limit=times[encoder],
            goal=Goal(times_reference=10, times_limit=2),
        )
        for encoder in (JSON, MSGSPEC)
    ]


if __name__ == "__main__":
    main()

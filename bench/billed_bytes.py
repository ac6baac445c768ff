"""Bytes that Firehose bills per bar. Every record counts as full 5 KiB."""

from __future__ import annotations

from bench.line import BenchLine, Goal, Measurement
from bench.session import load_session
from finance_stream.bars import BILLED_RECORD_BYTES


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure the billed bytes per bar. The reference is one record per bar, the limit the bar's own JSON."""
    del quick, full
    bars = load_session().collect_bars()
    count = sum(len(of_ticker.lines) for of_ticker in bars)
    records = [record for of_ticker in bars for record in of_ticker.pack_records()]
    billed = sum(-(-len(record) // BILLED_RECORD_BYTES) * BILLED_RECORD_BYTES for record in records)
    own = sum(len(line) for of_ticker in bars for line in of_ticker.lines)
    return [
        BenchLine(
            name="bytes billed by Firehose per bar",
            unit="bytes",
            data=load_session().label,
            ours=Measurement.from_count(billed / count),
            reference=Measurement.from_count(BILLED_RECORD_BYTES),
            limit=Measurement.from_count(own / count),
            goal=Goal(times_limit=1.12),
        )
    ]

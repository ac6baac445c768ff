"""Bytes that Firehose bills for each bar: every record counts as full 5 KiB."""

from __future__ import annotations

from bench.line import Goal, Line, Measured
from bench.session import session
from finance_stream.bars import BILLED_RECORD_BYTES


def lines(*, quick: bool, full: bool) -> list[Line]:
    """The reference is a record a bar, the limit the bar's own JSON."""
    del quick, full
    bars = session().bars()
    count = sum(len(of_ticker.lines) for of_ticker in bars)
    records = [record for of_ticker in bars for record in of_ticker.records()]
    billed = sum(-(-len(record) // BILLED_RECORD_BYTES) * BILLED_RECORD_BYTES for record in records)
    own = sum(len(line) for of_ticker in bars for line in of_ticker.lines)
    return [
        Line(
            name="bytes billed by Firehose for a bar",
            unit="bytes",
            data=session().label,
            ours=Measured.count(billed / count),
            reference=Measured.count(BILLED_RECORD_BYTES),
            limit=Measured.count(own / count),
            goal=Goal(times_limit=1.12),
        )
    ]

"""API calls that deliver one session of ten tickers."""

from __future__ import annotations

from typing import Any

from bench.line import BenchLine, Goal, Measurement
from bench.session import load_session
from finance_stream.collect.delivery import deliver


class CountingStream:
    """A Firehose that takes every record."""

    def __init__(self) -> None:
        self.calls = 0

    def put_record_batch(self, *, DeliveryStreamName: str, Records: list[Any]) -> dict[str, Any]:  # noqa: N803
        del DeliveryStreamName
        self.calls += 1
        return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": str(place)} for place in range(len(Records))]}


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure the calls. The reference is one PutRecord per bar, the limit one call per ticker."""
    del quick, full
    stream: Any = CountingStream()
    bars = load_session().collect_bars()
    for of_ticker in bars:
        deliver(stream, "bars", of_ticker.pack_records())
    return [
        BenchLine(
            name="API calls to deliver a session of 10 tickers",
            unit="calls",
            data=load_session().label,
            ours=Measurement.from_count(stream.calls),
            reference=Measurement.from_count(sum(len(of_ticker.lines) for of_ticker in bars)),
            limit=Measurement.from_count(len(bars)),
            goal=Goal(times_limit=1),
        )
    ]

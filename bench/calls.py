"""API calls that deliver one session of ten tickers."""

from __future__ import annotations

from typing import Any

from bench.line import Goal, Line, Measured
from bench.session import session
from finance_stream.collect.delivery import deliver


class CountingStream:
    """A Firehose that takes every record."""

    def __init__(self) -> None:
        self.calls = 0

    def put_record_batch(self, *, DeliveryStreamName: str, Records: list[Any]) -> dict[str, Any]:  # noqa: N803
        del DeliveryStreamName
        self.calls += 1
        return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": str(place)} for place in range(len(Records))]}


def lines(*, quick: bool, full: bool) -> list[Line]:
    """The reference is one PutRecord a bar, the limit one call a ticker."""
    del quick, full
    stream: Any = CountingStream()
    bars = session().bars()
    for of_ticker in bars:
        deliver(stream, "bars", of_ticker.records())
    return [
        Line(
            name="API calls to deliver a session of 10 tickers",
            unit="calls",
            data=session().label,
            ours=Measured.count(stream.calls),
            reference=Measured.count(sum(len(of_ticker.lines) for of_ticker in bars)),
            limit=Measured.count(len(bars)),
            goal=Goal(times_limit=1),
        )
    ]

"""Faults of docs/reliability.md that need the whole stack: deployed template, real collector, lake and SQL."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import pytest

from embedded_cloud.athena.workgroup import MIN_SCAN_CUTOFF_BYTES
from embedded_cloud.firehose import backend as firehose
from embedded_cloud.firehose.faults import NoAnswerError, PutRefusedError
from finance_stream.bars import encode_bar
from finance_stream.client.execution import ExecutionEnd
from local.pipeline import Pipeline
from local.yahoo.chart import make_chart
from local.yahoo.faults import ChartRequest, Fault
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session

DAY = {"start": "2026-11-23", "end": "2026-11-24"}
PARTITION = "bars/interval=1h/dt=2026-11-23"
REPLAY = make_synthetic_session(
    dt.date(2026, 11, 23), ["PART", "FEWER", "BUSY", "DOWN", "MUTE", "NANS", "MESS", "META", "NFLX"]
)


@pytest.fixture(scope="module")
def yahoo() -> Iterator[YahooReplay]:
    with YahooReplay(REPLAY) as running_yahoo:
        yield running_yahoo


def execute(pipeline: Pipeline, tickers: Sequence[str], interval: str = "1h") -> ExecutionEnd:
    return pipeline.execute(tickers=list(tickers), interval=interval, **DAY)


def answered(pipeline: Pipeline, tickers: Sequence[str], interval: str = "1h") -> dict[str, Any]:
    """Execute, expect success, and return the output."""
    end = execute(pipeline, tickers, interval)
    assert end.succeeded, (end.error, end.cause)
    assert end.output is not None
    return end.output


class Stream:
    """A delivery stream that fails by ticker, and the records of each call."""

    def __init__(self, answers: dict[str, Callable[[int], Iterable[int]]]) -> None:
        self.calls: dict[str, list[list[bytes]]] = defaultdict(list)
        self._answers = answers

    def __call__(self, records: Sequence[bytes], _: int) -> Iterable[int]:
        ticker = json.loads(records[0].split(b"\n")[0])["name"]
        self.calls[ticker].append(list(records))
        return self._answers[ticker](len(self.calls[ticker]))


def raising_first(error: Exception) -> Callable[[int], Iterable[int]]:
    def answer(call: int) -> Iterable[int]:
        if call == 1:
            raise error
        return ()

    return answer


@pytest.fixture(scope="module")
def delivered(pipeline: Pipeline) -> tuple[Stream, dict[str, Any]]:
    """Execute with another fault of the stream per ticker, and return the stream and the answer."""
    shrinking = [{2, 4, 6}, {0, 1}, {1}]
    stream = Stream(
        {
            "PART": lambda call: {3, 7} if call == 1 else (),
            "FEWER": lambda call: shrinking[call - 1] if call <= len(shrinking) else (),
            "BUSY": raising_first(PutRefusedError("ThrottlingException", "Rate exceeded")),
            "DOWN": raising_first(PutRefusedError("ServiceUnavailableException", "Slow down.", 503)),
            "MUTE": raising_first(NoAnswerError()),
        }
    )
    name = pipeline.outputs["DeliveryStreamName"]
    firehose.set_put_fault(name, stream)
    try:
        return stream, answered(pipeline, ["PART", "FEWER", "BUSY", "DOWN", "MUTE"], "1m")
    finally:
        firehose.set_put_fault(name, None)


Delivered = tuple[Stream, dict[str, Any]]


@pytest.mark.fault(1)
def test_collector_retries_only_the_failed_records_of_a_batch(delivered: Delivered) -> None:
    first, *again = delivered[0].calls["PART"]
    assert again == [[first[3], first[7]]]


@pytest.mark.fault(2)
def test_collector_retries_until_no_record_fails(delivered: Delivered) -> None:
    first, *again = delivered[0].calls["FEWER"]
    assert again == [[first[2], first[4], first[6]], [first[2], first[4]], [first[4]]]


@pytest.mark.fault(6)
@pytest.mark.fault(7)
@pytest.mark.parametrize("ticker", ["BUSY", "DOWN", "MUTE"])
def test_collector_retries_the_whole_batch_after_a_failed_call(delivered: Delivered, ticker: str) -> None:
    first, again = delivered[0].calls[ticker]
    assert again == first


@pytest.mark.fault(6)
def test_pipeline_answer_counts_a_record_sent_twice_once(delivered: Delivered) -> None:
    bars = 5 * 390
    assert delivered[1]["bars"] == {"expected": bars, "collected": bars, "delivered": bars}
    assert delivered[1]["tickers"]["failed"] == []


def spoilt(symbol: str) -> str:
    """Return a ticker's hourly chart with spoilt rows, as Yahoo might send it."""
    window = {name: str(int(pd.Timestamp(day, tz="America/New_York").timestamp())) for name, day in
              (("period1", DAY["start"]), ("period2", DAY["end"]))}  # fmt: skip
    document = make_chart(REPLAY, symbol, {"interval": "1h", **window})
    [result] = document["chart"]["result"]
    quote = result["indicators"]["quote"][0]
    if symbol == "NANS":
        quote["high"][0], quote["low"][1], quote["open"][2] = float("nan"), float("inf"), None
    else:
        quote["high"][0] = quote["low"][0] - 1
        quote["volume"][1] = -5
        for column in (result["timestamp"], *quote.values()):
            column[2], column[3] = column[3], column[2]  # unsorted
            column.append(column[4])  # repeated
    return json.dumps(document)  # NaN and Infinity as Python writes them: not JSON, but parsers accept them


@pytest.fixture(scope="module")
def spoilt_day(pipeline: Pipeline, yahoo: YahooReplay) -> dict[str, Any]:
    """Return the answer for two tickers with spoilt rows and for one without."""

    def spoil(request: ChartRequest) -> Fault | None:
        wanted = request.symbol in ("NANS", "MESS") and request.interval == "1h"
        return Fault(body=spoilt(request.symbol)) if wanted else None

    yahoo.fault = spoil
    try:
        return answered(pipeline, ["NANS", "MESS", "META"])
    finally:
        yahoo.fault = None


@pytest.mark.fault(13)
@pytest.mark.fault(15)
def test_collector_rejects_spoilt_rows_and_delivers_the_rest(spoilt_day: dict[str, Any]) -> None:
    assert spoilt_day["bars"] == {"expected": 21, "collected": 17, "delivered": 17}
    assert (spoilt_day["tickers"]["failed"], spoilt_day["complete"]) == ([], False)
    hours = {name: [row["hour"] for row in spoilt_day["highs"] if row["ticker"] == name] for name in ("NANS", "MESS")}
    assert list(hours.values()) == [[11, 12, 13, 14, 15]] * 2


def put(pipeline: Pipeline, key: str, body: bytes) -> None:
    pipeline.cloud.client("s3").put_object(Bucket=pipeline.bucket, Key=f"{PARTITION}/{key}", Body=body)


BAR = {"name": "META", "ts": "2026-11-23T09:30:00-05:00", "high": 1e9, "low": 1.0}
BAR |= {"interval": "1h", "collected_at": "2099-01-01T00:00:00.000000Z"}
NO_BARS = [
    *(encode_bar({**BAR, "ts": ts}) for ts in ("", "x", "2026-11-23", "2026-11-23T9:30:00-05:00", None)),
    encode_bar({**BAR, "high": None}),
    encode_bar({**BAR, "name": None}),
    b'{"name": "META", "ts": "2026-11-2',
    b"{}",
    b"[]",
    b"\xff\xfe",
    b"",
]


@pytest.fixture(scope="module")
def twice_at_once(pipeline: Pipeline, spoilt_day: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the answers of two executions at once, over a lake with the same bars 500 times and malformed lines."""
    assert spoilt_day["bars"]["delivered"]
    lines = b"".join(gzip.decompress(body) for _, body in pipeline.read_objects(PARTITION))
    put(pipeline, "again.json.gz", gzip.compress(lines * 500))
    put(pipeline, "no-bars.json.gz", gzip.compress(b"\n".join(NO_BARS)))
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda _: answered(pipeline, ["META"]), range(2)))


@pytest.mark.fault(32)
@pytest.mark.fault(37)
def test_pipeline_answer_ignores_duplicates_and_malformed_lines(
    twice_at_once: list[dict[str, Any]], spoilt_day: dict[str, Any]
) -> None:
    meta = [row for row in spoilt_day["highs"] if row["ticker"] == "META"]
    assert len(meta) == 7
    assert [answer["highs"] for answer in twice_at_once] == [meta, meta]


@pytest.mark.fault(39)
def test_pipeline_counts_each_bar_once_in_two_executions_at_once(twice_at_once: list[dict[str, Any]]) -> None:
    assert [answer["bars"] for answer in twice_at_once] == [{"expected": 7, "collected": 7, "delivered": 7}] * 2


@pytest.mark.fault(38)
def test_pipeline_fails_with_athenas_words_over_the_scan_limit(pipeline: Pipeline) -> None:
    group = pipeline.outputs["WorkGroupName"]
    athena = pipeline.cloud.client("athena")
    kept = athena.get_work_group(WorkGroup=group)["WorkGroup"]["Configuration"]["BytesScannedCutoffPerQuery"]
    athena.update_work_group(
        WorkGroup=group, ConfigurationUpdates={"BytesScannedCutoffPerQuery": MIN_SCAN_CUTOFF_BYTES}
    )
    put(pipeline, "huge.json", b" " * (MIN_SCAN_CUTOFF_BYTES + 1))
    try:
        end = execute(pipeline, ["NFLX"])
    finally:
        pipeline.cloud.client("s3").delete_object(Bucket=pipeline.bucket, Key=f"{PARTITION}/huge.json")
        athena.update_work_group(WorkGroup=group, ConfigurationUpdates={"BytesScannedCutoffPerQuery": kept})
    assert (end.status, end.error, end.cause) == ("FAILED", "QueryFailed", "Bytes scanned limit was exceeded")

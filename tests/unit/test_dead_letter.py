"""Undelivered records: the collector keeps their bytes in the lake, and its error names the object."""

from __future__ import annotations

import base64
import functools
import gzip
import itertools
import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from finance_stream.collect import collection, dead_letter
from finance_stream.collect.delivery import CALL_SECONDS, MAX_ATTEMPTS, MAX_RECORD_BYTES, deliver
from finance_stream.collect.frame import Bars
from finance_stream.collect.yahoo import History
from finance_stream.errors import DeliveryRefused, DeliveryThrottled
from handlers import collector
from tests.unit.lake import FakeS3, denied
from tests.unit.test_delivery import Answer, FakeFirehose, client_error, failing, raising

EVENT = {"ticker": "META", "start": "2026-11-23", "end": "2026-11-24", "interval": "1m"}
# Each line is a record of its own, because two lines exceed the record size that Firehose bills.
LINES = [f'{{"name":"META","number":{number},"text":"{"é" * 2_000}"}}'.encode() for number in range(10)]
KEY = re.compile(r"dead-letter/interval=1m/dt=\d{4}-\d{2}-\d{2}/META-\d{6}\.\d{6}-[0-9a-f]{8}\.json\.gz")
NEVER_ALL = tuple(range(len(LINES)))


class Clock:
    """The seconds left until the function's timeout. Slow fakes subtract from them."""

    def __init__(self, seconds: float = 50.0) -> None:
        self.seconds = seconds

    def context(self) -> Any:
        def milliseconds() -> int:
            return int(self.seconds * 1000)

        return SimpleNamespace(
            function_name="f",
            memory_limit_in_mb=512,
            invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:f",
            aws_request_id="1",
            get_remaining_time_in_millis=milliseconds,
        )


Collect = Callable[..., Any]


@pytest.fixture
def collect(monkeypatch: pytest.MonkeyPatch) -> Collect:
    """Return a function that collects LINES with given answers of the stream.

    It returns the lake, the calls to the stream and the error of the collector.
    """

    def run(*answers: Answer, s3: FakeS3 | None = None, lines: list[bytes] = LINES, clock: Clock | None = None) -> Any:
        lake, clock = s3 or FakeS3(), clock or Clock()
        firehose = FakeFirehose(*answers)
        firehose.stream = collection.DELIVERY_STREAM
        monkeypatch.setattr(collection, "_get_firehose", lambda: firehose)
        monkeypatch.setattr(collection, "_get_s3", lambda: lake)
        monkeypatch.setattr(collection, "fetch_history", lambda *_: History(pd.DataFrame(), ()))
        monkeypatch.setattr(collection, "to_bars", lambda *_: Bars(lines, ["2026-11-23"] * len(lines), {}))
        monkeypatch.setattr(collection, "deliver", functools.partial(deliver, sleep=lambda _: None))
        monkeypatch.setattr(dead_letter, "put", functools.partial(dead_letter.put, sleep=lambda _: None))
        with pytest.raises((DeliveryThrottled, DeliveryRefused)) as raised:
            collector.handler(EVENT, clock.context())
        return SimpleNamespace(s3=lake, calls=firehose.calls, error=raised.value)

    return run


def kept(s3: FakeS3, error: Exception) -> list[bytes]:
    """Return the records in the only object, and check that the error names its key."""
    [(key, content)] = s3.objects.items()
    assert KEY.fullmatch(key)
    assert str(error).startswith(f"kept in {key}: ")
    documents = [json.loads(line) for line in gzip.decompress(content).splitlines()]
    assert {document["errorCode"] for document in documents} == {type(error).__name__}
    assert {document["errorMessage"] for document in documents} == {str(error).removeprefix(f"kept in {key}: ")}
    return [base64.b64decode(document["rawData"]) for document in documents]


@pytest.mark.present
@pytest.mark.fault(3)
def test_collector_keeps_records_after_the_last_attempt(collect: Collect) -> None:
    ran = collect(*itertools.repeat(failing(*NEVER_ALL), MAX_ATTEMPTS))
    assert isinstance(ran.error, DeliveryThrottled)
    assert "10 records not taken after 8 attempts: ServiceUnavailableException: Slow down." in str(ran.error)
    assert ran.calls == [LINES] * MAX_ATTEMPTS
    assert kept(ran.s3, ran.error) == LINES


@pytest.mark.present
@pytest.mark.fault(3)
def test_collector_keeps_only_undelivered_records(collect: Collect) -> None:
    ran = collect(failing(2, 7), failing(1), *itertools.repeat(failing(0), MAX_ATTEMPTS - 2))
    assert kept(ran.s3, ran.error) == [LINES[7]]


@pytest.mark.present
def test_collector_counts_undelivered_records(collect: Collect, capsys: pytest.CaptureFixture[str]) -> None:
    """Count them in the metric of the ``dead-letters`` alarm."""
    collect(failing(2, 7), failing(1), *itertools.repeat(failing(0), MAX_ATTEMPTS - 2))
    emitted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert [one["RecordsNotTaken"] for one in emitted] == [[1.0]]


@pytest.mark.present
@pytest.mark.fault(8)
@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "InvalidKMSResourceException"])
def test_collector_keeps_refused_records_at_once(collect: Collect, code: str) -> None:
    ran = collect(raising(client_error(code)))
    assert isinstance(ran.error, DeliveryRefused)
    assert code in str(ran.error)
    assert len(ran.calls) == 1
    assert kept(ran.s3, ran.error) == LINES


@pytest.mark.present
@pytest.mark.fault(9)
def test_collector_keeps_all_records_near_the_deadline(collect: Collect) -> None:
    ran = collect(clock=Clock(collection.DEADLINE_MARGIN_SECONDS + CALL_SECONDS - 0.1))
    assert isinstance(ran.error, DeliveryThrottled)
    assert ran.calls == []
    assert kept(ran.s3, ran.error) == LINES


@pytest.mark.present
@pytest.mark.fault(9)
def test_collector_keeps_the_records_of_later_batches(collect: Collect) -> None:
    clock = Clock()
    lines = [b'{"number":%d,"text":"%s"}' % (number, b"x" * 5_000) for number in range(501)]

    def slowly(data: list[bytes]) -> dict[str, Any]:
        clock.seconds -= 40
        return failing(499)(data)

    ran = collect(slowly, lines=lines, clock=clock)
    assert [len(call) for call in ran.calls] == [500]
    assert kept(ran.s3, ran.error) == lines[499:]


@pytest.mark.present
@pytest.mark.fault(9)
@pytest.mark.parametrize("seconds", [50.0, 40.0, 30.0, 24.1, 23.9, 12.0])
def test_collector_ends_before_the_deadline_with_slow_calls(collect: Collect, seconds: float) -> None:
    clock = Clock(seconds)

    def slowly(data: list[bytes]) -> dict[str, Any]:
        clock.seconds -= CALL_SECONDS
        return failing(*range(len(data)))(data)

    class SlowS3(FakeS3):
        def put_object(self, **parameters: Any) -> None:
            clock.seconds -= dead_letter.PUT_SECONDS
            super().put_object(**parameters)

    refusing = SlowS3()
    refusing.refusals = [denied("PutObject")] * (dead_letter.MAX_ATTEMPTS - 1)
    collect(*itertools.repeat(slowly, MAX_ATTEMPTS), s3=refusing, clock=clock)
    assert refusing.puts >= 1
    assert clock.seconds >= collection.END_SECONDS


@pytest.mark.present
@pytest.mark.fault(12)
def test_collector_keeps_an_oversized_bar_and_delivers_the_rest(collect: Collect) -> None:
    large = b'{"text":"%s"}' % ("é".encode() * (MAX_RECORD_BYTES // 2))
    ran = collect(lines=[LINES[0], large, LINES[1]])
    assert isinstance(ran.error, DeliveryRefused)
    assert f"1 records too large, the first of {len(large)} bytes: Firehose takes 1024000 at most" in str(ran.error)
    assert ran.calls == [[LINES[0], LINES[1]]]
    assert kept(ran.s3, ran.error) == [large]


@pytest.mark.present
@pytest.mark.fault(12)
def test_collector_keeps_an_oversized_bar_with_undelivered_ones(collect: Collect) -> None:
    large = b"x" * (MAX_RECORD_BYTES + 1)
    ran = collect(raising(client_error("AccessDeniedException")), lines=[large, LINES[0]])
    assert kept(ran.s3, ran.error) == [LINES[0], large]


@pytest.mark.present
def test_dead_letter_put_retries_a_refused_write(collect: Collect) -> None:
    s3 = FakeS3()
    s3.refusals = [denied("PutObject")] * (dead_letter.MAX_ATTEMPTS - 1)
    ran = collect(raising(client_error("AccessDeniedException")), s3=s3)
    assert kept(s3, ran.error) == LINES


@pytest.mark.present
def test_collector_reports_both_errors_when_the_lake_refuses(collect: Collect) -> None:
    s3 = FakeS3()
    s3.refusals = [denied("PutObject")] * dead_letter.MAX_ATTEMPTS
    ran = collect(raising(client_error("InvalidKMSResourceException")), s3=s3)
    assert s3.objects == {}
    assert isinstance(ran.error, DeliveryRefused)
    assert re.match(f"not kept in {KEY.pattern}: .*not authorized to perform: s3:PutObject", str(ran.error))
    assert str(ran.error).endswith(": InvalidKMSResourceException: ...")
    assert ran.error.left == LINES


@pytest.mark.parametrize("ticker", ["^GSPC", "EURUSD=X", "../../bars/dt=x", "a b/ü?%00", "X" * 2_000])
def test_make_key_is_safe_for_any_ticker(ticker: str) -> None:
    key = dead_letter.make_key(ticker, "1m", "2026-11-23T21:00:00.000001Z", b"")
    name = r"dead-letter/interval=1m/dt=2026-11-23/[A-Za-z0-9._-]{1,40}-210000\.000001-[0-9a-f]{8}\.json\.gz"
    assert re.fullmatch(name, key)


def test_make_key_differs_per_attempt_and_ticker() -> None:
    first, second = "2026-11-23T21:00:00.000000Z", "2026-11-23T21:00:00.000001Z"
    keys = [
        dead_letter.make_key(ticker, "1m", at, content)
        for ticker, at, content in [
            ("^GSPC", first, b"a"),
            ("=GSPC", first, b"a"),
            ("^GSPC", second, b"a"),
            ("^GSPC", first, b"b"),
        ]
    ]
    assert len(set(keys)) == len(keys)

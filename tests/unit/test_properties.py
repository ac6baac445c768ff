"""Properties of any input between frame and lake: batches, retries, the transformer and local times."""

from __future__ import annotations

import base64
import itertools
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_stream.bars import BILLED_RECORD_BYTES, decode_bar, encode_bar
from finance_stream.collect.delivery import (
    MAX_ATTEMPTS,
    MAX_BATCH_BYTES,
    MAX_BATCH_RECORDS,
    MAX_RECORD_BYTES,
    split_batches,
)
from finance_stream.collect.frame import to_bars
from finance_stream.errors import DeliveryThrottled
from tests.unit.test_bars import BAR
from tests.unit.test_delivery import FakeFirehose, failing, put
from tests.unit.test_transformer import transform

COLLECTED_AT = "2026-11-23T21:00:00.000000Z"
ZONES = ["America/New_York", "Europe/London", "Asia/Tokyo", "Asia/Kolkata", "Australia/Sydney"]
# The clock changes of 2026 in New York, London and Sydney.
CHANGES = [
    "2026-03-08T07:00",
    "2026-11-01T06:00",
    "2026-03-29T01:00",
    "2026-10-25T01:00",
    "2026-04-04T16:00",
    "2026-10-03T16:00",
]
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES_OF_YEAR = st.integers(0, 365 * 1440 - 1).map(lambda minute: YEAR + timedelta(minutes=minute))
MINUTES_AROUND_A_CHANGE = st.builds(
    lambda change, minute: datetime.fromisoformat(change).replace(tzinfo=UTC) + timedelta(minutes=minute),
    st.sampled_from(CHANGES),
    st.integers(-120, 120),
)
SIZES = st.sampled_from([1, 4_000, 8_192, 8_389, MAX_RECORD_BYTES - 1, MAX_RECORD_BYTES]) | st.integers(
    1, MAX_RECORD_BYTES
)


class Sized(bytes):
    """A record that only claims its length, because a thousand real ones would take a gigabyte."""

    def __new__(cls, size: int) -> Sized:
        made = super().__new__(cls)
        made.size = size
        return made

    size: int

    def __len__(self) -> int:
        return self.size


@pytest.mark.fault(10)
@pytest.mark.fault(11)
@given(st.lists(st.tuples(SIZES, st.integers(1, 600)), max_size=6))
def test_split_batches_fills_batches_within_both_limits(runs: list[tuple[int, int]]) -> None:
    records = [Sized(size) for size, count in runs for _ in range(count)]
    cut = list(split_batches(records))
    assert [id(record) for batch in cut for record in batch] == [id(record) for record in records]
    for batch, following in itertools.zip_longest(cut, cut[1:]):
        size = sum(len(record) for record in batch)
        assert 1 <= len(batch) <= MAX_BATCH_RECORDS
        assert size <= MAX_BATCH_BYTES
        if following:
            assert len(batch) == MAX_BATCH_RECORDS or size + len(following[0]) > MAX_BATCH_BYTES


@pytest.mark.fault(1)
@pytest.mark.fault(2)
@given(st.data())
def test_deliver_retries_failed_records_only_until_it_gives_up(data: st.DataObject) -> None:
    records = [b"record %d" % number for number in range(data.draw(st.integers(1, 8)))]
    taken: Counter[bytes] = Counter()
    left = len(records)
    rounds = []
    for _ in range(MAX_ATTEMPTS):
        rounds.append(data.draw(st.sets(st.integers(0, left - 1))) if left else set())
        left = len(rounds[-1])
    firehose = FakeFirehose(*(failing(*failed) for failed in rounds))
    try:
        put(firehose, records)
    except DeliveryThrottled as error:
        assert str(error).startswith(f"{left} records not taken after {MAX_ATTEMPTS} attempts")
    else:
        assert left == 0
    for call, failed in zip(firehose.calls, rounds, strict=False):
        taken.update(record for place, record in enumerate(call) if place not in failed)
    pending = records
    for call, failed in zip(firehose.calls, rounds, strict=False):
        assert call == pending
        pending = [record for place, record in enumerate(call) if place in failed]
    assert (sum(taken.values()), len(pending)) == (len(records) - left, left)
    assert set(taken.values()) <= {1}


@pytest.mark.fault(14)
@given(st.text(min_size=1))
def test_encode_bar_writes_one_line_for_any_name(name: str) -> None:
    line = encode_bar({**BAR, "name": name})
    assert b"\n" not in line
    assert line.isascii()
    assert decode_bar(line)["name"] == name


LINES = st.builds(lambda name: encode_bar({**BAR, "name": name}), st.text(min_size=1, max_size=5))
PAYLOADS = st.binary(max_size=60) | st.lists(LINES, min_size=1, max_size=4).map(b"\n".join)


@pytest.mark.fault(26)
@pytest.mark.fault(27)
@pytest.mark.fault(28)
@pytest.mark.fault(30)
@given(st.lists(st.tuples(PAYLOADS, st.sampled_from([b"", b"\n", b"\r\n", b"\n\n\n"])), max_size=6))
def test_transformer_adds_one_newline_or_returns_the_record_as_is(batch: list[tuple[bytes, bytes]]) -> None:
    answers = transform(*(payload + end for payload, end in batch))
    assert [answer["recordId"] for answer in answers] == [str(place) for place in range(len(batch))]
    for (payload, end), answer in zip(batch, answers, strict=True):
        returned = base64.b64decode(answer["data"], validate=True)
        if answer["result"] == "Ok":
            assert returned == payload.rstrip(b"\r\n") + b"\n"
            partitions = {(bar["interval"], bar["ts"][:10]) for bar in map(decode_bar, returned.splitlines())}
            assert partitions == {tuple(answer["metadata"]["partitionKeys"][key] for key in ("interval", "dt"))}
        else:
            assert (answer["result"], returned) == ("ProcessingFailed", payload + end)


def bars_at(instants: list[datetime], zone: str) -> Any:
    """Return the bars of a frame in yfinance's form, at these instants."""
    index = pd.DatetimeIndex(pd.to_datetime(instants, utc=True)).tz_convert(zone).as_unit("us")
    prices = {"Open": 10.0, "High": 11.0, "Low": 9.0, "Close": 10.5, "Volume": 100}
    rows = pd.DataFrame({name: np.full(len(index), value) for name, value in prices.items()}, index=index)
    return to_bars(rows, "META", ("2025-12-30", "2027-01-03"), "1m", COLLECTED_AT)


@pytest.mark.fault(23)
@given(st.lists(MINUTES_OF_YEAR | MINUTES_AROUND_A_CHANGE, min_size=1, unique=True), st.sampled_from(ZONES))
def test_to_bars_writes_ts_in_exchange_time_for_any_instant(instants: list[datetime], zone: str) -> None:
    bars = bars_at(instants, zone)
    written = [decode_bar(line)["ts"] for line in bars.lines]
    assert [datetime.fromisoformat(ts) for ts in written] == sorted(instants)
    assert written == [instant.astimezone(ZoneInfo(zone)).isoformat() for instant in sorted(instants)]
    for record in bars.pack_records():
        assert len(record) <= BILLED_RECORD_BYTES
        assert len({json.loads(line)["ts"][:10] for line in record.split(b"\n")}) == 1
    assert [line for record in bars.pack_records() for line in record.split(b"\n")] == bars.lines

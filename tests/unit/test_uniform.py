"""Bars by the hundred, written by column and read by record with the same result as one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from finance_stream.bars import (
    INTERVAL_MINUTES,
    MAX_VOLUME,
    NEWLINE,
    MalformedBar,
    decode_bar,
    encode_bar,
    encode_bars,
    match_uniform_partition,
)
from tests.unit.test_bars import BAR

COLLECTED_AT = str(BAR["collected_at"])
NAMES = st.text(min_size=1, max_size=12)
PRICES = st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 10**6).map(lambda cents: cents / 100)
VOLUMES = st.none() | st.integers(0, MAX_VOLUME) | st.floats(0, 2**53)
ROWS = st.lists(st.tuples(st.none() | PRICES, PRICES, PRICES, st.none() | PRICES, VOLUMES), max_size=30)
# Pieces of lines, and tokens that only look like them: digits, exponents and non-numbers.
PIECES = st.sampled_from(
    [b"0", b"1", b"9", b".", b"-", b"e5", b"E400", b"null", b"NaN", b'"', b"\\", b"\n", b"{", b"}", b",", b" ", b"\xff"]
)


def lines_of(name: str, interval: str, rows: list[tuple[Any, ...]]) -> list[bytes]:
    starts = [f"2026-11-23T09:{minute:02}:00-05:00" for minute in range(30, 30 + len(rows))]
    *prices, volumes = ([row[place] for row in rows] for place in range(5))
    return encode_bars(name, interval, COLLECTED_AT, starts, prices, volumes)


def partition(lines: bytes) -> tuple[str, str]:
    """Decode each line by itself, and return the partition of all of them."""
    [found] = {(bar["interval"], bar["ts"][:10]) for bar in map(decode_bar, lines.split(NEWLINE))}
    return found


@given(NAMES, st.sampled_from([*INTERVAL_MINUTES]), ROWS)
def test_encode_bars_equals_encode_bar_of_each_row(name: str, interval: str, rows: list[tuple[Any, ...]]) -> None:
    fields = ("open", "high", "low", "close", "volume")
    bars = [
        {
            "name": name,
            "ts": f"2026-11-23T09:{30 + place:02}:00-05:00",
            **dict(zip(fields, row, strict=True)),
            "interval": interval,
            "collected_at": COLLECTED_AT,
        }
        for place, row in enumerate(rows)
    ]
    assert lines_of(name, interval, rows) == [encode_bar(bar) for bar in bars]


@pytest.mark.parametrize("price", [float("nan"), float("inf"), float("-inf")])
def test_encode_bars_rejects_nan_and_infinity(price: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        lines_of("META", "1m", [(1.0, 1.0, price, 1.0, 1)])


def test_match_uniform_partition_accepts_a_collectors_record() -> None:
    rows = [(None, 202.8300018310547, 0.5, -37.63, 0), (10.0, 11.0, 9.0, None, None), (1, 2, 0, 1, 12_000_000_000)]
    assert match_uniform_partition(NEWLINE.join(lines_of("BRK-B", "30m", rows))) == ("30m", "2026-11-23")


@given(st.data())
@example(None)
def test_match_uniform_partition_agrees_with_decode_bar(data: st.DataObject | None) -> None:
    rows = [(1.5, 20.25, 1.0, None, 7), (10.0, 11.0, 9.0, 10.0, None)]
    whole = NEWLINE.join(lines_of("META", "1m", rows))
    if data:
        for _ in range(data.draw(st.integers(1, 3))):
            at, width = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 4))
            whole = whole[:at] + data.draw(PIECES | st.binary(max_size=2)) + whole[at + width :]
    found = match_uniform_partition(whole)
    assert found is None or found == partition(whole)
    assert data or found == ("1m", "2026-11-23")


@pytest.mark.parametrize(
    ("of", "instead"),
    [
        (b"T09:30", b"T24:30"),
        (b"T09:30", b"T09:60"),
        (b"-05:00", b"-24:00"),
        (b"2026-11-23T09", b"2026-02-30T09"),
        (b"20.25", b"020.25"),
        (b"20.25", b"20."),
        (b"20.25", b"9" * 400),
        (b"20.25", b"null"),
        (b'"volume":7', b'"volume":9223372036854775808'),
        (b'"volume":7', b'"volume":7.'),
        (b'"1m"', b'"1w"'),
        (b".000000Z", b"Z"),
        (b"META", b'ME"TA'),
        (b"META", b"\xff"),
    ],
)
def test_match_uniform_partition_rejects_malformed_bars(of: bytes, instead: bytes) -> None:
    [good] = lines_of("META", "1m", [(1.5, 20.25, 1.0, None, 7)])
    assert match_uniform_partition(good)
    bad = good.replace(of, instead, 1)
    assert bad != good
    assert match_uniform_partition(bad) is None
    with pytest.raises(MalformedBar):
        decode_bar(bad)


@pytest.mark.parametrize("fields", [{"name": "FB"}, {"interval": "5m"}, {"ts": "2026-11-24T09:30:00-05:00"}])
def test_match_uniform_partition_rejects_differing_lines(fields: dict[str, str]) -> None:
    other = json.dumps({**BAR, **fields}, separators=(",", ":")).encode()
    assert match_uniform_partition(encode_bar(BAR) + NEWLINE + encode_bar(BAR))
    assert match_uniform_partition(encode_bar(BAR) + NEWLINE + other) is None

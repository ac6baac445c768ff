"""Bars as lines of JSON, and records that hold several of them."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_stream.bars import BILLED_RECORD_BYTES, MalformedBar, decode_bar, encode_bar, format_utc, pack

BAR = {
    "name": "META",
    "ts": "2026-11-23T09:30:00-05:00",
    "open": 10.0,
    "high": 10.5,
    "low": 9.5,
    "close": 10.25,
    "volume": 1200,
    "interval": "1m",
    "collected_at": "2026-11-23T21:00:00.000000Z",
}


def test_decode_bar_reverses_encode_bar() -> None:
    assert decode_bar(encode_bar(BAR)) == BAR


def test_encode_bar_keeps_every_digit_of_a_price() -> None:
    assert b"202.8300018310547" in encode_bar({**BAR, "high": 202.8300018310547})


@pytest.mark.fault(13)
@pytest.mark.parametrize("price", [float("nan"), float("inf"), float("-inf")])
def test_encode_bar_rejects_nan_and_infinity(price: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode_bar({**BAR, "open": price})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", 7),
        ("ts", "2026-11-23T09:30:00"),
        ("ts", "2026-02-30T09:30:00-05:00"),
        ("ts", "../../etc"),
        ("interval", "7m"),
        ("interval", ["1m"]),
        ("high", None),
        ("high", True),
        ("low", "9.5"),
        ("low", 10**400),
        ("open", "much"),
        ("close", [1]),
        ("volume", "1"),
        ("volume", 1e19),
        ("volume", -1),
        ("volume", 2**63),
        ("volume", True),
        ("collected_at", None),
        ("collected_at", "9999"),
        ("ts", "\uff12\uff10\uff12\uff16-11-23T09:30:00-05:00"),
    ],
)
def test_decode_bar_names_the_bad_field(field: str, value: object) -> None:
    with pytest.raises(MalformedBar, match=field):
        decode_bar(json.dumps({**BAR, field: value}).encode())


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{", b"\xff", b'{"high": NaN}', b"null", b"[" * 100_000, json.dumps(BAR).encode("utf-16")]
)
def test_decode_bar_rejects_all_but_a_json_object(line: bytes) -> None:
    with pytest.raises(MalformedBar):
        decode_bar(line)


def test_decode_bar_rejects_utf_16() -> None:
    with pytest.raises(MalformedBar):
        decode_bar(json.dumps(BAR).encode("utf-16"))


def test_decode_bar_accepts_null_open_close_and_volume() -> None:
    assert decode_bar(encode_bar({**BAR, "open": None, "close": None, "volume": None}))["open"] is None


def test_format_utc_sorts_by_time_in_any_zone() -> None:
    early = datetime(2026, 11, 23, 16, 0, tzinfo=timezone(timedelta(hours=-5)))
    late = datetime(2026, 11, 23, 21, 0, 0, 1, tzinfo=UTC)
    assert format_utc(early) == "2026-11-23T21:00:00.000000Z"
    assert format_utc(early) < format_utc(late)


LINES = st.lists(st.binary(min_size=1, max_size=400).filter(lambda line: b"\n" not in line))


@given(LINES, st.integers(min_value=1, max_value=1000))
def test_pack_keeps_every_line_in_order(lines: list[bytes], limit: int) -> None:
    packed = list(pack(lines, limit))
    assert [line for record in packed for line in record.split(b"\n")] == lines


@given(LINES, st.integers(min_value=1, max_value=1000))
def test_pack_exceeds_the_limit_only_for_a_single_line(lines: list[bytes], limit: int) -> None:
    assert all(len(record) <= limit or b"\n" not in record for record in pack(lines, limit))


@given(LINES)
def test_pack_fills_each_record(lines: list[bytes]) -> None:
    packed = list(pack(lines))
    for record, following in itertools.pairwise(packed):
        assert len(record) + 1 + len(following.split(b"\n")[0]) > BILLED_RECORD_BYTES


@pytest.mark.parametrize("volume", [0, 1200, 6.83444, 0.98, 1e-08])
def test_decode_bar_accepts_a_fraction_of_a_coin(volume: float) -> None:
    line = encode_bar({**BAR, "volume": volume})
    assert decode_bar(line)["volume"] == volume
    assert f'"volume":{volume},'.encode() in line

"""Bars of yfinance's frames: accepted rows, rejected rows, and packed records."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance_stream.bars import BILLED_RECORD_BYTES
from finance_stream.collect.frame import Bars, to_bars
from finance_stream.hours import Hours

COLLECTED_AT = "2026-11-23T21:00:00.000000Z"
NEW_YORK = "America/New_York"


def frame(starts: list[str], zone: str = NEW_YORK, **columns: list[float]) -> pd.DataFrame:
    """Return a frame in yfinance's form. Its bars are valid except for ``columns``."""
    size = len(starts)
    values = {
        "Open": [10.0] * size,
        "High": [11.0] * size,
        "Low": [9.0] * size,
        "Close": [10.5] * size,
        "Volume": [100] * size,
    }
    index = pd.DatetimeIndex(pd.to_datetime(starts, format="ISO8601")).tz_localize(zone).as_unit("us")
    return pd.DataFrame({**values, **columns}, index=index)


def bars(rows: pd.DataFrame, window: tuple[str, str] = ("2026-11-23", "2026-11-24"), interval: str = "1m") -> Bars:
    return to_bars(rows, "META", window, interval, COLLECTED_AT)


def written(rows: pd.DataFrame, **options: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in bars(rows, **options).lines]


MINUTES = ["2026-11-23 09:30", "2026-11-23 09:31", "2026-11-23 09:32"]


def test_to_bars_fills_every_field() -> None:
    assert written(frame(MINUTES[:1])) == [
        {
            "name": "META",
            "ts": "2026-11-23T09:30:00-05:00",
            "open": 10.0,
            "high": 11.0,
            "low": 9.0,
            "close": 10.5,
            "volume": 100,
            "interval": "1m",
            "collected_at": COLLECTED_AT,
        }
    ]


@pytest.mark.fault(13)
@pytest.mark.parametrize("absent", [np.nan, np.inf, -np.inf])
def test_to_bars_writes_null_and_rejects_rows_without_high_or_low(absent: float) -> None:
    rows = frame(MINUTES, Open=[absent, 10, 10], High=[11, absent, 11], Low=[9, 9, absent], Volume=[np.nan, 1, 1])
    assert [(bar["open"], bar["volume"]) for bar in written(rows)] == [(None, None)]
    assert bars(rows).rejected == {"no high or low": 2}


@pytest.mark.fault(15)
def test_to_bars_rejects_and_counts_contradictory_rows() -> None:
    rows = frame(MINUTES, High=[8, 11, 11], Volume=[1, -5, 0])
    assert [bar["volume"] for bar in written(rows)] == [0]
    assert bars(rows).rejected == {"high below low": 1, "negative volume": 1}


def test_to_bars_keeps_fractions_of_a_coin_and_rejects_impossible_volumes() -> None:
    rows = frame(MINUTES, Volume=[6.83444, 1200.0, 2.0**63])
    assert [line.partition(b'"volume":')[2].partition(b",")[0] for line in bars(rows).lines] == [b"6.83444", b"1200"]
    assert bars(rows).rejected == {"volume beyond 64 bits": 1}


@pytest.mark.fault(15)
def test_to_bars_sorts_rows_and_keeps_the_last_duplicate() -> None:
    rows = frame([MINUTES[1], MINUTES[0], MINUTES[0]], High=[11.0, 12.0, 13.0])
    assert [(bar["ts"][11:16], bar["high"]) for bar in written(rows)] == [("09:30", 13.0), ("09:31", 11.0)]
    assert bars(rows).rejected == {"repeated start, the last one kept": 1}


@pytest.mark.fault(22)
def test_to_bars_rejects_rows_outside_the_window_or_unfinished() -> None:
    rows = frame(["2026-11-22 15:59", "2026-11-23 15:59", "2026-11-23 15:59:31", "2026-11-24 00:00"])
    assert [bar["ts"] for bar in written(rows)] == ["2026-11-23T15:59:00-05:00"]
    assert bars(rows).rejected == {"outside the window": 2, "not a whole interval yet": 1}


def test_to_bars_rejects_the_newest_row_off_yahoos_grid() -> None:
    opens = int(pd.Timestamp("2026-11-23 09:30", tz=NEW_YORK).timestamp())
    hours = [Hours(opens, opens + 390 * 60)]
    rows = frame(["2026-11-23 09:30", "2026-11-23 09:50", "2026-11-23 10:30", "2026-11-23 11:15"])
    found = to_bars(rows, "META", ("2026-11-23", "2026-11-24"), "1h", COLLECTED_AT, None, hours)
    assert found.rejected == {"not a whole interval yet": 1}
    assert [json.loads(line)["ts"][11:16] for line in found.lines] == ["09:30", "09:50", "10:30"]
    assert [start - opens for start in found.starts] == [0, 1_200, 3_600]


def test_to_bars_rejects_rows_before_a_lookback() -> None:
    collected = to_bars(
        frame(MINUTES), "META", ("2026-11-23", "2026-11-24"), "1m", COLLECTED_AT, "2026-11-23T14:31:00.000000Z"
    )
    assert [json.loads(line)["ts"][11:16] for line in collected.lines] == ["09:31", "09:32"]
    assert collected.rejected == {"outside the window": 1}


def test_to_bars_accepts_hours_that_begin_at_half_past() -> None:
    assert len(written(frame(["2026-11-23 09:30", "2026-11-23 10:30"]), interval="1h")) == 2


@pytest.mark.fault(23)
@pytest.mark.parametrize(
    ("zone", "start", "ts"),
    [
        (NEW_YORK, "2026-03-06 09:30", "2026-03-06T09:30:00-05:00"),
        (NEW_YORK, "2026-03-09 09:30", "2026-03-09T09:30:00-04:00"),
        (NEW_YORK, "2026-11-02 09:30", "2026-11-02T09:30:00-05:00"),
        ("Europe/London", "2026-03-30 08:00", "2026-03-30T08:00:00+01:00"),
        ("Asia/Tokyo", "2026-03-30 09:00", "2026-03-30T09:00:00+09:00"),
        ("Asia/Kolkata", "2026-03-30 09:15", "2026-03-30T09:15:00+05:30"),
        ("Australia/Sydney", "2026-04-06 10:00", "2026-04-06T10:00:00+10:00"),
    ],
)
def test_to_bars_writes_ts_in_exchange_time_with_its_offset(zone: str, start: str, ts: str) -> None:
    assert [bar["ts"] for bar in written(frame([start], zone), window=("2026-01-01", "2027-01-01"))] == [ts]


@pytest.mark.fault(33)
def test_pack_records_puts_one_local_date_into_a_record() -> None:
    rows = frame(["2026-11-20 15:59", *MINUTES])
    records = list(bars(rows, ("2026-11-20", "2026-11-24")).pack_records())
    dates = [{json.loads(line)["ts"][:10] for line in record.split(b"\n")} for record in records]
    assert dates == [{"2026-11-20"}, {"2026-11-23"}]


@given(st.integers(min_value=1, max_value=390))
def test_pack_records_stays_within_one_billed_record(count: int) -> None:
    starts = pd.date_range("2026-11-23 09:30", periods=count, freq="min").astype(str).tolist()
    session = bars(frame(starts))
    records = list(session.pack_records())
    assert b"\n".join(records).split(b"\n") == session.lines
    assert all(len(record) <= BILLED_RECORD_BYTES for record in records)

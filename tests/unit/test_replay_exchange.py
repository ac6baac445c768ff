"""The exchange of recorded bars, and its sessions."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from local.yahoo.exchange import NEW_YORK, find_closed_session
from local.yahoo.replay import Replay, ReplayError, load_bars


def bar(**changes: Any) -> dict[str, Any]:
    """Return a valid bar with some fields changed."""
    return {"name": "META", "ts": "2026-11-23T09:30:00-05:00", "high": 2.0, "low": 1.0, **changes}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bars.ndjson"


def load(file: Path, *rows: dict[str, Any]) -> Replay:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return load_bars(file)


@pytest.mark.parametrize(
    ("name", "stamps", "zone"),
    [
        ("META", ["2026-10-30T09:30:00-04:00", "2026-11-02T09:30:00-05:00"], "America/New_York"),
        ("VOD.L", ["2026-10-23T08:00:00+01:00", "2026-10-26T08:00:00+00:00"], "Europe/London"),
        ("VOD.L", ["2026-11-23T08:00:00+00:00"], "Europe/London"),
        ("BTC-USD", ["2026-11-21T00:00:00+00:00", "2026-11-21T12:00:00Z"], "UTC"),
        ("SAP.DE", ["2026-11-23T09:00:00+01:00"], "Europe/Berlin"),
        ("7203.T", ["2026-11-24T09:00:00+09:00"], "Asia/Tokyo"),
        ("M&M.NS", ["2026-11-23T09:15:00+0530"], "Asia/Kolkata"),
        ("0700.HK", ["2026-11-23T09:30:00+08:00"], "Asia/Hong_Kong"),
        ("BHP.AX", ["2026-11-23T10:00:00+11:00"], "Australia/Sydney"),
        ("PETR4.SA", ["2026-11-23T10:00:00-03:00"], "America/Sao_Paulo"),
    ],
)
def test_load_bars_finds_the_zone_by_the_offsets(file: Path, name: str, stamps: list[str], zone: str) -> None:
    replay = load(file, *(bar(name=name, ts=stamp) for stamp in stamps))

    assert replay.instruments[name].zone == zone


def test_load_bars_accepts_several_exchanges_in_one_file(file: Path) -> None:
    replay = load(file, bar(), bar(name="7203.T", ts="2026-11-24T09:00:00+09:00"))

    assert {name: one.zone for name, one in replay.instruments.items()} == {
        "META": "America/New_York",
        "7203.T": "Asia/Tokyo",
    }
    assert (replay.start, replay.end) == (dt.date(2026, 11, 23), dt.date(2026, 11, 25))


def test_load_bars_rejects_an_offset_that_missed_a_clock_change(file: Path) -> None:
    with pytest.raises(ReplayError) as caught:
        load(file, bar(ts="2026-10-30T09:30:00-04:00"), bar(ts="2026-11-02T09:30:00-04:00"))

    assert str(caught.value).startswith(
        f"{file}, line 2: ts: '2026-11-02T09:30:00-04:00' is not allowed: "
        "an offset that one of these zones has at that time: America/New_York, Europe/London, "
    )


def test_load_bars_closes_a_half_day_at_13(file: Path) -> None:
    """Compare with https://www.nyse.com/markets/hours-calendars."""
    session = load(file, bar(ts="2026-11-27T09:30:00-05:00")).instruments["META"].sessions[0]

    assert session.close == pd.Timestamp("2026-11-27T13:00:00-05:00")


def test_load_bars_derives_an_unknown_session_from_its_bars(file: Path) -> None:
    replay = load(file, bar(ts="2026-11-26T09:31:00-05:00"), bar(ts="2026-11-26T09:40:00-05:00"))

    session = replay.instruments["META"].sessions[0]
    assert session.date == dt.date(2026, 11, 26)
    assert session.open == pd.Timestamp("2026-11-26T09:31:00-05:00")
    assert session.close == pd.Timestamp("2026-11-26T09:41:00-05:00")


@pytest.mark.parametrize(
    ("now", "session"),
    [
        ("2026-11-24T03:00:00+00:00", "2026-11-23"),
        ("2026-11-23T15:59:00-05:00", "2026-11-20"),
        ("2026-11-23T16:00:00-05:00", "2026-11-23"),
        ("2026-11-27T13:00:00-05:00", "2026-11-27"),
        ("2026-11-26T20:00:00-05:00", "2026-11-25"),
        ("2026-11-22T12:00:00+00:00", "2026-11-20"),
    ],
)
def test_find_closed_session_is_the_newest_that_has_closed(now: str, session: str) -> None:
    assert find_closed_session(dt.datetime.fromisoformat(now)) == dt.date.fromisoformat(session)


def test_find_closed_session_rejects_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        find_closed_session(dt.datetime(2026, 11, 23), NEW_YORK)  # noqa: DTZ001 - the time under test

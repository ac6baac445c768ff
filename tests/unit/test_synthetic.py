"""Synthetic sessions, which are plausible and depend only on seed, date and ticker."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.yahoo.exchange import EXCHANGES, NEW_YORK
from local.yahoo.replay import Replay
from local.yahoo.synthetic import make_synthetic_session, make_synthetic_sessions

MONDAY = dt.date(2026, 11, 23)
HALF_DAY = dt.date(2026, 11, 27)
HOLIDAY = dt.date(2026, 11, 26)
TICKERS = ["META", "AMZN", "AAPL", "NFLX", "GOOGL", "BRK-B", "^GSPC", "BTC-USD", "7203.T", "M&M.NS"]


@pytest.fixture(scope="module")
def replay() -> Replay:
    return make_synthetic_session(MONDAY, TICKERS)


def test_make_synthetic_session_has_a_bar_per_minute(replay: Replay) -> None:
    index = replay.instruments["META"].bars.index

    assert len(index) == 390
    assert index[0] == pd.Timestamp("2026-11-23T09:30:00-05:00")
    assert index[-1] == pd.Timestamp("2026-11-23T15:59:00-05:00")
    assert (replay.start, replay.end, replay.tickers) == (MONDAY, MONDAY + dt.timedelta(days=1), TICKERS)


def test_make_synthetic_session_has_210_bars_on_a_half_day() -> None:
    """End at 13:00 on the Friday after Thanksgiving (https://www.nyse.com/markets/hours-calendars)."""
    bars = make_synthetic_session(HALF_DAY, ["META"]).instruments["META"].bars

    assert len(bars) == 210
    assert bars.index[-1] == pd.Timestamp("2026-11-27T12:59:00-05:00")


@pytest.mark.parametrize(
    ("date", "tickers", "refused"),
    [
        (HOLIDAY, ["META"], "date: 2026-11-26 is not a session of NYSE"),
        (MONDAY, [], "tickers: empty"),
        (MONDAY, ["meta"], "tickers: 'meta' is not a Yahoo symbol"),
        (MONDAY, ["META", "AMZN", "META"], "tickers: META is a duplicate"),
    ],
)
def test_make_synthetic_session_rejects_bad_dates_and_tickers(date: dt.date, tickers: list[str], refused: str) -> None:
    with pytest.raises(ValueError, match=refused.replace("(", r"\(")):
        make_synthetic_session(date, tickers)


def test_make_synthetic_session_is_labelled_synthetic(replay: Replay) -> None:
    assert replay.synthetic
    assert replay.label == "SYNTHETIC session of 2026-11-23, seed 2020"
    assert replay.instruments["META"].long_name == "SYNTHETIC META"


def test_make_synthetic_session_has_only_possible_bars(replay: Replay) -> None:
    bars = pd.concat([one.bars for one in replay.instruments.values()])

    assert bars.notna().all(axis=None)
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["low"] > 0).all()
    assert (bars["volume"] >= 1).all()
    assert (bars == bars.round(2)).all(axis=None)
    assert (bars["volume"] == bars["volume"].round()).all()


def test_make_synthetic_session_opens_each_bar_at_the_last_close(replay: Replay) -> None:
    bars = replay.instruments["META"].bars

    assert bars["open"].iloc[1:].tolist() == bars["close"].iloc[:-1].tolist()


def test_make_synthetic_session_trades_most_at_open_and_close(replay: Replay) -> None:
    minutes = np.stack([one.bars["volume"] / one.bars["volume"].sum() for one in replay.instruments.values()]).sum(
        axis=0
    )
    first, noon, last = minutes[:30].mean(), minutes[180:210].mean(), minutes[-30:].mean()

    assert first > 2 * noon
    assert last > 2 * noon


@given(st.lists(st.sampled_from(TICKERS), unique=True, min_size=1))
@settings(max_examples=20, deadline=None)
def test_make_synthetic_session_is_independent_per_ticker(tickers: list[str]) -> None:
    every = make_synthetic_session(MONDAY, TICKERS)
    some = make_synthetic_session(MONDAY, tickers)

    for ticker in tickers:
        pd.testing.assert_frame_equal(some.instruments[ticker].bars, every.instruments[ticker].bars, check_exact=True)


def test_make_synthetic_session_differs_by_seed_date_and_ticker(replay: Replay) -> None:
    closes = {
        tuple(bars["close"].head(210))
        for bars in (
            replay.instruments["META"].bars,
            replay.instruments["AMZN"].bars,
            make_synthetic_session(MONDAY, ["META"], seed=1).instruments["META"].bars,
            make_synthetic_session(HALF_DAY, ["META"]).instruments["META"].bars,
        )
    }

    assert len(closes) == 4


def test_make_synthetic_sessions_equal_single_sessions(replay: Replay) -> None:
    week = make_synthetic_sessions({"META": NEW_YORK}, MONDAY, dt.date(2026, 11, 27)).instruments["META"]

    assert [session.date.day for session in week.sessions] == [23, 24, 25, 27]
    pd.testing.assert_frame_equal(week.bars.loc[:"2026-11-23"], replay.instruments["META"].bars, check_freq=False)


def test_make_synthetic_sessions_keep_a_tickers_price_level() -> None:
    opens = make_synthetic_sessions({"META": NEW_YORK}, dt.date(2026, 10, 1), MONDAY).instruments["META"].bars["open"]

    assert opens.max() < 1.6 * opens.min()


def test_make_synthetic_sessions_end_at_the_current_minute() -> None:
    until = dt.datetime(2026, 11, 23, 15, 0, 30, tzinfo=dt.UTC)
    bars = make_synthetic_sessions({"META": NEW_YORK}, MONDAY, HALF_DAY, until=until).instruments["META"].bars

    assert bars.index[-1] == pd.Timestamp("2026-11-23T10:00:00-05:00")


def test_make_synthetic_sessions_follow_each_exchanges_calendar() -> None:
    tokyo = next(exchange for exchange in EXCHANGES if exchange.calendar == "XTKS")
    both = make_synthetic_sessions({"META": NEW_YORK, "7203.T": tokyo}, MONDAY, dt.date(2026, 11, 24))

    # Japan closed on the 23rd: Labour Thanksgiving Day.
    assert [session.date.day for session in both.instruments["7203.T"].sessions] == [24]
    assert both.instruments["7203.T"].zone == "Asia/Tokyo"

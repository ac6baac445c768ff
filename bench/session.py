"""The measured bars: of a real session if its file lies beside the project, else of a synthetic one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from deployment.package import ROOT
from finance_stream.collect.frame import Bars, to_bars
from local.yahoo.replay import Instrument, Replay, load_bars
from local.yahoo.synthetic import make_synthetic_session

REAL_DAY = ROOT.parent / "shared" / "market" / "2020-05-14.ndjson"
TICKERS = ("FB", "SHOP", "BYND", "NFLX", "PINS", "SQ", "TTD", "OKTA", "SNAP", "DDOG")
DATE = dt.date(2020, 5, 14)
WINDOW = (DATE.isoformat(), (DATE + dt.timedelta(days=1)).isoformat())
INTERVAL = "1m"
COLLECTED_AT = "2020-05-14T20:05:00.000000Z"


@dataclass(frozen=True)
class SessionFrames:
    """One session's frame of each ticker, as yfinance gives it, and a label for the data."""

    label: str
    frames: dict[str, pd.DataFrame]

    @property
    def rows(self) -> int:
        return sum(map(len, self.frames.values()))

    def collect_bars(self) -> list[Bars]:
        """Return the bars that the collector makes of each frame."""
        return [to_bars(frame, ticker, WINDOW, INTERVAL, COLLECTED_AT) for ticker, frame in self.frames.items()]


@lru_cache(maxsize=1)
def load_session() -> SessionFrames:
    """Load the real session, or make the synthetic one of its date."""
    if REAL_DAY.is_file():
        return _make_session(f"real day {DATE}", load_bars(REAL_DAY))
    replay = make_synthetic_session(DATE, TICKERS)
    return _make_session(replay.label, replay)


def _make_session(label: str, replay: Replay) -> SessionFrames:
    return SessionFrames(label, {ticker: _make_frame(one) for ticker, one in replay.instruments.items()})


def _make_frame(instrument: Instrument) -> pd.DataFrame:
    bars = instrument.bars.rename(columns=str.capitalize)
    bars["Volume"] = bars["Volume"].fillna(0).astype("int64")  # as yfinance does
    return bars.set_axis(pd.DatetimeIndex(bars.index).tz_convert(instrument.zone))

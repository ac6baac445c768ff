"""Sessions of bars for the tests: a generated one, and the real one if its file lies beside the project's folder."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bench.session import DATE, REAL_DAY
from bench.session import TICKERS as TICKERS
from local.yahoo.synthetic import make_synthetic_session

OPEN_MINUTES = 390
WEEKEND = dt.datetime(2026, 11, 28, 12, 0, tzinfo=dt.UTC)  # a Saturday, after the last schedule of the week
# Numbers of the minutes without a trade: the halt of one ticker, and the quiet minutes of all other tickers.
HALTED, HALT = "PINS", frozenset(range(271, 276))
QUIET = frozenset((71, 72, 73, 227, 228))
# Tickers that lack one more minute.
QUIETER = {"SHOP": 8, "SQ": 190, "OKTA": 388}


@dataclass(frozen=True)
class Day:
    """One session in New York: the highs and lows of ten tickers in each minute with a trade.

    ``text`` reads the bars as NDJSON. They have no open, close or volume. Yahoo's replay sends those as null.
    """

    file_name: str
    date: dt.date
    text: Callable[[], str]

    @property
    def window(self) -> dict[str, str]:
        """The dates of the session as an execution's input."""
        return {"start": self.date.isoformat(), "end": (self.date + dt.timedelta(days=1)).isoformat()}

    def file(self, folder: Path) -> Path:
        """Write the bars to a file in ``folder``."""
        path = folder / self.file_name
        path.write_text(self.text(), encoding="utf-8")
        return path

    def __str__(self) -> str:
        return self.file_name


def _generated(date: dt.date) -> str:
    return "".join(f"{json.dumps(bar)}\n" for bar in _bars(date))


def _bars(date: dt.date) -> Iterator[dict[str, str | float]]:
    """Yield the highs and lows of a synthetic session, rounded to 32 bits as Yahoo's prices are."""
    for ticker, one in make_synthetic_session(date, TICKERS).instruments.items():
        absent = {*(HALT if ticker == HALTED else QUIET), QUIETER.get(ticker)}
        times = one.bars.index.tz_convert(one.zone)  # type: ignore[attr-defined]
        prices = one.bars[["high", "low"]].to_numpy().astype(np.float32)
        for minute, (time, (high, low)) in enumerate(zip(times, prices.tolist(), strict=True)):
            if minute not in absent:
                yield {"name": ticker, "ts": time.isoformat(), "high": high, "low": low}


_GENERATED_DATE = dt.date(2020, 5, 21)  # not the real session's date, so that one lake can hold both
GENERATED = Day("generated.ndjson", _GENERATED_DATE, lambda: _generated(_GENERATED_DATE))
REAL = Day(REAL_DAY.name, DATE, lambda: REAL_DAY.read_text(encoding="utf-8"))
# The real session is third-party data, so the project has no copy of it. Its absence skips no test.
DAYS = [GENERATED, REAL] if REAL_DAY.is_file() else [GENERATED]
each_day = pytest.mark.parametrize("day", DAYS, ids=str)

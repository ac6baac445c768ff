"""A replay: the 1-minute bars that the server sends, with their exchanges and sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from finance_stream.errors import make_printable
from local.yahoo.bar_file import BAR_COLUMNS, ReplayError, read_bars, refuse
from local.yahoo.exchange import EXCHANGES, NEW_YORK, Exchange, ExchangeSession

__all__ = ["BAR_COLUMNS", "Instrument", "Replay", "ReplayError", "load_bars"]

MINUTE = pd.Timedelta(minutes=1)


@dataclass(frozen=True, eq=False)
class Instrument:
    """The 1-minute bars of one symbol.

    ``bars`` has the columns ``open high low close volume`` (float, NaN for null) by their start in UTC, ascending.
    ``sessions`` has one entry per local date of ``bars``.
    """

    symbol: str
    long_name: str
    exchange: Exchange
    bars: pd.DataFrame
    sessions: tuple[ExchangeSession, ...]

    @property
    def zone(self) -> str:
        """The IANA name of the exchange's time zone."""
        return self.exchange.zone


@dataclass(frozen=True, eq=False)
class Replay:
    """The bars of any number of symbols, and a label that describes them.

    With ``keeps_all``, Yahoo also serves 1-minute bars that are older than the 30 days that it keeps.
    """

    label: str
    instruments: Mapping[str, Instrument]
    synthetic: bool = False
    keeps_all: bool = False

    @cached_property
    def tickers(self) -> list[str]:
        """The symbols in the order of their source."""
        return list(self.instruments)

    @cached_property
    def session_dates(self) -> list[dt.date]:
        """The local dates with a bar of any symbol, ascending."""
        return sorted({session.date for one in self.instruments.values() for session in one.sessions})

    @property
    def start(self) -> dt.date:
        """The first local date."""
        return self.session_dates[0]

    @property
    def end(self) -> dt.date:
        """The date after the last local date."""
        return self.session_dates[-1] + dt.timedelta(days=1)

    @cached_property
    def now(self) -> pd.Timestamp:
        """The end of the newest session: the present of the replay."""
        return max(session.close for one in self.instruments.values() for session in one.sessions)


def load_bars(path: str | Path) -> Replay:
    """Return a replay of the bars in a file (NDJSON or CSV, gzipped or not) or in all such files below a folder.

    The UTC offsets of ``ts`` determine the exchange. It is New York if its offsets agree. Otherwise it is the one of
    :data:`~local.yahoo.exchange.EXCHANGES` that agrees and has most of the bars within its sessions.

    Raises
    ------
    ReplayError
        With one line that names the file, the line, the field and the value that can't be replayed.
    """
    source = Path(path)
    bars = read_bars(source)
    exchanges = _find_exchanges(bars)
    instruments = {
        str(symbol): _make_instrument(str(symbol), own, exchanges[str(symbol)])
        for symbol, own in bars.groupby("name", sort=False)
    }
    return Replay(label=make_printable(source.name), instruments=instruments)


def join(earlier: Replay, later: Replay) -> Replay:
    """Return the bars of two replays. The first must end before the second begins."""
    instruments = {**later.instruments, **earlier.instruments}
    for symbol in earlier.instruments.keys() & later.instruments.keys():
        first, last = earlier.instruments[symbol], later.instruments[symbol]
        bars, sessions = pd.concat([first.bars, last.bars]), (*first.sessions, *last.sessions)
        instruments[symbol] = replace(first, bars=bars, sessions=sessions)
    return replace(earlier, label=f"{earlier.label}; {later.label}", instruments=instruments)


def _make_instrument(symbol: str, own: pd.DataFrame, exchange: Exchange) -> Instrument:
    bars = own.set_index("at")[list(BAR_COLUMNS)].sort_index()
    index = pd.DatetimeIndex(bars.index)
    return Instrument(symbol, symbol, exchange, bars, _find_sessions(index, exchange))


def _find_exchanges(bars: pd.DataFrame) -> dict[str, Exchange]:
    """Return the exchange of each symbol, by the UTC offsets of its bars."""
    candidates: dict[str, list[Exchange]] = {str(name): [] for name in bars["name"].unique()}
    possible = pd.Series(False, index=bars.index)  # for the bars of the symbol up to this one
    asked = bars
    for exchange in EXCHANGES:
        local = asked["at"].dt.tz_convert(exchange.zone).dt.tz_localize(None)
        agrees = (local - asked["at"].dt.tz_localize(None) == asked["offset"]).groupby(asked["name"])
        possible[asked.index] |= agrees.cummin().astype(bool)
        for name in agrees.all().loc[lambda always: always].index:
            candidates[name].append(exchange)
        if exchange is NEW_YORK:
            asked = bars[~bars["name"].isin([name for name, agreeing in candidates.items() if agreeing])]
    zones = ", ".join(exchange.zone for exchange in EXCHANGES)
    refuse(bars, ~possible, "ts", f"an offset that one of these zones has at that time: {zones}")
    return {
        name: agreeing[0] if len(agreeing) == 1 else _choose_exchange(agreeing, bars.loc[bars["name"] == name, "at"])
        for name, agreeing in candidates.items()
    }


def _choose_exchange(exchanges: list[Exchange], at: pd.Series[pd.Timestamp]) -> Exchange:
    """Return the first exchange with the most bars in its sessions. London's and UTC's clocks agree all winter."""

    def count_covered(exchange: Exchange) -> int:
        local = at.dt.tz_convert(exchange.zone)
        sessions = exchange.list_sessions(local.min().date(), local.max().date())
        return sum(int(((at >= session.open) & (at < session.close)).sum()) for session in sessions)

    return max(exchanges, key=count_covered)


def _find_sessions(index: pd.DatetimeIndex, exchange: Exchange) -> tuple[ExchangeSession, ...]:
    """Return the session of each local date of ``index``.

    A date that the calendar doesn't have as a session gets a session from its first bar to the end of its last.
    """
    days = to_local_dates(index, exchange.zone)
    dates = {day: day.date() for day in days.unique()}
    scheduled = {session.date: session for session in exchange.list_sessions(min(dates.values()), max(dates.values()))}
    extents = {day: index[days == day] for day, date in dates.items() if date not in scheduled}
    return tuple(
        scheduled[date] if date in scheduled else ExchangeSession(date, extents[day][0], extents[day][-1] + MINUTE)
        for day, date in dates.items()
    )


def to_local_dates(index: pd.Index[Any], zone: str) -> pd.DatetimeIndex:
    """Return the local date of each instant, as a midnight without a time zone."""
    return pd.DatetimeIndex(index).tz_convert(zone).tz_localize(None).normalize()

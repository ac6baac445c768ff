"""A replay: the 1-minute bars that the server sends, with their exchanges and sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from finance_stream.errors import make_printable
from local.yahoo.exchange import Exchange, ExchangeSession, find_exchange
from local.yahoo.files.aliases import BAR_COLUMNS
from local.yahoo.files.bars import read_bars
from local.yahoo.files.interval import list_intervals
from local.yahoo.files.table import ReplayError

__all__ = ["BAR_COLUMNS", "Instrument", "Replay", "ReplayError", "load_bars"]

MINUTE = pd.Timedelta(minutes=1)


@dataclass(frozen=True, eq=False)
class Instrument:
    """The bars of one symbol, each ``length`` long.

    ``bars`` has the columns ``open high low close volume`` (float, NaN for null) by their start in UTC, ascending.
    ``sessions`` has one entry per local date of ``bars``.
    """

    symbol: str
    long_name: str
    exchange: Exchange
    bars: pd.DataFrame
    sessions: tuple[ExchangeSession, ...]
    length: pd.Timedelta = MINUTE

    @cached_property
    def traded(self) -> pd.Series[bool]:
        """A flag per bar: it starts within the hours of its session, on a whole minute. No other bar is collected."""
        opens, closes = find_hours(self)
        index = pd.DatetimeIndex(self.bars.index)
        return pd.Series((index >= opens) & (index < closes) & (index == index.floor("min")), index=index)

    @cached_property
    def traded_dates(self) -> list[dt.date]:
        """The local dates with a bar within the session's hours, ascending."""
        days = to_local_dates(self.bars.index[self.traded.to_numpy()], self.zone)
        return [day.date() for day in days.unique()]

    @property
    def zone(self) -> str:
        """The IANA name of the exchange's time zone."""
        return self.exchange.zone


@dataclass(frozen=True, eq=False)
class Replay:
    """The bars of any number of symbols, and a label that describes them.

    With ``keeps_all``, Yahoo also serves 1-minute bars that are older than the 30 days that it keeps. ``notes`` are
    sentences about the choices that were made to read the bars.
    """

    label: str
    instruments: Mapping[str, Instrument]
    synthetic: bool = False
    keeps_all: bool = False
    notes: tuple[str, ...] = ()

    def knows(self, symbol: str) -> bool:
        """Return whether Yahoo has ever heard of a symbol."""
        return symbol in self.instruments

    def find_instrument(self, symbol: str, start: pd.Timestamp, end: pd.Timestamp) -> Instrument | None:
        """Return the bars of a symbol, at least those from ``start`` until ``end``. None: Yahoo doesn't know it."""
        del start, end  # all bars are there
        return self.instruments.get(symbol)

    @cached_property
    def tickers(self) -> list[str]:
        """The symbols in the order of their source."""
        return list(self.instruments)

    @cached_property
    def session_dates(self) -> list[dt.date]:
        """The local dates with a bar of any symbol, ascending."""
        return sorted({session.date for one in self.instruments.values() for session in one.sessions})

    @cached_property
    def traded_dates(self) -> list[dt.date]:
        """The local dates with a bar of any symbol within its session's hours, ascending."""
        return sorted({day for one in self.instruments.values() for day in one.traded_dates})

    def list_intervals(self, tickers: Collection[str] = ()) -> list[str]:
        """Return the intervals that can be made of the bars of some symbols, or of all. The shortest goes first."""
        chosen = [one for symbol, one in self.instruments.items() if symbol in tickers] or self.instruments.values()
        return list_intervals({one.length // MINUTE for one in chosen})

    def count_traded(self) -> int:
        """Return the number of bars within the hours of their sessions."""
        return sum(int(one.traded.sum()) for one in self.instruments.values())

    def list_left_out(self) -> list[str]:
        """Return the bars outside the hours of their sessions or off the minute, in words per symbol and date."""
        return [text for one in self.instruments.values() for text in _describe_untraded(one)]

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


def load_bars(path: str | Path, *, zone: str | None = None, tickers: Sequence[str] = ()) -> Replay:
    """Return a replay of the bars in a file, or in all bar files below a folder. docs/local.md lists the forms.

    The ticker tells the exchange, and a bar's start is an instant. ``zone`` and ``tickers`` are as for
    :func:`local.yahoo.files.bars.read_bars`.

    Raises
    ------
    ReplayError
        With one line that names the file, the line, the field and the value that can't be replayed.
    """
    source = Path(path)
    read = read_bars(source, zone=zone, tickers=tickers)
    instruments = {
        str(symbol): _make_instrument(str(symbol), own, find_exchange(str(symbol), zone or "UTC"))
        for symbol, own in read.bars.groupby("name", sort=False)
    }
    replay = Replay(make_printable(source.name), instruments, notes=read.notes)
    if not any(one.traded_dates for one in instruments.values()):
        first = replay.list_left_out()[0]
        raise ReplayError(
            make_printable(
                f"{source}: no bar starts within the hours of its exchange: the first is {first} "
                "(if the file's times are of another zone, name it with --tz)"
            )
        )
    return replay


def join(earlier: Instrument, later: Instrument) -> Instrument:
    """Return the bars of two spans of a symbol. The first must end before the second begins."""
    bars, sessions = pd.concat([earlier.bars, later.bars]), (*earlier.sessions, *later.sessions)
    return replace(earlier, bars=bars, sessions=sessions)


def _describe_untraded(one: Instrument) -> Iterator[str]:
    index = pd.DatetimeIndex(one.bars.index[~one.traded.to_numpy()]).tz_convert(one.zone)
    for day in index.normalize().unique():
        own = index[index.normalize() == day]
        if len(own) == 1:
            yield f"{one.symbol} {own[0]:%Y-%m-%d %H:%M}"
        else:
            yield f"{one.symbol} {own[0]:%Y-%m-%d %H:%M}-{own[-1]:%H:%M} ({len(own):,} bars)"


def _make_instrument(symbol: str, own: pd.DataFrame, exchange: Exchange) -> Instrument:
    bars = own.set_index("at")[list(BAR_COLUMNS)].sort_index()
    index, length = pd.DatetimeIndex(bars.index), pd.Timedelta(minutes=int(own["minutes"].iloc[0]))
    return Instrument(symbol, symbol, exchange, bars, _find_sessions(index, exchange, length), length)


def _find_sessions(index: pd.DatetimeIndex, exchange: Exchange, length: pd.Timedelta) -> tuple[ExchangeSession, ...]:
    """Return the session of each local date of ``index``.

    A date that the calendar doesn't have as a session gets a session from its first bar to the end of its last.
    """
    days = to_local_dates(index, exchange.zone)
    dates = {day: day.date() for day in days.unique()}
    scheduled = {session.date: session for session in exchange.list_sessions(min(dates.values()), max(dates.values()))}
    extents = {day: index[days == day] for day, date in dates.items() if date not in scheduled}
    return tuple(
        scheduled[date] if date in scheduled else ExchangeSession(date, extents[day][0], extents[day][-1] + length)
        for day, date in dates.items()
    )


def find_hours(instrument: Instrument) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    """Return the open and the close of each bar's session."""
    days = pd.DatetimeIndex([session.date for session in instrument.sessions])
    positions = days.get_indexer(to_local_dates(instrument.bars.index, instrument.zone))
    opens = pd.DatetimeIndex([session.open for session in instrument.sessions]).as_unit("us")
    closes = pd.DatetimeIndex([session.close for session in instrument.sessions]).as_unit("us")
    return opens[positions], closes[positions]


def to_local_dates(index: pd.Index[Any], zone: str) -> pd.DatetimeIndex:
    """Return the local date of each instant, as a midnight without a time zone."""
    return pd.DatetimeIndex(index).tz_convert(zone).tz_localize(None).normalize()

"""The source of a local run's bars, and the inputs of the executions that collect them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from deployment.package import TEMPLATE
from deployment.proxies import read_users_proxies
from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.deployment import MARKET
from finance_stream.errors import InvalidInput, join_names
from finance_stream.exchanges import UNKNOWN_CALENDAR
from finance_stream.renames import describe_rename
from finance_stream.request import EARLIEST, Request, check
from local.yahoo.exchange import find_closed_session, find_exchange
from local.yahoo.files.instants import find_zone_name
from local.yahoo.files.tickers import split_tickers
from local.yahoo.market import SyntheticMarket
from local.yahoo.replay import Replay, load_bars
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import LABEL, make_synthetic_sessions
from local.yahoo.windows import Window, split_into_windows

MAX_LEFT_OUT_NAMED = 5


@dataclass(frozen=True)
class Source:
    """Bars to replay (None: the real Yahoo), their label, and the inputs of the executions that collect them.

    There is one execution, or several for a replay of more days than one request to Yahoo may span.
    ``bars_to_collect`` is the number of bars in a replay that is collected as a whole. ``notes`` are sentences about
    the reading of a replay's files, ``left_out`` one about its bars that are never collected.
    """

    label: str
    replay: Replay | None
    execution_inputs: Sequence[Mapping[str, Any]]
    bars_to_collect: int | None = None
    notes: Sequence[str] = ()
    left_out: Sequence[str] = ()

    @property
    def synthetic(self) -> bool:
        return self.replay is not None and self.replay.synthetic

    @contextlib.contextmanager
    def border(self) -> Iterator[YahooReplay | None]:
        """Serve this Yahoo until the end of the block. Yield None for the real one."""
        with YahooReplay(self.replay) if self.replay else contextlib.nullcontext() as yahoo:
            yield yahoo


def choose_environment(yahoo: YahooReplay | None) -> Mapping[str, str]:
    """Return the variables that lead functions to this Yahoo. For the real one, these are the user's proxies."""
    return yahoo.environment() if yahoo else read_users_proxies()


def choose_source(
    package_dir: Path,
    now: datetime,
    *,
    replay: Path | None,
    source: str,
    seed: int,
    serve: bool,
    tz: str | None = None,
    **asked: str | None,
) -> Source:
    """Return the source that the command line asks for.

    Parameters
    ----------
    replay
        A file or folder of bars. It takes precedence over ``source``.
    source
        ``synthetic`` or ``yahoo``.
    tz, asked
        The zone of the replay's times that have none, and the execution's ``tickers`` (comma-separated), ``start``,
        ``end`` and ``interval``. Each is None if not given.

    Raises
    ------
    ReplayError, InvalidInput
        With one line about the invalid bars or the invalid input.
    """
    given: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if "tickers" in given:
        given["tickers"] = split_tickers(given["tickers"])
    zone = _read_zone(tz, replay)
    default_tickers = read_stage_tickers(package_dir)
    if replay is not None:
        return _make_replay_source(load_bars(replay, zone=zone, tickers=given.get("tickers", ())), given, now)
    request = check(given, default_tickers, now)
    if source == "yahoo":
        return Source(MARKET, None, [{**given, "tickers": request.tickers}])
    window = _choose_window(request, now)
    bars = (_make_served if serve else _make_synthetic)(request.tickers, *window, seed, now)
    whole = (window[0], window[1] + timedelta(days=1))
    return Source(bars.label, bars, [_to_execution_input(replace(request, window=whole))])


def _read_zone(tz: str | None, replay: Path | None) -> str | None:
    if tz is None:
        return None
    if replay is None:
        raise InvalidInput("tz: it is the zone of a replay's times (add --replay)")
    try:
        return find_zone_name(tz)
    except ValueError as error:
        raise InvalidInput(f"tz: {error}") from error


def _make_replay_source(bars: Replay, given: Mapping[str, Any], now: datetime) -> Source:
    """Return a replay as a source: all of it in windows that Yahoo allows, or the dates asked for in one window."""
    given = {**given, "interval": _choose_interval(bars, given)}
    dates = [day for day in bars.traded_dates if _can_be_collected(day, now)] or bars.traded_dates
    tickers = list(given.get("tickers", bars.tickers))
    if {"start", "end"} & given.keys():
        windows = [Window(dates[0], dates[-1], tickers)]
    else:
        windows = list(split_into_windows(bars, [one for one in tickers if one in bars.instruments], dates))
        windows = windows or [Window(dates[0], dates[-1], [])]
        windows[0].tickers.extend(one for one in tickers if one not in bars.instruments)  # to see them fail
    requests = [check({**_to_dates(one), **given, "tickers": one.tickers}, (), now) for one in windows]
    whole = given.keys() == {"interval"} and len(dates) == len(bars.traded_dates)
    own = pd.Timedelta(minutes=INTERVAL_MINUTES.get(given["interval"], 0))
    unsplit = all(one.length == own for one in bars.instruments.values())
    return Source(
        label=f"{bars.label}, replayed",
        replay=replace(bars, keeps_all=True),  # a replay is usually older than the days that Yahoo keeps
        execution_inputs=[_to_execution_input(request) for request in requests],
        bars_to_collect=bars.count_traded() if whole and unsplit else None,
        notes=bars.notes,
        left_out=_describe_left_out(bars, now),
    )


def _to_dates(window: Window) -> dict[str, str]:
    return {"start": window.first.isoformat(), "end": (window.last + timedelta(days=1)).isoformat()}


def _choose_interval(bars: Replay, given: Mapping[str, Any]) -> Any:
    """Return the interval asked for, or else the shortest that can be made of the bars.

    Raises
    ------
    InvalidInput
        If the bars can't be split or joined to it.
    """
    possible = bars.list_intervals(given.get("tickers", ()))
    asked = given.get("interval")
    if asked in INTERVAL_MINUTES and asked not in possible:
        way = f"use {' or '.join(possible)}" if possible else "choose fewer --tickers"
        raise InvalidInput(f"interval: '{asked}' can't be made of the bars of {bars.label} ({way})")
    if not possible:
        raise InvalidInput(f"interval: no interval can be made of all bars of {bars.label} (choose fewer --tickers)")
    return asked or possible[0]


def _can_be_collected(day: date, now: datetime) -> bool:
    """Return whether an execution may ask for a date: one of the lake's, and not in the future."""
    return EARLIEST <= day <= now.date() + timedelta(days=1)


def _describe_left_out(bars: Replay, now: datetime) -> list[str]:
    """Return a line about bars outside the hours of their sessions or off the minute, and one about other dates."""
    dates = [str(day) for day in bars.traded_dates if not _can_be_collected(day, now)]
    told = join_names(dates, MAX_LEFT_OUT_NAMED)
    beyond = [f"Dates before {EARLIEST} or in the future are not collected: {told}."] if dates else []
    named = bars.list_left_out()
    if not named:
        return beyond
    count = sum(len(one.bars) for one in bars.instruments.values()) - bars.count_traded()
    said = "1 bar is" if count == 1 else f"{count:,} bars are"
    zone = " If the times are of another zone, name it with --tz." if count > bars.count_traded() else ""
    shown = join_names(named, MAX_LEFT_OUT_NAMED)
    return [f"{said} outside regular hours or off the minute, and not collected: {shown}.{zone}", *beyond]


def _to_execution_input(request: Request) -> dict[str, Any]:
    assert request.window is not None  # noqa: S101 - replays and synthetic sessions have one
    start, end = request.window
    return {
        "tickers": request.tickers,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "interval": request.interval,
    }


def _choose_window(request: Request, now: datetime) -> tuple[date, date]:
    """Return the first and last date asked for. The default is the newest closed session, to show a whole one."""
    if request.window:
        return request.window[0], request.window[1] - timedelta(days=1)
    latest = find_closed_session(now)
    return latest, latest


def read_stage_tickers(package_dir: Path) -> list[str]:
    """Return the stage's default tickers, read from the packaged planner."""
    resources = json.loads((package_dir / TEMPLATE).read_text())["Resources"]
    tickers: str = resources["PlannerLambdaFunction"]["Properties"]["Environment"]["Variables"]["DEFAULT_TICKERS"]
    return tickers.split(",")


def _make_served(tickers: Sequence[str], first: date, last: date, seed: int, now: datetime) -> Replay:
    """Return a market that has the dates asked for, and makes any other ticker and date when it is asked for them."""
    asked = _make_synthetic(tickers, first, last, seed, now)
    return SyntheticMarket(
        f"{LABEL} sessions of any date, seed {seed}",
        asked.instruments,
        synthetic=True,
        keeps_all=True,
        seed=seed,
    )


def _make_synthetic(tickers: Sequence[str], first: date, last: date, seed: int, now: datetime) -> Replay:
    """Return synthetic sessions of each ticker's own exchange. As for Yahoo, a renamed ticker is unknown."""
    current = [ticker for ticker in tickers if not describe_rename(ticker)]
    if not current:
        raise InvalidInput(*(f"tickers: {describe_rename(ticker)}" for ticker in tickers))
    exchanges = {ticker: find_exchange(ticker) for ticker in current}
    if unknown := [ticker for ticker, exchange in exchanges.items() if exchange.calendar == UNKNOWN_CALENDAR]:
        raise InvalidInput(f"tickers: there is no synthetic session for {', '.join(unknown)}: no exchange is known")
    try:
        return make_synthetic_sessions(exchanges, first, last, seed=seed, until=now)
    except ValueError as error:
        raise InvalidInput(f"start: {error}") from error

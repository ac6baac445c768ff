"""The source of a local run's bars, and the inputs of the executions that collect them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from deployment.package import TEMPLATE
from deployment.proxies import read_users_proxies
from finance_stream.client.deployment import MARKET
from finance_stream.errors import InvalidInput
from finance_stream.exchanges import find_calendar_name
from finance_stream.request import Request, check
from local.yahoo.exchange import EXCHANGES, find_closed_session
from local.yahoo.replay import Replay, join, load_bars
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_sessions

# A served synthetic Yahoo has bars of this many days: as many as one request for 1-minute bars may span.
SERVED_DAYS = 8


@dataclass(frozen=True)
class Source:
    """Bars to replay (None: the real Yahoo), their label, and the inputs of the executions that collect them.

    There is one execution, or several for a replay of more days than one request to Yahoo may span.
    ``bars_to_collect`` is the number of bars in a replay that is collected as a whole.
    """

    label: str
    replay: Replay | None
    execution_inputs: Sequence[Mapping[str, Any]]
    bars_to_collect: int | None = None

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
    package_dir: Path, now: datetime, *, replay: Path | None, source: str, seed: int, serve: bool, **asked: str | None
) -> Source:
    """Return the source that the command line asks for.

    Parameters
    ----------
    replay
        A file or folder of bars. It takes precedence over ``source``.
    source
        ``synthetic`` or ``yahoo``.
    asked
        ``tickers`` (comma-separated), ``start``, ``end``, ``interval`` of the execution's input. None if not given.

    Raises
    ------
    ReplayError, InvalidInput
        With one line about the invalid bars or the invalid input.
    """
    given: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if "tickers" in given:
        given["tickers"] = given["tickers"].split(",")
    default_tickers = _read_stage_tickers(package_dir)
    if replay is not None:
        return _make_replay_source(load_bars(replay), given, now)
    request = check(given, default_tickers, now)
    if source == "yahoo":
        return Source(MARKET, None, [{**given, "tickers": request.tickers}])
    window = _choose_window(request, now)
    bars = (_make_served if serve else _make_synthetic)(request.tickers, *window, seed, now)
    whole = (window[0], window[1] + timedelta(days=1))
    return Source(bars.label, bars, [_to_execution_input(replace(request, window=whole))])


def _make_replay_source(bars: Replay, given: Mapping[str, Any], now: datetime) -> Source:
    """Return a replay as a source: all of it in windows that Yahoo allows, or the dates asked for in one window."""
    windows = list(_split_into_weeks(bars))
    if {"start", "end"} & given.keys():
        windows = [{"tickers": bars.tickers, "start": bars.start.isoformat(), "end": bars.end.isoformat()}]
    requests = [check({**window, **given}, (), now) for window in windows]
    return Source(
        label=f"{bars.label}, replayed",
        replay=replace(bars, keeps_all=True),  # a replay is usually older than the days that Yahoo keeps
        execution_inputs=[_to_execution_input(request) for request in requests],
        bars_to_collect=None if given else sum(len(one.bars) for one in bars.instruments.values()),
    )


def _split_into_weeks(bars: Replay) -> Iterator[dict[str, Any]]:
    """Return windows of at most seven days that hold every bar. Eight days are too long when clocks change."""
    dates = bars.session_dates
    while dates:
        week = [day for day in dates if day < dates[0] + timedelta(days=7)]
        traded = [
            ticker for ticker, one in bars.instruments.items() if any(session.date in week for session in one.sessions)
        ]
        yield {"tickers": traded, "start": week[0].isoformat(), "end": (week[-1] + timedelta(days=1)).isoformat()}
        dates = dates[len(week) :]


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


def _read_stage_tickers(package_dir: Path) -> list[str]:
    """Return the stage's default tickers, read from the packaged planner."""
    resources = json.loads((package_dir / TEMPLATE).read_text())["Resources"]
    tickers: str = resources["PlannerLambdaFunction"]["Properties"]["Environment"]["Variables"]["DEFAULT_TICKERS"]
    return tickers.split(",")


def _make_served(tickers: Sequence[str], first: date, last: date, seed: int, now: datetime) -> Replay:
    """Return the dates asked for, the days before them, and the newest date, the default of an execution.

    If the dates asked for are long ago, the sessions in between are left out: making them takes seconds per year.
    """
    recent = now.date() - timedelta(days=SERVED_DAYS)
    if last >= recent:
        return _make_synthetic(tickers, min(first, recent), max(last, now.date()), seed, now)
    asked = _make_synthetic(tickers, first - timedelta(days=SERVED_DAYS), last, seed, now)
    try:
        newest = _make_synthetic(tickers, recent, now.date(), seed, now)
    except InvalidInput:  # no calendar of the tickers' exchanges reaches that date
        return asked
    return replace(join(asked, newest), keeps_all=True)  # Yahoo would no longer keep the earliest


def _make_synthetic(tickers: Sequence[str], first: date, last: date, seed: int, now: datetime) -> Replay:
    """Return synthetic sessions of each ticker's own exchange."""
    exchanges = {exchange.calendar: exchange for exchange in EXCHANGES}
    unknown = [ticker for ticker in tickers if find_calendar_name(ticker) not in exchanges]
    if unknown:
        raise InvalidInput(
            f"tickers: there is no synthetic session for {', '.join(unknown)} "
            f"(exchanges: {', '.join(exchange.full_name for exchange in EXCHANGES)})"
        )
    by_ticker = {ticker: exchanges[find_calendar_name(ticker)] for ticker in tickers}
    try:
        return make_synthetic_sessions(by_ticker, first, last, seed=seed, until=now)
    except ValueError as error:
        raise InvalidInput(f"start: {error}") from error

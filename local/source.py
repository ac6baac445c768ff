"""Where a local run's bars come from, and the execution's input that fits them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from handlers.errors import InvalidInput
from handlers.plan import Request, check
from handlers.sessions import calendar_name
from local.package import TEMPLATE
from local.yahoo.exchange import EXCHANGES, latest_session
from local.yahoo.replay import Replay, load_bars
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import synthetic_sessions

# How far back a served synthetic Yahoo goes: the days that one request for 1-minute bars may span.
SERVED_DAYS = 8


@dataclass(frozen=True)
class Source:
    """Bars to replay (None: the real Yahoo), what to call them, and the input of the execution over them."""

    label: str
    replay: Replay | None
    execution_input: Mapping[str, Any]

    @property
    def synthetic(self) -> bool:
        return self.replay is not None and self.replay.synthetic

    @contextlib.contextmanager
    def border(self) -> Iterator[Mapping[str, str]]:
        """The variables by which functions reach this Yahoo, for as long as it runs."""
        if self.replay is None:
            yield {}
        else:
            with YahooReplay(self.replay) as yahoo:
                yield yahoo.environment()


def choose_source(
    package_dir: Path, now: datetime, *, replay: Path | None, source: str, seed: int, serve: bool, **asked: str | None
) -> Source:
    """The source that the command line asks for.

    Parameters
    ----------
    replay
        A file or folder of bars; wins over ``source``.
    source
        ``synthetic`` or ``yahoo``.
    asked
        ``tickers`` (comma-separated), ``start``, ``end``, ``interval`` of the execution's input; None if not given.

    Raises
    ------
    ReplayError, InvalidInput
        One line on what cannot be replayed or asked for.
    """
    given: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if "tickers" in given:
        given["tickers"] = given["tickers"].split(",")
    default_tickers = _stage_tickers(package_dir)
    if replay is not None:
        bars = load_bars(replay)
        whole = {"tickers": bars.tickers, "start": bars.start.isoformat(), "end": bars.end.isoformat()}
        chosen = Source(f"{bars.label}, replayed", bars, {**whole, **given})
        check(chosen.execution_input, default_tickers, now)
        return chosen
    request = check(given, default_tickers, now)
    if source == "yahoo":
        return Source("Yahoo Finance", None, {**given, "tickers": request.tickers})
    window = _window(given, request, now)
    served = window
    if serve and not {"start", "end"} & given.keys():
        served = (now.date() - timedelta(days=SERVED_DAYS), now.date())
    bars = _synthetic(request.tickers, *served, seed, now)
    execution_input = {
        "tickers": request.tickers,
        "start": window[0].isoformat(),
        "end": (window[1] + timedelta(days=1)).isoformat(),
        "interval": request.interval,
    }
    return Source(bars.label, bars, execution_input)


def _window(given: Mapping[str, Any], request: Request, now: datetime) -> tuple[date, date]:
    """First and last date: what was asked for, or the newest session that is over, to show a whole day."""
    if {"start", "end"} & given.keys():
        return request.start, request.end - timedelta(days=1)
    latest = latest_session(now)
    return latest, latest


def _stage_tickers(package_dir: Path) -> list[str]:
    """The stage's default tickers, as the packaged planner has them."""
    resources = json.loads((package_dir / TEMPLATE).read_text())["Resources"]
    tickers: str = resources["PlannerLambdaFunction"]["Properties"]["Environment"]["Variables"]["DEFAULT_TICKERS"]
    return tickers.split(",")


def _synthetic(tickers: Sequence[str], first: date, last: date, seed: int, now: datetime) -> Replay:
    """Made-up sessions of each ticker's own exchange."""
    exchanges = {exchange.calendar: exchange for exchange in EXCHANGES}
    unknown = [ticker for ticker in tickers if calendar_name(ticker) not in exchanges]
    if unknown:
        raise InvalidInput(
            f"tickers: no synthetic session can be made for {', '.join(unknown)}; "
            f"exchanges are {', '.join(exchange.full_name for exchange in EXCHANGES)}"
        )
    by_ticker = {ticker: exchanges[calendar_name(ticker)] for ticker in tickers}
    try:
        return synthetic_sessions(by_ticker, first, last, seed=seed, until=now)
    except ValueError as error:
        raise InvalidInput(f"start: {error}") from error

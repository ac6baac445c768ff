"""Synthetic sessions: random bars from a seed, for tests and first runs. Every output labels them as synthetic."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from local.yahoo.bar_file import SYMBOL
from local.yahoo.exchange import NEW_YORK, Exchange, ExchangeSession
from local.yahoo.replay import BAR_COLUMNS, MINUTE, Instrument, Replay

DEFAULT_SEED = 2020
LABEL = "SYNTHETIC"

LOWEST_PRICE = 20.0
HIGHEST_PRICE = 500.0
DAILY_VOLATILITY = (0.01, 0.04)  # lowest and highest standard deviation of a session's log return
SHARES_PER_MINUTE = (2_000.0, 80_000.0)
WICK = 0.5  # distance of high and low from open and close, in standard deviations of a minute

Floats = npt.NDArray[np.float64]


def make_synthetic_session(
    date: dt.date, tickers: Sequence[str], *, seed: int = DEFAULT_SEED, exchange: Exchange = NEW_YORK
) -> Replay:
    """Return open, high, low, close and volume for each minute of one session of the exchange.

    Raises
    ------
    ValueError
        If the exchange has no session on ``date``, or if ``tickers`` is empty, has duplicates or invalid symbols.
    """
    if not exchange.list_sessions(date, date):
        raise ValueError(f"date: {date} is not a session of {exchange.full_name} ({exchange.calendar})")
    _check(tickers)
    return make_synthetic_sessions(dict.fromkeys(tickers, exchange), date, date, seed=seed)


def make_synthetic_sessions(
    exchanges: Mapping[str, Exchange],
    first: dt.date,
    last: dt.date,
    *,
    seed: int = DEFAULT_SEED,
    until: dt.datetime | None = None,
) -> Replay:
    """Return open, high, low, close and volume for each minute of the sessions from ``first`` to ``last``, inclusive.

    Prices are a geometric random walk in cents. Volume is U-shaped over the session. A ticker's bars depend only on
    ``seed``, their date and the ticker, and not on the process, other tickers or other dates.

    Parameters
    ----------
    exchanges
        The exchange of each ticker.
    until
        The present. No bar is later.

    Raises
    ------
    ValueError
        If no exchange has a session, or a ticker isn't a symbol.
    """
    _check(list(exchanges))
    bars: dict[str, list[pd.DataFrame]] = {ticker: [] for ticker in exchanges}
    sessions: dict[str, list[ExchangeSession]] = {ticker: [] for ticker in exchanges}
    for exchange in set(exchanges.values()):
        own = [ticker for ticker in exchanges if exchanges[ticker] is exchange]
        for session in exchange.list_sessions(first, last):
            index = pd.date_range(session.open, session.close, freq=MINUTE, inclusive="left", name="at", unit="us")
            if session.lunch:
                index = index[(index < session.lunch[0]) | (index >= session.lunch[1])]
            known = len(index) if until is None else int((index < pd.Timestamp(until)).sum())
            if not known:
                continue
            for ticker, values in zip(own, _make_bars(own, seed, session.date, len(index)), strict=True):
                bars[ticker].append(pd.DataFrame(values, index=index, columns=list(BAR_COLUMNS)).iloc[:known])
                sessions[ticker].append(session)
    if not any(bars.values()):
        raise ValueError(f"no exchange of {', '.join(exchanges)} has a session from {first} to {last}")
    instruments = {
        ticker: Instrument(ticker, f"{LABEL} {ticker}", exchange, pd.concat(bars[ticker]), tuple(sessions[ticker]))
        for ticker, exchange in exchanges.items()
        if bars[ticker]
    }
    span = f"session of {first}" if first == last else f"sessions from {first} to {last}"
    return Replay(f"{LABEL} {span}, seed {seed}", instruments, synthetic=True)


def _check(tickers: Sequence[str]) -> None:
    if not tickers:
        raise ValueError("tickers: empty (at least one is needed)")
    for ticker in tickers:
        if not SYMBOL.fullmatch(ticker):
            raise ValueError(f"tickers: {ticker!r} is not a Yahoo symbol in upper case")
    if len({*tickers}) < len(tickers):
        raise ValueError(f"tickers: {next(t for t in tickers if tickers.count(t) > 1)} is a duplicate")


def _make_generator(*names: object) -> np.random.Generator:
    """Return a random generator seeded by ``names``. Python's hash() would differ between processes."""
    digest = hashlib.blake2b("|".join(map(str, names)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def _make_bars(tickers: Sequence[str], seed: int, date: dt.date, minutes: int) -> Floats:
    """Return a session's bars of shape (ticker, minute, column), with the columns of ``BAR_COLUMNS``."""
    # Per ticker and equal on all dates: the price level, the volatility and the traded volume.
    level = np.stack([_make_generator(seed, ticker).random(3) for ticker in tickers])[:, :, np.newaxis]
    days = [_make_generator(seed, date, ticker) for ticker in tickers]
    overnight = np.stack([day.standard_normal(1) for day in days])
    noise = np.stack([day.standard_normal((4, minutes)) for day in days])
    daily = DAILY_VOLATILITY[0] + level[:, 1] * (DAILY_VOLATILITY[1] - DAILY_VOLATILITY[0])
    first = LOWEST_PRICE * (HIGHEST_PRICE / LOWEST_PRICE) ** level[:, 0] * np.exp(daily * overnight)
    volatility = daily / np.sqrt(minutes)
    shares = SHARES_PER_MINUTE[0] * (SHARES_PER_MINUTE[1] / SHARES_PER_MINUTE[0]) ** level[:, 2]

    closes = first * np.exp(np.cumsum(volatility * noise[:, 0], axis=1))
    opens = np.concatenate([first, closes[:, :-1]], axis=1)
    highs = np.maximum(opens, closes) * (1 + WICK * volatility * np.abs(noise[:, 1]))
    lows = np.minimum(opens, closes) * (1 - WICK * volatility * np.abs(noise[:, 2]))
    volumes = shares * _make_u_shape(minutes) * np.exp(0.4 * noise[:, 3])

    # Rounding to cents keeps the order: a high is never below its close.
    prices = np.stack([opens, highs, lows, closes], axis=2).round(2)
    return np.concatenate([prices, np.ceil(volumes)[:, :, np.newaxis]], axis=2)


def _make_u_shape(minutes: int) -> Floats:
    """Return the relative volume per minute: 1 on average, and at the open and close about four times that of noon."""
    distance = np.linspace(-1.0, 1.0, minutes)
    shape = 0.5 + 1.5 * distance**2
    return np.asarray(shape / shape.mean())

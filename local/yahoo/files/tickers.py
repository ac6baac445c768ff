"""The ticker of each row: from a column, from the name of the file, or from ``--tickers``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import pandas as pd

from finance_stream.exchanges import find_calendar_name
from local.yahoo.files.aliases import NAME, normalize
from local.yahoo.files.table import Table, make_error

SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^=&-]{0,31}")
SYMBOL_ALLOWED = "a Yahoo symbol, like META, BRK-B or ^GSPC"

# Columns that may have companies instead of tickers.
_NAMES = ("name", "instrument", "security", "stock")
# Stooq's suffixes by Yahoo's: https://stooq.com/db/h/
_STOOQ = {"US": "", "UK": ".L", "JP": ".T", "HU": ".BD"}
# TradingView's exchanges by Yahoo's suffixes.
_TRADINGVIEW = {"NASDAQ": "", "NYSE": "", "AMEX": "", "BATS": "", "NSE": ".NS", "BSE": ".BO", "LSE": ".L", "TSX": ".TO"}
_PREFIXED = re.compile(rf"(?P<exchange>{'|'.join(_TRADINGVIEW)}):(?P<ticker>[^:]+)")
_SHARE_CLASS = re.compile(r"[A-Z]{1,5}\.[A-Z]")
_PAIR = re.compile(r"([A-Z0-9]{2,10})/([A-Z]{3,5})")
_POLYGON = re.compile(r"(?P<kind>[XC]):(?P<base>[A-Z0-9]{2,8})(?P<quote>[A-Z]{3})")
# A folder of a partitioned table: ticker=AAPL.
_PARTITION = re.compile(r"(?:name|ticker|symbol)=([^=/]+)", re.I)
# Words of a file's name that aren't its ticker. Lower-case words of more letters than a ticker aren't one either.
_WORDS = frozenset((
    "alpaca", "alphavantage", "bar", "bars", "bats", "binance", "candle", "candles", "chart", "csv", "daily",
    "data", "day", "db", "download", "export", "file", "final", "hist", "historical", "history", "hour", "hourly",
    "interactive", "intraday", "json", "kline", "klines", "market", "massive", "min", "mins", "minute", "minutes",
    "my", "nasdaq", "new", "nse", "nyse", "ohlc", "ohlcv", "old", "output", "parquet", "part", "polygon", "price",
    "prices", "quote", "quotes", "raw", "real", "sample", "stock", "stocks", "stooq", "test", "tick", "ticks",
    "time", "timeseries", "trade", "trades", "tsv", "txt", "uk", "us", "utc", "yahoo", "yf", "yfinance",
))  # fmt: skip
_NOISE = re.compile(r"\d+|\d*[mhdw]\d*|\d+(?:min|mins|minute|hour|day|mo|y|s)|\d{4}-\d\d(?:-\d\d)?", re.I)
_MAX_LOWER_CASE = 5
_SUFFIXES = re.compile(r"(?:\.(?:csv|tsv|txt|json|jsonl|ndjson|parquet|gz|zip))+$", re.I)
_BETWEEN_WORDS = re.compile(r"[\s_,()\[\]]+|-(?=\d)|(?<=\d)-(?=[A-Za-z])|-(?=[a-z]{3,})")


def normalize_ticker(text: str) -> str:
    """Return a ticker as Yahoo writes it: BRK-B for BRK.B, AAPL for Stooq's AAPL.US, BTC-USD for BTC/USD."""
    ticker = text.strip().upper()
    if found := _PAIR.fullmatch(ticker):
        return f"{found[1]}-{found[2]}"
    if found := _POLYGON.fullmatch(ticker):
        return f"{found['base']}-{found['quote']}" if found["kind"] == "X" else f"{found['base']}{found['quote']}=X"
    if found := _PREFIXED.fullmatch(ticker):
        return found["ticker"].replace(".", "-") + _TRADINGVIEW[found["exchange"]]
    base, dot, suffix = ticker.rpartition(".")
    if dot and suffix in _STOOQ:
        return base.replace(".", "-") + _STOOQ[suffix]
    if _SHARE_CLASS.fullmatch(ticker) and not _has_exchange(ticker):
        return ticker.replace(".", "-")
    return ticker


def _has_exchange(ticker: str) -> bool:
    try:
        find_calendar_name(ticker)
    except ValueError:
        return False
    return True


def read_tickers(table: Table, label: str, asked: Sequence[str], *, alone: bool) -> tuple[pd.Series[str], str | None]:
    """Return the ticker of each row, and a note about its origin if that isn't a column.

    Parameters
    ----------
    label
        The column's name in the file.
    asked
        The tickers of ``--tickers``. A single one names the rows of a file that has no column of tickers.
    alone
        Whether this is the only file.

    Raises
    ------
    ReplayError
        If a value isn't a ticker, or nothing tells the ticker.
    """
    if NAME in table.frame:
        codes, unique = pd.factorize(table.frame[NAME])
        tickers = [normalize_ticker(one) if isinstance(one, str) else "" for one in unique]
    if NAME in table.frame and not _are_companies(table, label, tickers, asked, alone=alone):
        bad = [code < 0 or not SYMBOL.fullmatch(tickers[code]) for code in codes]
        table.refuse(pd.Series(bad, dtype=bool), label, SYMBOL_ALLOWED, NAME)
        return pd.Series([tickers[code] for code in codes]), None
    ticker, origin = _find_ticker(table, asked, alone=alone)
    return pd.Series([ticker] * len(table.frame)), f"{table.file}: the bars are of {ticker}, by {origin}."


def _are_companies(table: Table, label: str, tickers: Sequence[str], asked: Sequence[str], *, alone: bool) -> bool:
    """Return whether a column of names has no ticker at all, but something else tells it."""
    if normalize(label) not in _NAMES or any(map(SYMBOL.fullmatch, tickers)):
        return False
    return bool(find_ticker_in_path(table.file)) or (alone and len(asked) == 1)


def _find_ticker(table: Table, asked: Sequence[str], *, alone: bool) -> tuple[str, str]:
    if alone and len(asked) == 1:
        return normalize_ticker(asked[0]), "--tickers"
    if found := find_ticker_in_path(table.file):
        return found, "its name"
    if len(asked) == 1:
        return normalize_ticker(asked[0]), "--tickers"
    raise make_error(table.file, "no ticker in a column or in the file's name (name it: --tickers AAPL)")


def find_ticker_in_path(path: str) -> str | None:
    """Return the ticker in a file's path: of a folder like ticker=AAPL, or the only word of its name that can be one.

    It is None if no word or more than one can be.
    """
    if found := [part for part in map(_PARTITION.fullmatch, PurePath(path).parts) if part]:
        return normalize_ticker(found[-1][1])
    stem = _SUFFIXES.sub("", PurePath(path).name)
    words = [word for word in _BETWEEN_WORDS.split(stem) if word]
    if len(words) == 1 and words[0] == words[0].upper() and SYMBOL.fullmatch(words[0]):
        return normalize_ticker(words[0])
    possible = [word for word in words if _can_be_ticker(word)]
    upper = [word for word in possible if word == word.upper()]
    candidates = list(dict.fromkeys(map(normalize_ticker, upper or possible)))
    return candidates[0] if len(candidates) == 1 else None


def _can_be_ticker(word: str) -> bool:
    base = re.split(r"[.=-]", word)[0]
    if base.lower().rstrip("0123456789") in _WORDS or _NOISE.fullmatch(word) or not SYMBOL.fullmatch(word.upper()):
        return False
    return word == word.upper() or len(base) <= _MAX_LOWER_CASE


def split_tickers(text: Any) -> list[str]:
    """Return the tickers of a comma-separated option, in upper case."""
    return [word.strip().upper() for word in str(text or "").split(",") if word.strip()]

"""The names that files give to a bar's fields. Case, punctuation and units don't count."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence

from finance_stream.errors import join_names

_MAX_COLUMNS_NAMED = 20
NAME, TS, DATE, TIME, INTERVAL, COLLECTED_AT = "name", "ts", "date", "time", "interval", "collected_at"
PRICES = ("open", "high", "low", "close")
BAR_COLUMNS = (*PRICES, "volume")

# Per field its names as :func:`normalize` returns them, the most certain first. Sources: the course's file, and exports
# of yfinance, Alpha Vantage, Polygon (now Massive), Alpaca, Stooq, Twelve Data, EODHD, TradingView, Kaggle and Binance.
ALIASES: Mapping[str, Sequence[str]] = {
    NAME: ("ticker", "symbol", "sym", "tickersymbol", "yahoosymbol", "name", "instrument", "security", "stock", "code"),
    TS: (
        "ts", "datetime", "timestamp", "windowstart", "starttime", "barstart", "start", "beginsat", "opentime", "t",
        "unixtime", "unix", "epoch", "timestampms", "localtime", "dateandtime", "datetimelocal", "datumzeit", "s",
    ),
    DATE: ("date", "datum", "day", "tradingdate", "tradedate", "sessiondate"),
    TIME: ("time", "timeofday", "bartime", "hour", "zeit", "uhrzeit", "heure"),
    "open": ("open", "o", "openprice", "opening", "openingprice", "first", "pxopen", "eroffnung", "ouverture"),
    "high": ("high", "h", "highprice", "highest", "max", "hi", "pxhigh", "hoch", "haut", "plushaut"),
    "low": ("low", "l", "lowprice", "lowest", "min", "lo", "pxlow", "tief", "bas", "plusbas"),
    "close": (
        "close", "c", "closeprice", "closing", "closingprice", "last", "closelast", "pxlast", "schluss", "schlusskurs",
        "cloture", "price",
    ),
    "volume": ("volume", "v", "vol", "volumetraded", "totalvolume", "tradedvolume", "qty", "shares", "volumen"),
    INTERVAL: ("interval", "per", "timeframe", "granularity", "barsize", "resolution"),
    COLLECTED_AT: ("collectedat",),
}  # fmt: skip
# One letter means another field in upper case: Polygon's and Alpaca's live bars.
_UPPER_CASE = ({"S": NAME}, {"T": NAME})
# A column of times that are UTC's by its name: Dukascopy's "Gmt time", "timestamp_utc".
_UTC = re.compile(r"^(?:utc|gmt)(?=.)|(?<=.)(?:utc|gmt)$")
_NUMBERED = re.compile(r"^\s*\d+\w?\.\s*")  # Alpha Vantage's JSON: "1. open"
_UNIT = re.compile(r"\([^()]*\)\s*$")  # "Open (USD)"
_TUPLE = re.compile(r"""^\s*\(\s*(?:np\.str_\()?(['"])(.*?)\1\)?\s*,\s*(?:np\.str_\()?(['"])(.*?)\3\)?\s*\)\s*$""")
# "Close_AAPL", "AAPL Close": a field and a ticker, flattened.
_WORDS = "adj close|adjclose|open|high|low|close|volume"
_FLAT = re.compile(
    rf"^\s*(?:(?P<field>{_WORDS})[ _.|:-]+(?P<ticker>\S+)|(?P<ticker2>\S+?)[ _.|:-]+(?P<field2>{_WORDS}))\s*$", re.I
)


def normalize(column: Hashable) -> str:
    """Return a column's name in lower case, without punctuation, numbering or unit."""
    text = str(column)
    bare = _UNIT.sub("", _NUMBERED.sub("", text)) or text
    letters = unicodedata.normalize("NFKD", bare.casefold())  # ö becomes o and a mark
    return re.sub(r"[^a-z0-9]+", "", letters)


def split_name(column: Hashable) -> tuple[str, str] | None:
    """Return the two parts of a column's name: of a tuple, of its text, or of a field and a ticker in one word."""
    if isinstance(column, tuple):
        parts = [str(part) for part in column]
        return (parts[0], parts[1]) if len(parts) > 1 else None
    if find_field(column):
        return None
    if found := _TUPLE.match(str(column)):
        return found[2], found[4]
    if found := _FLAT.match(str(column)):
        return found["field"] or found["field2"], found["ticker"] or found["ticker2"]
    return None


def find_field(column: Hashable) -> str | None:
    """Return the field that a column has by its name alone, or None."""
    name = _UTC.sub("", normalize(column))
    return next((field for field, names in ALIASES.items() if name in names), None)


def find_fields(columns: Iterable[Hashable]) -> set[str | None]:
    """Return the fields of columns, by their names or by a part of them."""
    return {find_field(part) for column in columns for part in (column, *(split_name(column) or ()))}


def is_utc(column: Hashable) -> bool:
    """Return whether a column's name says that its times are UTC's."""
    return bool(_UTC.search(normalize(column)))


def match_columns(columns: Iterable[Hashable]) -> dict[str, list[Hashable]]:
    """Return each field's columns, the most certain first."""
    left = list(columns)
    found: dict[str, list[Hashable]] = {}
    names = {str(column).strip() for column in left}
    for special in _UPPER_CASE:
        [(letter, field)] = special.items()
        if letter in names and "t" in names and field not in found:
            found[field] = [column for column in left if str(column).strip() == letter]
            left = [column for column in left if str(column).strip() not in ("S", "T")]
    for field, aliases in ALIASES.items():
        ranked = [
            (aliases.index(name), column) for column in left if (name := _UTC.sub("", normalize(column))) in aliases
        ]
        ranked.sort(key=lambda one: one[0])
        if ranked and field not in found:
            found[field] = [column for _, column in ranked]
    if "volume" not in found and (others := [one for one in left if normalize(one).startswith("volume")]):
        found["volume"] = others[:1]  # "Volume BTC" before "Volume USD"
    return found


def describe_columns(columns: Iterable[Hashable], missing: Sequence[str]) -> str:
    """Return a sentence with the columns found, those needed, and the nearest way to provide the missing ones."""
    found = [str(column) for column in columns]
    shown = join_names(found, _MAX_COLUMNS_NAMED)
    unused = {normalize(column): column for column in found if find_field(column) is None}
    renames = [
        f"rename {unused[near]!r} to {field!r}"
        for field in missing
        for near in difflib.get_close_matches(field, [*unused], n=1, cutoff=0.6)
    ]
    way = ", ".join(renames) or "add or rename columns: docs/local.md lists their names"
    return (
        f"no column for {' and '.join(missing)}. Found: {shown}. Needed: a start time (Datetime, or Date and Time), "
        f"high and low. The ticker comes from a column, the file's name or --tickers. To fix it, {way}"
    )

"""Yahoo's chart API (``/v8/finance/chart/{symbol}``) on a replay, with Yahoo's limits and errors.

Yahoo doesn't document this API. Shapes and texts are those that yfinance 1.7.0 reads (``scrapers/history.py``,
``base.py``) and that users quote in https://github.com/ranaroussi/yfinance/issues (356, 383, 636, 1389).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from local.yahoo.exchange import ExchangeSession
from local.yahoo.replay import BAR_COLUMNS, MINUTE, Instrument, Replay, to_local_dates

DEFAULT_INTERVAL = "1d"
DAY = pd.Timedelta(days=1)
YAHOO_INTERVALS = ("1m", "2m", "5m", "15m", "30m", "60m", "90m", "1h", "4h", "1d", "5d", "1wk", "1mo", "3mo")
VALID_RANGES = ("1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max")
RANGE = re.compile(r"(?P<count>[1-9]\d{0,3})(?P<unit>d|mo|y)")


@dataclass(frozen=True)
class Interval:
    """The length of a bar (None: a session), the days that Yahoo keeps it, and the days that a request may span."""

    length: pd.Timedelta | None
    kept_days: int | None = None
    request_days: int | None = None


INTERVALS = {
    "1m": Interval(MINUTE, kept_days=30, request_days=8),
    "2m": Interval(2 * MINUTE, kept_days=60),
    "5m": Interval(5 * MINUTE, kept_days=60),
    "15m": Interval(15 * MINUTE, kept_days=60),
    "30m": Interval(30 * MINUTE, kept_days=60),
    "60m": Interval(60 * MINUTE, kept_days=730),
    "90m": Interval(90 * MINUTE, kept_days=60),
    "1h": Interval(60 * MINUTE, kept_days=730),
    "1d": Interval(None),
}


class ChartError(Exception):
    """The error that Yahoo sends instead of a chart."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description

    def to_document(self) -> dict[str, Any]:
        """Return the body of the response."""
        return {"chart": {"result": None, "error": {"code": self.code, "description": self.description}}}


class ChartWindow(NamedTuple):
    """A request's window: bars that start from ``start`` on and before ``end``. ``range`` is the query's, if any."""

    start: pd.Timestamp
    end: pd.Timestamp
    range: str


def make_chart(replay: Replay, symbol: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the body of the response for ``symbol``. The present is the replay's ``now``.

    Raises
    ------
    ChartError
        With status 400 for an input that Yahoo rejects, 404 for a symbol that isn't in the replay, 422 for a window
        that Yahoo doesn't serve, and 501 for a feature that Yahoo has but this replay doesn't.
    """
    name = query.get("interval", DEFAULT_INTERVAL)
    interval = _read_interval(name)
    instrument = replay.instruments.get(symbol.upper())
    if instrument is None:
        raise ChartError(404, "Not Found", "No data found, symbol may be delisted")
    window = _read_window(query, instrument, replay.now)
    _check_limits(name, interval, window, replay)
    extended = query.get("includePrePost", "false").lower() == "true"
    bars = aggregate(instrument, interval.length, extended=extended)
    bars = bars[(bars.index >= window.start) & (bars.index < window.end)]
    result: dict[str, Any] = {"meta": _make_meta(instrument, replay.now, name, window, extended=extended)}
    if len(bars):
        result["timestamp"] = _to_epoch(pd.DatetimeIndex(bars.index))
    # Without bars in the window, the result has no timestamps, and its quote has no columns.
    quote = {column: _to_nullable(bars[column]) for column in BAR_COLUMNS} if len(bars) else {}
    result["indicators"] = {"quote": [quote]}
    if interval.length is None:
        result["indicators"]["adjclose"] = [{"adjclose": quote["close"]} if quote else {}]
    return {"chart": {"result": [result], "error": None}}


def aggregate(instrument: Instrument, length: pd.Timedelta | None, *, extended: bool = False) -> pd.DataFrame:
    """Return bars of ``length`` (None: of a session), counted from the session's open.

    A bar has the first open, the highest high, the lowest low, the last close and the sum of the volumes. Nulls are
    skipped. A bar is null if all of its values are. 1-minute bars are as recorded. Longer bars cover regular hours
    only, unless ``extended``.
    """
    bars = instrument.bars
    if length == MINUTE or bars.empty:
        return bars
    opens, closes = _find_hours(instrument)
    if not extended:
        regular = (bars.index >= opens) & (bars.index < closes)
        bars, opens = bars[regular], opens[regular]
    starts = opens if length is None else opens + (bars.index - opens) // length * length
    by_start = bars.groupby(starts)
    return pd.DataFrame(
        {
            "open": by_start["open"].first(),
            "high": by_start["high"].max(),
            "low": by_start["low"].min(),
            "close": by_start["close"].last(),
            "volume": by_start["volume"].sum(min_count=1),
        }
    )


def _find_hours(instrument: Instrument) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    """Return the open and the close of each bar's session."""
    days = pd.DatetimeIndex([session.date for session in instrument.sessions])
    positions = days.get_indexer(to_local_dates(instrument.bars.index, instrument.zone))
    opens = pd.DatetimeIndex([session.open for session in instrument.sessions]).as_unit("us")
    closes = pd.DatetimeIndex([session.close for session in instrument.sessions]).as_unit("us")
    return opens[positions], closes[positions]


def _read_interval(name: str) -> Interval:
    if name not in YAHOO_INTERVALS:
        valid = ", ".join(YAHOO_INTERVALS)
        text = f"Invalid input - interval={name} is not supported. Valid intervals: [{valid}]"
        raise ChartError(400, "Bad Request", text)
    if name not in INTERVALS:
        emulated = ", ".join(INTERVALS)
        raise ChartError(501, "Not Implemented", f"interval={name} is not in this replay, only [{emulated}]")
    return INTERVALS[name]


def _read_window(query: Mapping[str, str], instrument: Instrument, now: pd.Timestamp) -> ChartWindow:
    if "period1" not in query:
        name = query.get("range", "1d")
        return ChartWindow(_find_range_start(name, instrument, now), now, name)
    start, end = query["period1"], query.get("period2", str(int(now.timestamp())))
    for field, text in (("start date", start), ("end date", end)):
        if not re.fullmatch(r"-?\d{1,11}", text):
            raise ChartError(400, "Bad Request", f"Invalid input - {field}. A valid Unix timestamp is required.")
    if int(start) > int(end):
        text = f"Invalid input - start date cannot be after end date. startDate = {start}, endDate = {end}"
        raise ChartError(400, "Bad Request", text)
    return ChartWindow(pd.Timestamp(int(start), unit="s", tz="UTC"), pd.Timestamp(int(end), unit="s", tz="UTC"), "")


def _find_range_start(name: str, instrument: Instrument, now: pd.Timestamp) -> pd.Timestamp:
    """Return the start of a range that ends now. Its days are sessions, its months and years are calendar ones."""
    local_midnight = now.tz_convert(instrument.zone).normalize()
    if name == "max":
        return instrument.sessions[0].open
    if name == "ytd":
        return local_midnight.replace(month=1, day=1).tz_convert("UTC")
    match = RANGE.fullmatch(name)
    if match is None:
        raise ChartError(400, "Bad Request", f"Invalid input - range={name} is not supported.")
    count = int(match["count"])
    if match["unit"] == "d":
        return instrument.sessions[-count:][0].open
    months = count * (12 if match["unit"] == "y" else 1)
    return (local_midnight - pd.DateOffset(months=months)).tz_convert("UTC")


def _check_limits(name: str, interval: Interval, window: ChartWindow, replay: Replay) -> None:
    start, end = int(window.start.timestamp()), int(window.end.timestamp())
    refused = f"{name} data not available for startTime={start} and endTime={end}. "
    if interval.request_days and window.end - window.start > interval.request_days * DAY:
        limit = (
            f"Only {interval.request_days} days worth of {name} granularity data are allowed to be fetched per request."
        )
        raise ChartError(422, "Unprocessable Entity", refused + limit)
    if interval.kept_days and not replay.keeps_all and window.start < replay.now - interval.kept_days * DAY:
        limit = f"The requested range must be within the last {interval.kept_days} days."
        raise ChartError(422, "Unprocessable Entity", refused + limit)


def _make_meta(
    instrument: Instrument, now: pd.Timestamp, interval: str, window: ChartWindow, *, extended: bool
) -> dict[str, Any]:
    exchange, bars, newest = instrument.exchange, instrument.bars, instrument.sessions[-1]
    today = bars[bars.index >= newest.open]
    closes = bars["close"].dropna()
    meta: dict[str, Any] = {
        "currency": exchange.currency,
        "symbol": instrument.symbol,
        "exchangeName": exchange.name,
        "fullExchangeName": exchange.full_name,
        "instrumentType": exchange.instrument_type,
        "firstTradeDate": int(instrument.sessions[0].open.timestamp()),
        "regularMarketTime": int(newest.close.timestamp()),
        "hasPrePostMarketData": exchange.pre_market_minutes > 0,
        "gmtoffset": _compute_gmtoffset(instrument, now),
        "timezone": now.tz_convert(exchange.zone).tzname(),
        "exchangeTimezoneName": exchange.zone,
        "regularMarketPrice": float(closes.iloc[-1]) if len(closes) else None,
        "regularMarketDayHigh": _to_finite(today["high"].max()),
        "regularMarketDayLow": _to_finite(today["low"].min()),
        "regularMarketVolume": _to_finite(today["volume"].sum(min_count=1)),
        "longName": instrument.long_name,
        "shortName": instrument.long_name,
        "priceHint": 2,
        "currentTradingPeriod": {part: one for part, (one,) in _list_periods(instrument, (newest,)).items()},
        "dataGranularity": "1h" if interval == "60m" else interval,
        "range": window.range,
        "validRanges": list(VALID_RANGES),
    }
    if INTERVALS[interval].length is not None:
        asked = tuple(one for one in instrument.sessions if one.close > window.start and one.open < window.end)
        periods = {part: [[one] for one in every] for part, every in _list_periods(instrument, asked).items()}
        meta["tradingPeriods"] = periods if extended else periods["regular"]
    return meta


def _list_periods(instrument: Instrument, sessions: tuple[ExchangeSession, ...]) -> dict[str, list[dict[str, Any]]]:
    """Return each session's hours before, within and after regular trading."""
    exchange = instrument.exchange
    return {
        "pre": [
            _make_period(instrument, one.open - exchange.pre_market_minutes * MINUTE, one.open) for one in sessions
        ],
        "regular": [_make_period(instrument, one.open, one.close) for one in sessions],
        "post": [
            _make_period(instrument, one.close, one.close + exchange.post_market_minutes * MINUTE) for one in sessions
        ],
    }


def _make_period(instrument: Instrument, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, Any]:
    return {
        "timezone": start.tz_convert(instrument.zone).tzname(),
        "end": int(end.timestamp()),
        "start": int(start.timestamp()),
        "gmtoffset": _compute_gmtoffset(instrument, start),
    }


def _compute_gmtoffset(instrument: Instrument, at: pd.Timestamp) -> int:
    offset = at.tz_convert(instrument.zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _to_epoch(index: pd.DatetimeIndex) -> list[int]:
    return [int(second) for second in index.as_unit("s").asi8]


def _to_finite(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _to_nullable(column: pd.Series[float]) -> list[float | int | None]:
    """Return a column as numbers of strict JSON: NaN as None, and volumes as integers."""
    values = column.tolist()
    if column.name == "volume":
        return [None if np.isnan(value) else int(value) for value in values]
    return [None if np.isnan(value) else value for value in values]

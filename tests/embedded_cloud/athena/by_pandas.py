"""The questions in athena/ answered by pandas from bars, with dt as ``session`` and name as ``ticker``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

Answer = list[dict[str, Any]]


def known(values: pd.Series, *, last: bool = False) -> Any:
    there = values.dropna()
    return None if there.empty else there.iloc[-1 if last else 0]


def percent(value: Any, base: Any) -> Any:
    return round(100 * (value / base - 1), 4) if value is not None and base is not None and base > 0 else None


def typical(bars: pd.DataFrame) -> pd.Series:
    middle = bars[["high", "low"]].mean(axis=1)
    return (bars["high"] + bars["low"] + bars["close"].fillna(middle)) / 3


def traded(bars: pd.DataFrame) -> Any:
    return None if bars["volume"].isna().all() else int(bars["volume"].sum())


def daily_range(name: str, day: str, bars: pd.DataFrame) -> Answer:
    high, low = bars["high"].max(), bars["low"].min()
    return [
        {
            "ticker": name,
            "session": day,
            "open": known(bars["open"]),
            "high": high,
            "low": low,
            "close": known(bars["close"], last=True),
            "range_percent": percent(high, low),
            "high_at": bars.loc[bars["high"] == high, "ts"].iloc[0],
            "low_at": bars.loc[bars["low"] == low, "ts"].iloc[0],
            "volume": traded(bars),
        }
    ]


def opening_range(name: str, day: str, bars: pd.DataFrame) -> Answer:
    starts = pd.to_datetime(bars["ts"])
    is_opening = starts < starts.iloc[0] + pd.Timedelta(minutes=30)
    high, low = bars.loc[is_opening, "high"].max(), bars.loc[is_opening, "low"].min()
    close, later = known(bars["close"], last=True), bars[~is_opening]
    closed = None if close is None else "above" if close > high else "below" if close < low else "inside"
    return [
        {
            "ticker": name,
            "session": day,
            "opens_at": bars["ts"].iloc[0],
            "opening_high": high,
            "opening_low": low,
            "close": close,
            "closed": closed,
            "above_at": known(later.loc[later["close"] > high, "ts"]),
            "below_at": known(later.loc[later["close"] < low, "ts"]),
        }
    ]


def volume_profile(name: str, day: str, bars: pd.DataFrame) -> Answer:
    bars = bars.dropna(subset="volume")
    if bars.empty:
        return []
    low, high = bars["low"].min(), bars["high"].max()
    edges = [low + (high - low) * place / 10 for place in range(11)]
    step = pd.Series(1, index=bars.index)
    for place in range(2, 11):
        step[(10 * (typical(bars) - low) >= (place - 1) * (high - low)) & (high > low)] = place
    volumes = bars.groupby(step)["volume"].agg(["count", "sum"]).sort_index(ascending=False)
    total = int(volumes["sum"].sum())
    return [
        {
            "ticker": name,
            "session": day,
            "step": place,
            "price_from": round(edges[place - 1], 8),
            "price_to": round(edges[place], 8),
            "bars": int(row["count"]),
            "volume": int(row["sum"]),
            "share_percent": round(100 * int(row["sum"]) / total, 4) if total else None,
            "is_busiest": bool(row["sum"] == volumes["sum"].max() and row["sum"] > 0),
        }
        for place, row in zip(map(int, volumes.index), volumes.to_dict("records"), strict=True)
    ]


def vwap(name: str, day: str, bars: pd.DataFrame) -> Answer:
    weighed, close = bars.dropna(subset="volume"), known(bars["close"], last=True)
    shares = weighed["volume"].astype(float)
    average = float((typical(weighed) * shares).sum() / shares.sum()) if shares.sum() else None
    return [
        {
            "ticker": name,
            "session": day,
            "vwap": None if average is None else round(average, 8),
            "close": close,
            "to_vwap_percent": percent(close, average),
            "volume": traded(bars),
            "bars": len(bars),
            "no_volume": int(bars["volume"].isna().sum()),
        }
    ]


def completeness(name: str, day: str, bars: pd.DataFrame) -> Answer:
    starts = pd.to_datetime(bars["ts"])
    every = pd.date_range(starts.iloc[0], starts.iloc[-1], freq="min")
    return [
        {
            "ticker": name,
            "session": day,
            "bars": len(bars),
            "first_at": bars["ts"].iloc[0],
            "last_at": bars["ts"].iloc[-1],
            "holes": len(every.difference(pd.DatetimeIndex(starts))),
            "no_close": int(bars["close"].isna().sum()),
            "no_volume": int(bars["volume"].isna().sum()),
            "collections": bars["collected_at"].nunique(),
            "last_collected": bars["collected_at"].max(),
        }
    ]


def gaps(name: str, day: str, bars: pd.DataFrame) -> Answer:
    return [{"ticker": name, "session": day, "bars": len(bars), "starts": " ".join(ts[11:] for ts in bars["ts"])}]


def highs_spread(bars: pd.DataFrame) -> Answer:
    began = bars["open"].fillna((bars["high"] + bars["low"]) / 2)
    bars = bars.assign(
        hour=bars["ts"].str[11:13].astype(int),
        began=began.groupby([bars["ticker"], bars["session"]]).transform("first"),
    )
    highs = bars.groupby(["session", "hour", "ticker"]).agg(high=("high", "max"), began=("began", "first"))
    highs = highs[highs["began"] > 0]
    highs["high"] = 100 * (highs["high"] / highs["began"] - 1)
    found = []
    for (day, hour), own in highs["high"].groupby(["session", "hour"]):
        of_ticker = own.droplevel([0, 1])
        row = {"session": day, "hour": hour, "tickers": len(own), "highest": round(own.max(), 4)}
        row |= {"highest_ticker": of_ticker.idxmax(), "median": round(own.median(), 4), "lowest": round(own.min(), 4)}
        found.append(row | {"lowest_ticker": of_ticker.idxmin(), "spread": round(own.max() - own.min(), 4)})
    return found


def top_movers(bars: pd.DataFrame) -> Answer:
    moves: Answer = []
    for name, own in bars.groupby("ticker"):
        previous = None
        for day, of_day in own.groupby("session"):
            first, close = known(of_day["open"]), known(of_day["close"], last=True)
            move = {"session": day, "ticker": name, "open": first, "close": close}
            move |= {"change_percent": percent(close, first), "previous_close": previous}
            moves.append(move | {"change_since_previous": percent(close, previous)})
            previous = close
    moves = [move for move in moves if move["change_percent"] is not None]
    for move in moves:
        sizes = [abs(other["change_percent"]) for other in moves if other["session"] == move["session"]]
        move["place"] = 1 + sum(size > abs(move["change_percent"]) for size in sizes)
    return sorted(moves, key=lambda move: (move["session"], move["place"], move["ticker"]))


def latest_bars(bars: pd.DataFrame) -> Answer:
    timed = bars.assign(starts=pd.to_datetime(bars["ts"], utc=True))
    newest = timed.loc[timed.groupby("ticker")["starts"].idxmax()].sort_values("ticker")
    behind = (timed["starts"].max() - newest["starts"]) // pd.Timedelta(minutes=1)
    columns = ["ticker", "session", "ts", "open", "high", "low", "close", "volume", "collected_at"]
    found = newest[columns].assign(behind_minutes=behind).to_dict("records")
    return [{str(name): None if pd.isna(value) else value for name, value in row.items()} for row in found]


def of_each_session(
    work_out: Callable[[str, str, pd.DataFrame], Answer],
) -> Callable[[pd.DataFrame], Answer]:
    return lambda bars: [
        row for (name, day), own in bars.groupby(["ticker", "session"]) for row in work_out(str(name), str(day), own)
    ]


BY_PANDAS: dict[str, Callable[[pd.DataFrame], Answer]] = {
    "completeness": of_each_session(completeness),
    "daily_range": of_each_session(daily_range),
    "gaps": of_each_session(gaps),
    "highs_spread": highs_spread,
    "latest_bars": latest_bars,
    "opening_range": of_each_session(opening_range),
    "top_movers": top_movers,
    "volume_profile": of_each_session(volume_profile),
    "vwap": of_each_session(vwap),
}

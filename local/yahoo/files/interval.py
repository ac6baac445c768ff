"""The length of a file's bars: as a column says it, or as their starts show it."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from finance_stream.bars import INTERVAL_MINUTES
from local.yahoo.files.table import Table

INTERVALS_ALLOWED = f"an interval of {', '.join(INTERVAL_MINUTES)}"
SHORTEST_MINUTES = min(INTERVAL_MINUTES.values())
# The share of the distances between two starts that are whole intervals. The others are stray rows.
ALIGNED_SHARE = 0.95
# Fewer distances than these don't show an interval.
MIN_DISTANCES = 2

_MINUTES = {f"{minutes}": minutes for minutes in INTERVAL_MINUTES.values()}
_FORM = re.compile(r"(\d*)\s*([a-z]*)")
_UNITS = {"": 1, "m": 1, "t": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1, "h": 60, "hour": 60, "hours": 60}
_UNITS |= {"hr": 60, "hourly": 60}


def read_intervals(table: Table, field: str, label: str) -> pd.Series[float]:
    """Return the minutes in a column of intervals, NaN where it has none.

    Raises
    ------
    ReplayError
        For an interval that isn't one of :data:`finance_stream.bars.INTERVAL_MINUTES`.
    """
    codes, unique = pd.factorize(table.frame[field])
    minutes = [_to_minutes(one) for one in unique]
    bad = pd.Series([code >= 0 and minutes[code] is None for code in codes], dtype=bool)
    table.refuse(bad, label, INTERVALS_ALLOWED, field)
    return pd.Series([float("nan") if code < 0 else minutes[code] for code in codes], dtype=float)


def _to_minutes(value: Any) -> int | None:
    """Return the minutes of an interval like 5m, 1Min, 1 hour or 60, None if it isn't one of the allowed."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip().lower()
    found = _FORM.fullmatch(text)
    if not found or found[2] not in _UNITS:
        return None
    minutes = int(found[1] or 1) * _UNITS[found[2]]
    return _MINUTES.get(str(minutes))


def find_interval(at: pd.Series[Any]) -> int:
    """Return the length of one ticker's bars in minutes, by the most frequent distance between two of their starts.

    It is the shortest interval if the starts don't show another: a quiet ticker lacks most minutes.
    """
    starts = pd.Series(at.drop_duplicates().sort_values().to_numpy())
    distances = starts.diff().dropna()
    minutes = (distances[distances < pd.Timedelta(hours=24)].dt.total_seconds() / 60).round(3)
    if len(minutes) < MIN_DISTANCES:
        return SHORTEST_MINUTES
    usual = float(minutes.mode().iloc[0])
    if usual not in INTERVAL_MINUTES.values() or (minutes % usual == 0).mean() < ALIGNED_SHARE:
        return SHORTEST_MINUTES
    return int(usual)

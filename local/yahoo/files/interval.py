"""The length of a file's bars: as a column says it, or as their starts show it."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pandas as pd

from finance_stream.bars import INTERVAL_MINUTES
from local.yahoo.files.table import Table

INTERVALS_ALLOWED = f"an interval that one of {', '.join(INTERVAL_MINUTES)} is made of"
SHORTEST_MINUTES = min(INTERVAL_MINUTES.values())
# The share of the distances between two starts that are whole intervals. The others are stray rows.
ALIGNED_SHARE = 0.95
# Fewer distances than these don't show an interval.
MIN_DISTANCES = 2
# The share of distances of less than a minute that show bars of seconds. Yahoo's newest row has one such distance.
SHARE_OF_SECONDS = 0.5

_FORM = re.compile(r"(\d*)\s*([a-z]*)")
_UNITS = {"": 1, "m": 1, "t": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1, "h": 60, "hour": 60, "hours": 60}
_UNITS |= {"hr": 60, "hourly": 60}


def read_intervals(table: Table, field: str, label: str) -> pd.Series[float]:
    """Return the minutes in a column of intervals, NaN where it has none.

    Raises
    ------
    ReplayError
        For an interval that none of :data:`finance_stream.bars.INTERVAL_MINUTES` can be made of.
    """
    codes, unique = pd.factorize(table.frame[field])
    minutes = [_to_minutes(one) for one in unique]
    bad = pd.Series([code >= 0 and minutes[code] is None for code in codes], dtype=bool)
    table.refuse(bad, label, INTERVALS_ALLOWED, field)
    return pd.Series([float("nan") if code < 0 else minutes[code] for code in codes], dtype=float)


def _to_minutes(value: Any) -> int | None:
    """Return the minutes of an interval like 5m, 1Min, 1 hour or 60, None if no allowed interval is made of it."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip().lower()
    found = _FORM.fullmatch(text)
    if not found or found[2] not in _UNITS:
        return None
    minutes = int(found[1] or 1) * _UNITS[found[2]]
    return minutes if list_intervals([minutes]) else None


def list_intervals(minutes: Collection[int]) -> list[str]:
    """Return the intervals that can be made of bars of each of these lengths, the shortest first."""
    return [name for name, length in INTERVAL_MINUTES.items() if all(own > 0 and length % own == 0 for own in minutes)]


def find_minutes(at: pd.Series[Any]) -> float:
    """Return the length of one ticker's bars in minutes, by the most frequent distance between two of their starts.

    It is 1 if the starts don't show another length: a quiet ticker lacks most minutes.
    """
    starts = pd.Series(at.drop_duplicates().sort_values().to_numpy())
    distances = starts.diff().dropna()
    minutes = (distances[distances < pd.Timedelta(hours=24)].dt.total_seconds() / 60).round(6)
    if len(minutes) < MIN_DISTANCES:
        return SHORTEST_MINUTES
    usual = float(minutes.mode().iloc[0])
    if usual < SHORTEST_MINUTES and (minutes == usual).mean() > SHARE_OF_SECONDS:
        return usual
    if not usual.is_integer() or not list_intervals([int(usual)]) or (minutes % usual == 0).mean() < ALIGNED_SHARE:
        return SHORTEST_MINUTES
    return usual

"""A line of the table: ours, the reference to beat, the limit that can't be beaten, and the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Measurement:
    """The least measured value, which other work on the computer disturbs least, and its spread.

    https://docs.python.org/3/library/timeit.html#timeit.Timer.repeat
    """

    least: float
    middle: float
    most: float

    @classmethod
    def from_values(cls, values: Sequence[float]) -> Measurement:
        return cls(min(values), median(values), max(values))

    @classmethod
    def from_count(cls, value: float) -> Measurement:
        return cls(value, value, value)


@dataclass(frozen=True)
class Goal:
    """The goal of a line. Each given bound has to hold.

    ``times_reference``: the reference is at least so many times ours. ``times_limit``: ours is at most so many times
    the limit. ``at_most``: ours is at most this, in the line's unit.
    """

    times_reference: float | None = None
    times_limit: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        bounds = (
            (self.times_reference, "{:.3g} x less than reference"),
            (self.times_limit, "{:g} x limit"),
            (self.at_most, "{:,g} at most"),
        )
        return "; ".join(text.format(bound) for bound, text in bounds if bound is not None)


@dataclass(frozen=True)
class BenchLine:
    """A measurement with its optional ``reference`` and ``limit``. ``data`` names the measured data."""

    name: str
    unit: str
    data: str
    ours: Measurement
    goal: Goal
    reference: Measurement | None = None
    limit: Measurement | None = None

    @property
    def gain(self) -> float | None:
        """The reference divided by ours."""
        return self.reference.least / self.ours.least if self.reference else None

    @property
    def distance(self) -> float | None:
        """Ours divided by the limit."""
        return self.ours.least / self.limit.least if self.limit else None

    @property
    def met(self) -> bool:
        goal = self.goal
        return all(
            (
                goal.times_reference is None or (self.gain is not None and self.gain >= goal.times_reference),
                goal.times_limit is None or (self.distance is not None and self.distance <= goal.times_limit),
                goal.at_most is None or self.ours.least <= goal.at_most,
            )
        )

    def to_json(self) -> dict[str, Any]:
        def to_dict(measured: Measurement | None) -> dict[str, float] | None:
            return vars(measured) if measured else None

        return {
            "line": self.name,
            "unit": self.unit,
            "data": self.data,
            "ours": to_dict(self.ours),
            "reference": to_dict(self.reference),
            "limit": to_dict(self.limit),
            "reference_by_ours": self.gain,
            "ours_by_limit": self.distance,
            "goal": str(self.goal),
            "met": self.met,
        }

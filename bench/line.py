"""A line of the table: ours, what it is to beat, what it cannot beat, and the goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Measured:
    """The least of what was measured, which other work on the computer disturbs least, and its spread.

    https://docs.python.org/3/library/timeit.html#timeit.Timer.repeat
    """

    least: float
    middle: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Measured:
        return cls(min(values), median(values), max(values))

    @classmethod
    def count(cls, value: float) -> Measured:
        return cls(value, value, value)


@dataclass(frozen=True)
class Goal:
    """What a line is to reach; each bound that is given has to hold.

    ``times_reference`` is how many times less than the reference at least, ``times_limit`` how many times the limit at
    most, ``at_most`` in the line's own unit.
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
class Line:
    """``reference`` and ``limit`` are None where there is none; ``data`` says what it was measured on."""

    name: str
    unit: str
    data: str
    ours: Measured
    goal: Goal
    reference: Measured | None = None
    limit: Measured | None = None

    @property
    def gain(self) -> float | None:
        """How many times less than the reference."""
        return self.reference.least / self.ours.least if self.reference else None

    @property
    def distance(self) -> float | None:
        """How many times the limit."""
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

    def as_json(self) -> dict[str, Any]:
        def shown(measured: Measured | None) -> dict[str, float] | None:
            return vars(measured) if measured else None

        return {
            "line": self.name,
            "unit": self.unit,
            "data": self.data,
            "ours": shown(self.ours),
            "reference": shown(self.reference),
            "limit": shown(self.limit),
            "reference_by_ours": self.gain,
            "ours_by_limit": self.distance,
            "goal": str(self.goal),
            "met": self.met,
        }

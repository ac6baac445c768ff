"""The comparison of a ticker's collected bars with those that Yahoo's hours let expect. Knows neither Yahoo nor AWS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.hours import Hours, format_run, split_runs

MAX_RUNS_NAMED = 3


@dataclass(frozen=True)
class Comparison:
    """The starts of the bars that are expected and not collected, and of those that are collected and not expected.

    All are seconds since the epoch, in order.
    """

    expected: int
    missing: Sequence[int]
    unexpected: Sequence[int]

    def describe(self, interval: str, zone: tzinfo | None, *, dated: bool) -> str:
        """Return the differences in local times, such as ``10:00 missing, 11:30 unexpected``, or an empty text."""
        kinds = {"missing": self.missing, "unexpected": self.unexpected}
        step = INTERVAL_MINUTES[interval] * 60
        return ", ".join(f"{_name_runs(starts, step, zone, dated)} {kind}" for kind, starts in kinds.items() if starts)


def compare_starts(
    hours: Iterable[Hours], starts: Sequence[int], interval: str, window: tuple[int, int], now: float, *, whole: bool
) -> Comparison:
    """Compare the starts of collected bars with Yahoo's.

    Parameters
    ----------
    window
        The first second that is collected, and the one after the last.
    now
        The time of the plan. A bar that begins later is not expected yet.
    whole
        Expect only bars that have ended by ``now``.
    """
    possible: set[int] = set()
    expected: set[int] = set()
    for one in hours:
        own = one.list_starts(interval)
        possible.update(own)
        count = one.count_whole(interval, one.opens - 3_600, now) if whole else one.count_begun(interval, now)
        expected.update(start for start in own[:count] if window[0] <= start < window[1])
    collected = set(starts)
    return Comparison(len(expected), sorted(expected - collected), sorted(collected - possible))


def _name_runs(starts: Sequence[int], step: int, zone: tzinfo | None, dated: bool) -> str:
    runs = [[datetime.fromtimestamp(start, zone) for start in run] for run in split_runs(starts, step)]
    named = [f"{run[0]:%Y-%m-%d} {format_run(run)}" if dated else format_run(run) for run in runs[:MAX_RUNS_NAMED]]
    more = f" and {len(runs) - MAX_RUNS_NAMED:,} more gaps" if len(runs) > MAX_RUNS_NAMED else ""
    return " ".join(named) + more

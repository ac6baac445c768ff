"""Which bars of a session are not in the lake, and whether they were lost or Yahoo never gave them. Knows no AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

# The shortest halt that a market-wide rule makes: a limit up-limit down pause of five minutes.
# https://www.nasdaqtrader.com/content/MarketRegulation/LULD_FAQ.pdf
SHORTEST_HALT = timedelta(minutes=5)

LOST = "lost"  # collected, and not in the lake
LOST_OR_ABSENT = "lost or absent"  # some of the ticker's missing bars are lost: which ones cannot be told
ABSENT = "absent from Yahoo's answer"  # Yahoo leaves out what has no trade
POSSIBLE_HALT = "absent from Yahoo's answer, possible halt"
NOT_KNOWN = "not known"  # no execution tells what Yahoo gave


@dataclass(frozen=True)
class CollectedBars:
    """What one execution, whose window holds the whole session, collected of a ticker.

    The window is of local dates, ``end`` not in it, from ``since`` on where that is not None.
    """

    bars: int
    start: date
    end: date
    since: datetime | None = None

    def count_lost(self, there: Sequence[datetime]) -> int:
        """How many of its bars are not in the lake, which has the bars that start at ``there``."""
        within = (start for start in there if self.start <= start.date() < self.end)
        return max(0, self.bars - sum(self.since is None or start >= self.since for start in within))


@dataclass(frozen=True)
class Gap:
    """A run of consecutive bars that are missing, by the starts of its first and last."""

    first: datetime
    last: datetime
    bars: int
    kind: str


@dataclass(frozen=True)
class Completeness:
    """A ticker's session; ``lost`` is None where no execution tells."""

    ticker: str
    expected: int
    there: int
    lost: int | None
    gaps: list[Gap]

    @property
    def missing(self) -> int:
        return self.expected - self.there

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        gaps = [asdict(gap) | {"first": gap.first.isoformat(), "last": gap.last.isoformat()} for gap in self.gaps]
        counts = {"expected": self.expected, "there": self.there, "missing": self.missing, "lost": self.lost}
        return {"ticker": self.ticker, **counts, "gaps": gaps}


def parse_starts(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[datetime]]:
    """When each bar of each name starts, of the rows of athena/gaps.sql."""
    starts: dict[str, list[datetime]] = {}
    for row in rows:
        times = str(row["starts"] or "").split()
        starts.setdefault(row["ticker"], []).extend(datetime.fromisoformat(f"{row['session']}T{at}") for at in times)
    return starts


def measure_completeness(
    ticker: str,
    expected: Sequence[datetime],
    there: Sequence[datetime],
    step: timedelta,
    collected: CollectedBars | None,
) -> Completeness:
    """Hold a ticker's bars in the lake against those to expect.

    Parameters
    ----------
    expected
        When each bar of the session starts, in order.
    there
        When each bar in the lake starts, of the session, the dates around it and the window of ``collected``.
    step
        The interval.
    collected
        What an execution that saw all of the session collected; None where there is none.
    """
    present = set(there)
    missing = [start for start in expected if start not in present]
    lost = collected.count_lost(there) if collected else None
    gaps = [
        Gap(run[0], run[-1], len(run), _classify_gap(len(run) * step, lost, len(missing)))
        for run in _split_runs(missing, step)
    ]
    return Completeness(ticker, len(expected), len(expected) - len(missing), lost, gaps)


def _split_runs(missing: Sequence[datetime], step: timedelta) -> Iterator[list[datetime]]:
    """The missing bars that follow one another; a lunch break, in which none is expected, ends a run."""
    run: list[datetime] = []
    for start in missing:
        if run and start - run[-1] != step:
            yield run
            run = []
        run.append(start)
    if run:
        yield run


def _classify_gap(lasting: timedelta, lost: int | None, missing: int) -> str:
    if lost is None:
        return NOT_KNOWN
    if lost:
        return LOST if lost >= missing else LOST_OR_ABSENT
    return POSSIBLE_HALT if lasting >= SHORTEST_HALT else ABSENT

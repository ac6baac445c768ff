"""The missing bars of a session: lost on the way, or absent from Yahoo's answer. It calls no AWS API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from finance_stream.hours import split_runs

# The shortest halt by a market-wide rule: a limit up-limit down pause of five minutes.
# https://www.nasdaqtrader.com/content/MarketRegulation/LULD_FAQ.pdf
SHORTEST_HALT = timedelta(minutes=5)

LOST = "lost"  # collected, and not in the lake
LOST_OR_ABSENT = "lost or absent"  # some of the ticker's missing bars are lost, and it is unknown which
ABSENT = "absent from Yahoo's answer"  # Yahoo has no bar for a minute without a trade
POSSIBLE_HALT = "absent from Yahoo's answer, possible halt"
NOT_KNOWN = "not known"  # no execution covered the session


@dataclass(frozen=True)
class CollectedBars:
    """The number of a ticker's bars that an execution collected, and the execution's window.

    The window covers the whole session. It is in local dates, without ``end``, and begins at ``since`` if given.
    ``expected`` are the starts by the hours that Yahoo told the execution. None: they are the calendar's.
    """

    bars: int
    start: date
    end: date
    since: datetime | None = None
    expected: Sequence[datetime] | None = None

    def count_lost(self, delivered: Sequence[datetime]) -> int:
        """Return how many of the collected bars are not in the lake. ``delivered`` are the starts of the bars in it."""
        within = (start for start in delivered if self.start <= start.date() < self.end)
        return max(0, self.bars - sum(self.since is None or start >= self.since for start in within))


@dataclass(frozen=True)
class Gap:
    """A run of consecutive missing bars, from the start of its first to the start of its last."""

    first: datetime
    last: datetime
    bars: int
    kind: str


@dataclass(frozen=True)
class Completeness:
    """The completeness of a ticker's session.

    ``expected`` is None if no calendar knows the session, and ``lost`` if no execution covered it. ``delivered`` counts
    the expected bars in the lake, and ``unexpected`` has the starts of its others.
    """

    ticker: str
    expected: int | None
    delivered: int
    lost: int | None
    gaps: list[Gap]
    unexpected: Sequence[datetime] = ()

    @property
    def missing(self) -> int:
        """Bars that are missing for certain."""
        return 0 if self.expected is None else self.expected - self.delivered

    def to_dict(self) -> dict[str, Any]:
        """Return a value that JSON can hold."""
        gaps = [asdict(gap) | {"first": gap.first.isoformat(), "last": gap.last.isoformat()} for gap in self.gaps]
        counts = {"expected": self.expected, "delivered": self.delivered, "missing": self.missing, "lost": self.lost}
        unexpected = [start.isoformat() for start in self.unexpected]
        return {"ticker": self.ticker, **counts, "gaps": gaps, "unexpected": unexpected}


def parse_starts(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[datetime]]:
    """Return the start of each bar per ticker from rows of athena/gaps.sql."""
    starts: dict[str, list[datetime]] = {}
    for row in rows:
        times = str(row["starts"] or "").split()
        starts.setdefault(row["ticker"], []).extend(datetime.fromisoformat(f"{row['session']}T{at}") for at in times)
    return starts


def measure_completeness(
    ticker: str,
    day: date,
    expected: Sequence[datetime] | None,
    delivered: Sequence[datetime],
    step: timedelta,
    collected: CollectedBars | None,
    now: datetime,
) -> Completeness:
    """Compare the starts of a ticker's bars in the lake with the expected ones.

    Parameters
    ----------
    day
        The date of the session.
    expected
        The start of each bar of the session, in order. None if no calendar knows the session.
    delivered
        The start of each bar in the lake, for the session, the dates around it and the window of ``collected``.
    step
        The length of a bar.
    collected
        The bars that an execution collected, if one covered the whole session.
    now
        The time of ``expected``. A bar that has not ended by then is neither expected nor unexpected.
    """
    if expected is None:
        return Completeness(ticker, None, sum(start.date() == day for start in delivered), None, [])
    present = set(delivered)
    missing = [start for start in expected if start not in present]
    lost = collected.count_lost(delivered) if collected else None
    gaps = [
        Gap(run[0], run[-1], len(run), _classify_gap(len(run) * step, lost, len(missing)))
        for run in split_runs(missing, step)
    ]
    others = present.difference(expected)
    unexpected = sorted(start for start in others if start.date() == day and start + step <= now)
    return Completeness(ticker, len(expected), len(expected) - len(missing), lost, gaps, unexpected)


def _classify_gap(lasting: timedelta, lost: int | None, missing: int) -> str:
    if lost is None:
        return NOT_KNOWN
    if lost:
        return LOST if lost >= missing else LOST_OR_ABSENT
    return POSSIBLE_HALT if lasting >= SHORTEST_HALT else ABSENT

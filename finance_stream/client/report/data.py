"""The data of a report, collected from Step Functions and Athena."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.gaps import Completeness, measure_completeness, parse_starts
from finance_stream.client.price import count_decimals
from finance_stream.client.report.execution import Executed, Step, list_dates
from finance_stream.client.report.lake import Bar, BarReader
from finance_stream.hours import format_run, split_runs
from finance_stream.sessions import list_expected_starts

# The most tickers with charts. A date of a ticker's 1-minute bars takes some 14 kB of the page.
MAX_CHARTED = 100
ONE_DAY = timedelta(days=1)


class NothingToReportError(Exception):
    """A date without bars and executions. The text is one line that says how to continue."""


@dataclass(frozen=True)
class Subject:
    """The subject of a report. Without ``tickers``, it has the execution's, or all tickers of the date in the lake.

    ``source`` is the origin of the bars. ``synthetic`` is True for random bars.
    """

    day: date
    interval: str
    tickers: Sequence[str] | None
    stage: str
    source: str
    synthetic: bool


@dataclass(frozen=True)
class Hour:
    """The bars of an hour: the first, highest, lowest and last price, and the first time of the highest."""

    hour: int
    open: float | None
    high: float
    high_at: str
    minutes_at_high: int
    low: float
    close: float | None
    volume: float | None
    bars: int


@dataclass(frozen=True)
class Ticker:
    """The date of a ticker.

    ``expected`` is None if no calendar knows its session, ``collected`` and ``lost`` if no execution covered it.
    ``unexpected`` has the times of the other bars, such as ``11:30`` or ``16:00-16:04``.
    """

    name: str
    expected: int | None
    collected: int | None
    delivered: int
    lost: int | None
    gaps: Sequence[Mapping[str, Any]]
    hours: Sequence[Hour]
    unexpected: Sequence[str] = ()

    @property
    def high(self) -> float | None:
        return max((hour.high for hour in self.hours), default=None)

    def count_decimals(self) -> int:
        """Return the decimals that all prices of the date are shown with."""
        prices = (price for hour in self.hours for price in (hour.open, hour.high, hour.low, hour.close))
        return count_decimals(self.name, (price for price in prices if price is not None))


@dataclass(frozen=True)
class Series:
    """A ticker's bars for its chart, in the order of the axis ``axis``. A missing bar is None."""

    axis: int
    open: list[float | None]
    high: list[float | None]
    low: list[float | None]
    close: list[float | None]
    volume: list[float | None]


@dataclass(frozen=True)
class Report:
    """The data of the page and the pictures."""

    subject: Subject
    made_at: datetime
    execution: Executed | None
    tickers: Sequence[Ticker]
    series: Mapping[str, Series]
    axes: Sequence[Sequence[str]]
    expected: Mapping[str, Sequence[datetime] | None]

    def to_dict(self) -> dict[str, Any]:
        """Return the data of the charts and of the CSV, as a value that JSON can hold.

        ``highs`` has hour, high, its first time and the number of bars that reached it, of every ticker.
        """
        subject = asdict(self.subject) | {"day": self.subject.day.isoformat(), "tickers": None}
        highs = {
            one.name: [[hour.hour, hour.high, hour.high_at, hour.minutes_at_high] for hour in one.hours]
            for one in self.tickers
            if one.hours
        }
        decimals = {one.name: one.count_decimals() for one in self.tickers if one.name in self.series}
        series = {name: vars(one) for name, one in self.series.items()}
        return {"subject": subject, "axes": self.axes, "series": series, "highs": highs, "decimals": decimals}


@dataclass
class _Axes:
    """The axes of all charts. Tickers with bars at the same times share one."""

    places: dict[tuple[datetime, ...], int] = field(default_factory=dict)

    def place(self, times: Iterable[datetime]) -> int:
        return self.places.setdefault(tuple(times), len(self.places))

    def format_times(self) -> list[list[str]]:
        return [[f"{at:%H:%M}" for at in times] for times in self.places]


def collect(lake: BarReader, executed: Executed | None, subject: Subject, now: datetime) -> Report:
    """Collect the data of a report.

    Raises
    ------
    NothingToReportError
        When the date has no execution, and the lake has no bar of it.
    """
    wanted = subject.tickers if subject.tickers is not None else _list_planned(executed)
    hours: dict[str, list[Hour]] = {}
    charted: dict[str, list[Bar]] = {}
    delivered: dict[str, list[datetime]] = {}
    for name, bars in lake.read_bars(subject.day, subject.interval):
        if wanted is not None and name not in wanted:
            continue
        hours[name] = [_summarize_hour(hour, list(own)) for hour, own in groupby(bars, key=lambda bar: bar.at.hour)]
        delivered[name] = [bar.at for bar in bars]
        if len(charted) < MAX_CHARTED:
            charted[name] = bars
    names = list(wanted) if wanted is not None else list(hours)
    if not hours and executed is None:
        raise NothingToReportError(
            f"date: no bar of {subject.day} at {subject.interval} in {subject.stage}, and no execution of it: "
            f'start one with {{"start": "{subject.day}"}}, or name another date'
        )
    expected = _list_expected(executed, subject, names, now)
    axes = _Axes()
    series = {
        name: _make_series(axes, charted[name], [at for at in expected[name] or () if at.date() == subject.day])
        for name in names
        if name in charted
    }
    found = _measure_sessions(lake, executed, subject, expected, delivered, now)
    step = timedelta(minutes=INTERVAL_MINUTES[subject.interval])
    tickers = [_make_ticker(one, executed, hours.get(one.ticker, []), step) for one in found]
    return Report(subject, now, executed, tickers, series, axes.format_times(), expected)


def _list_expected(
    executed: Executed | None, subject: Subject, names: Sequence[str], now: datetime
) -> dict[str, list[datetime] | None]:
    """Return the start of each expected bar per ticker: by the hours that Yahoo told, or by the calendar's."""
    starts = list_expected_starts(names, subject.day, subject.interval, now)
    step = timedelta(minutes=INTERVAL_MINUTES[subject.interval])
    known = [name for name in names if starts[name] is not None]
    told = executed.list_told_starts(known, subject.day, subject.interval) if executed else {}
    return starts | {name: [start for start in own if start + step <= now] for name, own in told.items()}


def _list_planned(executed: Executed | None) -> list[str] | None:
    """Return the tickers of an execution, including those without a session."""
    if executed is None:
        return None
    if executed.plan is not None:
        return [*executed.plan["tickers"], *executed.plan["no_session"]]
    given = executed.execution_input.get("tickers")
    return [str(one) for one in given] if isinstance(given, list) else None


def _summarize_hour(hour: int, bars: Sequence[Bar]) -> Hour:
    high = max(bar.high for bar in bars)
    at_high = [bar for bar in bars if bar.high == high]
    volumes = [bar.volume for bar in bars if bar.volume is not None]
    return Hour(
        hour=hour,
        open=bars[0].open,
        high=high,
        high_at=at_high[0].at.isoformat(),
        minutes_at_high=len(at_high),
        low=min(bar.low for bar in bars),
        close=bars[-1].close,
        volume=sum(volumes) if volumes else None,
        bars=len(bars),
    )


def _make_series(axes: _Axes, bars: Sequence[Bar], expected: Sequence[datetime]) -> Series:
    by_time = {bar.at: bar for bar in bars}
    times = sorted({*expected, *by_time})
    rows = [by_time.get(at) for at in times]

    def read_column(name: str) -> list[float | None]:
        return [getattr(bar, name) if bar else None for bar in rows]

    return Series(axes.place(times), *(read_column(name) for name in ("open", "high", "low", "close", "volume")))


def _measure_sessions(
    lake: BarReader,
    executed: Executed | None,
    subject: Subject,
    expected: Mapping[str, Sequence[datetime] | None],
    delivered: Mapping[str, Sequence[datetime]],
    now: datetime,
) -> list[Completeness]:
    """Compare each ticker's session with its expected bars. ``delivered`` are the date's bars in the lake.

    If a session begins on the evening before, or the execution has more dates, their bars are read from the lake too.
    """
    days = {subject.day, *(list_dates(executed) if executed else [])}
    days |= {at.date() for starts in expected.values() if starts for at in starts[:1]}
    if len(days) > 1:
        delivered = parse_starts(lake.read_starts(subject.interval, min(days), max(days) + ONE_DAY))
    step = timedelta(minutes=INTERVAL_MINUTES[subject.interval])
    found = []
    for name, starts in expected.items():
        collected = executed.find_collected(name) if executed else None
        found.append(measure_completeness(name, subject.day, starts, delivered.get(name, []), step, collected, now))
    return found


def _make_ticker(one: Completeness, executed: Executed | None, hours: Sequence[Hour], step: timedelta) -> Ticker:
    # For several dates, an execution has only the sum.
    of_the_day = executed is not None and len(list_dates(executed)) == 1
    counted = (executed.counts or {}).get(one.ticker) if executed and of_the_day else None
    unexpected = [format_run(run) for run in split_runs(one.unexpected, step)]
    return Ticker(one.ticker, one.expected, counted, one.delivered, one.lost, one.to_dict()["gaps"], hours, unexpected)


def measure_seconds(step: Step | Executed) -> float | None:
    """Return the seconds of a state or an execution, or None while it runs."""
    begun, over = (step.entered, step.left) if isinstance(step, Step) else (step.started, step.stopped)
    return (over - begun).total_seconds() if over else None

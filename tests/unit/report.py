"""Reports for tests, collected from a lake in memory and an execution that is made up here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.client.report.data import Report, Subject, collect
from finance_stream.client.report.execution import Executed, Step
from finance_stream.client.report.lake import BARS, BarReader
from finance_stream.exchanges import find_calendar_name
from finance_stream.sessions import list_bar_starts

DAY = date(2026, 11, 24)
LATER = datetime(2026, 12, 1, tzinfo=UTC)
BEGAN = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)

Row = Mapping[str, Any]


def rows(name: str, interval: str = "1m", *, without: Sequence[int] = (), bare: bool = False) -> list[Row]:
    """Return a session's bars except the numbers in ``without``. ``bare`` bars have no open, close and volume."""
    starts = list_bar_starts(find_calendar_name(name), DAY, interval, LATER)
    found = []
    for number, at in enumerate(starts):
        middle = 100 + number % 7
        known = {"open": "", "close": "", "volume": ""} if bare else {"open": 99.5, "close": 100.25, "volume": 10}
        found.append({"name": name, "ts": at.isoformat(), "high": middle + 0.5, "low": 98.5, **known})
    return [row for number, row in enumerate(found) if number not in without]


class FakeAthena:
    """Athena and S3 in one. It answers a query with an object of CSV."""

    def __init__(self, bars: Sequence[Row]) -> None:
        self._bars = bars

    def read_rows(self, statement: str, parameters: Sequence[str]) -> Iterator[dict[str, str]]:
        interval, day, *_ = (value.strip("'") for value in parameters)
        assert interval in INTERVAL_MINUTES
        of_day = [row for row in self._bars if row["ts"].startswith(day)]
        found = sorted(of_day, key=lambda row: (row["name"], row["ts"])) if statement == BARS else self._gaps()
        return ({name: str(value) for name, value in row.items()} for row in found)

    def _gaps(self) -> list[Row]:
        starts: dict[tuple[str, str], list[str]] = {}
        for row in self._bars:
            starts.setdefault((row["name"], row["ts"][:10]), []).append(row["ts"][11:])
        return [{"ticker": name, "session": day, "starts": " ".join(own)} for (name, day), own in starts.items()]


def executed(tickers: Sequence[str], counts: Mapping[str, int] | None = None, **changes: Any) -> Executed:
    """Return an execution of DAY, with ``changes`` to its fields."""
    plan: dict[str, Any] = {
        "tickers": list(tickers),
        "no_session": [],
        "start": DAY.isoformat(),
        "end": (DAY + timedelta(days=1)).isoformat(),
        "since": None,
        "interval": "1m",
        "sessions": [{"exchange": "XNYS", "date": DAY.isoformat()}],
    }
    told: dict[str, Any] = {
        "id": "my-first",
        "status": "SUCCEEDED",
        "started": BEGAN,
        "stopped": BEGAN + timedelta(seconds=100),
        "execution_input": {"tickers": list(tickers), "start": DAY.isoformat()},
        "output": {
            "status": "answered",
            "tickers": {"failed": [], "failed_others": []},
            "cost": {"dollars": 0.0004, "by_service": {"Lambda": 0.0003, "S3": 0.0001}, "estimated_at": "us-east-1"},
        },
        "error": None,
        "cause": None,
        "steps": [Step("Plan", "Task", BEGAN, BEGAN + timedelta(seconds=5), 1)],
        "plan": plan,
        "counts": counts,
    }
    return Executed(**(told | changes))


def report(
    bars: Sequence[Row],
    of: Executed | None = None,
    *,
    tickers: Sequence[str] | None = None,
    interval: str = "1m",
    source: str = "Yahoo Finance",
) -> Report:
    athena: Any = FakeAthena(bars)
    asked = Subject(DAY, interval, tickers, "finance-stream-dev", source, "SYNTHETIC" in source)
    return collect(BarReader(athena), of, asked, LATER)

"""A chaos case: a session, its tickers and the faults to inject. A case is drawn from a seed or read from a file."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field

from embedded_cloud.refusals import DENIED
from finance_stream.errors import MAX_REASON_CHARACTERS, make_printable
from finance_stream.exchanges import find_calendar_name
from local.faults.plan import (
    CALLS,
    CHART,
    DELIVERY,
    FUNCTION,
    NO_ANSWER,
    PUT,
    FaultPlan,
    PlanError,
    Rule,
)
from local.yahoo.exchange import EXCHANGES, NEW_YORK
from local.yahoo.replay import Replay
from local.yahoo.synthetic import make_synthetic_sessions

# These years have half days, Tokyo's longer hours, and clock changes on different dates on three continents. They are
# few, because an exchange's calendar is made per year, and that takes longer than the rest of a case.
YEARS = (2013, 2018, 2021, 2024)
NEW_YORK_TICKERS = ("META", "NFLX", "AAPL", "BRK-B")
OTHER_TICKERS = ("VOD.L", "7203.T", "RELIANCE.NS", "BHP.AX", "0700.HK", "SAP.DE")
MAX_TICKERS = 4
MAX_FAULTS = 3
CHANCE_OF_TWO_EXECUTIONS = 0.25  # a schedule that fires twice, a user who starts twice
# How often a fault is injected. None: until the end of the executions. Yahoo's client asks twice by itself.
TIMES = (1, 1, 2, 3, None)
# This fault takes ten real seconds, the client's own timeout. It is injected only once.
ONCE = {NO_ANSWER}
# This fault takes sixty real seconds for the same reason. tests/local/yahoo tests it.
LEFT_OUT = {"slow"}
# These calls happen a second time only after another fault.
_CALLED_ONCE = {CHART, FUNCTION, DELIVERY, "athena:StartQueryExecution"}
# Nothing is written under a failure prefix until another fault has made records fail.
_PREREQUISITES = {
    "dead-letter/*": Rule(call=PUT, times=None, fault=DENIED),
    "processing-failed/*": Rule(call=FUNCTION, of="transformer", times=None, fault="crash"),
}


class Case(FaultPlan):
    """A fault plan and its session: ``executions`` that run at once and collect ``tickers`` on ``date``."""

    number: int = 1
    date: dt.date = Field(strict=False)
    tickers: tuple[str, ...] = Field(min_length=1)
    executions: Literal[1, 2] = 1

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the case in a file.

        Raises
        ------
        PlanError
            If the file isn't a case, or its tickers have no session on its date.
        """
        case = super().read(path)
        try:
            case.make_replay()
        except ValueError as error:
            raise PlanError(make_printable(f"{path}: {error}", MAX_REASON_CHARACTERS)) from error
        return case

    def make_replay(self) -> Replay:
        """Return the session as Yahoo sends it without faults.

        Raises
        ------
        ValueError
            If a ticker has no synthetic exchange, or no session on the date.
        """
        exchanges = {exchange.calendar: exchange for exchange in EXCHANGES}
        calendars = {ticker: find_calendar_name(ticker) for ticker in self.tickers}
        if unknown := [ticker for ticker, calendar in calendars.items() if calendar not in exchanges]:
            raise ValueError(f"tickers: there is no synthetic session for {', '.join(unknown)}")
        traded = {ticker: exchanges[calendar] for ticker, calendar in calendars.items()}
        return make_synthetic_sessions(traded, self.date, self.date, seed=self.seed)

    def to_json(self) -> str:
        """Return the case as JSON that :meth:`read` reads."""
        return self.model_dump_json(indent=2) + "\n"


def draw_case(seed: int, number: int) -> Case:
    """Return the ``number``-th case of a seed. It is always the same, and no two cases of a seed share a date."""
    chance = random.Random(f"{seed} {number}")  # noqa: S311 - no secret
    tickers = (
        *chance.sample(NEW_YORK_TICKERS, chance.randint(1, 2)),
        *chance.sample(OTHER_TICKERS, chance.randint(0, MAX_TICKERS - 2)),
    )
    faults = [_draw_rule(chance, tickers) for _ in range(chance.randint(1, MAX_FAULTS))]
    faults += [_PREREQUISITES[rule.of] for rule in faults if rule.of in _PREREQUISITES]
    return Case(
        seed=seed,
        number=number,
        date=_shuffle_dates(seed)[number - 1],
        tickers=tickers,
        executions=2 if chance.random() < CHANCE_OF_TWO_EXECUTIONS else 1,
        faults=tuple(faults),
    )


@cache
def _shuffle_dates(seed: int) -> Sequence[dt.date]:
    dates = [
        session.date for year in YEARS for session in NEW_YORK.list_sessions(dt.date(year, 1, 1), dt.date(year, 12, 31))
    ]
    random.Random(seed).shuffle(dates)  # noqa: S311 - no secret
    return dates


def _draw_rule(chance: random.Random, tickers: Sequence[str]) -> Rule:
    call, of = chance.choice(_SUBJECTS)(chance, tickers)
    fault = chance.choice([fault for fault in CALLS[call] if fault not in LEFT_OUT])
    times = 1 if fault in ONCE else chance.choice(TIMES)
    occurrence = 1 if call in _CALLED_ONCE else chance.choice((1, 1, 2))
    return Rule(call=call, of=of, occurrence=occurrence, times=times, fault=fault)


Subject = Callable[[random.Random, Sequence[str]], tuple[str, str]]


def _choose_ticker(call: str, prefix: str = "") -> Subject:
    return lambda chance, tickers: (call, prefix + chance.choice(tickers))


def _choose_pattern(call: str, *patterns: str) -> Subject:
    return lambda chance, _: (call, chance.choice(patterns))


# Yahoo and PutRecordBatch stand twice, because their faults are the most frequent in production too.
_SUBJECTS: tuple[Subject, ...] = (
    *[_choose_ticker(CHART)] * 2,
    *[_choose_ticker(PUT)] * 2,
    _choose_pattern(DELIVERY, "*"),
    _choose_pattern(FUNCTION, "transformer", "planner", "checker"),
    _choose_ticker(FUNCTION, "collector "),
    _choose_pattern("s3:PutObject", "bars/*", "dead-letter/*", "processing-failed/*", "athena-results/*"),
    _choose_pattern("s3:GetObject", "bars/*", "athena-results/*"),
    _choose_pattern("athena:StartQueryExecution", "*"),
    _choose_pattern("lambda:InvokeFunction", "*-collector*", "*-transformer*"),
)

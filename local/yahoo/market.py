"""A synthetic market that answers for any ticker and any date."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from embedded_cloud import clock
from finance_stream.exchanges import DEFAULT_CALENDAR, UNKNOWN_CALENDAR, find_calendar_name
from finance_stream.renames import describe_rename
from local.yahoo.exchange import find_exchange
from local.yahoo.replay import Instrument, Replay, join
from local.yahoo.synthetic import DEFAULT_SEED, make_synthetic_sessions

# A request also gets the newest sessions, of this many days: as many as one request for 1-minute bars may span.
NEWEST_DAYS = 8
# The longest time that a request reaches back before its end: as long as Yahoo keeps bars of an hour.
MAX_DAYS = 730
# A share of New York: up to five letters, with a class or a series after a dash. A longer word is not a ticker there.
_NEW_YORK = re.compile(r"[A-Z]{1,5}(-[A-Z]{1,2})?")
_OTHERS = re.compile(r"\^[A-Z0-9.-]{1,12}|[A-Z]{3}([A-Z]{3})?=X|[A-Z0-9]{1,5}=F|[A-Z0-9&-]{1,14}(\.[A-Z]{1,3})?")


def can_be_ticker(symbol: str) -> bool:
    """Return whether Yahoo may know a symbol, by its form: its exchange is known, and it has no other ticker today."""
    try:
        calendar = find_calendar_name(symbol)
    except ValueError:  # a suffix that no exchange has
        return False
    if calendar == UNKNOWN_CALENDAR or describe_rename(symbol):
        return False
    form = _NEW_YORK if calendar == DEFAULT_CALENDAR and not symbol.startswith("^") else _OTHERS
    return form.fullmatch(symbol) is not None


@dataclass(frozen=True, eq=False)
class SyntheticMarket(Replay):
    """Synthetic bars of any ticker and any date. ``instruments`` are those of the start. ``clock`` is the present."""

    seed: int = DEFAULT_SEED
    clock: Callable[[], dt.datetime] = field(default=clock.now)

    @property
    def now(self) -> pd.Timestamp:
        """The present. No bar is later."""
        return pd.Timestamp(self.clock()).tz_convert("UTC")

    def knows(self, symbol: str) -> bool:
        return symbol in self.instruments or can_be_ticker(symbol)

    def find_instrument(self, symbol: str, start: pd.Timestamp, end: pd.Timestamp) -> Instrument | None:
        """Return the bars of a symbol from ``start`` until ``end``, and of the newest sessions.

        A symbol without any such session is one that Yahoo doesn't know.
        """
        if not self.knows(symbol):
            return None
        exchange, now = find_exchange(symbol), self.now
        today = now.tz_convert(exchange.zone).date()
        recent = today - dt.timedelta(days=NEWEST_DAYS)
        last = min(end, now).tz_convert(exchange.zone).date()
        first = max(start.tz_convert(exchange.zone).date(), last - dt.timedelta(days=MAX_DAYS))
        spans = [(min(first, recent), today)] if last >= recent else [(first, last), (recent, today)]
        found: Instrument | None = None
        for begin, final in spans:
            with contextlib.suppress(ValueError):  # no session
                made = make_synthetic_sessions({symbol: exchange}, begin, final, seed=self.seed, until=now)
                found = made.instruments[symbol] if found is None else join(found, made.instruments[symbol])
        return found

"""The sessions of a report's date, in words: half days, holidays, time zones, and the nearest sessions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from finance_stream.exchanges import find_exchange_name
from finance_stream.hours import find_zone
from finance_stream.sessions import UnknownSessionsError, find_closure, list_early_closes


def list_exchanges(tickers: Iterable[str]) -> list[str]:
    """Return the exchange of each ticker, each once, in the order of the tickers."""
    return list(dict.fromkeys(map(find_exchange_name, tickers)))


def describe_sessions(day: date, tickers: Iterable[str]) -> Iterator[str]:
    """Yield a sentence per exchange that was closed on the date or closed early, with the holiday's name."""
    for exchange in list_exchanges(tickers):
        try:
            closure, early = find_closure(exchange, day), list_early_closes(exchange, [day])
        except UnknownSessionsError:
            continue
        if closure:
            yield f"No session in {closure.city}: {closure.reason}."
        for close in early:
            yield f"Half day in {close.city}{f' ({close.name})' if close.name else ''}: closed at {close.at:%H:%M}."


def describe_zones(day: date, tickers: Iterable[str]) -> str:
    """Return a sentence that names the zones of the tickers' times, with their offsets on the date."""
    noon = datetime.combine(day, time(12))
    zones = dict.fromkeys(filter(None, map(find_zone, list_exchanges(tickers))))
    named = [
        f"{zone.key.rpartition('/')[2].replace('_', ' ')} (UTC{noon.replace(tzinfo=zone).isoformat()[-6:]})"
        for zone in zones
    ]
    if not named:
        return "Times are in each exchange's time zone."
    return f"Times are those of {' and '.join(filter(None, (', '.join(named[:-1]), named[-1])))}, unless marked UTC."


def explain_closure(day: date, tickers: Iterable[str], today: date) -> str | None:
    """Return a line that names the nearest sessions, or None unless all exchanges are known to be closed.

    It names no session after ``today``.
    """
    try:
        closures = [find_closure(exchange, day) for exchange in list_exchanges(tickers)]
    except UnknownSessionsError:
        return None
    found = [closure for closure in closures if closure is not None]
    if not found or len(found) < len(closures):
        return None
    why = " and ".join(dict.fromkeys(f"{one.city} has no session ({one.reason})" for one in found))
    nearest = sorted({near for one in found for near in one.nearest if near <= today})
    named = " and ".join(near.isoformat() for near in nearest)
    are = "sessions are" if len(nearest) > 1 else "session is"
    return f"date: no bar of {day}, since {why}" + (f": the nearest {are} {named}" if named else "")

"""The calendars of exchange_calendars that tickers use."""

from __future__ import annotations

from finance_stream import exchanges

CALENDARS_IN_USE = {
    *exchanges._CALENDAR_BY_SUFFIX.values(),
    *exchanges._INDICES_BY_CALENDAR,
    exchanges.DEFAULT_CALENDAR,
    exchanges.CRYPTO_CALENDAR,
    exchanges.CURRENCY_CALENDAR,
    exchanges.FUTURES_CALENDAR,
}

"""Prices for people: every digit that a price has, without the digits that Yahoo's float32 adds."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import numpy as np

from finance_stream.exchanges import CRYPTO_CALENDAR, CURRENCY_CALENDAR, FUTURES_CALENDAR, find_exchange_name

# A price with more decimals is often a float32, as Yahoo's chart API gives most prices.
QUOTED_DECIMALS = 4
# The decimals of the smallest tick where an exchange's ticks depend on more than the price.
DECIMALS_BY_CALENDAR = {CRYPTO_CALENDAR: 8, CURRENCY_CALENDAR: 5, FUTURES_CALENDAR: 6}
# Regulation NMS, rule 612: a cent from a dollar up, a hundredth of a cent below.
# https://www.law.cornell.edu/cfr/text/17/242.612
SHARE_DECIMALS, PENNY_SHARE_DECIMALS = 2, 4


def count_decimals(ticker: str, prices: Iterable[float]) -> int:
    """Return the decimals that show each of a ticker's prices whole, at most those of its exchange's tick."""
    of_exchange = DECIMALS_BY_CALENDAR.get(find_exchange_name(ticker))
    return max(
        (min(_count_own_decimals(price), of_exchange or _find_share_decimals(price)) for price in prices), default=0
    )


def format_price(price: float, decimals: int) -> str:
    """Return a price with thousands separators and ``decimals`` decimals."""
    return f"{price:,.{decimals}f}"


def _count_own_decimals(price: float) -> int:
    exact, single = _count_places(price), np.float32(price)
    return exact if exact <= QUOTED_DECIMALS or float(single) != price else _count_places(single)


def _count_places(price: float | np.float32) -> int:
    """Return the decimals of the shortest text that reads as this number."""
    exponent = Decimal(str(price)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _find_share_decimals(price: float) -> int:
    return SHARE_DECIMALS if abs(price) >= 1 else PENNY_SHARE_DECIMALS

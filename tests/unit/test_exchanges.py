"""The exchange of a ticker."""

from __future__ import annotations

import pytest
from exchange_calendars import get_calendar_names

from finance_stream import exchanges
from finance_stream.exchanges import UNKNOWN_CALENDAR, find_calendar_name


@pytest.mark.parametrize(
    ("ticker", "calendar"),
    [
        ("META", "XNYS"),
        ("BRK-B", "XNYS"),
        ("BAC-PL", "XNYS"),
        ("^GSPC", "XNYS"),
        ("^NSEI", "XBOM"),
        ("^BSESN", "XBOM"),
        ("^TWII", "XTAI"),
        ("^AXJO", "XASX"),
        ("^BVSP", "BVMF"),
        ("^STOXX50E", "XETR"),
        ("BTC-USD", "24/7"),
        ("BTC-INR", "24/7"),
        ("ETH-BTC", "24/7"),
        ("EURUSD=X", "24/5"),
        ("ES=F", "CMES"),
        ("7203.T", "XTKS"),
        ("000001.SS", "XSHG"),
        ("^WEIRD", UNKNOWN_CALENDAR),
        ("IMOEX.ME", UNKNOWN_CALENDAR),
        ("DX-Y.NYB", UNKNOWN_CALENDAR),
    ],
)
def test_find_calendar_name_goes_by_the_ticker_alone(ticker: str, calendar: str) -> None:
    assert find_calendar_name(ticker) == calendar


def test_find_calendar_name_rejects_a_share_class_with_a_dot() -> None:
    with pytest.raises(ValueError, match="no exchange has the suffix 'B' \\(a share class takes a dash: BRK-B\\)"):
        find_calendar_name("BRK.B")


def test_tables_name_calendars_that_exist() -> None:
    names = {*exchanges._CALENDAR_BY_SUFFIX.values(), *exchanges._INDICES_BY_CALENDAR, exchanges.DEFAULT_CALENDAR}
    names |= {exchanges.CRYPTO_CALENDAR, exchanges.CURRENCY_CALENDAR, exchanges.FUTURES_CALENDAR}
    assert names <= set(get_calendar_names())

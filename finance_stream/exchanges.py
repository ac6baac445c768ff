"""The exchange of a ticker, by its Yahoo symbol."""

from __future__ import annotations

import re

# Calendar names of exchange_calendars (mostly ISO 10383 MICs) by Yahoo's suffix:
# https://help.yahoo.com/kb/SLN2310.html (exchanges and data providers on Yahoo Finance)
_CALENDAR_BY_SUFFIX = {
    "AS": "XAMS", "AX": "XASX", "BA": "XBUE", "BD": "XBUD", "BK": "XBKK", "BO": "XBOM", "BR": "XBRU",
    "CO": "XCSE", "DE": "XETR", "F": "XFRA", "HE": "XHEL", "HK": "XHKG", "IR": "XDUB", "IS": "XIST", "JK": "XIDX",
    "JO": "XJSE", "KL": "XKLS", "KQ": "XKRX", "KS": "XKRX", "L": "XLON", "LS": "XLIS", "MC": "XMAD", "MI": "XMIL",
    "MX": "XMEX", "NS": "XBOM", "NZ": "XNZE", "OL": "XOSL", "PA": "XPAR", "PR": "XPRA", "SA": "BVMF", "SI": "XSES",
    "SN": "XSGO", "SR": "XSAU", "SS": "XSHG", "ST": "XSTO", "SW": "XSWX", "SZ": "XSHG", "T": "XTKS", "TA": "XTAE",
    "TO": "XTSE", "TW": "XTAI", "TWO": "XTAI", "V": "XTSE", "VI": "XWBO", "WA": "XWAR",
}  # fmt: skip
# The stock exchange whose sessions an index follows: https://finance.yahoo.com/world-indices
_INDICES_BY_CALENDAR = {
    "XNYS": "^GSPC ^DJI ^DJT ^DJU ^IXIC ^NDX ^RUT ^RUA ^RUI ^NYA ^XAX ^OEX ^MID ^SP600 ^W5000 ^SOX ^XNDX",
    "XTSE": "^GSPTSE", "BVMF": "^BVSP", "XMEX": "^MXX", "XBUE": "^MERV", "XSGO": "^IPSA",
    "XLON": "^FTSE ^FTMC ^FTAS ^FTLC ^FTSC", "XETR": "^GDAXI ^MDAXI ^SDAXI ^TECDAX ^STOXX50E ^STOXX",
    "XPAR": "^FCHI ^SBF120 ^N100", "XAMS": "^AEX ^AMX", "XBRU": "^BFX", "XMAD": "^IBEX", "XSWX": "^SSMI",
    "XWBO": "^ATX", "XSTO": "^OMX ^OMXS30", "XCSE": "^OMXC25", "XHEL": "^OMXH25", "XOSL": "^OSEAX",
    "XTKS": "^N225 ^N300 ^TOPX", "XHKG": "^HSI ^HSCE ^HSTECH", "XSHG": "^SSEC", "XKRX": "^KS11 ^KS200 ^KQ11",
    "XTAI": "^TWII ^TWOII", "XBOM": "^BSESN ^NSEI ^NSEBANK ^NSMIDCP ^CNXIT ^CRSLDX", "XSES": "^STI",
    "XASX": "^AXJO ^AORD ^AXKO", "XNZE": "^NZ50", "XIDX": "^JKSE", "XKLS": "^KLSE",
}  # fmt: skip
_CALENDAR_BY_INDEX = {index: name for name, indices in _INDICES_BY_CALENDAR.items() for index in indices.split()}
# A pair's second half: https://finance.yahoo.com/markets/crypto/all. A share class or a preferred share has one or two
# letters after its dash (BRK-B, BAC-PL).
_CRYPTO_PAIR = re.compile(
    r"[A-Z0-9]+-(USD[TC]?|EUR|GBP|JPY|INR|CAD|AUD|NZD|CHF|CNY|HKD|SGD|KRW|TWD|THB|IDR|PHP|BRL|MXN|ZAR|SEK|NOK|DKK|PLN|TRY|RUB"
    r"|BTC|ETH|BNB|DAI)"
)
DEFAULT_CALENDAR = "XNYS"  # tickers without a suffix trade in New York
UNKNOWN_CALENDAR = "unknown"
CRYPTO_CALENDAR = "24/7"
CURRENCY_CALENDAR = "24/5"
FUTURES_CALENDAR = "CMES"


def find_calendar_name(ticker: str) -> str:
    """Return the name of a ticker's calendar in exchange_calendars, or :data:`UNKNOWN_CALENDAR`.

    The ticker is in upper case.

    Raises
    ------
    ValueError
        When the suffix is one letter of no exchange: then it is a share class, which Yahoo writes with a dash.
    """
    if ticker in _CALENDAR_BY_INDEX:
        return _CALENDAR_BY_INDEX[ticker]
    if ticker.endswith("=X"):
        return CURRENCY_CALENDAR
    if ticker.endswith("=F"):
        return FUTURES_CALENDAR
    if _CRYPTO_PAIR.fullmatch(ticker):
        return CRYPTO_CALENDAR
    _, dot, suffix = ticker.rpartition(".")
    if dot and len(suffix) == 1 and suffix not in _CALENDAR_BY_SUFFIX:
        raise ValueError(f"no exchange has the suffix {suffix!r} (a share class takes a dash: BRK-B)")
    if dot:
        return _CALENDAR_BY_SUFFIX.get(suffix, UNKNOWN_CALENDAR)
    return UNKNOWN_CALENDAR if ticker.startswith("^") else DEFAULT_CALENDAR


def find_exchange_name(ticker: str) -> str:
    """Return the name under which tables group a ticker: its calendar's, or ``other``."""
    try:
        name = find_calendar_name(ticker)
    except ValueError:  # a share class with a dot
        return "other"
    return "other" if name == UNKNOWN_CALENDAR else name

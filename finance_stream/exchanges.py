"""The exchange of a ticker, by the suffix of its Yahoo symbol."""

from __future__ import annotations

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
_CALENDAR_BY_INDEX = {"^FTSE": "XLON", "^GDAXI": "XETR", "^FCHI": "XPAR", "^N225": "XTKS", "^HSI": "XHKG"}
DEFAULT_CALENDAR = "XNYS"  # tickers without a suffix trade in New York
CRYPTO_CALENDAR = "24/7"
CURRENCY_CALENDAR = "24/5"
FUTURES_CALENDAR = "CMES"


def find_calendar_name(ticker: str) -> str:
    """Return the name of a ticker's calendar in exchange_calendars. The ticker is in upper case.

    Raises
    ------
    ValueError
        When no exchange with a known calendar has the ticker's suffix.
    """
    if ticker in _CALENDAR_BY_INDEX:
        return _CALENDAR_BY_INDEX[ticker]
    if ticker.endswith("=X"):
        return CURRENCY_CALENDAR
    if ticker.endswith("=F"):
        return FUTURES_CALENDAR
    if ticker.endswith(("-USD", "-EUR", "-GBP", "-USDT")):
        return CRYPTO_CALENDAR
    _, dot, suffix = ticker.rpartition(".")
    if dot and suffix not in _CALENDAR_BY_SUFFIX:
        raise ValueError(f"the exchange of suffix {suffix!r} is not known (a share class takes a dash: BRK-B)")
    return _CALENDAR_BY_SUFFIX[suffix] if dot else DEFAULT_CALENDAR


def find_exchange_name(ticker: str) -> str:
    """Return the name under which tables group a ticker: its calendar's, or ``other``."""
    try:
        return find_calendar_name(ticker)
    except ValueError:  # a suffix of no known exchange
        return "other"

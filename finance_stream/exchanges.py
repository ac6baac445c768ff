"""Which exchange a Yahoo symbol trades on, by its name alone."""

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
DEFAULT_CALENDAR = "XNYS"  # symbols without a suffix trade in New York
CRYPTO_CALENDAR = "24/7"
CURRENCY_CALENDAR = "24/5"
FUTURES_CALENDAR = "CMES"


def calendar_name(ticker: str) -> str:
    """Name of the exchange_calendars calendar of a Yahoo symbol (upper case).

    Raises
    ------
    ValueError
        When the symbol's suffix is of no exchange whose calendar is known.
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


def exchange_name(ticker: str) -> str:
    """Return the name under which tables group a ticker: its calendar's, or ``other``."""
    try:
        return calendar_name(ticker)
    except ValueError:  # a suffix of no known exchange
        return "other"

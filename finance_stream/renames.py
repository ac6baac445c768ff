"""Tickers that companies gave up for another one. Yahoo doesn't know the old ones, or another security has them now."""

from __future__ import annotations

from datetime import date

# The new ticker and its first session. A merger into another company isn't a rename. Sources: the companies' own news.
_RENAMES = {
    "ABC": ("COR", date(2023, 8, 30)),  # AmerisourceBergen, now Cencora
    "ANTM": ("ELV", date(2022, 6, 28)),  # Anthem, now Elevance Health
    "BLL": ("BALL", date(2022, 5, 10)),  # Ball
    "FB": ("META", date(2022, 6, 9)),  # Facebook, now Meta Platforms
    "FLT": ("CPAY", date(2024, 3, 25)),  # Fleetcor, now Corpay
    "GPS": ("GAP", date(2024, 8, 22)),  # Gap
    "NLOK": ("GEN", date(2022, 11, 8)),  # NortonLifeLock, now Gen Digital
    "PCLN": ("BKNG", date(2018, 2, 27)),  # Priceline, now Booking
    "PKI": ("RVTY", date(2023, 5, 16)),  # PerkinElmer, now Revvity
    "SNE": ("SONY", date(2021, 4, 1)),  # Sony
    "SQ": ("XYZ", date(2025, 1, 21)),  # Square, now Block
    "UTX": ("RTX", date(2020, 4, 3)),  # United Technologies, now RTX
}


def describe_rename(ticker: str) -> str | None:
    """Return a sentence about a renamed ticker's new one, or None.

    Call it only after Yahoo didn't know the ticker: another security may have it by now.
    """
    if ticker not in _RENAMES:
        return None
    new, first = _RENAMES[ticker]
    return f"{ticker} has traded as {new} since {first}"

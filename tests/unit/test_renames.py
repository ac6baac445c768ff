"""The new tickers of renamed ones."""

from __future__ import annotations

import pytest

from finance_stream.renames import describe_rename


@pytest.mark.parametrize(
    ("ticker", "said"),
    [
        ("FB", "FB has traded as META since 2022-06-09"),
        ("SQ", "SQ has traded as XYZ since 2025-01-21"),
        ("META", None),
        ("TWTR", None),  # delisted, not renamed
    ],
)
def test_describe_rename_names_the_new_ticker(ticker: str, said: str | None) -> None:
    assert describe_rename(ticker) == said

"""Prices in the format for readers."""

from __future__ import annotations

import numpy as np
import pytest

from finance_stream.client.price import count_decimals, format_price


@pytest.mark.parametrize(
    ("ticker", "prices", "shown"),
    [
        ("META", [362.5, 360.15], ["362.50", "360.15"]),
        ("META", [float(np.float32(202.83)), 201.591], ["202.83", "201.59"]),  # a cent is the tick
        ("BRK-A", [1_415_123.25], ["1,415,123.25"]),  # too large for a float32 with cents
        ("SNDL", [0.6785], ["0.6785"]),
        ("7203.T", [1415.0, 1420.0], ["1,415", "1,420"]),
        ("EURUSD=X", [float(np.float32(1.08534))], ["1.08534"]),
        ("BTC-USD", [float(np.float32(86011.72)), 86012.0], ["86,011.72", "86,012.00"]),
        ("SHIB-USD", [0.00001234], ["0.00001234"]),
        ("ZN=F", [110.015625], ["110.015625"]),
        ("XYZ.UNKNOWN", [12.5], ["12.5"]),
        ("META", [], []),
    ],
)
def test_count_decimals_keeps_the_digits_of_a_price(ticker: str, prices: list[float], shown: list[str]) -> None:
    decimals = count_decimals(ticker, prices)
    assert [format_price(price, decimals) for price in prices] == shown

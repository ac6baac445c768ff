"""Variables of the embedded cloud for its clients, beside AWS's own: the origin of its bars, and its time factor."""

from __future__ import annotations

import os

from finance_stream.client.deployment import MARKET

SOURCE, TIME_FACTOR = "FINANCE_STREAM_SOURCE", "FINANCE_STREAM_TIME_FACTOR"
ENDPOINT = "AWS_ENDPOINT_URL"


def make_variables(source: str, time_factor: float) -> dict[str, str]:
    """Return the variables to export beside the endpoint."""
    return {SOURCE: source, TIME_FACTOR: f"{time_factor:g}"}


def read_source() -> str:
    """Return the origin of the bars: Yahoo, or the embedded cloud's source."""
    if endpoint := os.environ.get(ENDPOINT):
        return os.environ.get(SOURCE, f"from {endpoint}")
    return MARKET


def read_time_factor() -> float:
    """Return how many times as fast as on AWS waits are."""
    return float(os.environ.get(TIME_FACTOR, 1)) if os.environ.get(ENDPOINT) else 1.0

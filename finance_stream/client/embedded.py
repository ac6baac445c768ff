"""What the embedded cloud tells its clients beside AWS's variables: where its bars are from, how fast waits pass."""

from __future__ import annotations

import os

from finance_stream.client.deployment import MARKET

SOURCE, TIME_FACTOR = "FINANCE_STREAM_SOURCE", "FINANCE_STREAM_TIME_FACTOR"
ENDPOINT = "AWS_ENDPOINT_URL"


def make_variables(source: str, time_factor: float) -> dict[str, str]:
    """To be exported beside the endpoint's."""
    return {SOURCE: source, TIME_FACTOR: f"{time_factor:g}"}


def read_source() -> str:
    """Where the bars are from that commands show: on AWS, Yahoo."""
    if endpoint := os.environ.get(ENDPOINT):
        return os.environ.get(SOURCE, f"from {endpoint}")
    return MARKET


def read_time_factor() -> float:
    """How many times as fast waits pass: on AWS, once."""
    return float(os.environ.get(TIME_FACTOR, 1)) if os.environ.get(ENDPOINT) else 1.0

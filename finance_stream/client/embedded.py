"""Variables of the embedded cloud for its clients, beside AWS's own: the origin of its bars, and its date."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from finance_stream.client.deployment import MARKET

SOURCE, SECONDS_AHEAD = "FINANCE_STREAM_SOURCE", "FINANCE_STREAM_SECONDS_AHEAD"
ENDPOINT = "AWS_ENDPOINT_URL"


def make_variables(source: str, seconds_ahead: float) -> dict[str, str]:
    """Return the variables to export beside the endpoint."""
    return {SOURCE: source, SECONDS_AHEAD: f"{seconds_ahead:.3f}"}


def read_source() -> str:
    """Return the origin of the bars: Yahoo, or the embedded cloud's source."""
    if endpoint := os.environ.get(ENDPOINT):
        return os.environ.get(SOURCE, f"from {endpoint}")
    return MARKET


def read_seconds_ahead() -> float:
    """Return the seconds that the cloud's date is ahead of this computer's."""
    return float(os.environ.get(SECONDS_AHEAD, 0)) if os.environ.get(ENDPOINT) else 0.0


def read_date() -> datetime:
    """Return the date of AWS, or of the embedded cloud, in UTC."""
    return datetime.now(UTC) + timedelta(seconds=read_seconds_ahead())

"""The environment of the unit tests, which can't open a socket."""

from __future__ import annotations

import os

import pandas as pd
import pytest
import pytest_socket
from exchange_calendars.exchange_calendar_xbom import XBOMExchangeCalendar
from hypothesis import settings

# The functions read these variables when they are imported.
os.environ.setdefault("API_ENDPOINT", "https://example.execute-api.us-east-1.amazonaws.com")
os.environ.setdefault("DEAD_LETTER_BUCKET", "finance-stream-test-lake")
os.environ.setdefault("TICKERS_AT_ONCE", "4")
os.environ.setdefault("DEFAULT_TICKERS", "META,NFLX")
os.environ.setdefault("FIRST_DATE", "2024-01-01")
os.environ.setdefault("DELIVERY_STREAM", "finance-stream-test-bars")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "finance-stream-test")
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "finance-stream")
os.environ.setdefault("STATE_MACHINE_ARN", "arn:aws:states:us-east-1:123456789012:stateMachine:finance-stream-test")

# No deadline per example, because its duration depends on the machine.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def no_network() -> None:
    pytest_socket.disable_socket()


@pytest.fixture
def mumbai_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Mumbai's calendar end on 2026-12-31, however far the installed release reaches."""
    monkeypatch.setattr(XBOMExchangeCalendar, "bound_max", classmethod(lambda _: pd.Timestamp("2026-12-31")))

"""Where the project lies, which test modules go first, and that Ctrl-C can be tested."""

from __future__ import annotations

from local.environment import clean_environment

clean_environment()  # before the imports below, some of which read it

import signal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
pytest_plugins = ["tests.durations"]


def pytest_configure() -> None:
    """Of ``npm test &`` a shell has SIGINT ignored, as would be what tests start, to which they send it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)

"""The project's folder, the order of the test modules, and a SIGINT that tests can send."""

from __future__ import annotations

from local.environment import clean_environment

clean_environment()  # before the imports below, because some of them read the environment

import signal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
pytest_plugins = ["tests.durations"]


def pytest_configure() -> None:
    """Restore Python's handler of SIGINT. A shell ignores it for ``npm test &``, and child processes inherit that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)

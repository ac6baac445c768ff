"""The project's folder, the order of the test modules, and a SIGINT that tests can send."""

from __future__ import annotations

from local.environment import clean_environment

clean_environment()  # before the imports below, because some of them read the environment

import functools
import signal
from pathlib import Path

import botocore.session

ROOT = Path(__file__).resolve().parent.parent
pytest_plugins = ["tests.durations", "tests.present"]


def pytest_configure() -> None:
    """Share botocore's loader between sessions, and restore Python's handler of SIGINT.

    A shell ignores SIGINT for ``npm test &``, and child processes inherit that.
    """
    # AWS's descriptions of its services, which each of boto3's sessions would parse again for 0.2 s.
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)

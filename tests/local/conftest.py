"""Fixtures of a running cloud, empty or with the stack deployed."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from deployment.package import package
from local.pipeline import Pipeline, running
from local.yahoo.server import YahooReplay
from tests.embedded_cloud.conftest import _running_cloud, cloud

__all__ = ["_running_cloud", "cloud"]


@pytest.fixture
def default_hangup() -> Iterator[None]:
    """Start programs with the default handler of SIGHUP. They would inherit that nohup ignores it.

    This process goes on ignoring it: a program inherits an ignored signal, but not a handler.
    """
    before = signal.getsignal(signal.SIGHUP)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="module")
def pipeline(yahoo: YahooReplay) -> Iterator[Pipeline]:
    """Deploy the stack. The module's own fixture ``yahoo`` is the Yahoo that it collects from."""
    with running(package()[0], yahoo.environment()) as running_pipeline:
        yield running_pipeline

"""A running embedded cloud for the tests of its services."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deployment.package import package
from embedded_cloud.cloud import EmbeddedCloud
from local.pipeline import Pipeline, running
from local.yahoo.server import YahooReplay

TIME_FACTOR = 100.0  # a minute's buffer is over in 0.6 s


@pytest.fixture
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(time_factor=TIME_FACTOR) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def pipeline(yahoo: YahooReplay) -> Iterator[Pipeline]:
    """The stack, deployed, for a module that says by a fixture of its own which Yahoo it asks."""
    with running(package()[0], yahoo.environment()) as running_pipeline:
        yield running_pipeline

"""A running embedded cloud for the tests of its services."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from embedded_cloud.cloud import EmbeddedCloud

TIME_FACTOR = 100.0  # a minute's buffer is over in 0.6 s


@pytest.fixture(scope="module")
def _running_cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(time_factor=TIME_FACTOR, preloaded=("boto3",)) as cloud:
        yield cloud


@pytest.fixture
def cloud(_running_cloud: EmbeddedCloud) -> EmbeddedCloud:
    """Return an empty cloud. A module's tests share its endpoint and clients."""
    _running_cloud.reset()
    return _running_cloud

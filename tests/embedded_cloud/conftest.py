"""A running embedded cloud for the tests of its services."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from embedded_cloud.cloud import EmbeddedCloud

TIME_FACTOR = 100.0  # a minute's buffer is over in 0.6 s


@pytest.fixture
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(time_factor=TIME_FACTOR, preloaded=("boto3",)) as cloud:
        yield cloud

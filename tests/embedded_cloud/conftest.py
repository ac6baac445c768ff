"""A running embedded cloud for the tests of its services."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from embedded_cloud.cloud import EmbeddedCloud


@pytest.fixture
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(preloaded=("boto3",)) as cloud:
        yield cloud

"""A cloud per test module, 1,000 times as fast as real time, and doubles for Lambda and Athena."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.stepfunctions.border import Border, Workflow, border_of, workflow_cloud


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with workflow_cloud() as cloud:
        yield cloud


@pytest.fixture(scope="module")
def workflow(cloud: EmbeddedCloud) -> Workflow:
    return Workflow(cloud)


@pytest.fixture
def border(cloud: EmbeddedCloud) -> Iterator[Border]:
    with border_of(cloud) as border:
        yield border

"""A cloud per test module, and doubles for Lambda and Athena."""

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


@pytest.fixture
def held(workflow: Workflow) -> Iterator[None]:
    """Keep the cloud from jumping while an execution waits."""
    with workflow.cloud.clock.held():
        yield

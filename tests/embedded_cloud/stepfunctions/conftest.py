"""A cloud for a module's state machines, in which a second is a millisecond, and doubles for what their tasks call."""

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

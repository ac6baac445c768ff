"""The installation of EventBridge Scheduler. The API is moto's own."""

from __future__ import annotations

from moto.scheduler import urls

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.scheduler import moto_patches
from embedded_cloud.scheduler.backend import Scheduler


def install(cloud: EmbeddedCloud) -> None:
    """Make moto check schedules as AWS does."""
    Scheduler.cloud = cloud
    moto_patches.SERVICE.apply(Scheduler, urls)

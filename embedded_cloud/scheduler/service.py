"""The installation of EventBridge Scheduler. The API is moto's own."""

from __future__ import annotations

from moto.scheduler import urls

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.scheduler import moto_patches
from embedded_cloud.scheduler.backend import Scheduler
from embedded_cloud.scheduler.timetable import Timetable


def install(cloud: EmbeddedCloud) -> None:
    """Make moto check schedules as AWS does, and fire them."""
    Scheduler.cloud = cloud
    Scheduler.timetable = timetable = Timetable(cloud)
    cloud.on_stop(timetable.stop)
    moto_patches.SERVICE.apply(Scheduler, urls)

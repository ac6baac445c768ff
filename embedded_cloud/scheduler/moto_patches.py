"""The attributes of moto that the embedded Scheduler replaces."""

from __future__ import annotations

from moto.scheduler.models import scheduler_backends

from embedded_cloud.moto_patch import ServicePatch

SERVICE = ServicePatch(scheduler_backends)

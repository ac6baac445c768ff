"""The attributes of moto that the embedded Athena replaces."""

from __future__ import annotations

from moto.athena.models import athena_backends

from embedded_cloud.moto_patch import ServicePatch

SERVICE = ServicePatch(athena_backends)

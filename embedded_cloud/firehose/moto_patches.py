"""The attributes of moto that the embedded Firehose replaces."""

from __future__ import annotations

from moto.firehose.models import firehose_backends

from embedded_cloud.moto_patch import ServicePatch

SERVICE = ServicePatch(firehose_backends)

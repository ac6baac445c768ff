"""The attributes of moto that the embedded Athena replaces."""

from __future__ import annotations

from moto.athena import models
from moto.athena.models import athena_backends

from embedded_cloud.moto_patch import Patch, ServicePatch

SERVICE = ServicePatch(athena_backends)
# The dates of workgroups and prepared statements.
DATETIME, TIME = Patch(models, "datetime"), Patch(models, "time")

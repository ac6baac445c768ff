"""The attributes of moto that are replaced for Lambda."""

from __future__ import annotations

from moto.awslambda import models
from moto.awslambda.models import lambda_backends

from embedded_cloud.moto_patch import Patch, ServicePatch

SERVICE = ServicePatch(lambda_backends)
# The dates of packages, and of events from streams.
DATETIME, TIME = Patch(models, "datetime"), Patch(models, "time")

"""The attributes of moto that are replaced for Lambda."""

from __future__ import annotations

from moto.awslambda.models import lambda_backends

from embedded_cloud.moto_patch import ServicePatch

SERVICE = ServicePatch(lambda_backends)

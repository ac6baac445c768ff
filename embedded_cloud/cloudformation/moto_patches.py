"""The attributes of moto that are replaced for CloudFormation."""

from __future__ import annotations

from moto.cloudformation.models import cloudformation_backends

from embedded_cloud.moto_patch import ServicePatch

SERVICE = ServicePatch(cloudformation_backends)

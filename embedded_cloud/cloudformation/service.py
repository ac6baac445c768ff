"""Installation of CloudFormation."""

from __future__ import annotations

import importlib
import pkgutil

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.cloudformation import api, moto_patches, resources
from embedded_cloud.cloudformation.backend import StackBackend
from embedded_cloud.cloudformation.coercion import CoercingCloud
from embedded_cloud.cloudformation.resource import Resource


def install(cloud: EmbeddedCloud) -> None:
    """Install the CloudFormation backend in moto, with all supported resource types."""
    for module in pkgutil.iter_modules(resources.__path__):
        importlib.import_module(f"{resources.__name__}.{module.name}")
    Resource.cloud = CoercingCloud(cloud)
    StackBackend.cloud = cloud
    moto_patches.SERVICE.apply(StackBackend, api)

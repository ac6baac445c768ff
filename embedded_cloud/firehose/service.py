"""The installation of Firehose into moto's server."""

from __future__ import annotations

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.firehose import api, moto_patches
from embedded_cloud.firehose.backend import DeliveryStreamBackend


def install(cloud: EmbeddedCloud) -> None:
    """Make moto's server deliver records."""
    DeliveryStreamBackend.cloud = cloud
    moto_patches.SERVICE.apply(DeliveryStreamBackend, api)

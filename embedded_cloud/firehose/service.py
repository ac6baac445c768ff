"""Serves Firehose."""

from __future__ import annotations

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.firehose import api, moto_patches
from embedded_cloud.firehose.backend import DeliveryStreamBackend


def install(cloud: EmbeddedCloud) -> None:
    """Have moto's server deliver records."""
    DeliveryStreamBackend.cloud = cloud
    moto_patches.SERVICE.apply(DeliveryStreamBackend, api)

"""Puts IAM in front of every service."""

from __future__ import annotations

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.iam import moto_patches
from embedded_cloud.iam.gate import make_action_gate, make_s3_gate


def install(cloud: EmbeddedCloud) -> None:
    """Have moto's server ask before each call."""
    moto_patches.ACTION_GATE.apply(make_action_gate(cloud))
    moto_patches.S3_GATE.apply(make_s3_gate(cloud))

"""The installation of IAM: its gate in front of every service, and its API."""

from __future__ import annotations

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.iam import moto_patches
from embedded_cloud.iam.api import SimulatingIamResponse
from embedded_cloud.iam.gate import make_action_gate, make_s3_gate
from embedded_cloud.iam.managed_policies import attach_role_policy


def install(cloud: EmbeddedCloud) -> None:
    """Make moto's server check permissions before each call, and simulate policies."""
    moto_patches.ACTION_GATE.apply(make_action_gate(cloud))
    moto_patches.S3_GATE.apply(make_s3_gate(cloud))
    SimulatingIamResponse.cloud = cloud
    moto_patches.PATH.apply(SimulatingIamResponse.dispatch)
    moto_patches.ATTACH_ROLE_POLICY.apply(attach_role_policy)

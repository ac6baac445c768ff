"""The refusal of AWS's managed policies, which moto has only if it loads all of them."""

from __future__ import annotations

from typing import Any

from embedded_cloud.iam.moto_patches import ATTACH_ROLE_POLICY

AWS_POLICY_PREFIX = "arn:aws:iam::aws:policy/"


def attach_role_policy(backend: Any, policy_arn: str, role_name: str) -> None:
    """Attach a policy of the account to a role, as a method of moto's backend.

    Raises
    ------
    NotImplementedError
        If the policy is AWS's.
    """
    if policy_arn.startswith(AWS_POLICY_PREFIX):
        raise NotImplementedError(f"{policy_arn} is a policy of AWS (give the role a policy of your own)")
    ATTACH_ROLE_POLICY.original(backend, policy_arn, role_name)

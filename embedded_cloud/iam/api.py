"""The actions of IAM's API that moto lacks."""

from __future__ import annotations

from typing import Any, ClassVar

from moto.core.responses import ActionResult
from moto.iam.exceptions import InvalidInput, NoSuchEntity
from moto.iam.responses import IamResponse

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.iam.policy import UnknownPolicyError
from embedded_cloud.iam.simulation import simulate

# Parameters that would change the answer. They are refused by name.
_UNSUPPORTED = (
    "PolicyInputList",
    "PermissionsBoundaryPolicyInputList",
    "ResourcePolicy",
    "ResourceOwner",
    "ResourceHandlingOption",
    "CallerArn",
)


class SimulatingIamResponse(IamResponse):  # type: ignore[misc]
    """One request to IAM. Everything but the simulation is moto's."""

    cloud: ClassVar[EmbeddedCloud]  # set when the service is installed

    def simulate_principal_policy(self) -> ActionResult:
        """Simulate a role's own policies. Users and groups have no permissions of their own in this cloud."""
        if given := [name for name in _UNSUPPORTED if self._get_param(name)]:
            raise InvalidInput(f"the embedded cloud does not support {', '.join(given)}")
        source = self._get_param("PolicySourceArn")
        if ":role/" not in source:
            raise InvalidInput(f"the embedded cloud simulates the policies of roles only, not of {source}")
        role = source.rpartition("/")[2]
        documents = self.cloud.permissions.list_documents(role)
        if documents is None:
            raise NoSuchEntity(f"The role with name {role} cannot be found.")
        try:
            results = list(
                simulate(
                    documents,
                    self._get_param("ActionNames"),
                    self._get_param("ResourceArns", []),
                    _read_context(self._get_param("ContextEntries", [])),
                )
            )
        except UnknownPolicyError as error:
            raise InvalidInput(str(error)) from error
        return ActionResult({"EvaluationResults": results, "IsTruncated": False})


def _read_context(entries: list[dict[str, Any]]) -> dict[str, str]:
    for entry in entries:
        if len(entry["ContextKeyValues"]) != 1:
            raise InvalidInput(f"the embedded cloud takes one value per context key: {entry['ContextKeyName']}")
    return {entry["ContextKeyName"]: entry["ContextKeyValues"][0] for entry in entries}

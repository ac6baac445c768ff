"""Templates and stacks for the tests of CloudFormation."""

from __future__ import annotations

import json
from typing import Any

from embedded_cloud.cloud import EmbeddedCloud


def bucket(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::S3::Bucket", "Properties": properties}


def log_group(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Logs::LogGroup", "Properties": properties}


def queue(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


class Stacks:
    """The stack ``s``, through CloudFormation's API."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self.api = cloud.client("cloudformation")
        self._id = "s"

    def create(self, resources: dict[str, Any], *, how: dict[str, Any] | None = None, **sections: Any) -> str:
        """Create the stack. Return its status."""
        body = json.dumps({"Resources": resources, **sections})
        capabilities = ["CAPABILITY_NAMED_IAM"]
        self._id = self.api.create_stack(
            StackName="s", TemplateBody=body, **{"Capabilities": capabilities, **(how or {})}
        )["StackId"]
        return self.status

    def update(self, resources: dict[str, Any], *, how: dict[str, Any] | None = None, **sections: Any) -> str:
        """Update the stack. Return its status."""
        body = json.dumps({"Resources": resources, **sections})
        self.api.update_stack(
            StackName="s", TemplateBody=body, **{"Capabilities": ["CAPABILITY_NAMED_IAM"], **(how or {})}
        )
        return self.status

    def delete(self, **how: Any) -> str:
        """Delete the stack. Return its status."""
        self.api.delete_stack(StackName="s", **how)
        return self.status

    @property
    def description(self) -> dict[str, Any]:
        described: dict[str, Any] = self.api.describe_stacks(StackName=self._id)["Stacks"][0]
        return described

    @property
    def status(self) -> str:
        return str(self.description["StackStatus"])

    @property
    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self.description["Outputs"]}

    @property
    def events(self) -> list[tuple[str, str, str]]:
        """Logical id, status and reason per event, oldest first, without the second IN_PROGRESS of a creation."""
        events = self.api.describe_stack_events(StackName=self._id)["StackEvents"]
        return [
            (event["LogicalResourceId"], event["ResourceStatus"], event.get("ResourceStatusReason", ""))
            for event in reversed(events)
            if event.get("ResourceStatusReason") != "Resource creation Initiated"
        ]

    def physical_id(self, logical_id: str) -> str:
        resource = self.api.describe_stack_resource(StackName=self._id, LogicalResourceId=logical_id)
        return str(resource["StackResourceDetail"]["PhysicalResourceId"])

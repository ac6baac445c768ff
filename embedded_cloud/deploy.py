"""Deployment of a Serverless package in the order of ``serverless deploy``: stack, archives, stack."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from embedded_cloud.cloud import EmbeddedCloud

# Serverless's names of its templates and its bucket.
FIRST_TEMPLATE = "cloudformation-template-create-stack.json"  # the deployment bucket alone
TEMPLATE = "cloudformation-template-update-stack.json"
BUCKET = "ServerlessDeploymentBucket"
STATE = "serverless-state.json"  # serverless.yml after Serverless has resolved it

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
WAITER = {"Delay": 1, "MaxAttempts": 600}  # seconds; the embedded cloud has finished at the first poll
ARCHIVE_PROPERTIES = {"AWS::Lambda::Function": "Code", "AWS::Lambda::LayerVersion": "Content"}


class DeployError(Exception):
    """A failed deployment. The text names each failed resource and the reason."""


def deploy(cloud: EmbeddedCloud, package_dir: Path, stack_name: str) -> dict[str, str]:
    """Deploy the package in ``package_dir`` and return the stack's outputs.

    Raises
    ------
    DeployError
        If a file of the package is missing, or if the stack fails.
    """
    first = _read_text(package_dir / FIRST_TEMPLATE)
    tags = json.loads(_read_text(package_dir / STATE))["service"]["provider"].get("stackTags", {})
    template = json.loads(_read_text(package_dir / TEMPLATE))
    cloudformation, s3 = cloud.client("cloudformation"), cloud.client("s3")
    deployment = _StackDeployment(cloudformation, stack_name, tags)
    if not deployment.exists():
        deployment.create(first)
    bucket = deployment.read_physical_id(BUCKET)
    for key in sorted(_list_archive_keys(template)):
        archive = package_dir / Path(key).name
        if not archive.is_file():
            raise DeployError(f"{archive} is missing: package the service again")
        s3.upload_file(str(archive), bucket, key)
    template_key = f"{stack_name}/{TEMPLATE}"
    s3.put_object(Bucket=bucket, Key=template_key, Body=json.dumps(template).encode())
    deployment.update(f"{cloud.endpoint}/{bucket}/{template_key}")
    return deployment.read_outputs()


class _StackDeployment:
    """The stack of one name, seen through CloudFormation's API."""

    def __init__(self, cloudformation: Any, stack_name: str, tags: dict[str, str]) -> None:
        self._cloudformation = cloudformation
        self._name = stack_name
        self._tags = [{"Key": key, "Value": value} for key, value in tags.items()]

    def exists(self) -> bool:
        try:
            self._describe()
        except ClientError as error:
            if "does not exist" in error.response["Error"].get("Message", ""):
                return False
            raise
        return True

    def create(self, body: str) -> None:
        self._operate("create", TemplateBody=body)

    def update(self, url: str) -> None:
        try:
            self._operate("update", TemplateURL=url)
        except DeployError as error:
            if "No updates are to be performed" not in str(error):
                raise

    def read_physical_id(self, logical_id: str) -> str:
        resource = self._cloudformation.describe_stack_resource(StackName=self._name, LogicalResourceId=logical_id)
        return str(resource["StackResourceDetail"]["PhysicalResourceId"])

    def read_outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self._describe().get("Outputs", [])}

    def _describe(self) -> dict[str, Any]:
        stacks: list[dict[str, Any]] = self._cloudformation.describe_stacks(StackName=self._name)["Stacks"]
        return stacks[0]

    def _operate(self, operation: str, **template: str) -> None:
        operate = getattr(self._cloudformation, f"{operation}_stack")
        try:
            stack_id = operate(StackName=self._name, Capabilities=CAPABILITIES, Tags=self._tags, **template)["StackId"]
            waiter = self._cloudformation.get_waiter(f"stack_{operation}_complete")
            waiter.wait(StackName=stack_id, WaiterConfig=WAITER)
        except ClientError as error:
            raise DeployError(f"{self._name}: {error.response['Error'].get('Message')}") from error
        except WaiterError as error:
            raise DeployError(f"{self._name}: {'; '.join(self._list_failures(stack_id))}") from error

    def _list_failures(self, stack_id: str) -> Iterable[str]:
        """List the resources that failed in the last operation, in order."""
        failures: list[str] = []
        for event in self._cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]:
            if event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
                if event["PhysicalResourceId"] == stack_id:
                    break
            elif event["ResourceStatus"].endswith("_FAILED"):
                reason = event.get("ResourceStatusReason", event["ResourceStatus"])
                failures.insert(0, f"{event['LogicalResourceId']} ({event['ResourceType']}): {reason}")
        return failures


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DeployError(f"{path} is missing: package the service first") from error


def _list_archive_keys(template: dict[str, Any]) -> set[str]:
    return {
        resource["Properties"][ARCHIVE_PROPERTIES[resource["Type"]]]["S3Key"]
        for resource in template["Resources"].values()
        if resource["Type"] in ARCHIVE_PROPERTIES
    }

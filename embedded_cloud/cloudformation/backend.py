"""CloudFormation: stacks and change sets, as strict as AWS about types, properties, references and states.

It replaces moto's CloudFormation, which ignores unknown properties, creates resources without regard to their
references, and neither rolls back nor reports failures. Each resource type is a subclass of
:class:`embedded_cloud.cloudformation.resource.Resource`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import ClassVar
from urllib.parse import urlsplit

from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.utils import generate_changeset_id, generate_stack_id
from moto.core.base_backend import BaseBackend

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.cloudformation.change_set import (
    ChangeSet,
    ChangeSetNotFoundError,
    InsufficientCapabilitiesError,
    InvalidChangeSetStatusError,
    StackRequest,
)
from embedded_cloud.cloudformation.drift import DriftDetection, ResourceDrift, detect_drift
from embedded_cloud.cloudformation.operations import StackUpdate, create_stack, delete_stack
from embedded_cloud.cloudformation.stack import CloudFormationStack, StackOutput
from embedded_cloud.cloudformation.template import MAX_INLINE_BYTES, Blueprint, Template

UPDATABLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
NO_UPDATES = "No updates are to be performed."


class StackBackend(BaseBackend):  # type: ignore[misc]
    """The stacks of an account and region."""

    cloud: ClassVar[EmbeddedCloud]

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.stacks: dict[str, CloudFormationStack] = {}  # by stack id, including deleted stacks
        self.change_sets: dict[str, ChangeSet] = {}
        self.detections: dict[str, DriftDetection] = {}  # of drift, the oldest first
        self._lock = threading.RLock()  # one operation at a time: an operation must not see a half-changed stack

    # Stacks

    def create_stack(
        self, request: StackRequest, on_failure: str, *, termination_protection: bool
    ) -> CloudFormationStack:
        """Create a stack.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
        """
        with self._lock:
            if self._find(request.stack_name):
                raise AlreadyExistsException(f"Stack [{request.stack_name}] already exists")
            stack = self._make_stack(request, termination_protection=termination_protection)
            template, blueprint = self._build_blueprint(request, stack)
            self.stacks[stack.stack_id] = stack
            create_stack(stack, template, blueprint, on_failure)
            return stack

    def update_stack(self, request: StackRequest) -> CloudFormationStack:
        """Update a stack.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
        """
        with self._lock:
            stack = self.get_updatable_stack(request.stack_name)
            template, blueprint = self._build_blueprint(request, stack)
            if not stack.differs(blueprint, request.tags):
                raise ValidationError(message=NO_UPDATES)
            StackUpdate(stack, template, blueprint, request.tags).run()
            return stack

    def delete_stack(self, name: str, retained: Iterable[str]) -> None:
        """Delete a stack. A missing stack is ignored, as on AWS.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
        """
        with self._lock:
            stack = self._find(name)
            if stack is None:
                return
            if stack.termination_protection:
                raise ValidationError(
                    message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
                )
            delete_stack(stack, retained)

    def get_stack(self, name_or_id: str) -> CloudFormationStack:
        """Return the stack with that name or id. A deleted stack is found by its id only."""
        found = self.stacks.get(name_or_id) or self._find(name_or_id)
        if found is None:
            raise ValidationError(message=f"Stack with id {name_or_id} does not exist")
        return found

    def get_updatable_stack(self, name: str) -> CloudFormationStack:
        """Return the stack with that name if its status allows an update."""
        stack = self.get_stack(name)
        if stack.status not in UPDATABLE:
            raise ValidationError(message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated.")
        return stack

    @property
    def exports(self) -> dict[str, tuple[CloudFormationStack, StackOutput]]:
        """Exported outputs by name."""
        return {
            output.export_name: (stack, output)
            for stack in self.stacks.values()
            for output in stack.outputs
            if output.export_name
        }

    # Change sets

    def create_change_set(self, request: StackRequest, name: str, kind: str, description: str | None) -> ChangeSet:
        """Create a change set.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
        """
        with self._lock:
            stack = self._find(request.stack_name)
            if kind == "UPDATE":
                stack = self.get_updatable_stack(request.stack_name)
            elif stack is None:
                stack = self._make_stack(request)
            elif stack.status != "REVIEW_IN_PROGRESS":
                again = f"cannot be created again with the changeSet [{name}]"
                raise ValidationError(message=f"Stack [{stack.name}] already exists and {again}.")
            if any(other.name == name for other in self.list_change_sets(stack)):
                raise AlreadyExistsException(f"ChangeSet {name} already exists")
            template, blueprint = self._build_blueprint(request, stack)
            if stack.stack_id not in self.stacks:
                self.stacks[stack.stack_id] = stack
                stack.enter("REVIEW_IN_PROGRESS", "User Initiated")
            change_set = ChangeSet(
                generate_changeset_id(name, self.region_name, self.account_id),
                name,
                kind,
                description,
                stack,
                template,
                blueprint,
                request.tags,
            )
            self.change_sets[change_set.change_set_id] = change_set
            return change_set

    def get_change_set(self, name_or_id: str, stack_name: str | None) -> ChangeSet:
        """Return the change set with that id, or with that name in that stack."""
        for change_set in self.change_sets.values():
            if name_or_id == change_set.change_set_id:
                return change_set
            if name_or_id == change_set.name and stack_name in (change_set.stack.name, change_set.stack.stack_id):
                return change_set
        raise ChangeSetNotFoundError(f"ChangeSet [{name_or_id}] does not exist")

    def list_change_sets(self, stack: CloudFormationStack) -> list[ChangeSet]:
        """List the change sets of ``stack``."""
        return [change_set for change_set in self.change_sets.values() if change_set.stack is stack]

    def execute_change_set(self, name_or_id: str, stack_name: str | None) -> None:
        """Execute a change set.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
        """
        with self._lock:
            change_set = self.get_change_set(name_or_id, stack_name)
            if change_set.execution_status != "AVAILABLE":
                raise InvalidChangeSetStatusError(
                    f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of "
                    f"[{change_set.status}]"
                )
            stack = change_set.stack
            for other in self.list_change_sets(stack):  # they describe the stack before this change
                del self.change_sets[other.change_set_id]
            if change_set.kind == "CREATE":
                create_stack(stack, change_set.template, change_set.blueprint)
            else:
                StackUpdate(stack, change_set.template, change_set.blueprint, change_set.tags).run()

    def delete_change_set(self, name_or_id: str, stack_name: str) -> None:
        """Delete a change set.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html
        """
        with self._lock:
            stack = self.get_stack(stack_name)
            for change_set in self.list_change_sets(stack):
                if name_or_id in (change_set.name, change_set.change_set_id):
                    del self.change_sets[change_set.change_set_id]

    # Drift

    def detect_drift(self, stack_name: str, names: set[str]) -> DriftDetection:
        """Detect the drift of a stack, or of its resources with these logical ids.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html
        """
        with self._lock:
            detection = detect_drift(self.get_stack(stack_name), names)
            self.detections[detection.detection_id] = detection
            return detection

    def get_detection(self, detection_id: str) -> DriftDetection:
        """Return the detection with that id."""
        if detection_id not in self.detections:
            raise ValidationError(message=f"DriftDetectionId [{detection_id}] does not exist")
        return self.detections[detection_id]

    def list_drifts(self, stack_name: str) -> list[ResourceDrift]:
        """Return the newest known drift of each resource of a stack, in the order of their first detections."""
        stack = self.get_stack(stack_name)
        newest: dict[str, ResourceDrift] = {}
        for detection in self.detections.values():
            if detection.stack is stack:
                newest |= {drift.entry.logical_id: drift for drift in detection.drifts}
        return list(newest.values())

    # Templates

    def read_template(self, body: str | None, url: str | None) -> Template:
        """Return the template from its text or from the URL of an S3 object."""
        if (body is None) == (url is None):
            raise ValidationError(message="Either Template URL or Template Body must be specified.")
        if body is not None:
            return Template(body, max_bytes=MAX_INLINE_BYTES)
        return Template(self._read_object(url or ""))

    def _read_object(self, url: str) -> str:
        parts = urlsplit(url)
        host, path = parts.netloc, parts.path.lstrip("/")
        path_style = host.startswith(("s3.", "s3-")) or url.startswith(f"{self.cloud.endpoint}/")
        bucket, key = path.split("/", 1) if path_style else (host.split(".s3", 1)[0], path)
        s3 = self.cloud.client("s3")
        try:
            return str(s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())
        except (s3.exceptions.NoSuchBucket, s3.exceptions.NoSuchKey) as error:
            raise ValidationError(message=f"S3 error: {error.response['Error']['Message']}") from error

    def _build_blueprint(self, request: StackRequest, stack: CloudFormationStack) -> tuple[Template, Blueprint]:
        if request.use_previous_template and stack.template:
            template = stack.template
        else:
            template = self.read_template(request.template_body, request.template_url)
        given = {}
        for parameter in request.parameters:
            key = parameter["ParameterKey"]
            previous = parameter.get("UsePreviousValue") and key in stack.blueprint.parameters
            given[key] = str(stack.blueprint.parameters[key]) if previous else parameter.get("ParameterValue", "")
        blueprint = template.build_blueprint(
            given,
            {
                "AWS::AccountId": self.account_id,
                "AWS::NotificationARNs": [],
                "AWS::Partition": self.partition,
                "AWS::Region": self.region_name,
                "AWS::StackId": stack.stack_id,
                "AWS::StackName": stack.name,
                "AWS::URLSuffix": "amazonaws.com",
            },
            {name: output.value for name, (_, output) in self.exports.items()},
        )
        for output in blueprint.outputs.values():
            name = output.export_name
            owner = self.exports[name][0] if isinstance(name, str) and name in self.exports else stack
            if owner is not stack:
                raise ValidationError(message=f"Export with name {name} is already exported by stack {owner.name}")
        required = blueprint.list_required_capabilities()
        if required and not {"CAPABILITY_NAMED_IAM", *required} & set(request.capabilities):
            raise InsufficientCapabilitiesError(f"Requires capabilities : [{', '.join(required)}]")
        return template, blueprint

    def _make_stack(self, request: StackRequest, *, termination_protection: bool = False) -> CloudFormationStack:
        stack_id = generate_stack_id(request.stack_name, self.region_name, self.account_id)
        return CloudFormationStack(
            stack_id, request.stack_name, request.tags or {}, termination_protection=termination_protection
        )

    def _find(self, name: str) -> CloudFormationStack | None:
        for stack in self.stacks.values():
            if stack.status != "DELETE_COMPLETE" and name in (stack.name, stack.stack_id):
                return stack
        return None

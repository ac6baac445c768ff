"""A CloudFormation stack: its resources, outputs and history, and the steps that change one resource.

``operations`` creates, updates and deletes whole stacks. Status names:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import ClientError
from moto.cloudformation.exceptions import ValidationError

from embedded_cloud import clock
from embedded_cloud.cloudformation.intrinsic import evaluate, template_error
from embedded_cloud.cloudformation.resource import RESOURCE_TYPES, Resource
from embedded_cloud.cloudformation.template import Blueprint, ResourceDefinition, Template

_NOTHING: Final = Blueprint({}, {}, {}, frozenset())


class ResourceFailedError(Exception):
    """A failed step for a resource. The resource's event has the reason."""


@dataclass
class StackResource:
    """One resource of a stack. ``resource`` is None before its creation and after its deletion."""

    definition: ResourceDefinition
    resource: Resource | None = None
    status: str = ""
    reason: str | None = None
    changed_at: datetime = field(default_factory=clock.now)

    @property
    def logical_id(self) -> str:
        return self.definition.logical_id

    @property
    def physical_id(self) -> str:
        return self.resource.physical_resource_id if self.resource else ""


@dataclass(frozen=True)
class StackEvent:
    """One event in a stack's history."""

    event_id: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    timestamp: datetime


@dataclass(frozen=True)
class StackOutput:
    """One output of a stack."""

    key: str
    value: str
    description: str | None
    export_name: str | None


@dataclass(frozen=True)
class ResourceChange:
    """A planned change of one resource: Add, Modify or Remove."""

    action: str
    logical_id: str
    type: str
    physical_id: str | None = None
    replacement: bool = False


class CloudFormationStack:
    """One stack. Its status is REVIEW_IN_PROGRESS until it is created."""

    def __init__(self, stack_id: str, name: str, tags: dict[str, str], *, termination_protection: bool = False) -> None:
        self.stack_id = stack_id
        self.name = name
        self.tags = tags
        self.termination_protection = termination_protection
        self.status = "REVIEW_IN_PROGRESS"
        self.status_reason: str | None = None
        self.created_at = clock.now()
        self.updated_at: datetime | None = None
        self.deleted_at: datetime | None = None
        self.template: Template | None = None
        self.blueprint = _NOTHING
        self.resources: dict[str, StackResource] = {}
        self.outputs: list[StackOutput] = []
        self.events: list[StackEvent] = []
        self.policy: str | None = None

    # History

    def enter(self, status: str, reason: str | None = None) -> None:
        """Set the stack's status and record an event."""
        self.status, self.status_reason = status, reason
        self._record(self.name, self.stack_id, "AWS::CloudFormation::Stack", status, reason)

    def enter_resource(self, entry: StackResource, status: str, reason: str | None = None) -> None:
        """Set a resource's status and record an event."""
        entry.status, entry.reason, entry.changed_at = status, reason, clock.now()
        self._record(entry.logical_id, entry.physical_id, entry.definition.type, status, reason)

    def _record(self, logical_id: str, physical_id: str, kind: str, status: str, reason: str | None) -> None:
        self.events.append(StackEvent(str(uuid.uuid4()), logical_id, physical_id, kind, status, reason, clock.now()))

    @contextmanager
    def attempt(self, entry: StackResource, failed_status: str) -> Iterator[None]:
        """Run one step for a resource. On any error set ``failed_status`` with the reason.

        Raises
        ------
        ResourceFailedError
            Instead of the original error.
        """
        try:
            yield
        except Exception as error:
            self.enter_resource(entry, failed_status, _describe_error(error))
            raise ResourceFailedError(entry.logical_id) from error

    # Steps

    def create_resource(self, definition: ResourceDefinition) -> None:
        """Create one resource and record its events."""
        entry = self.resources[definition.logical_id] = StackResource(definition)
        self.enter_resource(entry, "CREATE_IN_PROGRESS")
        with self.attempt(entry, "CREATE_FAILED"):
            self.make(entry, self.evaluate(definition.properties))
        self.enter_resource(entry, "CREATE_IN_PROGRESS", "Resource creation Initiated")
        self.enter_resource(entry, "CREATE_COMPLETE")

    def make(self, entry: StackResource, properties: dict[str, Any]) -> None:
        """Create the resource of ``entry`` in its service."""
        kind = RESOURCE_TYPES[entry.definition.type]
        name = properties.get(kind.NAME_PROPERTY) or kind.make_up_name(self.name, entry.logical_id)
        entry.resource = kind.create(name, properties)
        entry.resource.properties = properties

    def update_resource(self, entry: StackResource, properties: dict[str, Any]) -> None:
        """Change one resource in place."""
        self.enter_resource(entry, "UPDATE_IN_PROGRESS")
        resource = self.get_resource(entry.logical_id)
        with self.attempt(entry, "UPDATE_FAILED"):
            try:
                entry.resource = resource.update(properties)
            finally:  # a rollback starts from the attempted properties
                (entry.resource or resource).properties = properties
        self.enter_resource(entry, "UPDATE_COMPLETE")

    def remove_resource(self, entry: StackResource, *, keep: bool = False) -> None:
        """Delete one resource. ``keep`` only removes it from the stack."""
        if entry.resource is None:
            return
        if keep:
            self.enter_resource(entry, "DELETE_SKIPPED")
        else:
            self.enter_resource(entry, "DELETE_IN_PROGRESS")
            with self.attempt(entry, "DELETE_FAILED"):
                entry.resource.remove()
            self.enter_resource(entry, "DELETE_COMPLETE")
        entry.resource = None

    # Values

    def evaluate(self, value: Any) -> Any:
        """Evaluate a template value with the ids and attributes of the existing resources."""
        return evaluate(
            value, lambda logical_id: self.get_resource(logical_id).physical_resource_id, self._get_attribute
        )

    def evaluate_outputs(self, blueprint: Blueprint) -> list[StackOutput]:
        """Evaluate the outputs of ``blueprint``."""
        return [
            StackOutput(key, str(self.evaluate(output.value)), output.description, self.evaluate(output.export_name))
            for key, output in blueprint.outputs.items()
        ]

    def get_resource(self, logical_id: str) -> Resource:
        """Return the resource with that logical id."""
        entry = self.resources.get(logical_id)
        if entry is None or entry.resource is None:
            raise template_error(f"resource {logical_id} does not exist")
        return entry.resource

    def _get_attribute(self, logical_id: str, attribute: str) -> Any:
        attributes = self.get_resource(logical_id).attributes
        if attribute not in attributes:
            kind = self.resources[logical_id].definition.type
            raise template_error(
                f"resource {logical_id} ({kind}) does not support attribute type {attribute} in Fn::GetAtt"
            )
        return attributes[attribute]

    # Planned changes

    def list_changes(self, blueprint: Blueprint) -> list[ResourceChange]:
        """List the changes of an update to ``blueprint``, as far as they can be known in advance."""
        old, new = self.blueprint.resources, blueprint.resources
        changes = [ResourceChange("Add", name, new[name].type) for name in new.keys() - old.keys()]
        changes += [
            ResourceChange("Remove", name, old[name].type, self.resources[name].physical_id)
            for name in old.keys() - new.keys()
        ]
        for name in new.keys() & old.keys():
            if (new[name].properties, new[name].metadata) != (old[name].properties, old[name].metadata):
                replaces = self._replaces(name, new[name])
                changes.append(
                    ResourceChange("Modify", name, new[name].type, self.resources[name].physical_id, replaces)
                )
        return sorted(changes, key=lambda change: change.logical_id)

    def differs(self, blueprint: Blueprint, tags: dict[str, str] | None) -> bool:
        """Return True if an update to ``blueprint`` and ``tags`` would change anything."""
        return (
            bool(self.list_changes(blueprint))
            or blueprint.outputs != self.blueprint.outputs
            or (tags is not None and tags != self.tags)
        )

    def _replaces(self, logical_id: str, definition: ResourceDefinition) -> bool:
        try:
            return self.get_resource(logical_id).requires_replacement(self.evaluate(definition.properties))
        except ValidationError:  # it refers to a resource that doesn't exist yet
            return False


def _describe_error(error: Exception) -> str:
    if isinstance(error, ClientError):
        detail = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return (
            f'Resource handler returned message: "{detail.get("Message")}" '
            f"(Operation: {error.operation_name}, Status Code: {status}, HandlerErrorCode: {detail.get('Code')})"
        )
    if isinstance(error, ValidationError):
        return str(error.message)
    return f'Resource handler returned message: "{type(error).__name__}: {error}" (HandlerErrorCode: InternalFailure)'

"""Creation, update and deletion of a CloudFormation stack, with rollback on failure.

An operation has ended when its call returns, so a waiter succeeds at its first poll. The statuses and their causes:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from moto.cloudformation.exceptions import ValidationError

from embedded_cloud import clock
from embedded_cloud.cloudformation.resource import RESOURCE_TYPES
from embedded_cloud.cloudformation.stack import CloudFormationStack, ResourceFailedError, StackResource
from embedded_cloud.cloudformation.template import Blueprint, ResourceDefinition, Template


def create_stack(
    stack: CloudFormationStack, template: Template, blueprint: Blueprint, on_failure: str = "ROLLBACK"
) -> None:
    """Create every resource of ``blueprint``. ``on_failure`` is CreateStack's: ROLLBACK, DELETE or DO_NOTHING."""
    stack.template, stack.blueprint = template, blueprint
    stack.enter("CREATE_IN_PROGRESS", "User Initiated")
    try:
        for definition in blueprint.resources.values():
            stack.create_resource(definition)
        stack.outputs = stack.evaluate_outputs(blueprint)
    except (ResourceFailedError, ValidationError) as error:
        _undo_creation(stack, on_failure, _describe_failure("create", error))
    else:
        stack.enter("CREATE_COMPLETE")


def delete_stack(stack: CloudFormationStack, retained: Iterable[str] = ()) -> None:
    """Delete all resources, dependents first. Keep ``retained`` and those with a DeletionPolicy other than Delete."""
    stack.enter("DELETE_IN_PROGRESS", "User Initiated")
    kept = set(retained)
    kept |= {name for name, entry in stack.resources.items() if entry.definition.deletion_policy != "Delete"}
    _remove_all(stack, kept, "DELETE")


def _undo_creation(stack: CloudFormationStack, on_failure: str, reason: str) -> None:
    if on_failure == "DO_NOTHING":
        stack.enter("CREATE_FAILED", reason)
        return
    operation, asked = ("DELETE", "Delete") if on_failure == "DELETE" else ("ROLLBACK", "Rollback")
    stack.enter(f"{operation}_IN_PROGRESS", f"{reason} {asked} requested by user.")
    # RetainExceptOnCreate doesn't retain a resource when its creation is rolled back.
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    kept = {name for name, entry in stack.resources.items() if entry.definition.deletion_policy == "Retain"}
    _remove_all(stack, kept, operation)


def _remove_all(stack: CloudFormationStack, kept: set[str], operation: str) -> None:
    failed = []
    for logical_id, entry in reversed(stack.resources.items()):
        try:
            stack.remove_resource(entry, keep=logical_id in kept)
        except ResourceFailedError:
            failed.append(logical_id)
    if failed:
        stack.enter(f"{operation}_FAILED", f"The following resource(s) failed to delete: [{', '.join(failed)}].")
        return
    stack.outputs = []
    if operation == "DELETE":
        stack.deleted_at = clock.now()
    stack.enter(f"{operation}_COMPLETE")


class StackUpdate:
    """One update of all resources to a new template, or a rollback of all of them."""

    def __init__(
        self, stack: CloudFormationStack, template: Template, blueprint: Blueprint, tags: dict[str, str] | None
    ) -> None:
        self._stack = stack
        self._template = template
        self._blueprint = blueprint
        self._tags = tags
        # Per finished step: the resource's logical id and the reverse step.
        self._undo: list[tuple[str, Callable[[], None]]] = []
        self._replaced: list[StackResource] = []  # replaced resources, deleted after the update
        self._discarded: list[StackResource] = []  # new resources of a rolled-back update

    def run(self) -> None:
        """Update the stack, or roll it back if a step fails."""
        stack = self._stack
        stack.updated_at = clock.now()
        stack.enter("UPDATE_IN_PROGRESS", "User Initiated")
        try:
            for definition in self._blueprint.resources.values():
                self._apply_definition(definition)
            outputs = stack.evaluate_outputs(self._blueprint)
        except (ResourceFailedError, ValidationError) as error:
            self._roll_back(_describe_failure("create or update", error))
            return
        stack.enter("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        gone = [entry for name, entry in stack.resources.items() if name not in self._blueprint.resources]
        stack.template, stack.blueprint, stack.outputs = self._template, self._blueprint, outputs
        stack.tags = stack.tags if self._tags is None else self._tags
        stack.resources = {name: stack.resources[name] for name in self._blueprint.resources}
        for entry in reversed(self._replaced):
            self._clean_up(entry, keep=entry.definition.update_replace_policy != "Delete")
        for entry in reversed(gone):
            self._clean_up(entry, keep=entry.definition.deletion_policy != "Delete")
        stack.enter("UPDATE_COMPLETE")

    def _apply_definition(self, definition: ResourceDefinition) -> None:
        stack, logical_id = self._stack, definition.logical_id
        entry = stack.resources.get(logical_id)
        if entry is None or entry.resource is None:
            self._undo.append((logical_id, lambda: stack.remove_resource(stack.resources[logical_id])))
            stack.create_resource(definition)
            return
        resource, before = entry.resource, entry.resource.properties
        with stack.attempt(entry, "UPDATE_FAILED"):
            if entry.definition.type != definition.type:
                raise ValidationError(message="Update of resource type is not permitted.")
            properties = stack.evaluate(definition.properties)
            replaces = resource.requires_replacement(properties)
            if replaces:
                _check_replaceable(entry, properties)
        if properties == before:
            entry.definition = definition
        elif replaces:
            self._replace(entry, definition, properties)
        else:
            self._undo.append((logical_id, lambda: stack.update_resource(entry, before)))
            entry.definition = definition
            stack.update_resource(entry, properties)

    def _replace(self, entry: StackResource, definition: ResourceDefinition, properties: dict[str, Any]) -> None:
        stack, new = self._stack, StackResource(definition)
        reason = "Requested update requires the creation of a new physical resource; hence creating one."
        stack.enter_resource(entry, "UPDATE_IN_PROGRESS", reason)
        with stack.attempt(entry, "UPDATE_FAILED"):
            stack.make(new, properties)
        stack.resources[entry.logical_id] = new
        self._replaced.append(entry)

        def restore() -> None:
            stack.resources[entry.logical_id] = entry
            self._discarded.append(new)

        self._undo.append((entry.logical_id, restore))
        stack.enter_resource(new, "UPDATE_COMPLETE")

    def _roll_back(self, reason: str) -> None:
        stack = self._stack
        stack.enter("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        failed = []
        for logical_id, undo in reversed(self._undo):
            try:
                undo()
            except ResourceFailedError:
                failed.append(logical_id)
        stack.resources = {name: entry for name, entry in stack.resources.items() if name in stack.blueprint.resources}
        for name, entry in stack.resources.items():
            entry.definition = stack.blueprint.resources[name]
        if failed:
            reason = f"The following resource(s) failed to update: [{', '.join(failed)}]."
            stack.enter("UPDATE_ROLLBACK_FAILED", reason)
            return
        stack.enter("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        for entry in self._discarded:
            self._clean_up(entry, keep=False)
        stack.enter("UPDATE_ROLLBACK_COMPLETE")

    def _clean_up(self, entry: StackResource, *, keep: bool) -> None:
        try:
            self._stack.remove_resource(entry, keep=keep)
        except ResourceFailedError:
            return  # an event records it; the update succeeds in spite of a resource that stays


def _check_replaceable(entry: StackResource, properties: dict[str, Any]) -> None:
    kind = RESOURCE_TYPES[entry.definition.type]
    name = properties.get(kind.NAME_PROPERTY)
    if name and entry.resource and name == entry.resource.properties.get(kind.NAME_PROPERTY):
        raise ValidationError(
            message="CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {name} and update the stack again."
        )


def _describe_failure(verb: str, error: ResourceFailedError | ValidationError) -> str:
    if isinstance(error, ResourceFailedError):
        return f"The following resource(s) failed to {verb}: [{error}]."
    return str(error.message)

"""Change sets: planned operations on stacks.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.core.exceptions import ServiceException

from embedded_cloud import clock
from embedded_cloud.cloudformation.stack import CloudFormationStack, ResourceChange
from embedded_cloud.cloudformation.template import Blueprint, Template

NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


class InsufficientCapabilitiesError(ServiceException):  # type: ignore[misc]
    """A template with IAM resources that the caller has not acknowledged."""

    code = "InsufficientCapabilitiesException"


class ChangeSetNotFoundError(ServiceException):  # type: ignore[misc]
    """A change set that doesn't exist."""

    code = "ChangeSetNotFound"


class InvalidChangeSetStatusError(ServiceException):  # type: ignore[misc]
    """A change set that can't be executed."""

    code = "InvalidChangeSetStatus"


@dataclass(frozen=True)
class StackRequest:
    """The common parameters of CreateStack, UpdateStack and CreateChangeSet. ``tags`` None keeps the stack's tags."""

    stack_name: str
    template_body: str | None
    template_url: str | None
    use_previous_template: bool
    parameters: list[dict[str, Any]]
    capabilities: list[str]
    tags: dict[str, str] | None


@dataclass
class ChangeSet:
    """The changes of a planned update or creation."""

    change_set_id: str
    name: str
    kind: str  # CREATE or UPDATE
    description: str | None
    stack: CloudFormationStack
    template: Template
    blueprint: Blueprint
    tags: dict[str, str] | None
    created_at: datetime = field(default_factory=clock.now)
    changes: list[ResourceChange] = field(init=False)
    status: str = "CREATE_COMPLETE"
    status_reason: str | None = None
    execution_status: str = "AVAILABLE"

    def __post_init__(self) -> None:
        self.changes = self.stack.list_changes(self.blueprint)
        # A new stack may be empty, if its conditions leave out every resource.
        if self.kind == "UPDATE" and not self.stack.differs(self.blueprint, self.tags):
            self.status, self.status_reason, self.execution_status = "FAILED", NO_CHANGES, "UNAVAILABLE"

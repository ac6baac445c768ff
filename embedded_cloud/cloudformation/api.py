"""CloudFormation's actions over HTTP. An unsupported action is refused by its name.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import cloudformation_backends
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from embedded_cloud.cloudformation import shapes
from embedded_cloud.cloudformation.backend import StackBackend
from embedded_cloud.cloudformation.change_set import StackRequest
from embedded_cloud.cloudformation.drift import CHECKED
from embedded_cloud.cloudformation.stack import CloudFormationStack

MAX_EVENTS = 100  # per page of DescribeStackEvents


class CloudFormationResponse(BaseResponse):  # type: ignore[misc]
    """One request to CloudFormation."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    @property
    def backend(self) -> StackBackend:
        backend: StackBackend = cloudformation_backends[self.current_account][self.region]
        return backend

    # Stacks

    def create_stack(self) -> ActionResult:
        self._refuse("NotificationARNs", "RollbackConfiguration", "StackPolicyURL", "ResourceTypes")
        disable_rollback = self._get_bool_param("DisableRollback", False)
        on_failure = self._get_param("OnFailure") or ("DO_NOTHING" if disable_rollback else "ROLLBACK")
        stack = self.backend.create_stack(
            self._read_request(),
            on_failure,
            termination_protection=bool(self._get_bool_param("EnableTerminationProtection", False)),
        )
        stack.policy = self._get_param("StackPolicyBody")
        return ActionResult({"StackId": stack.stack_id})

    def update_stack(self) -> ActionResult:
        self._refuse("NotificationARNs", "RollbackConfiguration", "StackPolicyURL", "DisableRollback", "ResourceTypes")
        stack = self.backend.update_stack(self._read_request())
        stack.policy = self._get_param("StackPolicyBody") or stack.policy
        return ActionResult({"StackId": stack.stack_id})

    def delete_stack(self) -> ActionResult:
        self.backend.delete_stack(self._get_param("StackName"), self._get_param("RetainResources", []))
        return EmptyResult()

    def describe_stacks(self) -> ActionResult:
        name = self._get_param("StackName")
        stacks = [self._find_stack(name)] if name else self._list_live_stacks()
        return ActionResult({"Stacks": [shapes.describe_stack(stack) for stack in stacks]})

    def list_stacks(self) -> ActionResult:
        wanted = self._get_param("StackStatusFilter", [])
        stacks = [stack for stack in self.backend.stacks.values() if not wanted or stack.status in wanted]
        return ActionResult({"StackSummaries": [shapes.summarize_stack(stack) for stack in stacks]})

    def describe_stack_events(self) -> ActionResult:
        """Return events newest first, 100 per page. The token is the number of events on the pages before."""
        stack = self._find_stack(self._get_param("StackName"))
        start = int(self._get_param("NextToken") or 0)
        events = list(reversed(stack.events))
        end = start + MAX_EVENTS
        page = [shapes.describe_event(stack, event) for event in events[start:end]]
        return ActionResult({"StackEvents": page, "NextToken": str(end) if end < len(events) else None})

    def describe_stack_resource(self) -> ActionResult:
        stack = self._find_stack(self._get_param("StackName"))
        logical_id = self._get_param("LogicalResourceId")
        if logical_id not in stack.resources:
            raise ValidationError(message=f"Resource {logical_id} does not exist for stack {stack.name}")
        detail = shapes.describe_resource(stack, stack.resources[logical_id])
        detail["LastUpdatedTimestamp"] = detail.pop("Timestamp")
        return ActionResult({"StackResourceDetail": detail})

    def describe_stack_resources(self) -> ActionResult:
        if not self._get_param("StackName"):
            raise ValidationError(message="The embedded cloud needs StackName to find resources")
        stack = self._find_stack(self._get_param("StackName"))
        logical_id = self._get_param("LogicalResourceId")
        entries = [entry for name, entry in stack.resources.items() if logical_id in (None, name)]
        return ActionResult({"StackResources": [shapes.describe_resource(stack, entry) for entry in entries]})

    def list_stack_resources(self) -> ActionResult:
        stack = self._find_stack(self._get_param("StackName"))
        summaries = [shapes.describe_resource(stack, entry) for entry in stack.resources.values()]
        for summary in summaries:
            summary["LastUpdatedTimestamp"] = summary.pop("Timestamp")
        return ActionResult({"StackResourceSummaries": summaries})

    def update_termination_protection(self) -> ActionResult:
        stack = self._find_stack(self._get_param("StackName"))
        stack.termination_protection = bool(self._get_bool_param("EnableTerminationProtection", False))
        return ActionResult({"StackId": stack.stack_id})

    def set_stack_policy(self) -> ActionResult:
        """Store the policy. Updates are not checked against it."""
        self._refuse("StackPolicyURL")
        self._find_stack(self._get_param("StackName")).policy = self._get_param("StackPolicyBody")
        return EmptyResult()

    def get_stack_policy(self) -> ActionResult:
        return ActionResult({"StackPolicyBody": self._find_stack(self._get_param("StackName")).policy})

    def list_exports(self) -> ActionResult:
        exports = [
            {"ExportingStackId": stack.stack_id, "Name": name, "Value": output.value}
            for name, (stack, output) in self.backend.exports.items()
        ]
        return ActionResult({"Exports": exports})

    # Drift

    def detect_stack_drift(self) -> ActionResult:
        names = set(self._get_param("LogicalResourceIds", []))
        detection = self.backend.detect_drift(self._get_param("StackName"), names)
        return ActionResult({"StackDriftDetectionId": detection.detection_id})

    def describe_stack_drift_detection_status(self) -> ActionResult:
        detection = self.backend.get_detection(self._get_param("StackDriftDetectionId"))
        return ActionResult(shapes.describe_detection(detection))

    def describe_stack_resource_drifts(self) -> ActionResult:
        """Return the drifts of the stack's newest detection, without resources that were not checked, as on AWS."""
        self._refuse("MaxResults", "NextToken")
        wanted = self._get_param("StackResourceDriftStatusFilters", [])
        drifts = self.backend.list_drifts(self._get_param("StackName"))
        found = [drift for drift in drifts if drift.status in (wanted or CHECKED)]
        return ActionResult({"StackResourceDrifts": [shapes.describe_drift(drift) for drift in found]})

    # Templates

    def get_template(self) -> ActionResult:
        stack = self._find_stack(self._get_param("StackName"))
        body = stack.template.body if stack.template else ""
        return ActionResult({"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]})

    def validate_template(self) -> ActionResult:
        return ActionResult(shapes.summarize_template(self.backend.read_template(*self._read_template_source())))

    def get_template_summary(self) -> ActionResult:
        name = self._get_param("StackName")
        template = (
            self._find_stack(name).template if name else self.backend.read_template(*self._read_template_source())
        )
        if template is None:
            raise ValidationError(message="GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
        return ActionResult({**shapes.summarize_template(template), "ResourceTypes": template.resource_types})

    # Change sets

    def create_change_set(self) -> ActionResult:
        self._refuse("NotificationARNs", "RollbackConfiguration", "ResourcesToImport", "IncludeNestedStacks")
        change_set = self.backend.create_change_set(
            self._read_request(),
            self._get_param("ChangeSetName"),
            self._get_param("ChangeSetType") or "UPDATE",
            self._get_param("Description"),
        )
        return ActionResult({"Id": change_set.change_set_id, "StackId": change_set.stack.stack_id})

    def describe_change_set(self) -> ActionResult:
        change_set = self.backend.get_change_set(self._get_param("ChangeSetName"), self._get_param("StackName"))
        return ActionResult(
            {
                **shapes.describe_change_set(change_set),
                "Changes": [shapes.describe_change(change) for change in change_set.changes],
            }
        )

    def list_change_sets(self) -> ActionResult:
        change_sets = self.backend.list_change_sets(self._find_stack(self._get_param("StackName")))
        return ActionResult({"Summaries": [shapes.describe_change_set(change_set) for change_set in change_sets]})

    def execute_change_set(self) -> ActionResult:
        self._refuse("DisableRollback", "RetainExceptOnCreate")
        self.backend.execute_change_set(self._get_param("ChangeSetName"), self._get_param("StackName"))
        return EmptyResult()

    def delete_change_set(self) -> ActionResult:
        self.backend.delete_change_set(self._get_param("ChangeSetName"), self._get_param("StackName"))
        return EmptyResult()

    # Parameters of requests

    def _refuse(self, *names: str) -> None:
        """Refuse parameters that would otherwise be ignored."""
        if given := [name for name in names if self._get_param(name)]:
            raise ValidationError(message=f"The embedded cloud does not support {', '.join(given)}")

    def _read_template_source(self) -> tuple[str | None, str | None]:
        return self._get_param("TemplateBody"), self._get_param("TemplateURL")

    def _read_request(self) -> StackRequest:
        tags = self._get_param("Tags")
        return StackRequest(
            self._get_param("StackName"),
            *self._read_template_source(),
            bool(self._get_bool_param("UsePreviousTemplate", False)),
            self._get_param("Parameters", []),
            self._get_param("Capabilities", []),
            {tag["Key"]: tag["Value"] for tag in tags} if tags else None,
        )

    def _find_stack(self, name: str) -> CloudFormationStack:
        return self.backend.get_stack(name)

    def _list_live_stacks(self) -> list[CloudFormationStack]:
        return [stack for stack in self.backend.stacks.values() if stack.status != "DELETE_COMPLETE"]


# The hosts and paths of this service on moto's server.
url_bases = [r"https?://cloudformation\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": CloudFormationResponse.dispatch}

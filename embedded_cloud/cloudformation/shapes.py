"""Responses in the shapes of CloudFormation's API."""

from __future__ import annotations

import json
from typing import Any

from embedded_cloud.cloudformation.change_set import ChangeSet
from embedded_cloud.cloudformation.drift import DELETED, IN_SYNC, MODIFIED, DriftDetection, ResourceDrift
from embedded_cloud.cloudformation.stack import CloudFormationStack, ResourceChange, StackEvent, StackResource
from embedded_cloud.cloudformation.template import Template


def describe_stack(stack: CloudFormationStack) -> dict[str, Any]:
    """Return a stack in the shape of DescribeStacks."""
    hidden = stack.blueprint.hidden_parameters
    return {
        **summarize_stack(stack),
        "Description": stack.template.description if stack.template else None,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": "****" if key in hidden else _format_parameter(value)}
            for key, value in stack.blueprint.parameters.items()
        ],
        "DisableRollback": False,
        "NotificationARNs": [],
        "EnableTerminationProtection": stack.termination_protection,
        "Outputs": [
            {
                "OutputKey": output.key,
                "OutputValue": output.value,
                "Description": output.description,
                "ExportName": output.export_name,
            }
            for output in stack.outputs
        ],
        "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
    }


def _format_parameter(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)


def summarize_stack(stack: CloudFormationStack) -> dict[str, Any]:
    """Return a stack in the shape of ListStacks."""
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "CreationTime": stack.created_at,
        "LastUpdatedTime": stack.updated_at,
        "DeletionTime": stack.deleted_at,
        "StackStatus": stack.status,
        "StackStatusReason": stack.status_reason,
    }


def describe_event(stack: CloudFormationStack, event: StackEvent) -> dict[str, Any]:
    """Return an event in the shape of DescribeStackEvents."""
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "EventId": event.event_id,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type,
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
        "Timestamp": event.timestamp,
    }


def describe_resource(stack: CloudFormationStack, entry: StackResource) -> dict[str, Any]:
    """Return a resource in the shape of DescribeStackResources."""
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "LogicalResourceId": entry.logical_id,
        "PhysicalResourceId": entry.physical_id,
        "ResourceType": entry.definition.type,
        "ResourceStatus": entry.status,
        "ResourceStatusReason": entry.reason,
        "Timestamp": entry.changed_at,
    }


def summarize_template(template: Template) -> dict[str, Any]:
    """Return the common fields of ValidateTemplate and GetTemplateSummary."""
    parameters = template.sections.get("Parameters") or {}
    return {
        "Description": template.description,
        "Parameters": [
            {
                "ParameterKey": name,
                "DefaultValue": parameter.get("Default"),
                "NoEcho": str(parameter.get("NoEcho")).lower() == "true",
                "Description": parameter.get("Description"),
            }
            for name, parameter in parameters.items()
        ],
    }


def describe_change_set(change_set: ChangeSet) -> dict[str, Any]:
    """Return a change set in the shape of ListChangeSets."""
    return {
        "ChangeSetId": change_set.change_set_id,
        "ChangeSetName": change_set.name,
        "StackId": change_set.stack.stack_id,
        "StackName": change_set.stack.name,
        "Description": change_set.description,
        "CreationTime": change_set.created_at,
        "Status": change_set.status,
        "StatusReason": change_set.status_reason,
        "ExecutionStatus": change_set.execution_status,
    }


def describe_change(change: ResourceChange) -> dict[str, Any]:
    """Return a change in the shape of DescribeChangeSet."""
    replacement = {"Replacement": str(change.replacement)} if change.action == "Modify" else {}
    return {
        "Type": "Resource",
        "ResourceChange": {
            "Action": change.action,
            "LogicalResourceId": change.logical_id,
            "PhysicalResourceId": change.physical_id,
            "ResourceType": change.type,
            **replacement,
        },
    }


def describe_detection(detection: DriftDetection) -> dict[str, Any]:
    """Return a detection in the shape of DescribeStackDriftDetectionStatus."""
    drifted = sum(drift.status in (MODIFIED, DELETED) for drift in detection.drifts)
    failed = detection.failure is not None
    return {
        "StackId": detection.stack.stack_id,
        "StackDriftDetectionId": detection.detection_id,
        "StackDriftStatus": "UNKNOWN" if failed else "DRIFTED" if drifted else IN_SYNC,
        "DetectionStatus": "DETECTION_FAILED" if failed else "DETECTION_COMPLETE",
        "DetectionStatusReason": detection.failure,
        "DriftedStackResourceCount": drifted,
        "Timestamp": detection.started_at,
    }


def describe_drift(drift: ResourceDrift) -> dict[str, Any]:
    """Return a resource's drift in the shape of DescribeStackResourceDrifts."""
    return {
        "StackId": drift.stack_id,
        "LogicalResourceId": drift.entry.logical_id,
        "PhysicalResourceId": drift.entry.physical_id,
        "ResourceType": drift.entry.definition.type,
        "ExpectedProperties": json.dumps(drift.expected, default=str),
        "ActualProperties": json.dumps(drift.actual, default=str),
        "PropertyDifferences": list(drift.differences),
        "StackResourceDriftStatus": drift.status,
        "Timestamp": drift.detected_at,
    }

"""Drift detection: a resource that was changed outside of its stack is found, with the property and both values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.cloudformation.stacks import Stacks, bucket, log_group
from tests.local.roles import EVERYTHING, trust

POLICY = {"Version": "2012-10-17", "Statement": [EVERYTHING]}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "RoleName": "caller",
        "AssumeRolePolicyDocument": trust("lambda"),
        "Policies": [{"PolicyName": "own", "PolicyDocument": POLICY}],
    },
}


@pytest.fixture
def stacks(cloud: EmbeddedCloud) -> Stacks:
    made = Stacks(cloud)
    resources = {"Group": log_group(LogGroupName="g", RetentionInDays=14), "Role": ROLE, "Bucket": bucket()}
    assert made.create(resources) == "CREATE_COMPLETE", made.events
    return made


def detect(stacks: Stacks, **how: Any) -> tuple[str, dict[str, str], list[dict[str, Any]]]:
    """Return the stack's drift status, the status of each checked resource, and all differences."""
    detection = stacks.api.detect_stack_drift(StackName="s", **how)["StackDriftDetectionId"]
    ended = stacks.api.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    assert ended["DetectionStatus"] == "DETECTION_COMPLETE"
    drifts = stacks.api.describe_stack_resource_drifts(StackName="s")["StackResourceDrifts"]
    statuses = {drift["LogicalResourceId"]: drift["StackResourceDriftStatus"] for drift in drifts}
    return ended["StackDriftStatus"], statuses, [one for drift in drifts for one in drift["PropertyDifferences"]]


def test_detect_drift_finds_none_after_a_deployment(stacks: Stacks) -> None:
    """Leave out the bucket, which the cloud doesn't read."""
    assert detect(stacks) == ("IN_SYNC", {"Group": "IN_SYNC", "Role": "IN_SYNC"}, [])


def test_detect_drift_names_changed_and_missing_properties(stacks: Stacks, cloud: EmbeddedCloud) -> None:
    cloud.client("logs").put_retention_policy(logGroupName="g", retentionInDays=30)
    cloud.client("iam").delete_role_policy(RoleName="caller", PolicyName="own")
    status, statuses, [days, policies] = detect(stacks)
    assert (status, statuses) == ("DRIFTED", {"Group": "MODIFIED", "Role": "MODIFIED"})
    assert days == {
        "PropertyPath": "/RetentionInDays",
        "ExpectedValue": "14",
        "ActualValue": "30",
        "DifferenceType": "NOT_EQUAL",
    }
    assert (policies["PropertyPath"], policies["ActualValue"]) == ("/Policies", "[]")
    cloud.client("logs").delete_retention_policy(logGroupName="g")
    [days, _] = detect(stacks)[2]
    assert (days["DifferenceType"], days["ActualValue"]) == ("REMOVE", "null")


def test_detect_drift_ignores_policies_of_other_resources(stacks: Stacks, cloud: EmbeddedCloud) -> None:
    cloud.client("iam").put_role_policy(RoleName="caller", PolicyName="other", PolicyDocument=json.dumps(POLICY))
    assert detect(stacks)[0] == "IN_SYNC"


def test_detect_drift_finds_deleted_resources(stacks: Stacks, cloud: EmbeddedCloud) -> None:
    cloud.client("logs").delete_log_group(logGroupName="g")
    iam = cloud.client("iam")
    iam.delete_role_policy(RoleName="caller", PolicyName="own")
    iam.delete_role(RoleName="caller")
    assert detect(stacks)[:2] == ("DRIFTED", {"Group": "DELETED", "Role": "DELETED"})
    drifted = stacks.api.describe_stack_resource_drifts(StackName="s", StackResourceDriftStatusFilters=["MODIFIED"])
    assert drifted["StackResourceDrifts"] == []


def test_detect_drift_of_one_resource_keeps_what_is_known_of_others(stacks: Stacks, cloud: EmbeddedCloud) -> None:
    detect(stacks)
    cloud.client("logs").put_retention_policy(logGroupName="g", retentionInDays=30)
    assert detect(stacks, LogicalResourceIds=["Role"])[1] == {"Group": "IN_SYNC", "Role": "IN_SYNC"}
    assert detect(stacks, LogicalResourceIds=["Group"])[1] == {"Group": "MODIFIED", "Role": "IN_SYNC"}


def test_detect_drift_refuses_unknown_resources_and_detections(stacks: Stacks) -> None:
    with pytest.raises(ClientError, match="Resource Nosuch does not exist for stack s"):
        stacks.api.detect_stack_drift(StackName="s", LogicalResourceIds=["Nosuch"])
    with pytest.raises(ClientError, match=r"DriftDetectionId \[nosuch\] does not exist"):
        stacks.api.describe_stack_drift_detection_status(StackDriftDetectionId="nosuch")

"""CloudFormation stacks: creation, update, rollback and deletion as on AWS.

Status names: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.cloudformation.stacks import Stacks, bucket, log_group, queue

# A queue that can't be created: SQS refuses the name.
BROKEN = queue(QueueName="no such name!")


@pytest.fixture
def stacks(cloud: EmbeddedCloud) -> Stacks:
    return Stacks(cloud)


def queue_names(cloud: EmbeddedCloud) -> set[str]:
    return {url.rsplit("/", 1)[1] for url in cloud.client("sqs").list_queues().get("QueueUrls", [])}


def bucket_names(cloud: EmbeddedCloud) -> set[str]:
    return {one["Name"] for one in cloud.client("s3").list_buckets()["Buckets"]}


def test_create_stack_creates_referenced_resources_first(stacks: Stacks) -> None:
    resources = {
        "C": {**queue(), "DependsOn": "B"},
        "B": queue(QueueName={"Fn::Sub": "after-${A.QueueName}"}),
        "A": queue(QueueName="a"),
    }
    assert stacks.create(resources) == "CREATE_COMPLETE"
    completed = [logical_id for logical_id, status, _ in stacks.events if status == "CREATE_COMPLETE"]
    assert completed == ["A", "B", "C", "s"]
    assert stacks.physical_id("B").endswith("/after-a")


def test_create_stack_rolls_back_and_names_the_failed_resource(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    status = stacks.create({"Good": queue(QueueName="good"), "Bad": {**BROKEN, "DependsOn": "Good"}})
    assert status == "ROLLBACK_COMPLETE"
    assert queue_names(cloud) == set()
    assert [(name, state) for name, state, _ in stacks.events] == [
        ("s", "CREATE_IN_PROGRESS"),
        ("Good", "CREATE_IN_PROGRESS"),
        ("Good", "CREATE_COMPLETE"),
        ("Bad", "CREATE_IN_PROGRESS"),
        ("Bad", "CREATE_FAILED"),
        ("s", "ROLLBACK_IN_PROGRESS"),
        ("Good", "DELETE_IN_PROGRESS"),
        ("Good", "DELETE_COMPLETE"),
        ("s", "ROLLBACK_COMPLETE"),
    ]
    reasons = {(name, state): reason for name, state, reason in stacks.events}
    assert "HandlerErrorCode: InvalidParameterValue" in reasons["Bad", "CREATE_FAILED"]
    assert "The following resource(s) failed to create: [Bad]" in reasons["s", "ROLLBACK_IN_PROGRESS"]
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stacks.update({"Good": queue()})
    assert stacks.delete() == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("on_failure", "status", "left"), [("DELETE", "DELETE_COMPLETE", set()), ("DO_NOTHING", "CREATE_FAILED", {"good"})]
)
def test_on_failure_deletes_or_keeps_a_failed_stack(
    cloud: EmbeddedCloud, stacks: Stacks, on_failure: str, status: str, left: set[str]
) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (OnFailure)"""
    resources = {"Good": queue(QueueName="good"), "Bad": {**BROKEN, "DependsOn": "Good"}}
    assert stacks.create(resources, how={"OnFailure": on_failure}) == status
    assert queue_names(cloud) == left


def test_update_stack_updates_only_changed_resources(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    stacks.create({"Kept": queue(), "Changed": log_group(RetentionInDays=7), "Gone": queue(QueueName="gone")})
    before = stacks.physical_id("Changed"), len(stacks.events)
    status = stacks.update({"Kept": queue(), "Changed": log_group(RetentionInDays=14), "New": queue(QueueName="new")})
    assert status == "UPDATE_COMPLETE"
    assert [(name, state) for name, state, _ in stacks.events[before[1] :]] == [
        ("s", "UPDATE_IN_PROGRESS"),
        ("Changed", "UPDATE_IN_PROGRESS"),
        ("Changed", "UPDATE_COMPLETE"),
        ("New", "CREATE_IN_PROGRESS"),
        ("New", "CREATE_COMPLETE"),
        ("s", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Gone", "DELETE_IN_PROGRESS"),
        ("Gone", "DELETE_COMPLETE"),
        ("s", "UPDATE_COMPLETE"),
    ]
    assert stacks.physical_id("Changed") == before[0]
    assert cloud.client("logs").describe_log_groups()["logGroups"][0]["retentionInDays"] == 14


def test_update_stack_updates_references_to_a_replaced_resource(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    def resources(name: str) -> dict[str, Any]:
        group = log_group(LogGroupName=name)
        stream = {"Type": "AWS::Logs::LogStream", "Properties": {"LogGroupName": {"Ref": "Group"}}}
        return {"Group": group, "Stream": stream}

    stacks.create(resources("/one"), Outputs={"Name": {"Value": {"Ref": "Group"}}})
    assert stacks.update(resources("/two"), Outputs={"Name": {"Value": {"Ref": "Group"}}}) == "UPDATE_COMPLETE"
    logs = cloud.client("logs")
    assert [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]] == ["/two"]
    assert len(logs.describe_log_streams(logGroupName="/two")["logStreams"]) == 1
    assert stacks.outputs == {"Name": "/two"}


def test_update_stack_rejects_the_replacement_of_a_named_resource(stacks: Stacks) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r", "AssumeRolePolicyDocument": {"Statement": []}}}
    stacks.create({"Role": role})
    moved = {**role, "Properties": {**role["Properties"], "Path": "/other/"}}  # type: ignore[dict-item]
    assert stacks.update({"Role": moved}) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Rename r and update the stack again" in str(stacks.events)


def test_update_stack_rolls_back_a_failed_update(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    before = {"Changed": log_group(LogGroupName="/g", RetentionInDays=7), "Replaced": queue(QueueName="old")}
    stacks.create(before, Outputs={"Queue": {"Value": {"Fn::GetAtt": ["Replaced", "QueueName"]}}})
    after = {
        "Changed": log_group(LogGroupName="/g", RetentionInDays=14),
        "Replaced": queue(QueueName="new"),
        "Added": queue(QueueName="added"),
        "Bad": {**BROKEN, "DependsOn": ["Changed", "Replaced", "Added"]},
    }
    assert stacks.update(after) == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.client("logs").describe_log_groups()["logGroups"][0]["retentionInDays"] == 7
    assert queue_names(cloud) == {"old"}
    assert stacks.outputs == {"Queue": "old"}
    reasons = {(name, state): reason for name, state, reason in stacks.events}
    assert "[Bad]" in reasons["s", "UPDATE_ROLLBACK_IN_PROGRESS"]
    with pytest.raises(ClientError, match="No updates are to be performed"):
        stacks.update(before, Outputs={"Queue": {"Value": {"Fn::GetAtt": ["Replaced", "QueueName"]}}})


def test_update_stack_rolls_back_a_partly_updated_resource(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    stacks.create({"Bucket": bucket(BucketName="bars")})
    twice = [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]
    half = bucket(BucketName="bars", VersioningConfiguration={"Status": "Enabled"}, Tags=twice)
    assert stacks.update({"Bucket": half}) == "UPDATE_ROLLBACK_COMPLETE"
    assert ("Bucket", "UPDATE_FAILED") in [(name, state) for name, state, _ in stacks.events]
    assert cloud.client("s3").get_bucket_versioning(Bucket="bars")["Status"] == "Suspended"


def test_update_stack_rejects_an_update_without_changes(stacks: Stacks) -> None:
    parameters = {"Days": {"Type": "Number", "Default": "7"}}
    resources = {"Group": log_group(RetentionInDays={"Ref": "Days"})}
    stacks.create(resources, Parameters=parameters)
    with pytest.raises(ClientError, match=r"No updates are to be performed\."):
        stacks.update(resources, Parameters=parameters, Description="said otherwise")
    given = [{"ParameterKey": "Days", "ParameterValue": "14"}]
    assert stacks.update(resources, Parameters=parameters, how={"Parameters": given}) == "UPDATE_COMPLETE"
    assert stacks.description["Parameters"] == given


def test_deletion_policy_retain_keeps_the_resource(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"""
    kept = {**queue(QueueName="kept"), "DeletionPolicy": "Retain"}
    stacks.create({"Kept": kept, "Gone": queue(QueueName="gone")})
    assert stacks.delete() == "DELETE_COMPLETE"
    assert queue_names(cloud) == {"kept"}
    assert ("Kept", "DELETE_SKIPPED", "") in stacks.events
    with pytest.raises(ClientError, match="Stack with id s does not exist"):
        stacks.api.describe_stacks(StackName="s")


def test_deletion_policy_retain_except_on_create_keeps_nothing_of_a_failed_creation(
    cloud: EmbeddedCloud, stacks: Stacks
) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"""
    lake = {**bucket(BucketName="lake"), "DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
    cloud.client("s3").create_bucket(Bucket="taken")
    refused = {**bucket(BucketName="taken"), "DependsOn": "Lake"}
    assert stacks.create({"Lake": lake, "Refused": refused}) == "ROLLBACK_COMPLETE"
    assert bucket_names(cloud) == {"taken"}
    stacks.delete()
    assert stacks.create({"Lake": lake}) == "CREATE_COMPLETE"
    assert stacks.delete() == "DELETE_COMPLETE"
    assert bucket_names(cloud) == {"lake", "taken"}


def test_delete_stack_fails_for_a_bucket_that_is_not_empty(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    stacks.create({"Bucket": bucket(BucketName="full"), "Queue": queue()})
    s3 = cloud.client("s3")
    s3.put_object(Bucket="full", Key="k")
    assert stacks.delete() == "DELETE_FAILED"
    assert stacks.description["StackStatusReason"] == "The following resource(s) failed to delete: [Bucket]."
    assert "BucketNotEmpty" in str([reason for _, state, reason in stacks.events if state == "DELETE_FAILED"])
    assert queue_names(cloud) == set()
    s3.delete_object(Bucket="full", Key="k")
    assert stacks.delete() == "DELETE_COMPLETE"


def test_delete_stack_rejects_a_protected_stack(stacks: Stacks) -> None:
    stacks.create({"Queue": queue()}, how={"EnableTerminationProtection": True})
    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        stacks.delete()
    stacks.api.update_termination_protection(StackName="s", EnableTerminationProtection=False)
    assert stacks.delete() == "DELETE_COMPLETE"


def test_create_stack_rejects_a_used_name_until_its_deletion(stacks: Stacks) -> None:
    stacks.create({"Queue": queue()})
    with pytest.raises(stacks.api.exceptions.AlreadyExistsException):
        stacks.create({"Queue": queue()})
    stacks.delete()
    assert stacks.create({"Queue": queue()}) == "CREATE_COMPLETE"


def test_change_set_lists_its_changes_and_executes_them(stacks: Stacks) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-changesets.html"""
    api = stacks.api

    def change(name: str, kind: str, resources: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({"Resources": resources})
        api.create_change_set(StackName="s", ChangeSetName=name, ChangeSetType=kind, TemplateBody=body)
        described: dict[str, Any] = api.describe_change_set(StackName="s", ChangeSetName=name)
        return described

    first = {"Queue": queue(QueueName="one"), "Group": log_group()}
    assert len(change("made", "CREATE", first)["Changes"]) == 2
    assert stacks.status == "REVIEW_IN_PROGRESS"
    api.execute_change_set(StackName="s", ChangeSetName="made")
    assert stacks.status == "CREATE_COMPLETE"
    described = change("changed", "UPDATE", {"Queue": queue(QueueName="two"), "New": queue()})
    changes = [entry["ResourceChange"] for entry in described["Changes"]]
    assert [(entry["Action"], entry["LogicalResourceId"], entry.get("Replacement")) for entry in changes] == [
        ("Remove", "Group", None),
        ("Add", "New", None),
        ("Modify", "Queue", "True"),
    ]
    api.execute_change_set(StackName="s", ChangeSetName="changed")
    assert stacks.status == "UPDATE_COMPLETE"
    assert stacks.physical_id("Queue").endswith("/two")


def test_change_set_without_changes_fails(stacks: Stacks) -> None:
    resources = {"Queue": queue()}
    stacks.create(resources)
    body = json.dumps({"Resources": resources})
    stacks.api.create_change_set(StackName="s", ChangeSetName="none", TemplateBody=body)
    described = stacks.api.describe_change_set(StackName="s", ChangeSetName="none")
    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert "didn't contain changes" in described["StatusReason"]
    with pytest.raises(stacks.api.exceptions.InvalidChangeSetStatusException):
        stacks.api.execute_change_set(StackName="s", ChangeSetName="none")
    stacks.api.delete_change_set(StackName="s", ChangeSetName="none")
    with pytest.raises(stacks.api.exceptions.ChangeSetNotFoundException):
        stacks.api.describe_change_set(StackName="s", ChangeSetName="none")


def test_import_value_reads_the_export_of_another_stack(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    exported = {"Name": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}, "Export": {"Name": "queue-name"}}}
    stacks.create({"Queue": queue(QueueName="shared")}, Outputs=exported)
    api = cloud.client("cloudformation")
    importing = json.dumps({"Resources": {"G": log_group(LogGroupName={"Fn::ImportValue": "queue-name"})}})
    api.create_stack(StackName="other", TemplateBody=importing)
    assert cloud.client("logs").describe_log_groups()["logGroups"][0]["logGroupName"] == "shared"
    with pytest.raises(ClientError, match="No export named nothing found"):
        api.create_stack(StackName="third", TemplateBody=importing.replace("queue-name", "nothing"))

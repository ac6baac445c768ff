"""The templates with all resources: encryption at rest, TLS only, and logs and traces of everything, with an expiry.

checkov reads the templates of dev and prod. The other stages have the same resources, and some of them are off.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.package.stages import of_type, template

RETENTION_DAYS = {"prod": 90}
POLICIES = {
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket", "s3:*"),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues", "sqs:*"),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics", "sns:Publish"),
}


@pytest.fixture(scope="module", params=["prod", "watched"])
def stage(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def resources(stage: str) -> dict[str, Any]:
    found: dict[str, Any] = template(stage)["Resources"]
    return found


def test_delivery_stream_is_encrypted_and_logs_failures(resources: dict[str, Any]) -> None:
    [(_, stream)] = of_type(resources, "AWS::KinesisFirehose::DeliveryStream")
    assert stream["DeliveryStreamEncryptionConfigurationInput"] == {"KeyType": "AWS_OWNED_CMK"}
    assert stream["ExtendedS3DestinationConfiguration"]["CloudWatchLoggingOptions"] == {
        "Enabled": True,
        "LogGroupName": {"Ref": "DeliveryStreamLogGroup"},
        "LogStreamName": {"Ref": "DeliveryStreamLogStream"},
    }


@pytest.mark.parametrize("machine", ["Pipeline", "Poll", "Compact"])
def test_state_machine_logs_and_traces(resources: dict[str, Any], machine: str) -> None:
    machines = dict(of_type(resources, "AWS::StepFunctions::StateMachine"))
    assert machines.keys() == {"Pipeline", "Poll", "Compact"}
    assert machines[machine]["TracingConfiguration"] == {"Enabled": True}
    assert machines[machine]["LoggingConfiguration"]["Level"] in ("ERROR", "ALL")
    [destination] = machines[machine]["LoggingConfiguration"]["Destinations"]
    assert destination == {"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["PipelineLogGroup", "Arn"]}}}


def test_functions_trace_and_log_to_groups_of_the_stack(resources: dict[str, Any]) -> None:
    groups = {group["LogGroupName"] for _, group in of_type(resources, "AWS::Logs::LogGroup")}
    functions = dict(of_type(resources, "AWS::Lambda::Function"))
    assert len(functions) >= 4
    for logical_id, function in functions.items():
        assert function["TracingConfig"] == {"Mode": "Active"}, logical_id
        # A group that Lambda makes by itself keeps logs for ever.
        group = function.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{function['FunctionName']}")
        assert group in groups, logical_id


def test_log_groups_expire_after_the_days_of_the_stage(resources: dict[str, Any], stage: str) -> None:
    retention = {
        logical_id: group.get("RetentionInDays") for logical_id, group in of_type(resources, "AWS::Logs::LogGroup")
    }
    assert retention == dict.fromkeys(retention, RETENTION_DAYS.get(stage, 14))
    assert {"PipelineLogGroup", "DeliveryStreamLogGroup", "PlannerLogGroup"} <= retention.keys()


def test_work_group_encrypts_results_regardless_of_the_client(resources: dict[str, Any]) -> None:
    [(_, group)] = of_type(resources, "AWS::Athena::WorkGroup")
    configuration = group["WorkGroupConfiguration"]
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}


def test_buckets_queues_and_topics_are_encrypted(resources: dict[str, Any]) -> None:
    for logical_id, bucket in of_type(resources, "AWS::S3::Bucket"):
        [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] in ("AES256", "aws:kms"), logical_id
    assert {queue["SqsManagedSseEnabled"] for _, queue in of_type(resources, "AWS::SQS::Queue")} == {True}
    # Not SNS's own key, which CloudWatch may not use.
    assert [topic["KmsMasterKeyId"] for _, topic in of_type(resources, "AWS::SNS::Topic")] == [{"Ref": "AlarmKey"}]


@pytest.mark.parametrize("kind", POLICIES)
def test_resource_policies_deny_requests_without_tls(resources: dict[str, Any], kind: str) -> None:
    policy_type, target, action = POLICIES[kind]
    denied = {}
    for _, policy in of_type(resources, policy_type):
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Deny" and statement["Principal"] == "*" and statement["Action"] == action:
                assert statement["Condition"] in (
                    {"Bool": {"aws:SecureTransport": "false"}},
                    {"Bool": {"aws:SecureTransport": False}},
                )
                named = policy[target] if isinstance(policy[target], list) else [policy[target]]
                denied.update({reference["Ref"]: json.dumps(statement["Resource"]) for reference in named})
    expected = {logical_id for logical_id, _ in of_type(resources, kind)}
    assert denied.keys() == expected
    for logical_id, denied_resources in denied.items():
        assert logical_id in denied_resources
        assert kind != "AWS::S3::Bucket" or "/*" in denied_resources  # its objects as well

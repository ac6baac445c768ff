"""CloudFormation resources: each service has the configuration of the template, also after an update."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.cloudformation.stacks import Stacks, bucket, log_group, queue
from tests.embedded_cloud.lambda_.archive import archive, call
from tests.local.roles import EVERYTHING, trust


@pytest.fixture
def stacks(cloud: EmbeddedCloud) -> Stacks:
    return Stacks(cloud)


def test_s3_bucket_has_the_configuration_of_the_template(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html"""
    closed = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    rule = {"Id": "r", "Status": "Enabled", "Prefix": "p/", "ExpirationInDays": 7}
    stacks.create(
        {
            "B": bucket(
                BucketName="bars",
                BucketEncryption={
                    "ServerSideEncryptionConfiguration": [
                        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
                    ]
                },
                PublicAccessBlockConfiguration=closed,
                OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                VersioningConfiguration={"Status": "Enabled"},
                LifecycleConfiguration={
                    "Rules": [
                        rule,
                        {"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 3}},
                        {"Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
                    ]
                },
                Tags=[{"Key": "k", "Value": "v"}],
            )
        }
    )
    s3 = cloud.client("s3")
    (encryption,) = s3.get_bucket_encryption(Bucket="bars")["ServerSideEncryptionConfiguration"]["Rules"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket="bars")["Rules"]
    assert encryption["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms"}
    assert s3.get_public_access_block(Bucket="bars")["PublicAccessBlockConfiguration"] == closed
    ownership = s3.get_bucket_ownership_controls(Bucket="bars")["OwnershipControls"]["Rules"]
    assert ownership == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert s3.get_bucket_versioning(Bucket="bars")["Status"] == "Enabled"
    assert (rules[0]["Filter"], rules[0]["Expiration"]) == ({"Prefix": "p/"}, {"Days": 7})
    assert rules[1]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 3}
    assert rules[2]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert s3.get_bucket_tagging(Bucket="bars")["TagSet"] == [{"Key": "k", "Value": "v"}]

    assert stacks.update({"B": bucket(BucketName="bars")}) == "UPDATE_COMPLETE"
    assert s3.get_bucket_versioning(Bucket="bars")["Status"] == "Suspended"
    for gone in (s3.get_bucket_lifecycle_configuration, s3.get_bucket_tagging, s3.get_public_access_block):
        with pytest.raises(ClientError, match="NoSuch"):
            gone(Bucket="bars")


def test_s3_bucket_creation_fails_for_an_existing_bucket(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    cloud.client("s3").create_bucket(Bucket="taken")
    assert stacks.create({"B": bucket(BucketName="taken")}) == "ROLLBACK_COMPLETE"
    assert "taken already exists" in str(stacks.events)
    cloud.client("s3").head_bucket(Bucket="taken")


def _policy(effect: str, condition: dict[str, Any]) -> dict[str, Any]:
    statement = {
        "Effect": effect,
        "Principal": "*",
        "Action": "s3:*",
        "Resource": {"Fn::Sub": "${B.Arn}/*"},
        "Condition": condition,
    }
    properties = {"Bucket": {"Ref": "B"}, "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    return {"Type": "AWS::S3::BucketPolicy", "Properties": properties}


def test_s3_bucket_policy_denies_only_if_its_condition_holds(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html (HTTPS)"""
    s3 = cloud.client("s3")
    resources = {"B": bucket(BucketName="bars"), "P": _policy("Deny", {"Bool": {"aws:SecureTransport": "false"}})}
    assert stacks.create(resources) == "CREATE_COMPLETE"
    s3.put_object(Bucket="bars", Key="k")
    assert "SecureTransport" in s3.get_bucket_policy(Bucket="bars")["Policy"]
    stacks.update({**resources, "P": _policy("Deny", {"Bool": {"aws:SecureTransport": "true"}})})
    with pytest.raises(ClientError, match="403"):
        s3.put_object(Bucket="bars", Key="k")


def test_s3_bucket_policy_names_an_unsupported_condition(stacks: Stacks) -> None:
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o"}}
    assert stacks.create({"B": bucket(), "P": _policy("Deny", condition)}) == "ROLLBACK_COMPLETE"
    assert "cannot decide the condition StringEquals aws:PrincipalOrgID" in str(stacks.events)


def _role(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust("lambda"), **properties}}


def test_iam_role_has_the_policies_of_the_template(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    inline = [{"PolicyName": "one", "PolicyDocument": allow}]
    policy = {
        "Type": "AWS::IAM::Policy",
        "Properties": {"PolicyName": "two", "PolicyDocument": allow, "Roles": [{"Ref": "R"}]},
    }
    outputs = {"Arn": {"Value": {"Fn::GetAtt": ["R", "Arn"]}}}
    stacks.create({"R": _role(RoleName="r", Policies=inline), "P": policy}, Outputs=outputs)
    iam = cloud.client("iam")
    assert iam.list_role_policies(RoleName="r")["PolicyNames"] == ["one", "two"]
    assert iam.get_role_policy(RoleName="r", PolicyName="two")["PolicyDocument"] == allow
    assert stacks.outputs["Arn"] == iam.get_role(RoleName="r")["Role"]["Arn"]
    assert stacks.update({"R": _role(RoleName="r", Description="d")}) == "UPDATE_COMPLETE"
    assert iam.list_role_policies(RoleName="r")["PolicyNames"] == []
    assert iam.get_role(RoleName="r")["Role"]["Description"] == "d"
    assert stacks.delete() == "DELETE_COMPLETE"


def _function(**properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": "f",
            "Code": {"S3Bucket": "archives", "S3Key": "one.zip"},
            "Handler": "app.handler",
            "Runtime": "python3.13",
            "Role": {"Fn::GetAtt": ["R", "Arn"]},
            **properties,
        },
    }


@pytest.fixture
def archives(cloud: EmbeddedCloud) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="archives")
    for name in ("one", "two"):
        code = f"import os\ndef handler(e, c): return ['{name}', os.environ.get('A')]"
        s3.put_object(Bucket="archives", Key=f"{name}.zip", Body=archive(code))


@pytest.mark.usefixtures("archives")
def test_lambda_function_is_created_and_updated_from_the_template(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html"""
    configured = _function(
        Architectures=["arm64"],
        Description="d",
        Environment={"Variables": {"A": "b"}},
        EphemeralStorage={"Size": 1_024},
        LoggingConfig={"LogGroup": "/mine"},
        MemorySize=256,
        ReservedConcurrentExecutions=2,
        Tags=[{"Key": "k", "Value": "v"}],
        Timeout=9,
        TracingConfig={"Mode": "Active"},
    )
    policies = [{"PolicyName": "log", "PolicyDocument": {"Version": "2012-10-17", "Statement": [EVERYTHING]}}]
    resources = {"F": configured, "R": _role(Policies=policies), "L": log_group(LogGroupName="/mine")}
    assert stacks.create(resources) == "CREATE_COMPLETE"
    client = cloud.client("lambda")
    function = client.get_function(FunctionName="f")
    configuration = function["Configuration"]
    assert configuration["Architectures"] == ["arm64"]
    assert (configuration["MemorySize"], configuration["Timeout"], configuration["Description"]) == (256, 9, "d")
    assert configuration["EphemeralStorage"] == {"Size": 1_024}
    assert configuration["LoggingConfig"]["LogGroup"] == "/mine"
    assert configuration["TracingConfig"] == {"Mode": "Active"}
    assert (function["Tags"], function["Concurrency"]) == ({"k": "v"}, {"ReservedConcurrentExecutions": 2})
    assert call(client, "f") == (["one", "b"], None)
    assert cloud.client("logs").describe_log_streams(logGroupName="/mine")["logStreams"]

    other = _function(Code={"S3Bucket": "archives", "S3Key": "two.zip"})
    assert stacks.update({"F": other, "R": _role()}) == "UPDATE_COMPLETE"
    configuration = client.get_function(FunctionName="f")["Configuration"]
    assert (configuration["MemorySize"], configuration["Timeout"], configuration["Description"]) == (128, 3, "")
    assert "Concurrency" not in client.get_function(FunctionName="f")
    assert call(client, "f") == (["two", None], None)


@pytest.mark.usefixtures("archives")
def test_lambda_version_permission_and_retries_are_created(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    name = {"Ref": "F"}
    permission = {"Action": "lambda:InvokeFunction", "FunctionName": name, "Principal": "s3.amazonaws.com"}
    retries = {"FunctionName": name, "Qualifier": "$LATEST", "MaximumRetryAttempts": 0}
    resources = {
        "F": _function(),
        "R": _role(),
        "V": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": name}},
        "P": {"Type": "AWS::Lambda::Permission", "Properties": permission},
        "E": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": retries},
    }
    outputs = {"Version": {"Value": {"Ref": "V"}}}
    assert stacks.create(resources, Outputs=outputs) == "CREATE_COMPLETE"
    client = cloud.client("lambda")
    assert stacks.outputs["Version"] == f"arn:aws:lambda:us-east-1:{cloud.account_id}:function:f:1"
    (statement,) = json.loads(client.get_policy(FunctionName="f")["Policy"])["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert client.get_function_event_invoke_config(FunctionName="f")["MaximumRetryAttempts"] == 0
    assert stacks.delete() == "DELETE_COMPLETE"


def test_cloudwatch_alarm_has_its_sns_topic_as_action(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    alarm = {
        "Namespace": "AWS/Firehose",
        "MetricName": "DeliveryToS3.DataFreshness",
        "Dimensions": [{"Name": "DeliveryStreamName", "Value": "s"}],
        "Statistic": "Maximum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": "900",
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [{"Ref": "T"}],
    }
    topic = {"TopicName": "t", "Subscription": [{"Protocol": "email", "Endpoint": "someone@example.com"}]}
    resources = {
        "A": {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm},
        "T": {"Type": "AWS::SNS::Topic", "Properties": topic},
    }
    assert stacks.create(resources) == "CREATE_COMPLETE"
    (made,) = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    arn = f"arn:aws:sns:us-east-1:{cloud.account_id}:t"
    assert (made["Threshold"], made["AlarmActions"]) == (900.0, [arn])
    (subscription,) = cloud.client("sns").list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert subscription["Endpoint"] == "someone@example.com"
    assert stacks.delete() == "DELETE_COMPLETE"


def test_kms_key_rotates_and_has_its_alias(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    resources = {
        "K": {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True, "PendingWindowInDays": 7}},
        "A": {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "alias/k", "TargetKeyId": {"Ref": "K"}}},
    }
    assert stacks.create(resources) == "CREATE_COMPLETE"
    kms = cloud.client("kms")
    assert kms.get_key_rotation_status(KeyId=stacks.physical_id("K"))["KeyRotationEnabled"]
    key = kms.describe_key(KeyId="alias/k")["KeyMetadata"]["KeyId"]
    assert key == stacks.physical_id("K")
    assert stacks.delete() == "DELETE_COMPLETE"
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_sqs_queue_has_the_attributes_of_the_template(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["D", "Arn"]}, "maxReceiveCount": 3}
    assert stacks.create({"Q": queue(RedrivePolicy=redrive, VisibilityTimeout=60), "D": queue()}) == "CREATE_COMPLETE"
    attributes = cloud.client("sqs").get_queue_attributes(QueueUrl=stacks.physical_id("Q"), AttributeNames=["All"])
    assert attributes["Attributes"]["VisibilityTimeout"] == "60"
    assert json.loads(attributes["Attributes"]["RedrivePolicy"])["maxReceiveCount"] == 3


def test_schedule_is_created_and_updated_from_the_template(cloud: EmbeddedCloud, stacks: Stacks) -> None:
    def resources(state: str) -> dict[str, Any]:
        properties = {
            "Name": "daily",
            "GroupName": {"Ref": "G"},
            "ScheduleExpression": "cron(30 16 ? * MON-FRI *)",
            "ScheduleExpressionTimezone": "America/New_York",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": state,
            "Target": {"Arn": {"Fn::GetAtt": ["Q", "Arn"]}, "RoleArn": {"Fn::GetAtt": ["R", "Arn"]}, "Input": "{}"},
        }
        group = {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "g"}}
        schedule = {"Type": "AWS::Scheduler::Schedule", "Properties": properties}
        role = _role(AssumeRolePolicyDocument=trust("scheduler"))
        return {"S": schedule, "G": group, "Q": queue(), "R": role}

    assert stacks.create(resources("ENABLED")) == "CREATE_COMPLETE"
    assert stacks.update(resources("DISABLED")) == "UPDATE_COMPLETE"
    schedule = cloud.client("scheduler").get_schedule(Name="daily", GroupName="g")
    assert (schedule["State"], schedule["ScheduleExpressionTimezone"]) == ("DISABLED", "America/New_York")
    assert stacks.delete() == "DELETE_COMPLETE"

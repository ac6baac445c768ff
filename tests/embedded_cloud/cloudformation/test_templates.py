"""CloudFormation templates: intrinsic functions, limits, and an error for each part that isn't supported."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.cloudformation.stacks import Stacks, bucket, log_group, queue

YAML = """
Parameters:
  Stage: {Type: String, Default: dev}
  Days: {Type: Number, Default: 7}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
Mappings:
  Retention: {prod: {queue: 600}, dev: {queue: 300}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub /${AWS::StackName}/${Stage}/${!literal}
      RetentionInDays: !If [IsProd, 90, !Ref Days]
      KmsKeyId: !Ref AWS::NoValue
  Queue:
    Type: AWS::SQS::Queue
    Condition: IsDev
    Properties:
      QueueName: !Join ["-", [!Select [1, !Ref Names], !Select [0, !Split [".", "c.d"]]]]
      MessageRetentionPeriod: !FindInMap [Retention, !Ref Stage, queue]
  ProdOnly:
    Type: AWS::SQS::Queue
    Condition: IsProd
Outputs:
  Arn: {Value: !GetAtt Queue.Arn}
  Text: {Value: !Sub ["${q} in ${AWS::Region} on ${date}", {q: !GetAtt [Queue, QueueName], date: 2020-05-14}]}
  Coded: {Value: {"Fn::Base64": !Ref Group}}
  Prod: {Value: !Ref ProdOnly, Condition: IsProd}
"""


def test_create_stack_resolves_functions_parameters_and_conditions(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html"""
    stacks = Stacks(cloud)
    stacks.api.create_stack(StackName="s", TemplateBody=YAML)
    assert stacks.outputs == {
        "Arn": f"arn:aws:sqs:us-east-1:{cloud.account_id}:b-c",
        "Text": "b-c in us-east-1 on 2020-05-14",
        "Coded": "L3MvZGV2LyR7bGl0ZXJhbH0=",
    }
    (group,) = cloud.client("logs").describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == ("/s/dev/${literal}", 7)
    assert [r["LogicalResourceId"] for r in stacks.api.describe_stack_resources(StackName="s")["StackResources"]] == [
        "Group",
        "Queue",
    ]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ({}, "At least one Resources member must be defined"),
        ({"Resources": {"A": {"Properties": {}}}}, "Every Resources object must contain a Type member"),
        ({"Resources": {"A": {"Type": "AWS::EC2::VPC"}}}, r"Unrecognized resource types: \[AWS::EC2::VPC \(A\)\]"),
        ({"Resources": {"A-b": bucket()}}, "Resource name A-b is non alphanumeric"),
        ({"Resources": {"A": {**bucket(), "UpdatePolicy": {}}}}, "UpdatePolicy"),
        ({"Resources": {"A": {**bucket(), "DeletionPolicy": "Snapshot"}}}, "DeletionPolicy Snapshot"),
        (
            {"Resources": {"A": {**bucket(), "UpdateReplacePolicy": "RetainExceptOnCreate"}}},
            "UpdateReplacePolicy RetainExceptOnCreate",
        ),
        ({"Resources": {"A": bucket()}, "Transform": "AWS::Serverless-2016-10-31"}, "Transform"),
        ({"Resources": {"A": bucket(BucketName={"Ref": "B"})}}, r"Unresolved resource dependencies \[B\]"),
        ({"Resources": {"A": bucket(BucketName={"Fn::Sub": "${B}"})}}, r"Unresolved resource dependencies \[B\]"),
        ({"Resources": {"A": {**bucket(), "DependsOn": "B"}}}, r"Unresolved resource dependencies \['B'\]"),
        ({"Resources": {"A": bucket(BucketName={"Fn::GetAtt": ["B", "Arn"]})}}, "references undefined resource B"),
        ({"Resources": {"A": bucket(BucketName={"Fn::Cidr": []})}}, "not support the function Fn::Cidr"),
        ({"Resources": {"A": {**bucket(), "Condition": "C"}}}, "unresolved condition dependency C"),
        ({"Resources": {"A": bucket()}, "Outputs": {"O": {"Value": {"Ref": "B"}}}}, r"\['B'\] in the Outputs block"),
        (
            {"Resources": {"A": {**bucket(), "DependsOn": "B"}, "B": {**bucket(), "DependsOn": ["A"]}}},
            r"Circular dependency between resources: \[A, B\]",
        ),
        (
            {"Resources": {"A": bucket()}, "Parameters": {"P": {"Type": "String"}}},
            r"Parameters: \[P\] must have values",
        ),
        (
            {"Resources": {"A": bucket()}, "Parameters": {"P": {"Type": "AWS::SSM::Parameter::Value", "Default": "x"}}},
            "AWS::SSM::Parameter::Value",
        ),
        (
            {"Resources": {"A": {**bucket(), "DeletionPolicy": {"Ref": "P"}}}},
            "Every DeletionPolicy member must be a string",
        ),
        (
            {"Resources": {"A": bucket(BucketName={"Fn::Sub": "x-{{resolve:ssm:/name:1}}"})}},
            "resource A: the embedded cloud does not support the dynamic reference {{resolve:ssm:/name:1}}",
        ),
        (
            {"Resources": {"A": bucket()}, "Outputs": {"O": {"Value": "{{resolve:secretsmanager:s}}"}}},
            "output O: the embedded cloud does not support the dynamic reference",
        ),
        ({"Resources": {f"A{n}": bucket() for n in range(501)}}, "501, is greater than maximum allowed, 500"),
    ],
)
def test_create_stack_rejects_an_invalid_template(cloud: EmbeddedCloud, template: dict[str, Any], message: str) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html"""
    api = cloud.client("cloudformation")
    with pytest.raises(ClientError, match=message) as refused:
        api.create_stack(StackName="s", TemplateBody=json.dumps(template))
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert api.list_stacks()["StackSummaries"] == []


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (bucket(ReplicationConfiguration={"Role": "r"}), "ReplicationConfiguration"),
        (bucket(VersioningConfiguration={"Status": "Enabled", "MfaDelete": "x"}), "VersioningConfiguration.MfaDelete"),
        (bucket(LifecycleConfiguration={"Rules": [{"ObjectSizeLessThan": 1}]}), "LifecycleConfiguration.Rules.Obj"),
        (bucket(Tags={"Fn::If": ["C", [{"Ky": "a"}], {"Ref": "AWS::NoValue"}]}), "Tags.Ky"),
        (log_group(LogGroupClass="DELIVERY"), "LogGroupClass"),
        ({"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"Document": {}}]}}, "Policies.Document"),
        ({"Type": "AWS::Lambda::Function", "Properties": {"VpcConfig": {}}}, "VpcConfig"),
    ],
)
def test_create_stack_rejects_an_unknown_property_by_its_path(
    cloud: EmbeddedCloud, resource: dict[str, Any], path: str
) -> None:
    template = {"Conditions": {"C": {"Fn::Equals": ["1", "1"]}}, "Resources": {"Thing": resource}}
    with pytest.raises(ClientError, match=f"Thing of type {resource['Type']}: .* not support the properties {path}"):
        cloud.client("cloudformation").create_stack(StackName="s", TemplateBody=json.dumps(template))


def test_create_stack_converts_numbers_and_booleans_given_as_text(cloud: EmbeddedCloud) -> None:
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "ComparisonOperator": "GreaterThanThreshold",
            "EvaluationPeriods": {"Ref": "Periods"},
            "MetricName": "m",
            "Namespace": "n",
            "Period": "60",
            "Statistic": "Sum",
            "Threshold": "1.5",
            "ActionsEnabled": "true",
        },
    }
    parameters = {"Periods": {"Type": "String", "Default": "2"}}
    assert Stacks(cloud).create({"G": log_group(RetentionInDays="7"), "A": alarm}, Parameters=parameters) == (
        "CREATE_COMPLETE"
    )
    (made,) = cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert (made["Period"], made["EvaluationPeriods"], made["Threshold"], made["ActionsEnabled"]) == (60, 2, 1.5, True)


def test_create_change_set_accepts_a_new_stack_without_resources(cloud: EmbeddedCloud) -> None:
    api = cloud.client("cloudformation")
    condition = {"Never": {"Fn::Equals": ["a", "b"]}}
    body = json.dumps({"Conditions": condition, "Resources": {"B": {**bucket(), "Condition": "Never"}}})
    api.create_change_set(StackName="s", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=body)
    described = api.describe_change_set(StackName="s", ChangeSetName="c")
    assert (described["Status"], described["Changes"]) == ("CREATE_COMPLETE", [])


def test_get_att_fails_for_an_unknown_attribute(cloud: EmbeddedCloud) -> None:
    stacks = Stacks(cloud)
    status = stacks.create({"Q": queue(), "Q2": queue(QueueName={"Fn::GetAtt": ["Q", "Colour"]})})
    assert status == "ROLLBACK_COMPLETE"
    reason = "Template error: resource Q (AWS::SQS::Queue) does not support attribute type Colour in Fn::GetAtt"
    assert ("Q2", "CREATE_FAILED", reason) in stacks.events


def test_validate_template_rejects_templates_over_the_size_limits(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
    api, s3 = cloud.client("cloudformation"), cloud.client("s3")
    s3.create_bucket(Bucket="templates")
    body = json.dumps({"Resources": {"Q": queue()}})

    def padded(size: int) -> str:
        return body + " " * (size - len(body))

    api.validate_template(TemplateBody=padded(51_200))
    with pytest.raises(ClientError, match="less than or equal to 51200"):
        api.validate_template(TemplateBody=padded(51_201))
    for size in (1_000_000, 1_000_001):
        s3.put_object(Bucket="templates", Key=f"{size}.json", Body=padded(size).encode())
    for host in ("https://s3.amazonaws.com/templates", "https://templates.s3.us-east-1.amazonaws.com"):
        api.validate_template(TemplateURL=f"{host}/1000000.json")
        with pytest.raises(ClientError, match="may not exceed 1000000 bytes"):
            api.validate_template(TemplateURL=f"{host}/1000001.json")
    with pytest.raises(ClientError, match="The specified key does not exist"):
        api.validate_template(TemplateURL="https://s3.amazonaws.com/templates/none.json")


def test_create_stack_requires_a_capability_for_named_iam_resources(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html"""
    api = cloud.client("cloudformation")
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r", "AssumeRolePolicyDocument": {"Statement": []}}}
    body = json.dumps({"Resources": {"Role": role}})
    for capabilities in ([], ["CAPABILITY_IAM"]):
        with pytest.raises(api.exceptions.InsufficientCapabilitiesException, match="CAPABILITY_NAMED_IAM"):
            api.create_stack(StackName="s", TemplateBody=body, Capabilities=capabilities)


def test_create_stack_rejects_notification_arns(cloud: EmbeddedCloud) -> None:
    api = cloud.client("cloudformation")
    with pytest.raises(ClientError, match="NotificationARNs"):
        api.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": {"Q": queue()}}), NotificationARNs=["a"])

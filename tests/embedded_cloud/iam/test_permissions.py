"""IAM permissions: a role's calls are checked against its policies and refused with the errors of AWS.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.lambda_.archive import archive
from tests.local.roles import EVERYTHING, allow, make_role

ROLE = "caller"
SESSION = "arn:aws:sts::123456789012:assumed-role/caller/embedded-cloud"
CODE = "def handler(event, context):\n    print('here')\n    return event"


@pytest.fixture
def role(cloud: EmbeddedCloud) -> str:
    """Create a role without any permission that these tests need."""
    return make_role(cloud, ROLE, "lambda", {**EVERYTHING, "Action": "iam:GetUser"})


def refusal(call: Any, **parameters: Any) -> dict[str, str]:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = dict(refused.value.response["Error"])
    return {name: str(value) for name, value in error.items()}


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "code", "action", "resource"),
    [
        (
            "firehose",
            "put_record_batch",
            {"DeliveryStreamName": "bars", "Records": [{"Data": b"x"}]},
            "AccessDeniedException",
            "firehose:PutRecordBatch",
            "arn:aws:firehose:us-east-1:123456789012:deliverystream/bars",
        ),
        (
            "lambda",
            "invoke",
            {"FunctionName": "collector", "Payload": b"{}"},
            "AccessDeniedException",
            "lambda:InvokeFunction",
            "arn:aws:lambda:us-east-1:123456789012:function:collector",
        ),
        (
            "lambda",
            "invoke",
            {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:collector", "Qualifier": "live"},
            "AccessDeniedException",
            "lambda:InvokeFunction",
            "arn:aws:lambda:us-east-1:123456789012:function:collector:live",
        ),
        (
            "stepfunctions",
            "start_execution",
            {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:pipeline"},
            "AccessDeniedException",
            "states:StartExecution",
            "arn:aws:states:us-east-1:123456789012:stateMachine:pipeline",
        ),
        (
            "athena",
            "start_query_execution",
            {"QueryString": "SELECT 1", "WorkGroup": "mine"},
            "AccessDeniedException",
            "athena:StartQueryExecution",
            "arn:aws:athena:us-east-1:123456789012:workgroup/mine",
        ),
        (
            "athena",
            "list_named_queries",
            {"WorkGroup": "mine"},
            "AccessDeniedException",
            "athena:ListNamedQueries",
            "arn:aws:athena:us-east-1:123456789012:workgroup/mine",
        ),
        (
            "athena",
            "get_named_query",
            {"NamedQueryId": "b9a1c3f0-0000-4000-8000-000000000000"},
            "AccessDeniedException",
            "athena:GetNamedQuery",
            "arn:aws:athena:us-east-1:123456789012:workgroup/primary",
        ),
        (
            "glue",
            "get_table",
            {"DatabaseName": "market", "Name": "bars"},
            "AccessDeniedException",
            "glue:GetTable",
            "arn:aws:glue:us-east-1:123456789012:catalog",
        ),
        (
            "logs",
            "put_log_events",
            {"logGroupName": "/g", "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "m"}]},
            "AccessDeniedException",
            "logs:PutLogEvents",
            "arn:aws:logs:us-east-1:123456789012:log-group:/g:log-stream:s",
        ),
        ("s3", "get_object", {"Bucket": "box", "Key": "k/é"}, "AccessDenied", "s3:GetObject", "arn:aws:s3:::box/k/é"),
        ("s3", "put_object", {"Bucket": "box", "Key": "k"}, "AccessDenied", "s3:PutObject", "arn:aws:s3:::box/k"),
        ("s3", "list_objects_v2", {"Bucket": "box"}, "AccessDenied", "s3:ListBucket", "arn:aws:s3:::box"),
        ("s3", "get_bucket_location", {"Bucket": "box"}, "AccessDenied", "s3:GetBucketLocation", "arn:aws:s3:::box"),
        (
            "sns",
            "publish",
            {"TopicArn": "arn:aws:sns:us-east-1:123456789012:alarms", "Message": "m"},
            "AccessDenied",
            "sns:Publish",
            "arn:aws:sns:us-east-1:123456789012:alarms",
        ),
    ],
)
def test_permissions_refuse_a_call_by_action_and_resource(
    cloud: EmbeddedCloud,
    role: str,
    service: str,
    operation: str,
    parameters: dict[str, Any],
    code: str,
    action: str,
    resource: str,
) -> None:
    cloud.client("s3").create_bucket(Bucket="box")
    error = refusal(getattr(cloud.client(service, role), operation), **parameters)
    assert error["Code"].startswith(code)
    assert error["Message"] == (
        f"User: {SESSION} is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action"
    )


def test_permissions_record_an_allowed_call_as_exercised(cloud: EmbeddedCloud, role: str) -> None:
    cloud.client("s3").create_bucket(Bucket="box")
    allow(cloud, ROLE, {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::box/bars/*"})
    client = cloud.client("s3", role)
    client.put_object(Bucket="box", Key="bars/a", Body=b"x")
    assert refusal(client.put_object, Bucket="box", Key="other/a", Body=b"x")["Code"] == "AccessDenied"
    assert cloud.permissions.exercised == {(ROLE, "s3:PutObject", "arn:aws:s3:::box/bars/a")}


def test_permissions_name_an_explicit_deny(cloud: EmbeddedCloud, role: str) -> None:
    cloud.client("s3").create_bucket(Bucket="box")
    allow(cloud, ROLE, EVERYTHING, {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"})
    error = refusal(cloud.client("s3", role).put_object, Bucket="box", Key="k")
    assert error["Message"].endswith("with an explicit deny in an identity-based policy")


def test_permissions_apply_managed_policies(cloud: EmbeddedCloud, role: str) -> None:
    iam = cloud.client("iam")
    document = json.dumps({"Version": "2012-10-17", "Statement": {**EVERYTHING, "Action": "s3:*"}})
    policy = iam.create_policy(PolicyName="s3", PolicyDocument=document)["Policy"]["Arn"]
    cloud.client("s3").create_bucket(Bucket="box")
    client = cloud.client("s3", role)
    assert refusal(client.list_objects_v2, Bucket="box")["Code"] == "AccessDenied"
    iam.attach_role_policy(RoleName=ROLE, PolicyArn=policy)
    assert client.list_objects_v2(Bucket="box")["KeyCount"] == 0


def test_permissions_refuse_a_call_of_an_unknown_permission(cloud: EmbeddedCloud, role: str) -> None:
    allow(cloud, ROLE, EVERYTHING)
    error = refusal(cloud.client("dynamodb", role).list_tables)
    assert error["Message"] == (
        "the embedded cloud does not know which permission a role needs for dynamodb:ListTables"
    )


def test_get_caller_identity_needs_no_permission(cloud: EmbeddedCloud, role: str) -> None:
    assert cloud.client("sts", role).get_caller_identity()["Arn"] == SESSION


def test_lambda_function_without_permission_to_log_runs_without_logs(cloud: EmbeddedCloud, role: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html#monitoring-cloudwatchlogs-prereqs"""
    cloud.client("logs").create_log_group(logGroupName="/aws/lambda/f")
    client = cloud.client("lambda")
    client.create_function(
        FunctionName="f", Role=role, Code={"ZipFile": archive(CODE)}, Runtime="python3.13", Handler="app.handler"
    )
    answered = client.invoke(FunctionName="f", Payload=b'{"a": 1}')
    assert json.loads(answered["Payload"].read()) == {"a": 1}
    streams = cloud.client("logs").describe_log_streams(logGroupName="/aws/lambda/f")["logStreams"]
    assert streams == []


def test_create_function_rejects_a_role_that_lambda_cannot_assume(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""
    other = make_role(cloud, "other", "states")
    error = refusal(
        cloud.client("lambda").create_function,
        FunctionName="f",
        Role=other,
        Code={"ZipFile": archive(CODE)},
        Runtime="python3.13",
        Handler="app.handler",
    )
    assert error["Message"] == "The role defined for the function cannot be assumed by Lambda."


STATE_MACHINE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


def test_create_state_machine_rejects_a_role_that_it_cannot_assume(cloud: EmbeddedCloud, role: str) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html"""
    error = refusal(
        cloud.client("stepfunctions").create_state_machine,
        name="m",
        definition=json.dumps(STATE_MACHINE),
        roleArn=role,
    )
    assert error["Code"] == "AccessDeniedException"
    assert "states.amazonaws.com" in error["Message"]


def test_create_state_machine_requires_permission_for_its_logs(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"""
    workflow = make_role(cloud, "workflow", "states", {**EVERYTHING, "Action": ["logs:Create*", "logs:Describe*"]})
    cloud.client("logs").create_log_group(logGroupName="/states")
    group = "arn:aws:logs:us-east-1:123456789012:log-group:/states:*"
    machine = {
        "name": "m",
        "definition": json.dumps(STATE_MACHINE),
        "roleArn": workflow,
        "loggingConfiguration": {
            "level": "ERROR",
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
        },
    }
    error = refusal(cloud.client("stepfunctions").create_state_machine, **machine)
    assert "not authorized to access the Log Destination" in error["Message"]
    assert "logs:GetLogDelivery" in error["Message"]
    allow(cloud, "workflow", {**EVERYTHING, "Action": "logs:*"})
    assert cloud.client("stepfunctions").create_state_machine(**machine)["stateMachineArn"]

"""SimulatePrincipalPolicy: the same decisions as those on calls."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.local.roles import make_role

STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/bars"
PUT = {"Effect": "Allow", "Action": "firehose:PutRecord*", "Resource": STREAM}


def simulate(cloud: EmbeddedCloud, role: str, *actions: str, resource: str = STREAM, **more: Any) -> dict[str, str]:
    answer = cloud.client("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=list(actions), ResourceArns=[resource], **more
    )
    assert answer["IsTruncated"] is False
    assert {one["EvalResourceName"] for one in answer["EvaluationResults"]} == {resource}
    return {one["EvalActionName"]: one["EvalDecision"] for one in answer["EvaluationResults"]}


def test_simulate_tells_the_three_decisions(cloud: EmbeddedCloud) -> None:
    deny = {"Effect": "Deny", "Action": "firehose:PutRecordBatch", "Resource": "*"}
    role = make_role(cloud, "caller", "lambda", PUT, deny)
    assert simulate(cloud, role, "firehose:PutRecord", "firehose:PutRecordBatch", "firehose:UpdateDestination") == {
        "firehose:PutRecord": "allowed",
        "firehose:PutRecordBatch": "explicitDeny",
        "firehose:UpdateDestination": "implicitDeny",
    }
    assert simulate(cloud, role, "firehose:PutRecord", resource=f"{STREAM}-2") == {"firehose:PutRecord": "implicitDeny"}


def test_simulate_evaluates_conditions_with_the_given_context(cloud: EmbeddedCloud) -> None:
    tls = {**PUT, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    role = make_role(cloud, "caller", "lambda", tls)
    iam = cloud.client("iam")
    asked: dict[str, Any] = {
        "PolicySourceArn": role,
        "ActionNames": ["firehose:PutRecord"],
        "ResourceArns": [STREAM],
    }
    [without] = iam.simulate_principal_policy(**asked)["EvaluationResults"]
    assert (without["EvalDecision"], without["MissingContextValues"]) == ("implicitDeny", ["aws:SecureTransport"])
    entry = {"ContextKeyName": "aws:SecureTransport", "ContextKeyValues": ["true"], "ContextKeyType": "boolean"}
    [given] = iam.simulate_principal_policy(**asked, ContextEntries=[entry])["EvaluationResults"]
    assert (given["EvalDecision"], given.get("MissingContextValues", [])) == ("allowed", [])


def test_simulate_refuses_unknown_roles_and_unsupported_parameters_by_name(cloud: EmbeddedCloud) -> None:
    role = make_role(cloud, "caller", "lambda", PUT)
    for source, more, code, said in (
        (f"{role}-2", {}, "NoSuchEntity", "The role with name caller-2 cannot be found."),
        ("arn:aws:iam::123456789012:user/me", {}, "InvalidInput", "policies of roles only"),
        (role, {"CallerArn": "arn:aws:iam::123456789012:user/me"}, "InvalidInput", "does not support CallerArn"),
    ):
        with pytest.raises(ClientError) as refused:
            simulate(cloud, source, "firehose:PutRecord", **more)
        assert refused.value.response["Error"]["Code"] == code
        assert said in refused.value.response["Error"]["Message"]


def test_simulate_refuses_policies_that_the_cloud_cannot_evaluate(cloud: EmbeddedCloud) -> None:
    role = make_role(cloud, "caller", "lambda", {**PUT, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}})
    with pytest.raises(ClientError, match="cannot decide the condition operator IpAddress"):
        simulate(cloud, role, "firehose:PutRecord")

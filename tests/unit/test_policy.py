"""The embedded cloud's evaluation of policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from typing import Any

import pytest

from embedded_cloud.iam.policy import Decision, UnknownPolicyError, evaluate, list_statements, trusts

BUCKET = "arn:aws:s3:::lake"


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "s3:GetObject", "Resource": f"{BUCKET}/*", **elements}


def decided(
    *of: dict[str, Any], action: str = "s3:GetObject", resource: str = f"{BUCKET}/bars/a", **context: str
) -> Any:
    return evaluate([{"Statement": list(of)}], action, resource, context)


def test_evaluate_allows_nothing_by_default() -> None:
    assert evaluate([], "s3:GetObject", BUCKET) is Decision.NOT_ALLOWED
    assert decided(statement(), action="s3:PutObject") is Decision.NOT_ALLOWED
    assert decided(statement(), resource="arn:aws:s3:::other/bars/a") is Decision.NOT_ALLOWED


def test_evaluate_lets_a_denial_win_in_any_position() -> None:
    denial = statement("Deny", Resource=f"{BUCKET}/bars/*")
    assert decided(statement(), denial) is Decision.DENIED
    assert decided(denial, statement()) is Decision.DENIED
    assert evaluate([{"Statement": denial}, {"Statement": statement()}], "s3:GetObject", f"{BUCKET}/bars/a") is (
        Decision.DENIED
    )


@pytest.mark.parametrize(
    ("action", "allowed"),
    [("s3:GetObject", True), ("s3:getobject", True), ("s3:Get*", True), ("s3:Get?bject", True), ("s3:Get", False)],
)
def test_evaluate_matches_actions_by_wildcard_in_any_case(action: str, allowed: bool) -> None:
    assert (decided(statement(Action=[action])) is Decision.ALLOWED) is allowed


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [
        (f"{BUCKET}/bars/a", True),
        (f"{BUCKET}/BARS/a", False),
        (f"{BUCKET}/*", True),
        (f"{BUCKET}/bar?/a", True),
        (f"{BUCKET}/bars", False),
        ("*", True),
    ],
)
def test_evaluate_matches_resources_by_wildcard_and_case(resource: str, allowed: bool) -> None:
    assert (decided(statement(Resource=[resource])) is Decision.ALLOWED) is allowed


def test_evaluate_takes_a_dot_literally() -> None:
    assert decided(statement(Resource="arn:aws:s3:::l.ke/*"), resource=f"{BUCKET}/a") is Decision.NOT_ALLOWED


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"StringEquals": {"account": "1"}}, True),
        ({"StringEquals": {"account": ["2", "1"]}}, True),
        ({"StringEquals": {"account": "2"}}, False),
        ({"StringLike": {"account": "?"}}, True),
        ({"ArnLike": {"source": "arn:*:schedule/mine/*"}}, True),
        ({"ArnLike": {"source": "arn:*:schedule/other/*"}}, False),
        ({"Bool": {"secure": "true"}}, True),
        ({"Bool": {"secure": False}}, False),
        ({"StringEquals": {"account": "1"}, "Bool": {"secure": "false"}}, False),
        ({"StringEquals": {"absent": "1"}}, False),
    ],
)
def test_evaluate_requires_every_condition(condition: dict[str, Any], holds: bool) -> None:
    source = "arn:aws:scheduler:r:1:schedule/mine/minute"
    decision = decided(statement(Condition=condition), account="1", source=source, secure="true")
    assert (decision is Decision.ALLOWED) is holds


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, "condition operator IpAddress"),
        ({"NotResource": "x"}, "NotResource"),
        ({"Resource": f"{BUCKET}/${{aws:username}}/*"}, "policy variables"),
    ],
)
def test_evaluate_names_unsupported_elements(elements: dict[str, Any], said: str) -> None:
    with pytest.raises(UnknownPolicyError, match=said):
        decided(statement(**elements))


def test_list_statements_accepts_text_bytes_and_documents() -> None:
    one = {"Statement": statement()}
    assert list_statements('{"Statement": {"Effect": "Deny"}}') == [{"Effect": "Deny"}]
    assert list_statements(b'{"Statement": []}') == []
    assert list_statements(one) == [one["Statement"]]


@pytest.mark.parametrize(
    ("principal", "condition", "trusted"),
    [
        ({"Service": "states.amazonaws.com"}, {}, True),
        ({"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]}, {}, True),
        ({"Service": "lambda.amazonaws.com"}, {}, False),
        ("*", {}, False),
        ({"Service": "states.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": "1"}}, True),
        ({"Service": "states.amazonaws.com"}, {"StringEquals": {"aws:SourceAccount": "2"}}, False),
    ],
)
def test_trusts_accepts_only_services_that_the_policy_names(principal: Any, condition: Any, trusted: bool) -> None:
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
    assert trusts({"Statement": [trust]}, "states.amazonaws.com", {"aws:SourceAccount": "1"}) is trusted

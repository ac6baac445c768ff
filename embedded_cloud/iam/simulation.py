"""SimulatePrincipalPolicy: the decision of a role's policies on actions, without a call.

It asks the evaluation that every call of the cloud goes through, so a simulation and a call agree.
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from embedded_cloud.iam.policy import Decision, Document, evaluate, list_statements

ALL_RESOURCES = "*"
# Decisions in the API's words.
_WORDS = {
    Decision.ALLOWED: "allowed",
    Decision.NOT_ALLOWED: "implicitDeny",
    Decision.DENIED: "explicitDeny",
}


def simulate(
    documents: Sequence[Document], actions: Iterable[str], resources: Sequence[str], context: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield an evaluation result per action and resource, in the order of the request.

    Raises
    ------
    embedded_cloud.iam.policy.UnknownPolicyError
        If a statement has an element that can't be evaluated here.
    """
    missing = sorted(set(_list_context_keys(documents)) - context.keys())
    for action in actions:
        for resource in resources or [ALL_RESOURCES]:
            yield {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": _WORDS[evaluate(documents, action, resource, context)],
                "MatchedStatements": [],
                "MissingContextValues": missing,
            }


def _list_context_keys(documents: Iterable[Document]) -> Iterator[str]:
    for statement in (statement for document in documents for statement in list_statements(document)):
        for tests in statement.get("Condition", {}).values():
            yield from tests

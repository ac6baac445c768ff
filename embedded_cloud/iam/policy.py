"""The evaluation of policy documents: is an action on a resource allowed? It knows no service.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any


class Decision(Enum):
    """The result of all policies together. An explicit deny overrides every allow."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not allowed"
    DENIED = "denied"


class UnknownPolicyError(ValueError):
    """A policy with an element that the embedded cloud can't evaluate."""


_STATEMENT = {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
_VARIABLE = re.compile(r"\$\{[^}]*\}")


def _equals(expected: str, actual: str) -> bool:
    return expected == actual


def _matches(expected: str, actual: str) -> bool:
    return bool(_compile(expected).fullmatch(actual))


def _equals_boolean(expected: str, actual: str) -> bool:
    return expected.lower() == actual.lower()


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": _equals,
    "StringLike": _matches,
    "ArnEquals": _matches,
    "ArnLike": _matches,
    "Bool": _equals_boolean,
}


Document = str | bytes | Mapping[str, Any]


def list_statements(document: Document) -> list[dict[str, Any]]:
    """Return the statements of a policy document, given as JSON text or as parsed JSON."""
    parsed = document if isinstance(document, Mapping) else _parse(document)
    found = parsed["Statement"]
    return [found] if isinstance(found, dict) else list(found)


def evaluate(
    documents: Iterable[Document], action: str, resource: str, context: Mapping[str, str] | None = None
) -> Decision:
    """Return the decision of all ``documents`` on ``action`` (``s3:GetObject``) and ``resource`` (an ARN).

    Parameters
    ----------
    context
        Values of condition keys. A missing key fails its condition.

    Raises
    ------
    UnknownPolicyError
        If a statement on the action has an element that can't be evaluated here.
    """
    decision = Decision.NOT_ALLOWED
    for statement in (statement for document in documents for statement in list_statements(document)):
        if not (_names_action(statement, action) and _names_resource(statement, resource)):
            continue
        if not holds(statement, context or {}):
            continue
        if statement["Effect"] == "Deny":
            return Decision.DENIED
        decision = Decision.ALLOWED
    return decision


def holds(statement: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    """Tell whether the conditions of ``statement`` are met."""
    conditions = [
        (_find_operator(operator), key, _to_list(expected))
        for operator, tests in statement.get("Condition", {}).items()
        for key, expected in tests.items()
    ]
    return all(
        key in context and any(meets(str(value), context[key]) for value in expected)
        for meets, key, expected in conditions
    )


def trusts(document: Document, service: str, context: Mapping[str, str]) -> bool:
    """Tell whether a trust policy lets ``service`` (``lambda.amazonaws.com``) assume its role."""
    return any(
        statement["Effect"] == "Allow"
        and "sts:AssumeRole" in _to_list(statement["Action"])
        and service in _list_services(statement)
        and holds(statement, context)
        for statement in list_statements(document)
    )


def _list_services(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal", {})
    return _to_list(principal.get("Service", [])) if isinstance(principal, dict) else []


def _find_operator(name: str) -> Callable[[str, str], bool]:
    if name not in _OPERATORS:
        raise UnknownPolicyError(f"the embedded cloud cannot decide the condition operator {name}")
    return _OPERATORS[name]


def _names_action(statement: Mapping[str, Any], action: str) -> bool:
    if unknown := sorted(statement.keys() - _STATEMENT):
        raise UnknownPolicyError(f"the embedded cloud does not know {', '.join(unknown)} in a policy's statement")
    return any(_matches(name.lower(), action.lower()) for name in _to_list(statement["Action"]))


def _names_resource(statement: Mapping[str, Any], resource: str) -> bool:
    names = _to_list(statement["Resource"])
    if variable := next((name for name in names if _VARIABLE.search(name)), None):
        raise UnknownPolicyError(f"the embedded cloud does not know policy variables: {variable}")
    return any(_matches(name, resource) for name in names)


def _to_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


@functools.lru_cache(maxsize=1024)
def _parse(document: str | bytes) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(document)
    return parsed


@functools.lru_cache(maxsize=4096)
def _compile(pattern: str) -> re.Pattern[str]:
    """Compile a pattern: ``*`` matches any characters, ``?`` matches one."""
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)

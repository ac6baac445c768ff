"""Callers and their permissions.

A caller is a role's session or the administrator. Every access key that belongs to no session is the administrator's,
who may do anything.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend, iam_backends
from moto.sts.models import sts_backends

from embedded_cloud.iam.policy import Decision, evaluate, trusts

PARTITION = "aws"


class AccessDeniedError(Exception):
    """A denial by a role's policies, with AWS's message."""


@dataclass(frozen=True)
class RoleSession:
    """A session of a role, which makes calls."""

    role_arn: str
    arn: str

    @property
    def role(self) -> str:
        """The role's name."""
        return self.role_arn.rpartition("/")[2]


class Permissions:
    """The permissions of the account's roles. ``exercised`` records the permissions that they used."""

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._lock = threading.Lock()
        self.exercised: set[tuple[str, str, str]] = set()  # role's name, action, resource

    @property
    def _iam(self) -> IAMBackend:
        return iam_backends[self._account_id][PARTITION]

    def find_session(self, access_key_id: str) -> RoleSession | None:
        """Return the session with this access key, or None for the administrator."""
        assumed = sts_backends[self._account_id][PARTITION].assumed_roles
        found = next((role for role in reversed(assumed) if role.access_key_id == access_key_id), None)
        return self._build_session(found.role_arn, found.session_name) if found else None

    def open_session(self, role_arn: str) -> RoleSession:
        """Return a session of ``role_arn`` for an AWS service that acts without a call over HTTP."""
        return self._build_session(role_arn, "embedded-cloud")

    def _build_session(self, role_arn: str, name: str) -> RoleSession:
        role = role_arn.rpartition("/")[2]
        return RoleSession(role_arn, f"arn:{PARTITION}:sts::{self._account_id}:assumed-role/{role}/{name}")

    def require(
        self,
        session: RoleSession | None,
        action: str,
        resources: Iterable[str],
        context: Mapping[str, str] | None = None,
    ) -> None:
        """Require that ``session`` may do ``action`` on each of ``resources`` (ARNs), and record that it did.

        Raises
        ------
        AccessDeniedError
            For the first resource that its policies do not allow.
            https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        """
        if session is None:
            return
        documents = self.list_documents(session.role) or []
        for resource in resources:
            decision = evaluate(documents, action, resource, context)
            if decision is not Decision.ALLOWED:
                reason = (
                    "with an explicit deny in an identity-based policy"
                    if decision is Decision.DENIED
                    else f"because no identity-based policy allows the {action} action"
                )
                raise AccessDeniedError(
                    f"User: {session.arn} is not authorized to perform: {action} on resource: {resource} {reason}"
                )
            with self._lock:
                self.exercised.add((session.role, action, resource))

    def allows(self, session: RoleSession, action: str, resource: str) -> bool:
        """Tell whether a session may do an action, for a service that skips denied actions silently."""
        try:
            self.require(session, action, [resource])
        except AccessDeniedError:
            return False
        return True

    def role_trusts(self, role_arn: str, service: str, source_arn: str | None = None) -> bool:
        """Tell whether a role exists and lets ``service`` (``lambda.amazonaws.com``) assume it for ``source_arn``."""
        try:
            role = self._iam.get_role(role_arn.rpartition("/")[2])
        except NotFoundException:
            return False
        context = {"aws:SourceAccount": self._account_id}
        if source_arn:
            context["aws:SourceArn"] = source_arn
        return role.arn == role_arn and trusts(role.assume_role_policy_document, service, context)

    def list_documents(self, role_name: str) -> list[Any] | None:
        """Return the policy documents of a role, inline and managed, or None if there is no such role."""
        try:
            role = self._iam.get_role(role_name)
        except NotFoundException:
            return None
        managed = [
            next(version.document for version in policy.versions if version.is_default)
            for policy in role.managed_policies.values()
        ]
        return [*role.policies.values(), *managed]

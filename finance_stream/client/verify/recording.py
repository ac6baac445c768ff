"""Recordings: the requests and answers of AWS, without secrets. A test compares the embedded cloud's with them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.response import StreamingBody

from finance_stream.client.output_file import write_output

ACCOUNT = "123456789012"
ADDRESS = "someone@example.com"
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
# Access keys and the unique ids of roles and users:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
_UNIQUE_ID = re.compile(r"\b(A3T[A-Z0-9]|ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|APKA|AROA|ASCA|ASIA)[A-Z0-9]{12,}\b")
# The caller in an error: "User: arn:aws:iam::123456789012:user/me is not authorized ..."
_CALLER = re.compile(r"(:user/|:assumed-role/[^/\s]+/|:federated-user/)[^\s\"']+")
# Answers of these services hold credentials or the name of the caller.
_LEFT_OUT = ("sts", "sso", "sso-oidc", "signin")
_REQUEST = "finance_stream_request"


@dataclass
class Recorder:
    """The calls of a session since :meth:`attach`, with their answers."""

    account: str
    calls: list[dict[str, Any]] = field(default_factory=list)

    def attach(self, session: boto3.Session) -> None:
        """Record the calls of the clients that the session makes from now on."""
        session.events.register("before-parameter-build.*.*", self._keep_request)
        session.events.register("after-call.*.*", self._keep_answer)

    def add(self, service: str, operation: str, request: Any, answer: Any, status: int | None = None) -> None:
        """Record one request and its answer, with its HTTP status if it has one."""
        call = {"service": service, "operation": operation, "request": request, "status": status, "answer": answer}
        self.calls.append(redact(json.loads(json.dumps(call, default=_to_json)), self.account))

    def save(self, path: Path) -> None:
        """Write the recording as JSON.

        Raises
        ------
        finance_stream.client.output_file.OutputError
        """
        write_output(path, json.dumps(self.calls, indent=1) + "\n")

    def _keep_request(self, params: Any, context: dict[str, Any], **_: Any) -> None:
        context[_REQUEST] = params

    def _keep_answer(self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        service = model.service_model.service_name
        if service in _LEFT_OUT:
            return
        status = parsed.get("ResponseMetadata", {}).get("HTTPStatusCode")
        answer = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
        self.add(service, model.name, context.get(_REQUEST, {}), answer, status)


def redact(value: Any, account: str) -> Any:
    """Return the value with another account, and without the caller's name, addresses, access keys and unique ids."""
    if isinstance(value, dict):
        return {redact(name, account): redact(one, account) for name, one in value.items()}
    if isinstance(value, list):
        return [redact(one, account) for one in value]
    if not isinstance(value, str):
        return value
    text = _CALLER.sub(r"\1someone", value.replace(account, ACCOUNT))
    return _UNIQUE_ID.sub("UNIQUEID", _MAIL.sub(ADDRESS, text))


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, StreamingBody):
        return "(a stream)"
    return str(value)

"""The HTTP API: a signed valid request, a signed invalid one, and one without a signature."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from finance_stream.client.verify.checks import HTTP_API, Check, compare

# A request that the starter refuses before it starts anything.
INVALID = {"tickers": "META"}

Record = Callable[..., None]


@dataclass(frozen=True)
class ApiCaller:
    """A caller of the deployed HTTP API, with the credentials of a session."""

    session: boto3.Session
    url: str
    record: Record

    def start(self, execution_input: Mapping[str, Any], name: str, *, signed: bool = True) -> tuple[int, Any]:
        """Ask for an execution of that name. Return the status and the parsed body, or its text."""
        body = json.dumps(execution_input)
        headers = {"content-type": "application/json", "idempotency-key": name}
        request = AWSRequest("POST", f"{self.url}/executions", headers=headers, data=body)
        if signed and (credentials := self.session.get_credentials()):
            SigV4Auth(credentials, "execute-api", self.session.region_name).add_auth(request)
        response = URLLib3Session().send(request.prepare())
        answer = _parse(response.text)
        told = {name.lower(): value for name, value in response.headers.items() if name.lower() == "content-type"}
        asked = {"signed": signed, "body": execution_input}
        self.record("http-api", "POST /executions", asked, {**told, "body": answer}, response.status_code)
        return response.status_code, answer


def check_requests(caller: ApiCaller, execution_input: Mapping[str, Any], name: str) -> Iterator[Check]:
    """Yield the checks of a request that starts the execution ``name``, and of two that must start nothing."""
    for what, asked, key, signed, expected in (
        ("signed", execution_input, name, True, 202),
        ("invalid", INVALID, f"{name}-invalid", True, 400),
        ("unsigned", INVALID, f"{name}-unsigned", False, 403),
    ):
        status, answer = caller.start(asked, key, signed=signed)
        found = str(status) if status == expected else f"{status}: {json.dumps(answer)[:200]}"
        yield compare(f"HTTP API, {what} request", str(expected), found, HTTP_API)


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text

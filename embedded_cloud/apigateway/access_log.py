"""A stage's access log: one line per request, in the stage's format.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from moto.logs.models import logs_backends

from embedded_cloud import clock

VARIABLES = frozenset(
    {
        "accountId",
        "apiId",
        "authorizer.error",
        "domainName",
        "domainPrefix",
        "error.message",
        "error.messageString",
        "httpMethod",
        "identity.accountId",
        "identity.caller",
        "identity.sourceIp",
        "identity.user",
        "identity.userAgent",
        "identity.userArn",
        "integration.error",
        "integration.latency",
        "integration.status",
        "integrationErrorMessage",
        "integrationLatency",
        "integrationStatus",
        "path",
        "protocol",
        "requestId",
        "requestTime",
        "requestTimeEpoch",
        "responseLatency",
        "responseLength",
        "routeKey",
        "stage",
        "status",
    }
)
_VARIABLE = re.compile(r"\$context\.([A-Za-z.]+)")
_NONE = "-"  # written for a variable without a value


def find_unknown_variables(line: str) -> list[str]:
    """Return the variables of a format that the embedded cloud doesn't support, sorted."""
    return sorted({f"$context.{name}" for name in _VARIABLE.findall(line)} - {f"$context.{one}" for one in VARIABLES})


def write(settings: Mapping[str, str], account_id: str, region: str, stream: str, context: Mapping[str, Any]) -> None:
    """Write one line from ``context`` to the settings' log group. It is lost if the group is missing, as on AWS."""
    group_name = settings["destinationArn"].split(":log-group:")[1].removesuffix(":*")
    logs = logs_backends[account_id][region]
    group = logs.groups.get(group_name)
    if group is None:
        return
    if stream not in group.streams:
        group.create_log_stream(stream)
    line = _VARIABLE.sub(lambda variable: _format_value(context.get(variable[1])), settings["format"])
    logs.put_log_events(group_name, stream, [{"timestamp": clock.current().read_milliseconds(), "message": line}])


def _format_value(value: Any) -> str:
    return _NONE if value is None else str(value)

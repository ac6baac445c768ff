"""The pages of AWS's console about a stage."""

from __future__ import annotations

import os
from collections.abc import Iterator

from commands.target import Target
from finance_stream.client.embedded import ENDPOINT
from finance_stream.client.stack import read_outputs

DASHBOARD = "AWS::CloudWatch::Dashboard"
# The console's host by AWS's partition: https://docs.aws.amazon.com/general/latest/gr/console-service.html
_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def list_links(target: Target) -> Iterator[tuple[str, str]]:
    """Yield the title and the address of each page. The embedded cloud has none."""
    host = _HOSTS.get(target.session.get_partition_for_region(target.region))
    if ENDPOINT in os.environ or host is None:
        return
    outputs = read_outputs(target.require_stack())

    def link(service: str, page: str) -> str:
        return f"https://{target.region}.{host}/{service}/home?region={target.region}#{page}"

    if group := outputs.get("WorkGroupName"):
        yield f"Saved queries (choose the workgroup {group})", link("athena", "/query-editor/saved-queries")
    if arn := outputs.get("StateMachineArn"):
        yield "State machine", link("states", f"/statemachines/view/{arn}")
    for _, kind, name in target.list_resources():
        if kind == DASHBOARD:
            yield "Dashboard", link("cloudwatch", f"dashboards/dashboard/{name}")

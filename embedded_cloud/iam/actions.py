"""Which IAM action a call needs, and on which resources: https://docs.aws.amazon.com/service-authorization/

Here is what this stack's roles call; a call of a role that is not here is refused, so that none goes unchecked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


class UnknownCallError(LookupError):
    """A role makes a call of which the embedded cloud does not know what it needs."""


@dataclass(frozen=True)
class Place:
    """Where a call is made; what an ARN begins with."""

    region: str
    account: str

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"


@dataclass(frozen=True)
class Call:
    """One request: IAM's name of the service, the operation, its parameters, and its path where these are in it."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    path: str = ""


Resources = Callable[[Call, Place], list[str]]

# IAM's prefix where it is not the service's name in the SDK.
_PREFIXES = {"stepfunctions": "states"}
_ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction"}


def _named(service: str, kind: str, parameter: str) -> Resources:
    return lambda call, place: [place.arn(service, f"{kind}/{call.parameters[parameter]}")]


def _given(parameter: str) -> Resources:
    return lambda call, _: [call.parameters[parameter]]


def _function(call: Call, place: Place) -> list[str]:
    """A function's ARN; with its version or alias where the call names one."""
    name = unquote(call.path.split("/functions/", 1)[1].split("/", 1)[0])
    arn = name if name.startswith("arn:") else place.arn("lambda", f"function:{name}")
    qualifier = call.parameters.get("Qualifier")
    return [f"{arn}:{qualifier}" if qualifier else arn]


def _stack(call: Call, place: Place) -> list[str]:
    """A stack's ARN, whose last part is not known by the stack's name."""
    name = call.parameters.get("StackName", "*")
    return [name if name.startswith("arn:") else place.arn("cloudformation", f"stack/{name}/*")]


def _log_stream(call: Call, place: Place) -> list[str]:
    group, stream = call.parameters["logGroupName"], call.parameters.get("logStreamName", "")
    return [place.arn("logs", f"log-group:{group}:log-stream:{stream}")]


def _catalog(*kinds: str) -> Resources:
    """The catalog, and what lies in it on the way to what is asked: each has to be allowed.

    https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
    """

    def resources(call: Call, place: Place) -> list[str]:
        database = call.parameters.get("DatabaseName", call.parameters.get("Name"))
        table = call.parameters.get("TableName", call.parameters.get("Name"))
        arns = {
            "catalog": "catalog",
            "database": f"database/{database}",
            "table": f"table/{database}/{table}",
            "tables": f"table/{database}/*",
        }
        return [place.arn("glue", arns[kind]) for kind in ("catalog", *kinds)]

    return resources


_work_group = _named("athena", "workgroup", "WorkGroup")
_stream = _named("firehose", "deliverystream", "DeliveryStreamName")

_RESOURCES: dict[str, Resources] = {
    "athena:GetDataCatalog": _named("athena", "datacatalog", "Name"),
    "athena:GetPreparedStatement": _work_group,
    "athena:GetQueryExecution": _work_group,
    "athena:GetQueryResults": _work_group,
    "athena:StartQueryExecution": _work_group,
    "athena:StopQueryExecution": _work_group,
    "cloudformation:DeleteStack": _stack,
    "cloudformation:DescribeStacks": _stack,
    "cloudformation:GetTemplate": _stack,
    "cloudformation:ListStackResources": _stack,
    "firehose:PutRecord": _stream,
    "firehose:PutRecordBatch": _stream,
    "glue:GetDatabase": _catalog("database"),
    "glue:GetDatabases": _catalog(),
    "glue:GetPartitions": _catalog("database", "table"),
    "glue:GetTable": _catalog("database", "table"),
    "glue:GetTables": _catalog("database", "tables"),
    "lambda:GetFunctionConfiguration": _function,
    "lambda:InvokeFunction": _function,
    "logs:CreateLogGroup": _log_stream,
    "logs:CreateLogStream": _log_stream,
    "logs:PutLogEvents": _log_stream,
    "sns:Publish": _given("TopicArn"),
    "sqs:GetQueueUrl": lambda call, place: [place.arn("sqs", call.parameters["QueueName"])],
    "sqs:SendMessage": lambda call, place: [place.arn("sqs", call.parameters["QueueUrl"].rsplit("/", 1)[1])],
    "states:DescribeExecution": _given("executionArn"),
    "states:DescribeMapRun": _given("mapRunArn"),
    "states:GetExecutionHistory": _given("executionArn"),
    "states:ListMapRuns": _given("executionArn"),
    "states:ListStateMachines": lambda *_: ["*"],
    "states:StartExecution": _given("stateMachineArn"),
    "states:StopExecution": _given("executionArn"),
}


def needed(call: Call, place: Place) -> tuple[str, list[str]]:
    """The action that ``call`` needs and the ARNs it needs it on, all of them.

    Raises
    ------
    UnknownCallError
    """
    name = f"{_PREFIXES.get(call.service, call.service)}:{call.operation}"
    action = _ACTIONS.get(name, name)
    if action not in _RESOURCES:
        raise UnknownCallError(f"the embedded cloud does not know which permission a role needs for {action}")
    return action, _RESOURCES[action](call, place)

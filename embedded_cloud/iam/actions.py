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

    def build_arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"


@dataclass(frozen=True)
class Call:
    """One request: IAM's name of the service, the operation, its parameters, and its path where these are in it."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    path: str = ""


Resolver = Callable[[Call, Place], list[str]]

# IAM's prefix where it is not the service's name in the SDK.
_PREFIXES = {"stepfunctions": "states"}
_ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction"}


def _resolve_name(service: str, kind: str, parameter: str) -> Resolver:
    return lambda call, place: [place.build_arn(service, f"{kind}/{call.parameters[parameter]}")]


def _resolve_parameter(parameter: str) -> Resolver:
    return lambda call, _: [call.parameters[parameter]]


def _resolve_function(call: Call, place: Place) -> list[str]:
    """A function's ARN; with its version or alias where the call names one."""
    name = unquote(call.path.split("/functions/", 1)[1].split("/", 1)[0])
    arn = name if name.startswith("arn:") else place.build_arn("lambda", f"function:{name}")
    qualifier = call.parameters.get("Qualifier")
    return [f"{arn}:{qualifier}" if qualifier else arn]


def _resolve_stack(call: Call, place: Place) -> list[str]:
    """A stack's ARN, whose last part is not known by the stack's name."""
    name = call.parameters.get("StackName", "*")
    return [name if name.startswith("arn:") else place.build_arn("cloudformation", f"stack/{name}/*")]


def _resolve_log_stream(call: Call, place: Place) -> list[str]:
    group, stream = call.parameters["logGroupName"], call.parameters.get("logStreamName", "")
    return [place.build_arn("logs", f"log-group:{group}:log-stream:{stream}")]


def _resolve_catalog(*kinds: str) -> Resolver:
    """The catalog, and what lies in it on the way to what is asked: each has to be allowed.

    https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
    """

    def resolve(call: Call, place: Place) -> list[str]:
        database = call.parameters.get("DatabaseName", call.parameters.get("Name"))
        table = call.parameters.get("TableName", call.parameters.get("Name"))
        arns = {
            "catalog": "catalog",
            "database": f"database/{database}",
            "table": f"table/{database}/{table}",
            "tables": f"table/{database}/*",
        }
        return [place.build_arn("glue", arns[kind]) for kind in ("catalog", *kinds)]

    return resolve


_resolve_work_group = _resolve_name("athena", "workgroup", "WorkGroup")
_resolve_stream = _resolve_name("firehose", "deliverystream", "DeliveryStreamName")

_RESOURCES: dict[str, Resolver] = {
    "athena:GetDataCatalog": _resolve_name("athena", "datacatalog", "Name"),
    "athena:GetPreparedStatement": _resolve_work_group,
    "athena:GetQueryExecution": _resolve_work_group,
    "athena:GetQueryResults": _resolve_work_group,
    "athena:StartQueryExecution": _resolve_work_group,
    "athena:StopQueryExecution": _resolve_work_group,
    "cloudformation:DeleteStack": _resolve_stack,
    "cloudformation:DescribeStacks": _resolve_stack,
    "cloudformation:GetTemplate": _resolve_stack,
    "cloudformation:ListStackResources": _resolve_stack,
    "firehose:PutRecord": _resolve_stream,
    "firehose:PutRecordBatch": _resolve_stream,
    "glue:GetDatabase": _resolve_catalog("database"),
    "glue:GetDatabases": _resolve_catalog(),
    "glue:GetPartitions": _resolve_catalog("database", "table"),
    "glue:GetTable": _resolve_catalog("database", "table"),
    "glue:GetTables": _resolve_catalog("database", "tables"),
    "lambda:GetFunctionConfiguration": _resolve_function,
    "lambda:InvokeFunction": _resolve_function,
    "logs:CreateLogGroup": _resolve_log_stream,
    "logs:CreateLogStream": _resolve_log_stream,
    "logs:PutLogEvents": _resolve_log_stream,
    "sns:Publish": _resolve_parameter("TopicArn"),
    "sqs:GetQueueUrl": lambda call, place: [place.build_arn("sqs", call.parameters["QueueName"])],
    "sqs:SendMessage": lambda call, place: [place.build_arn("sqs", call.parameters["QueueUrl"].rsplit("/", 1)[1])],
    "states:DescribeExecution": _resolve_parameter("executionArn"),
    "states:DescribeMapRun": _resolve_parameter("mapRunArn"),
    "states:GetExecutionHistory": _resolve_parameter("executionArn"),
    "states:ListMapRuns": _resolve_parameter("executionArn"),
    "states:ListStateMachines": lambda *_: ["*"],
    "states:StartExecution": _resolve_parameter("stateMachineArn"),
    "states:StopExecution": _resolve_parameter("executionArn"),
}


def resolve_permission(call: Call, place: Place) -> tuple[str, list[str]]:
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

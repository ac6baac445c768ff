"""IAM actions and resources of each call: https://docs.aws.amazon.com/service-authorization/

This module lists the calls that roles make. A role's call that is not listed is refused, so no call goes unchecked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote


class UnknownCallError(LookupError):
    """A role's call for which the embedded cloud knows no IAM action."""


@dataclass(frozen=True)
class Place:
    """The region and account of a call, which begin its ARNs."""

    region: str
    account: str

    def build_arn(self, service: str, rest: str) -> str:
        """Return the ARN of a resource in this place."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"


@dataclass(frozen=True)
class Call:
    """A request: the service, the operation, its parameters, and its path, which holds parameters of REST services."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    path: str = ""


Resolver = Callable[[Call, Place], list[str]]

# IAM's prefixes that differ from the service's name in the SDK, and its actions that differ from the operation's name.
_PREFIXES = {"stepfunctions": "states"}
_ACTIONS = {"lambda:Invoke": "lambda:InvokeFunction"}


def _resolve_name(service: str, kind: str, parameter: str) -> Resolver:
    return lambda call, place: [place.build_arn(service, f"{kind}/{call.parameters[parameter]}")]


def _resolve_parameter(parameter: str) -> Resolver:
    return lambda call, _: [call.parameters[parameter]]


def _resolve_function(call: Call, place: Place) -> list[str]:
    """Return a function's ARN, with the version or alias if the call names one."""
    name = unquote(call.path.split("/functions/", 1)[1].split("/", 1)[0])
    arn = name if name.startswith("arn:") else place.build_arn("lambda", f"function:{name}")
    qualifier = call.parameters.get("Qualifier")
    return [f"{arn}:{qualifier}" if qualifier else arn]


def _resolve_stack(call: Call, place: Place) -> list[str]:
    """Return a stack's ARN. A stack's name does not tell its last part, so that is ``*``."""
    name = call.parameters.get("StackName", "*")
    return [name if name.startswith("arn:") else place.build_arn("cloudformation", f"stack/{name}/*")]


def _resolve_log_stream(call: Call, place: Place) -> list[str]:
    group, stream = call.parameters["logGroupName"], call.parameters.get("logStreamName", "")
    return [place.build_arn("logs", f"log-group:{group}:log-stream:{stream}")]


def _resolve_catalog(*kinds: str) -> Resolver:
    """Return a resolver for Glue's catalog and ``kinds`` of resources in it. A role needs a permission for each.

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

_resolve_dynamodb_table = _resolve_name("dynamodb", "table", "TableName")

_RESOURCES: dict[str, Resolver] = {
    "athena:GetDataCatalog": _resolve_name("athena", "datacatalog", "Name"),
    "athena:GetNamedQuery": _resolve_work_group,
    "athena:GetPreparedStatement": _resolve_work_group,
    "athena:GetQueryExecution": _resolve_work_group,
    "athena:GetQueryResults": _resolve_work_group,
    "athena:ListNamedQueries": _resolve_work_group,
    "athena:StartQueryExecution": _resolve_work_group,
    "athena:StopQueryExecution": _resolve_work_group,
    "cloudformation:DeleteStack": _resolve_stack,
    "cloudformation:DescribeStacks": _resolve_stack,
    "cloudformation:GetTemplate": _resolve_stack,
    "cloudformation:ListStackResources": _resolve_stack,
    "dynamodb:DeleteItem": _resolve_dynamodb_table,
    "dynamodb:DescribeTable": _resolve_dynamodb_table,
    "dynamodb:GetItem": _resolve_dynamodb_table,
    "dynamodb:PutItem": _resolve_dynamodb_table,
    "dynamodb:Query": _resolve_dynamodb_table,
    "dynamodb:Scan": _resolve_dynamodb_table,
    "dynamodb:UpdateItem": _resolve_dynamodb_table,
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
    """Return the action and the ARNs that a call needs. A role needs the action on all of the ARNs.

    Raises
    ------
    UnknownCallError
        If the embedded cloud does not know the action.
    """
    name = f"{_PREFIXES.get(call.service, call.service)}:{call.operation}"
    action = _ACTIONS.get(name, name)
    if action not in _RESOURCES:
        raise UnknownCallError(f"the embedded cloud does not know which permission a role needs for {action}")
    return action, _RESOURCES[action](call, place)

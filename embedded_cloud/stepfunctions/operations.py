"""AWS's API operations in Step Functions' spelling: PascalCase fields and dates in JSON.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-parameters.html
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from botocore.loaders import UnknownServiceError
from botocore.model import (
    ListShape,
    MapShape,
    OperationModel,
    OperationNotFoundError,
    ServiceModel,
    Shape,
    StructureShape,
)

from embedded_cloud.protocol import find_boto_name, load_model
from embedded_cloud.stepfunctions.environment import format_timestamp

# Step Functions' names of services follow the SDK for Java. These differ from boto3's by more than hyphens.
# https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
_BOTO_NAMES = {
    "applicationdiscovery": "discovery",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "costandusagereport": "cur",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "directory": "ds",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "elasticsearch": "es",
    "eventbridge": "events",
    "iotdataplane": "iot-data",
    "iotjobsdataplane": "iot-jobs-data",
    "lexmodelbuilding": "lex-models",
    "lexmodelsv2": "lexv2-models",
    "lexruntime": "lex-runtime",
    "lexruntimev2": "lexv2-runtime",
    "migrationhub": "mgh",
    "serverlessapplicationrepository": "serverlessrepo",
    "sfn": "stepfunctions",
}
_OPTIMISED = frozenset({"events"})  # optimised integrations with boto3's name
# The words of a service's name. DynamoDB and Secrets Manager have two each.
_WORD = re.compile("[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+")


@functools.cache
def load_operation(service: str, action: str) -> OperationModel:
    """Return the model of an operation: ``load_operation("athena", "startQueryExecution")``.

    Raises
    ------
    ValueError
        If the operation doesn't exist.
    """
    try:
        model = load_model(_find_boto_name(service))
        return model.operation_model(_to_pascal_case(action))
    except (UnknownServiceError, OperationNotFoundError) as error:
        raise ValueError(f"There is no operation '{service}:{action}'") from error


def _find_boto_name(service: str) -> str:
    """Return boto3's name of a service of Step Functions."""
    if service in _BOTO_NAMES:
        return _BOTO_NAMES[service]
    if service in _BOTO_NAMES.values() and service not in _OPTIMISED:
        raise UnknownServiceError(service_name=service, known_service_names="")
    return find_boto_name(service)


def get_error_prefix(model: ServiceModel) -> str:
    """Return the service's name in errors of AWS SDK integrations, as the SDK for Java spells it: ``DynamoDb``."""
    return "".join(word.capitalize() for word in _WORD.findall(str(model.service_id)))


def find_unsupported_fields(model: OperationModel, parameters: Any) -> Iterator[str]:
    """Yield the paths in ``parameters`` that the operation lacks. JSONPath's ``.$`` isn't part of a key's name."""
    yield from _find_unsupported(model.input_shape, parameters, "")


def _find_unsupported(shape: Shape | None, value: Any, path: str) -> Iterator[str]:
    if isinstance(shape, ListShape) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _find_unsupported(shape.member, item, f"{path}[{index}]")
    elif isinstance(shape, StructureShape) and isinstance(value, dict):
        members = _map_members(shape)
        for key, item in value.items():
            name, item_path = key.removesuffix(".$"), f"{path}.{key}".removeprefix(".")
            if name in members:
                yield from _find_unsupported(shape.members[members[name]], item, item_path)
            else:
                yield item_path


def to_request(shape: Shape | None, value: Any) -> Any:
    """Convert ``value`` to the keys and types of the SDK's ``shape``."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = _map_members(shape)
        return {members[key]: to_request(shape.members[members[key]], item) for key, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_request(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_request(shape.value, item) for key, item in value.items()}
    if shape is not None and shape.type_name == "string" and not isinstance(value, str):
        return json.dumps(value, separators=(",", ":"))
    if shape is not None and shape.type_name == "blob":  # a text is JSON too: s3:putObject stores it in quotes
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    return value


def from_response(shape: Shape | None, value: Any, *, dates: Literal["iso", "epoch_ms"]) -> Any:
    """Convert ``value`` from the SDK to a task's result.

    Dates are text in results of AWS SDK integrations. They are milliseconds since 1970 in results of the optimised
    Athena integration.
    """
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            _to_pascal_case(key): from_response(shape.members[key], item, dates=dates)
            for key, item in value.items()
            if key in shape.members
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [from_response(shape.member, item, dates=dates) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: from_response(shape.value, item, dates=dates) for key, item in value.items()}
    if isinstance(value, datetime):
        return format_timestamp(value) if dates == "iso" else round(value.timestamp() * 1000)
    if hasattr(value, "read"):
        value = value.read()
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def _map_members(shape: StructureShape) -> dict[str, str]:
    return {_to_pascal_case(name): name for name in shape.members}


def _to_pascal_case(name: str) -> str:
    return name[0].upper() + name[1:]

"""AWS's service integrations, and the ones that the embedded cloud runs.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html has the optimised services with their
patterns, and the page of each service has its operations.
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html: "The API action is always camel
case", and an AWS SDK integration has no ``.sync``.
"""

from __future__ import annotations

from embedded_cloud.stepfunctions.operations import load_operation

SERVICE_PREFIX = "arn:aws:states:::"
SDK_PREFIX = "aws-sdk:"

REQUEST, SYNC, SYNC_2, WAIT = "", "sync", "sync:2", "waitForTaskToken"

_REQUEST = frozenset({REQUEST})
_JOB = frozenset({REQUEST, SYNC})
_CALLBACK = frozenset({REQUEST, WAIT})

# Patterns by operation of the optimised services that the embedded cloud runs.
OPTIMISED = {
    "athena:getQueryExecution": _REQUEST,
    "athena:getQueryResults": _REQUEST,
    "athena:startQueryExecution": _JOB,
    "athena:stopQueryExecution": _REQUEST,
    "dynamodb:deleteItem": _REQUEST,
    "dynamodb:getItem": _REQUEST,
    "dynamodb:putItem": _REQUEST,
    "dynamodb:updateItem": _REQUEST,
    "events:putEvents": _CALLBACK,
    "lambda:invoke": _CALLBACK,
    "sns:publish": _CALLBACK,
    "sqs:sendMessage": _CALLBACK,
}
# AWS's other optimised services.
NOT_EMULATED = frozenset(
    {"apigateway", "batch", "bedrock", "codebuild", "databrew", "ecs", "eks", "elasticmapreduce", "emr-containers"}
    | {"emr-serverless", "glue", "http", "mediaconvert", "sagemaker", "states"}
)
_PATTERNS = frozenset({REQUEST, SYNC, SYNC_2, WAIT})


class NotEmulatedError(ValueError):
    """An integration of AWS that the embedded cloud doesn't run."""


class UnknownIntegrationError(ValueError):
    """An integration that AWS doesn't have."""


def check_integration(resource: str, *, express: bool) -> None:
    """Check a Task's Resource that begins with :data:`SERVICE_PREFIX`.

    Raises
    ------
    UnknownIntegrationError
        If AWS has no such integration, or not in a state machine of type EXPRESS.
    NotEmulatedError
        If the embedded cloud doesn't run it.
    """
    name, _, pattern = resource.removeprefix(SERVICE_PREFIX).partition(".")
    service = name.partition(":")[0]
    if express and pattern in _PATTERNS - {REQUEST}:
        # https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
        raise UnknownIntegrationError(
            f"Express state machine does not support '.{pattern.partition(':')[0]}' service integration "
        )
    if service in NOT_EMULATED and pattern in _PATTERNS:
        raise NotEmulatedError(f"The resource '{resource}' is not emulated by the embedded cloud.")
    if pattern not in (_list_sdk_patterns(name) if name.startswith(SDK_PREFIX) else OPTIMISED.get(name, ())):
        raise UnknownIntegrationError(
            f"The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the "
            "resource is not available in this region."
        )


def _list_sdk_patterns(name: str) -> frozenset[str]:
    """Return the patterns of an AWS SDK integration. An unknown operation has none."""
    service, _, action = name.removeprefix(SDK_PREFIX).partition(":")
    if not action[:1].islower():
        return frozenset()
    try:
        load_operation(service, action)
    except ValueError:
        return frozenset()
    return _CALLBACK

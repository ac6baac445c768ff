"""The optimised integrations of DynamoDB, EventBridge, SNS and SQS: moto's tasks with AWS's results.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
"""

from __future__ import annotations

from typing import Any, ClassVar

from botocore.exceptions import ParamValidationError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_dynamodb import (
    StateTaskServiceDynamoDB,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_events import (
    SfnFailedEntryCountException,
    StateTaskServiceEvents,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sns import (
    StateTaskServiceSns,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sqs import (
    StateTaskServiceSqs,
)

from embedded_cloud.stepfunctions.http_metadata import describe_http
from embedded_cloud.stepfunctions.invalid_parameters import VALIDATION, describe_invalid
from embedded_cloud.stepfunctions.operations import from_response
from embedded_cloud.stepfunctions.tasks import Task


class _ServiceTask(Task):
    """A task whose result is the response with its HTTP metadata. moto names the errors of responses."""

    # The error for parameters that the service refuses, and the service's name in its cause.
    INVALID: ClassVar[tuple[str, str]]

    def _name_error(self, error: Exception) -> tuple[str, str] | None:
        if isinstance(error, ParamValidationError):
            name, service = self.INVALID
            return name, self._format_cause(service, VALIDATION, describe_invalid(error))
        return super()._name_error(error)

    def _eval_service_task(self: Any, env: Any, normalised_parameters: Any, state_credentials: Any, **_: Any) -> None:
        self._complete_parameters(env, normalised_parameters)
        response = self._call(normalised_parameters, state_credentials)
        metadata = describe_http(response.pop("ResponseMetadata"))
        self._check_response(response)
        result = from_response(self._load_operation().output_shape, response, dates="epoch_ms")
        env.stack.append({**result, **metadata})

    def _complete_parameters(self, env: Any, parameters: dict[str, Any]) -> None:
        """Add the parameters that Step Functions adds."""

    def _check_response(self, response: dict[str, Any]) -> None:
        """Raise the error of a response that the integration takes for a failure."""


class DynamoDbTask(_ServiceTask, StateTaskServiceDynamoDB):  # type: ignore[misc]
    """A task of DynamoDB.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-ddb.html
    """

    INVALID = ("DynamoDB.AmazonDynamoDBException", "AmazonDynamoDBv2")


class EventsTask(_ServiceTask, StateTaskServiceEvents):  # type: ignore[misc]
    """A task of EventBridge.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
    """

    INVALID = ("EventBridge.AmazonEventBridgeException", "AmazonEventBridge")

    def _complete_parameters(self, env: Any, parameters: dict[str, Any]) -> None:
        self._normalised_request_parameters(env, parameters)

    def _check_response(self, response: dict[str, Any]) -> None:
        if response.get("FailedEntryCount"):
            raise SfnFailedEntryCountException(cause=response)


class SnsTask(_ServiceTask, StateTaskServiceSns):  # type: ignore[misc]
    """A task of SNS.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html
    """

    INVALID = ("SNS.AmazonSNSException", "AmazonSNS")


class SqsTask(_ServiceTask, StateTaskServiceSqs):  # type: ignore[misc]
    """A task of SQS.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html
    """

    INVALID = ("SQS.AmazonSQSException", "AmazonSQS")

"""The optimised integrations of DynamoDB, EventBridge, SNS and SQS: moto's tasks with AWS's results.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
"""

from __future__ import annotations

from typing import Any

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
from embedded_cloud.stepfunctions.operations import from_response
from embedded_cloud.stepfunctions.tasks import Task


class _ServiceTask(Task):
    """A task with the response and its HTTP metadata as its result. moto names the errors of responses."""

    def _name_error(self, error: Exception) -> tuple[str, str] | None:
        return super()._name_error(error) if isinstance(error, ParamValidationError) else None

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

    ERRORS = ("DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException")


class EventsTask(_ServiceTask, StateTaskServiceEvents):  # type: ignore[misc]
    """A task of EventBridge.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
    """

    ERRORS = ("EventBridge", "AmazonEventBridge", "AmazonEventBridgeException")

    def _complete_parameters(self, env: Any, parameters: dict[str, Any]) -> None:
        self._normalised_request_parameters(env, parameters)

    def _check_response(self, response: dict[str, Any]) -> None:
        if response.get("FailedEntryCount"):
            raise SfnFailedEntryCountException(cause=response)


class SnsTask(_ServiceTask, StateTaskServiceSns):  # type: ignore[misc]
    """A task of SNS.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sns.html
    """

    ERRORS = ("SNS", "AmazonSNS", "AmazonSNSException")


class SqsTask(_ServiceTask, StateTaskServiceSqs):  # type: ignore[misc]
    """A task of SQS.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html
    """

    ERRORS = ("SQS", "AmazonSQS", "AmazonSQSException")

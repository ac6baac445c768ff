"""Task states: calls of Lambda functions and AWS services, with AWS's error names.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
"""

from __future__ import annotations

import json
import secrets
from typing import Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.state.exec.state_task.lambda_eval_utils import (
    LambdaFunctionErrorException,
    to_payload_type,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ServiceResource
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    StateTaskServiceLambda,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task_lambda import StateTaskLambda
from moto.stepfunctions.parser.asl.eval.callback.callback import HeartbeatTimeoutError
from moto.stepfunctions.parser.utils import camel_to_snake_case

from embedded_cloud.stepfunctions.clients import RoleClients
from embedded_cloud.stepfunctions.failure import HEARTBEAT_TIMEOUT, RUNTIME, TIMEOUT, failure, require_payload
from embedded_cloud.stepfunctions.http_metadata import describe_http
from embedded_cloud.stepfunctions.invalid_parameters import VALIDATION, describe_invalid
from embedded_cloud.stepfunctions.operations import (
    find_unsupported_fields,
    from_response,
    get_error_prefix,
    load_operation,
    to_request,
)
from embedded_cloud.stepfunctions.retry import Retryable


class Task(Retryable):
    """A mix-in for all Task states."""

    clients: ClassVar[RoleClients]
    # Prefix of error names, the service's name in causes, and the exception for errors without a name.
    ERRORS: ClassVar[tuple[str, str, str]]
    CATCHES_DATA_LIMIT: ClassVar[bool] = True

    def _verify_size_quota(self: Any, env: Any, value: Any) -> None:
        """Require that a result is within the payload limit. The cause names the service, as AWS's does."""
        require_payload(env, value, self._get_size_name(), **self._describe())

    def _get_size_name(self: Any) -> str:
        return str(self._get_sfn_resource_type())

    def _eval_parameters(self: Any, env: Any) -> Any:
        if self.parargs is not None:
            self.parargs.eval(env=env)
        parameters = env.stack.pop() if self.parargs is not None else {}
        require_payload(env, parameters, self.name)
        if isinstance(self.resource, ServiceResource):
            for path in find_unsupported_fields(self._load_operation(), parameters):
                raise failure(env, RUNTIME, f"The field '{path}' is not supported by Step Functions")
        return parameters

    def _get_supported_parameters(self) -> set[str]:
        # Fields are checked against the service's model, here and at creation. moto drops unknown fields silently.
        return set()

    def _load_operation(self: Any) -> Any:
        return load_operation(self.resource.api_name, self.resource.api_action)

    def _get_client(self: Any, state_credentials: Any) -> Any:
        return self.clients.client(self._load_operation().service_model.service_name, state_credentials.role_arn)

    def _call(self: Any, parameters: dict[str, Any], state_credentials: Any) -> dict[str, Any]:
        """Call the task's operation, and return its response in the SDK's shape."""
        call = getattr(self._get_client(state_credentials), camel_to_snake_case(self.resource.api_action))
        response: dict[str, Any] = call(**to_request(self._load_operation().input_shape, parameters))
        return response

    def _from_error(self: Any, env: Any, ex: Exception) -> FailureEvent:
        if isinstance(ex, HeartbeatTimeoutError):  # shown as States.Timeout; either name catches it
            details = {"taskTimedOutEventDetails": {"error": TIMEOUT, **self._describe()}}
            return FailureEvent(env, ErrorName(HEARTBEAT_TIMEOUT), HistoryEventType.TaskTimedOut, details)
        named = self._name_error(ex)
        if named is None:
            return super()._from_error(env=env, ex=ex)  # type: ignore[misc]
        return failure(env, *named, **self._describe()).failure_event

    def _describe(self: Any) -> dict[str, Any]:
        return {"resource": self._get_sfn_resource(), "resourceType": self._get_sfn_resource_type()}

    def _name_error(self: Any, error: Exception) -> tuple[str, str] | None:
        """Return AWS's error name and cause for an exception of a call, or None if it isn't the service's error."""
        prefix, service, unnamed = self.ERRORS
        if isinstance(error, ParamValidationError):
            return f"{prefix}.{unnamed}", self._format_cause(service, VALIDATION, describe_invalid(error))
        if isinstance(error, BotoCoreError):  # no response at all
            return f"{prefix}.SdkClientException", str(error)
        if not isinstance(error, ClientError):
            return None
        code = error.response["Error"]["Code"]
        names = {shape.name for shape in self._load_operation().service_model.error_shapes}
        return f"{prefix}.{code if code in names else unnamed}", self._format_cause(service, code, error.response)

    @staticmethod
    def _format_cause(service: str, code: str, response: Any) -> str:
        status, request_id = (response["ResponseMetadata"].get(key) for key in ("HTTPStatusCode", "RequestId"))
        return (
            f"{response['Error'].get('Message', '')} (Service: {service}; Status Code: {status}; "
            f"Error Code: {code}; Request ID: {request_id}; Proxy: null)"
        )


def _name_function_error(payload: str) -> tuple[str, str]:
    """Return the error name and cause of a function's failure: its errorType and its payload.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html, "Unhandled errors in Lambda"
    """
    try:
        return str(json.loads(payload)["errorType"]), payload
    except (ValueError, RecursionError, KeyError, TypeError):
        return (
            "Lambda.Unknown",
            "The cause could not be determined because Lambda did not return an error type. "
            f"Returned payload: {payload}",
        )


class _LambdaTask(Task):
    ERRORS = ("Lambda", "AWSLambda", "AWSLambdaException")

    def _name_error(self, error: Exception) -> tuple[str, str] | None:
        if isinstance(error, LambdaFunctionErrorException):
            return _name_function_error(self._format_payload(error.payload))
        return super()._name_error(error)

    def _format_payload(self, payload: str) -> str:
        """Return the payload of a function's failure as the cause shows it."""
        return payload

    def _invoke(self: Any, parameters: dict[str, Any], state_credentials: Any) -> dict[str, Any]:
        client = self.clients.client("lambda", state_credentials.role_arn)
        response = client.invoke(**{**parameters, "Payload": to_payload_type(parameters.get("Payload"))})
        text = response["Payload"].read().decode(errors="replace")
        if "FunctionError" in response:
            raise LambdaFunctionErrorException(response["FunctionError"], text)
        try:
            payload = json.loads(text)
        except (ValueError, RecursionError):
            payload = text
        metadata = describe_http(response.pop("ResponseMetadata"))
        return dict(sorted({**response, "Payload": payload, **metadata}.items()))


class InvokeTask(_LambdaTask, StateTaskServiceLambda):  # type: ignore[misc]
    """The task ``arn:aws:states:::lambda:invoke``.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
    """

    def _normalise_parameters(self, parameters: dict[str, Any], *_: Any, **__: Any) -> None:
        del parameters  # the payload is encoded when it is sent

    def _format_payload(self, payload: str) -> str:
        """Return the payload as compact JSON, as AWS shows it for this integration and not for a function's ARN."""
        try:
            return json.dumps(json.loads(payload), separators=(",", ":"), ensure_ascii=False)
        except (ValueError, RecursionError):
            return payload

    def _eval_service_task(self, env: Any, normalised_parameters: Any, state_credentials: Any, **_: Any) -> None:
        env.stack.append(self._invoke(normalised_parameters, state_credentials))


class FunctionTask(_LambdaTask, StateTaskLambda):  # type: ignore[misc]
    """A Task with a function's ARN as Resource. Its result is only the payload."""

    def _load_operation(self) -> Any:
        return load_operation("lambda", "invoke")

    def _eval_parameters(self, env: Any) -> dict[str, Any]:
        payload = super()._eval_parameters(env) if self.parargs is not None else env.stack.pop()
        return {"FunctionName": self.resource.resource_arn, "Payload": payload}

    def _eval_execution(self, env: Any) -> None:
        parameters = self._eval_parameters(env=env)
        state_credentials = self._eval_state_credentials(env=env)
        self._record_event(
            env,
            "LambdaFunctionScheduled",
            resource=self.resource.resource_arn,
            input=json.dumps(parameters["Payload"], separators=(",", ":")),
            inputDetails={"truncated": False},
            **self._describe_limits(env, state_credentials),
        )
        self._record_event(env, "LambdaFunctionStarted")
        payload = self._invoke(parameters, state_credentials)["Payload"]
        self._verify_size_quota(env, payload)
        env.stack.append(payload)
        output = json.dumps(payload, separators=(",", ":"))
        self._record_event(env, "LambdaFunctionSucceeded", output=output, outputDetails={"truncated": False})

    def _describe_limits(self, env: Any, state_credentials: Any) -> dict[str, Any]:
        """Return the timeout and the credentials of LambdaFunctionScheduled, if the state has them.

        https://docs.aws.amazon.com/step-functions/latest/apireference/API_LambdaFunctionScheduledEventDetails.html
        """
        described: dict[str, Any] = {}
        if not self.timeout.is_default_value():
            self.timeout.eval(env=env)
            described["timeoutInSeconds"] = env.stack.pop()
        if self.credentials:
            described["taskCredentials"] = {"roleArn": state_credentials.role_arn}
        return described

    def _get_size_name(self) -> str:
        return str(self.resource.resource_arn)

    @staticmethod
    def _record_event(env: Any, event_type: str, **details: Any) -> None:
        key = f"{event_type[0].lower()}{event_type[1:]}EventDetails"
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=HistoryEventType(event_type),
            event_details={key: details} if details else None,
        )

    def _describe(self) -> dict[str, Any]:
        return {"event": HistoryEventType.LambdaFunctionFailed, "details": "lambdaFunctionFailedEventDetails"}


class SdkTask(Task, StateTaskServiceAwsSdk):  # type: ignore[misc]
    """The task ``arn:aws:states:::aws-sdk:service:operation``.

    https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
    """

    @property
    def ERRORS(self) -> tuple[str, str, str]:  # type: ignore[override]  # noqa: N802 - a constant in the other tasks
        service = get_error_prefix(self._load_operation().service_model)
        return service, service, f"{service}Exception"

    def _name_error(self, error: Exception) -> tuple[str, str] | None:
        named = super()._name_error(error)
        if named is None or not isinstance(error, ClientError):
            return named
        return f"{named[0].removesuffix('Exception')}Exception", named[1]

    @staticmethod
    def _format_cause(service: str, code: str, response: Any) -> str:
        del code
        metadata = response["ResponseMetadata"]
        fields = {"Service": service, "Status Code": metadata.get("HTTPStatusCode")}
        fields["Request ID"] = metadata.get("RequestId")
        if service == "S3":
            fields["Extended Request ID"] = metadata.get("HostId") or secrets.token_urlsafe(57)
        described = ", ".join(f"{name}: {value}" for name, value in fields.items())
        return f"{response['Error'].get('Message', '')} ({described})"

    def _eval_service_task(self, env: Any, normalised_parameters: Any, state_credentials: Any, **_: Any) -> None:
        response = self._call(normalised_parameters, state_credentials)
        env.stack.append(from_response(self._load_operation().output_shape, response, dates="iso"))

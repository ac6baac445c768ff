"""The Lambda backend: functions run their own code in processes, within AWS's limits.

moto stores the functions, versions, layers and permissions. This module adds what moto lacks: processes and limits.
"""

from __future__ import annotations

from typing import Any, ClassVar

from moto.awslambda.exceptions import InvalidParameterValueException, UnknownEventConfig, UnknownFunctionException
from moto.awslambda.models import LambdaBackend
from moto.s3.exceptions import MissingKey, S3ClientError
from moto.s3.models import s3_backends

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.lambda_.invocation import EventQueue, Invoker, RetryLimits
from embedded_cloud.lambda_.model import Function
from embedded_cloud.lambda_.pool import FunctionPool

SERVICE_PRINCIPAL = "lambda.amazonaws.com"


class EmbeddedLambdaBackend(LambdaBackend):  # type: ignore[misc]
    """The functions of an account and region."""

    cloud: ClassVar[EmbeddedCloud]
    pool: ClassVar[FunctionPool]
    invoker: ClassVar[Invoker]
    queue: ClassVar[EventQueue]

    def create_function(self, spec: dict[str, Any]) -> Function:
        """Create a function.

        https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
        """
        self._check_archive(spec["Code"])
        if not self.cloud.permissions.role_trusts(spec["Role"], SERVICE_PRINCIPAL):
            raise InvalidParameterValueException("The role defined for the function cannot be assumed by Lambda.")
        function = Function(self.account_id, spec, self.region_name, "$LATEST")
        self._lambdas.put_function(function)
        if spec.get("Publish"):
            self.publish_version(function.function_name)
        return function

    def update_function_code(self, function_name: str, qualifier: str, body: dict[str, Any]) -> dict[str, Any]:
        """Replace a function's code, and retire its warm environments.

        https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
        """
        self._check_archive(body)
        function: Function = self.get_function(function_name, qualifier)
        configuration = function.update_function_code(body)
        self.pool.retire(function.function_name)
        if body.get("Publish"):
            published: Function = self.publish_version(function_name)
            return published.get_configuration()
        return configuration

    def update_function_configuration(self, function_name: str, qualifier: str, body: dict[str, Any]) -> dict[str, Any]:
        """Change a function's configuration, and retire its warm environments.

        https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
        """
        configuration: dict[str, Any] = super().update_function_configuration(function_name, qualifier, body)
        self.pool.retire(self.get_function(function_name, qualifier).function_name)
        return configuration

    def delete_function(self, function_name: str, qualifier: str | None = None) -> None:
        function: Function = self.get_function(function_name, qualifier)
        super().delete_function(function_name, qualifier)
        function.revision_id = ""  # a busy environment is closed after its event instead of kept warm
        self.pool.retire(function.function_name)
        if qualifier is None:
            self.pool.reserve(function.function_name, None)

    def put_function_concurrency(self, function_name: str, reserved_concurrency: Any) -> Any:
        name = self.get_function(function_name).function_name
        try:
            self.pool.reserve(name, int(reserved_concurrency))
        except ValueError as error:
            raise InvalidParameterValueException(str(error)) from error
        return super().put_function_concurrency(function_name, reserved_concurrency)

    def delete_function_concurrency(self, function_name: str) -> Any:
        self.pool.reserve(self.get_function(function_name).function_name, None)
        return super().delete_function_concurrency(function_name)

    def put_function_event_invoke_config(self, function_name: str, config: dict[str, Any]) -> dict[str, Any]:
        if any(config.get("DestinationConfig", {}).values()):
            raise InvalidParameterValueException("The embedded cloud does not support DestinationConfig")
        answer: dict[str, Any] = super().put_function_event_invoke_config(function_name, config)
        return answer

    def create_function_url_config(self, *_: Any, **__: Any) -> Any:
        """Refuse: moto would return a URL that nobody serves."""
        raise InvalidParameterValueException("The embedded cloud does not support function URLs")

    def get_retry_limits(self, function_name: str) -> RetryLimits:
        """Return the retry limits for a function's asynchronous events."""
        try:
            return RetryLimits.from_config(self.get_function_event_invoke_config(function_name))
        except (UnknownEventConfig, UnknownFunctionException):
            return RetryLimits()

    def _check_archive(self, code: dict[str, Any]) -> None:
        """Check that the archive exists. moto's own error isn't one that AWS sends."""
        if "ImageUri" in code:
            raise InvalidParameterValueException("The embedded cloud does not support container images")
        if "S3Bucket" not in code:
            return
        try:
            if s3_backends[self.account_id][self.partition].get_object(code["S3Bucket"], code["S3Key"]) is None:
                raise MissingKey
        except S3ClientError as error:
            raise InvalidParameterValueException(
                f"Error occurred while GetObject. S3 Error Code: {error.code}. S3 Error Message: {error.message}"
            ) from error

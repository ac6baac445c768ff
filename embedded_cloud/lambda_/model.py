"""Lambda functions: their code, their configuration, and AWS's limits."""

from __future__ import annotations

import json
import re
import uuid
import zipfile
from typing import Any, ClassVar, Protocol

from moto.awslambda.exceptions import InvalidParameterValueException, ValidationException
from moto.awslambda.models import LambdaFunction, LayerVersion, lambda_backends
from moto.core.utils import iso_8601_datetime_with_nanoseconds

from embedded_cloud.lambda_.code import count_unpacked_bytes
from embedded_cloud.lambda_.environment import InvocationResult

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_UNPACKED_BYTES = 262_144_000  # "250 MB", layers included
MAX_VARIABLES_BYTES = 4_096
MAX_LAYERS = 5
TIMEOUT_SECONDS = range(1, 901)
MEMORY_MB = range(128, 10_241)
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
RESERVED_VARIABLES = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
# Supported fields of CreateFunction and UpdateFunctionConfiguration. Any other field is refused by name.
CONFIGURATION = frozenset(
    {
        "Architectures",
        "Code",
        "DeadLetterConfig",
        "Description",
        "Environment",
        "EphemeralStorage",
        "FunctionName",
        "Handler",
        "KMSKeyArn",
        "Layers",
        "LoggingConfig",
        "MemorySize",
        "PackageType",
        "Publish",
        "Role",
        "Runtime",
        "Tags",
        "Timeout",
        "TracingConfig",
    }
)


class SupportsInvoke(Protocol):
    """An object that runs a function on an event."""

    def invoke(self, function: Function, arn: str, payload: bytes) -> InvocationResult: ...


class Function(LambdaFunction):  # type: ignore[misc]
    """A function in moto, with the configuration fields that moto lacks, and with AWS's limits."""

    invoker: ClassVar[SupportsInvoke]  # set when the service is installed

    def __init__(self, account_id: str, spec: dict[str, Any], region: str, version: str) -> None:
        _check(spec)
        super().__init__(account_id, spec, region, version)
        self.logging_config: dict[str, Any] = {}
        self.dead_letter_arn: str | None = None
        self.revision_id = str(uuid.uuid4())
        self._configure(spec)
        self.check_size()

    @property
    def layer_versions(self) -> list[LayerVersion]:
        backend = lambda_backends[self.account_id][self.region]
        return [backend.layers_versions_by_arn(layer["Arn"]) for layer in self.layers]

    def update_configuration(self, config_updates: dict[str, Any]) -> dict[str, Any]:
        _check(config_updates)
        super().update_configuration(config_updates)
        self._configure(config_updates)
        self._revise()
        return self.get_configuration()

    def update_function_code(self, updated_spec: dict[str, Any]) -> dict[str, Any]:
        super().update_function_code(updated_spec)
        self._revise()
        return self.get_configuration()

    def get_configuration(self, on_create: bool = False) -> dict[str, Any]:
        configuration: dict[str, Any] = super().get_configuration(on_create)
        configuration["RevisionId"] = self.revision_id
        configuration["LoggingConfig"] = {"LogFormat": "Text", "LogGroup": self.logs_group_name}
        if self.dead_letter_arn:
            configuration["DeadLetterConfig"] = {"TargetArn": self.dead_letter_arn}
        return configuration

    def invoke(self, body: str, request_headers: Any, response_headers: Any) -> bytes:
        """Handle an event of another AWS service, which moto passes without HTTP."""
        del request_headers
        result = self.invoker.invoke(self, self.function_arn, body.encode())
        if result.failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        return result.payload

    def _revise(self) -> None:
        self.check_size()
        self.revision_id = str(uuid.uuid4())
        self.last_modified = iso_8601_datetime_with_nanoseconds()

    def check_size(self) -> None:
        """Check AWS's limit on the unpacked size of the code and its layers."""
        try:
            size = sum(count_unpacked_bytes(part.code_bytes) for part in (self, *self.layer_versions))
        except zipfile.BadZipFile as error:
            raise InvalidParameterValueException("Could not unzip uploaded file. Please check your file.") from error
        if size > MAX_UNPACKED_BYTES:
            raise InvalidParameterValueException(f"Unzipped size must be smaller than {MAX_UNPACKED_BYTES} bytes")

    def _configure(self, spec: dict[str, Any]) -> None:
        if "TracingConfig" in spec:
            self.tracing_config = spec["TracingConfig"]
        if "EphemeralStorage" in spec:
            self.ephemeral_storage = spec["EphemeralStorage"]["Size"]
        if "Architectures" in spec:
            self.architectures = spec["Architectures"]
        if "KMSKeyArn" in spec:
            self.kms_key_arn = spec["KMSKeyArn"]
        if "DeadLetterConfig" in spec:
            self.dead_letter_arn = spec["DeadLetterConfig"].get("TargetArn")
        if "LoggingConfig" in spec:
            self.logs_group_name = spec["LoggingConfig"].get("LogGroup", f"/aws/lambda/{self.function_name}")


def _check(spec: dict[str, Any]) -> None:
    """Check a configuration against AWS's limits and against the features of the embedded cloud."""
    if unknown := sorted(spec.keys() - CONFIGURATION):
        raise InvalidParameterValueException(f"The embedded cloud does not support {', '.join(unknown)}")
    _check_range(spec, "Timeout", TIMEOUT_SECONDS)
    _check_range(spec, "MemorySize", MEMORY_MB)
    runtime = spec.get("Runtime", "python3.13")
    if not re.fullmatch(r"python3\.\d+", runtime) or spec.get("PackageType", "Zip") != "Zip":
        raise InvalidParameterValueException(f"The embedded cloud supports Python in archives, not {runtime}")
    if spec.get("LoggingConfig", {}).get("LogFormat", "Text") != "Text":
        raise InvalidParameterValueException("The embedded cloud supports the log format Text, not JSON")
    if len(spec.get("Layers", [])) > MAX_LAYERS:
        raise InvalidParameterValueException(f"Cannot reference more than {MAX_LAYERS} layers.")
    variables = spec.get("Environment", {}).get("Variables", {})
    if reserved := sorted(variables.keys() & RESERVED_VARIABLES):
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    if len(json.dumps(variables, separators=(",", ":")).encode()) > MAX_VARIABLES_BYTES:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided exceeded the 4KB limit."
        )


def _check_range(spec: dict[str, Any], name: str, allowed: range) -> None:
    if name in spec and int(spec[name]) not in allowed:
        bound, word = (allowed[0], "greater") if int(spec[name]) < allowed[0] else (allowed[-1], "less")
        field = name[0].lower() + name[1:]
        raise ValidationException(str(spec[name]), field, f"Member must have value {word} than or equal to {bound}")

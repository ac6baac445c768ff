"""The Lambda processor of a delivery stream, and AWS's rules on its parameters.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_ProcessorParameter.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.firehose.exceptions import InvalidArgumentException

from embedded_cloud.firehose.buffer import MEBIBYTE_BYTES, BufferingHints

MAX_PROCESSORS = 5
MAX_RETRIES = 300
MIN_BUFFER_MB, MAX_BUFFER_MB = 0.2, 3
MAX_BUFFER_INTERVAL_SECONDS = 900

# https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
_DEFAULTS = {"NumberOfRetries": "3", "BufferSizeInMBs": "1", "BufferIntervalInSeconds": "60"}
_PARAMETERS = {"LambdaArn", "RoleArn", *_DEFAULTS}


@dataclass(frozen=True)
class LambdaProcessor:
    """A function that transforms records. Firehose calls it under ``role_arn``."""

    function_arn: str
    role_arn: str
    retries: int
    buffering: BufferingHints

    @classmethod
    def from_configuration(cls, configuration: Mapping[str, Any], role_arn: str) -> LambdaProcessor | None:
        """Read the processor of a ProcessingConfiguration, by default under ``role_arn``. Return None if it is off."""
        if not configuration.get("Enabled"):
            return None
        processors = configuration.get("Processors") or []
        if not 1 <= len(processors) <= MAX_PROCESSORS:
            raise InvalidArgumentException(
                f"A maximum of {MAX_PROCESSORS} and a minimum of 1 processor needs to be supplied"
                " when processing is enabled."
            )
        for processor in processors:
            if processor["Type"] != "Lambda":
                raise InvalidArgumentException(
                    f"The embedded cloud's Firehose does not emulate a {processor['Type']} processor: use Lambda"
                )
        if len(processors) > 1:
            raise InvalidArgumentException("Cannot have more than 1 Lambda processor.")
        return cls._from_parameters(_read_parameters(processors[0]), role_arn)

    @classmethod
    def _from_parameters(cls, given: dict[str, str], role_arn: str) -> LambdaProcessor:
        if "LambdaArn" not in given:
            raise InvalidArgumentException("LambdaArn is required when Lambda processor is used.")
        if ("BufferSizeInMBs" in given) != ("BufferIntervalInSeconds" in given):
            raise InvalidArgumentException(
                "Both BufferSizeInMBs and BufferIntervalInSeconds are required to configure buffering"
                " for lambda processor."
            )
        values = {**_DEFAULTS, **given}
        size_mb = _parse_number(values["BufferSizeInMBs"])
        if not MIN_BUFFER_MB <= size_mb <= MAX_BUFFER_MB:
            raise InvalidArgumentException(
                f"BufferSizeInMBs for lambda processor must be between {MIN_BUFFER_MB} and {MAX_BUFFER_MB}."
            )
        interval_seconds = _parse_number(values["BufferIntervalInSeconds"])
        if not 0 <= interval_seconds <= MAX_BUFFER_INTERVAL_SECONDS:
            raise InvalidArgumentException(
                f"BufferIntervalInSeconds for lambda processor must be between 0 and {MAX_BUFFER_INTERVAL_SECONDS}."
            )
        retries = _parse_number(values["NumberOfRetries"])
        if not 0 <= retries <= MAX_RETRIES:
            raise InvalidArgumentException(f"Number of retries for lambda must be between 0 and {MAX_RETRIES}.")
        buffering = BufferingHints(int(size_mb * MEBIBYTE_BYTES), interval_seconds)
        return cls(values["LambdaArn"], values.get("RoleArn", role_arn), int(retries), buffering)


def _read_parameters(processor: Mapping[str, Any]) -> dict[str, str]:
    given = {item["ParameterName"]: item["ParameterValue"] for item in processor.get("Parameters") or []}
    if unknown := sorted(given.keys() - _PARAMETERS):
        raise InvalidArgumentException(f"{', '.join(unknown)} cannot be specified for a Lambda processor")
    return given


def _parse_number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise InvalidArgumentException(f"{text!r} is not a number") from error

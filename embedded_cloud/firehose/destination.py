"""The ExtendedS3 destination of a delivery stream, and AWS's rules on its configuration.

https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from moto.firehose.exceptions import InvalidArgumentException

from embedded_cloud.firehose.buffer import MEBIBYTE_BYTES, BufferingHints
from embedded_cloud.firehose.prefix import PARTITION_KEY_FROM_LAMBDA, PARTITION_KEY_FROM_QUERY, Prefix
from embedded_cloud.firehose.processor import LambdaProcessor

MIN_PARTITIONED_SIZE_MB = 64
MIN_PARTITIONED_INTERVAL_SECONDS = 60
# With dynamic partitioning, a batch may take 1.5 times the buffering interval, and here it always does:
# https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-buffering.html
PARTITIONED_DELAY = 1.5
DEFAULT_INTERVAL_SECONDS = 300
DEFAULT_SIZE_MB = 5
DEFAULT_PARTITIONED_SIZE_MB = 128
DEFAULT_TIME_PREFIX = "!{timestamp:yyyy/MM/dd/HH}/"

_DEFAULTS: dict[str, Any] = {
    "Prefix": "",
    "ErrorOutputPrefix": "",
    "CompressionFormat": "UNCOMPRESSED",
    "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
    "CloudWatchLoggingOptions": {"Enabled": False},
    "ProcessingConfiguration": {"Enabled": False, "Processors": []},
    "S3BackupMode": "Disabled",
    "DataFormatConversionConfiguration": {"Enabled": False},
    "DynamicPartitioningConfiguration": {"Enabled": False},
    "FileExtension": "",
    "CustomTimeZone": "UTC",
}


@dataclass(frozen=True)
class ErrorLog:
    """The log group and stream for delivery errors."""

    group: str
    name: str


@dataclass(frozen=True)
class Destination:
    """The destination of a delivery stream: where and how it writes."""

    role_arn: str
    bucket: str
    prefix: Prefix
    error_output_prefix: Prefix
    buffering: BufferingHints
    gzip: bool
    file_extension: str
    time_zone: tzinfo
    kms_key_arn: str | None
    processor: LambdaProcessor | None
    dynamic_partitioning: bool
    error_log: ErrorLog | None

    @classmethod
    def from_configuration(cls, configuration: Mapping[str, Any]) -> Destination:
        """Read the destination from a completed configuration.

        Raises
        ------
        InvalidArgumentException
            With AWS's message if it is known. For a feature that the embedded cloud lacks, the message names it.
        """
        _check_emulated(configuration)
        gzip = configuration["CompressionFormat"] == "GZIP"
        partitioned = is_partitioned(configuration)
        processor = LambdaProcessor.from_configuration(
            configuration["ProcessingConfiguration"], configuration["RoleARN"]
        )
        prefix, error_output_prefix = _parse_prefixes(configuration)
        _check_partition_keys(prefix, error_output_prefix, processor, partitioned=partitioned)
        return cls(
            role_arn=configuration["RoleARN"],
            bucket=configuration["BucketARN"].rpartition(":")[2],
            prefix=prefix if prefix.expressions else prefix.concatenate(DEFAULT_TIME_PREFIX),
            error_output_prefix=_complete_error_prefix(prefix, error_output_prefix),
            buffering=_parse_buffering(configuration["BufferingHints"], partitioned=partitioned),
            gzip=gzip,
            file_extension=configuration["FileExtension"] or (".gz" if gzip else ""),
            time_zone=_parse_time_zone(configuration["CustomTimeZone"]),
            kms_key_arn=_parse_kms_key_arn(configuration["EncryptionConfiguration"]),
            processor=processor,
            dynamic_partitioning=partitioned,
            error_log=_parse_error_log(configuration["CloudWatchLoggingOptions"]),
        )


def complete_configuration(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Fill a configuration with AWS's defaults, as DescribeDeliveryStream shows it."""
    result = {**_DEFAULTS, **{key: value for key, value in configuration.items() if value is not None}}
    result["BufferingHints"] = result.get("BufferingHints") or {
        "SizeInMBs": DEFAULT_PARTITIONED_SIZE_MB if is_partitioned(result) else DEFAULT_SIZE_MB,
        "IntervalInSeconds": DEFAULT_INTERVAL_SECONDS,
    }
    return result


def is_partitioned(configuration: Mapping[str, Any]) -> bool:
    """Tell whether dynamic partitioning is on."""
    return bool((configuration.get("DynamicPartitioningConfiguration") or {}).get("Enabled"))


def not_emulated(feature: str, instead: str) -> InvalidArgumentException:
    """Return the error for a feature that the embedded cloud lacks."""
    return InvalidArgumentException(f"The embedded cloud's Firehose does not emulate {feature}: use {instead}")


def _check_emulated(configuration: Mapping[str, Any]) -> None:
    compression = configuration["CompressionFormat"]
    if compression not in {"UNCOMPRESSED", "GZIP"}:
        raise not_emulated(f"CompressionFormat {compression}", "UNCOMPRESSED or GZIP")
    backups = {"S3BackupConfiguration", "S3BackupUpdate"} & configuration.keys()
    if configuration["S3BackupMode"] != "Disabled" or backups:
        raise not_emulated("S3 backup", "S3BackupMode Disabled")
    # Here an omitted Enabled means true: .../APIReference/API_DataFormatConversionConfiguration.html
    if configuration["DataFormatConversionConfiguration"].get("Enabled", True):
        raise not_emulated("DataFormatConversionConfiguration", "Enabled false")


def _parse_prefixes(configuration: Mapping[str, Any]) -> tuple[Prefix, Prefix]:
    prefix = Prefix.parse(configuration["Prefix"], "Prefix")
    error_output_prefix = Prefix.parse(configuration["ErrorOutputPrefix"], "ErrorOutputPrefix")
    if prefix.names_error_output_type:
        raise InvalidArgumentException("Prefix must not contain any occurrence of !{firehose:error-output-type}")
    if prefix.expressions and not error_output_prefix.parts:
        raise InvalidArgumentException("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions")
    if (prefix.expressions or error_output_prefix.expressions) and not error_output_prefix.names_error_output_type:
        raise InvalidArgumentException(
            "ErrorOutputPrefix must contain at least one occurrence of !{firehose:error-output-type}"
        )
    return prefix, error_output_prefix


def _complete_error_prefix(prefix: Prefix, error_output_prefix: Prefix) -> Prefix:
    """Return the full prefix of the error output.

    Without expressions it is ``<specified-prefix><error-output-type>/YYYY/MM/DD/HH/``:
    https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
    """
    if error_output_prefix.expressions:
        return error_output_prefix
    return (error_output_prefix if error_output_prefix.parts else prefix).concatenate(
        "!{firehose:error-output-type}/" + DEFAULT_TIME_PREFIX
    )


def _check_partition_keys(
    prefix: Prefix, error_output_prefix: Prefix, processor: LambdaProcessor | None, *, partitioned: bool
) -> None:
    """Check the rules of https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-s3bucketprefix.html"""
    from_lambda, from_query = (
        prefix.find_partition_keys(PARTITION_KEY_FROM_LAMBDA),
        prefix.find_partition_keys(PARTITION_KEY_FROM_QUERY),
    )
    if error_output_prefix.find_partition_keys(PARTITION_KEY_FROM_LAMBDA) or error_output_prefix.find_partition_keys(
        PARTITION_KEY_FROM_QUERY
    ):
        message = "Dynamic Partitioning Namespaces can't be part of an error prefix expression"
    elif not partitioned and (from_lambda or from_query):
        message = (
            "Dynamic Partitioning Namespaces can only be part of a prefix expression"
            " when Dynamic Partitioning is enabled."
        )
    elif from_query:
        message = "MetadataExtraction processor should be present when S3 Prefix has partitionKeyFromQuery namespace"
    elif partitioned and not from_lambda:
        message = "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is enabled"
    elif partitioned and not processor:
        message = "Processing Configuration is not enabled when DataPartitioning is enabled"
    else:
        return
    raise InvalidArgumentException(message)


def _parse_buffering(hints: Mapping[str, int], *, partitioned: bool) -> BufferingHints:
    """Read the hints: https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html"""
    if hints.keys() < {"SizeInMBs", "IntervalInSeconds"}:
        raise InvalidArgumentException("Both SizeInMBs and IntervalInSeconds are required to configure buffering.")
    size_mb, interval_seconds = hints["SizeInMBs"], hints["IntervalInSeconds"]
    if partitioned and size_mb < MIN_PARTITIONED_SIZE_MB:
        raise InvalidArgumentException(
            f"BufferingHints.SizeInMBs must be at least {MIN_PARTITIONED_SIZE_MB} when Dynamic Partitioning is enabled."
        )
    if partitioned and interval_seconds < MIN_PARTITIONED_INTERVAL_SECONDS:
        raise InvalidArgumentException(
            f"BufferingHints.IntervalInSeconds must be at least {MIN_PARTITIONED_INTERVAL_SECONDS} seconds"
            " when Dynamic Partitioning is enabled."
        )
    delay = PARTITIONED_DELAY if partitioned else 1
    return BufferingHints(size_mb * MEBIBYTE_BYTES, interval_seconds * delay)


def _parse_time_zone(name: str) -> tzinfo:
    if name in {"", "UTC"}:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:  # the name of a directory, like America, raises OSError
        raise InvalidArgumentException(f"CustomTimeZone {name} is not a supported time zone") from error


def _parse_kms_key_arn(encryption: Mapping[str, Any]) -> str | None:
    if len(encryption) != 1:
        raise InvalidArgumentException("Exactly one of NoEncryptionConfig or KMSEncryptionConfig must be specified")
    return str(encryption["KMSEncryptionConfig"]["AWSKMSKeyARN"]) if "KMSEncryptionConfig" in encryption else None


def _parse_error_log(options: Mapping[str, Any]) -> ErrorLog | None:
    if not options.get("Enabled"):
        return None
    for key, name in (("LogGroupName", "Group"), ("LogStreamName", "Stream")):
        if not options.get(key):
            raise InvalidArgumentException(f"CloudWatch Log {name} Name is required if CloudWatch Logging is enabled")
    return ErrorLog(options["LogGroupName"], options["LogStreamName"])

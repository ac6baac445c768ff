"""The transformation of a batch of records by the processor's function, under AWS's contract.

https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from embedded_cloud.firehose.context import StreamContext
from embedded_cloud.firehose.processor import LambdaProcessor
from embedded_cloud.firehose.record import Failure, Record, to_milliseconds

# "6 MB each for request and response (synchronous)". The exact number is from the error message of the request limit:
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_PAYLOAD_BYTES = 6_291_556

FIRST_WAIT_SECONDS = 1.0  # a choice, doubled per retry: AWS does not document its waits
MAX_WAIT_SECONDS = 30.0

# Codes and messages: https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html
_FUNCTION_ERROR = Failure(
    "Lambda.FunctionError", "The Lambda function was successfully invoked but it returned an error result."
)
_TIMED_OUT = Failure(
    "Lambda.FunctionTimedOut",
    "The Lambda function invocation timed out. Increase the Timeout setting in the Lambda function.",
)
_UNREADABLE = Failure(
    "Lambda.JsonProcessingException",
    "There was an error parsing returned records from the Lambda function. Ensure that the returned records follow the"
    " status model required by Kinesis Data Firehose.",
)
_MISSING = Failure(
    "Lambda.MissingRecordId",
    "One or more record Ids were not returned. Ensure that the Lambda function returns all received record Ids.",
)
_DUPLICATED = Failure(
    "Lambda.DuplicatedRecordId",
    "Multiple records were returned with the same record Id. Ensure that the Lambda function returns a unique record Id"
    " for each record.",
)
_NO_DATA = Failure(
    "Lambda.InvalidReturnFormat",
    "The data field cannot be null when the SourceType is DirectPut or KinesisStreamAsSource and processing result is"
    " Ok.",
)
_PROCESSING_FAILED = Failure("Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record")
_ASSUME_ROLE_DENIED = Failure(
    "Lambda.AssumeRoleAccessDenied",
    "Access was denied. Ensure that the trust policy for the provided IAM role allows Kinesis Data Firehose to assume"
    " the role.",
)
_REFUSALS = {
    "TooManyRequestsException": Failure(
        "Lambda.InvokeLimitExceeded",
        "The Lambda concurrent execution limit is exceeded. Increase the concurrent execution limit.",
    ),
    "ResourceNotFoundException": Failure(
        "Lambda.ResourceNotFound",
        "The specified Lambda function does not exist. Use a different function that does exist.",
    ),
    "AccessDeniedException": Failure(
        "Lambda.InvokeAccessDenied",
        "Access was denied. Ensure that the access policy allows access to the Lambda function.",
    ),
}


class _InvocationError(Exception):
    """A failed invocation, which Firehose retries."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure


@dataclass(frozen=True)
class Transformed:
    """A transformed record: its new data, and the partition keys as returned, of any JSON type."""

    record: Record
    data: bytes
    partition_keys: Any


RecordOutcome = Transformed | Failure | None  # None: the function dropped it


def transform(stream: StreamContext, processor: LambdaProcessor, records: Sequence[Record]) -> list[RecordOutcome]:
    """Transform a batch and return the outcome of each record, in order.

    A failed invocation is retried ``processor.retries`` times, and then all its records fail. An answer is final. A
    record fails alone if the answer omits it, repeats it or marks it as failed. All records fail if the answer does not
    follow the status model.
    """
    event = _build_event(stream.arn, records)
    pause = FIRST_WAIT_SECONDS
    for attempt in range(1, processor.retries + 2):
        try:
            answer = _invoke(stream, processor, event)
        except _InvocationError as error:
            failure = replace(error.failure, attempts=attempt)
        else:
            return [
                replace(outcome, attempts=attempt) if isinstance(outcome, Failure) else outcome
                for outcome in _read_outcomes(records, answer)
            ]
        if attempt <= processor.retries and not stream.wait(pause):
            break
        pause = min(2 * pause, MAX_WAIT_SECONDS)
    return [failure] * len(records)


def _build_event(stream_arn: str, records: Sequence[Record]) -> bytes:
    document = {
        "invocationId": str(uuid.uuid4()),
        "deliveryStreamArn": stream_arn,
        "region": stream_arn.split(":")[3],
        "records": [
            {
                "recordId": record.record_id,
                "approximateArrivalTimestamp": to_milliseconds(record.arrived_at),
                "data": base64.b64encode(record.data).decode(),
            }
            for record in records
        ],
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _invoke(stream: StreamContext, processor: LambdaProcessor, event: bytes) -> Any:
    """Invoke the function and return its answer as parsed JSON, or None if it isn't JSON."""
    if len(event) > MAX_PAYLOAD_BYTES:
        message = f"Request must be smaller than {MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation"
        raise _InvocationError(Failure("Lambda.RequestTooLargeException", message))
    try:
        response = stream.client("lambda", processor.role_arn).invoke(
            FunctionName=processor.function_arn, InvocationType="RequestResponse", Payload=event
        )
        payload = response["Payload"].read()
    except ClientError as error:
        raise _InvocationError(_to_failure(error)) from error
    except BotoCoreError as error:  # no connection, or a read timeout
        raise _InvocationError(Failure(f"Lambda.{type(error).__name__}", str(error))) from error
    if "FunctionError" in response:
        raise _InvocationError(_TIMED_OUT if b"Task timed out after" in payload else _FUNCTION_ERROR)
    if len(payload) > MAX_PAYLOAD_BYTES:  # Lambda turns it into a function error, Function.ResponseSizeTooLarge
        raise _InvocationError(_FUNCTION_ERROR)
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def _to_failure(error: ClientError) -> Failure:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    if error.operation_name == "AssumeRole":
        return _ASSUME_ROLE_DENIED
    return _REFUSALS.get(code, Failure(f"Lambda.{code}", message))


def _read_outcomes(records: Sequence[Record], answer: Any) -> list[RecordOutcome]:
    returned: Any = answer.get("records", []) if isinstance(answer, dict) else None
    try:
        results = _index_by_record_id(returned)
    except (TypeError, KeyError, ValueError):
        return [_UNREADABLE] * len(records)
    counts = Counter(item["recordId"] for item in returned)
    return [_read_outcome(record, results.get(record.record_id), counts[record.record_id]) for record in records]


def _index_by_record_id(returned: Any) -> dict[str, tuple[dict[str, Any], bytes | None]]:
    """Return each record with its decoded data. Raise an error if one does not follow the status model."""
    results = {}
    for item in returned:
        if item["result"] not in {"Ok", "Dropped", "ProcessingFailed"} or not isinstance(item["recordId"], str):
            raise ValueError(item)
        data = item.get("data")
        results[item["recordId"]] = (item, None if data is None else _decode(data))
    return results


def _decode(data: Any) -> bytes:
    """Decode Base64 strictly. A lenient decoder would lose bytes without an error."""
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise ValueError(data) from error


def _read_outcome(record: Record, result: tuple[dict[str, Any], bytes | None] | None, count: int) -> RecordOutcome:
    if result is None:
        return _MISSING
    if count > 1:
        return _DUPLICATED
    item, data = result
    if item["result"] == "Dropped":
        return None
    if item["result"] == "ProcessingFailed":
        return _PROCESSING_FAILED
    if data is None:
        return _NO_DATA
    metadata = item.get("metadata")
    return Transformed(record, data, metadata.get("partitionKeys") if isinstance(metadata, dict) else None)

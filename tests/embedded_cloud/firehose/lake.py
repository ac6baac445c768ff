"""The fixtures of the Firehose tests: a bucket, a role, a delivery stream, and a function that a test defines."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any, ClassVar

from moto.awslambda import urls
from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend, lambda_backends

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.firehose import backend as firehose
from embedded_cloud.firehose.record import Statistics
from tests.local.roles import make_role
from tests.waiting import eventually

BUCKET = "lake"
STREAM = "bars"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:transformer"

Handler = Callable[[dict[str, Any]], Any]


class ThrottledError(Exception):
    """Throttling of an invocation by Lambda. A handler raises it."""


class FunctionBackend(LambdaBackend):  # type: ignore[misc]
    """A Lambda backend with ``handler`` as its only function. Firehose calls it with boto3 over HTTP."""

    handler: ClassVar[Handler]
    events: ClassVar[list[dict[str, Any]]]

    @property
    def _url_module(self) -> Any:
        return urls

    def invoke(self, function_name: str, qualifier: Any, body: Any, headers: Any, response_headers: Any) -> Any:
        del qualifier, headers
        assert function_name == FUNCTION_ARN
        event = json.loads(body)
        type(self).events.append(event)
        try:
            answer = type(self).handler(event)
        except ThrottledError as error:
            raise LambdaClientError("TooManyRequestsException", "Rate Exceeded.") from error
        except Exception as error:  # reported as Lambda reports a handler's exception
            response_headers["x-amz-function-error"] = "Unhandled"
            answer = {"errorMessage": str(error), "errorType": type(error).__name__}
        return json.dumps(answer).encode()


class DeliveryLake:
    """A bucket, a role that Firehose may assume, and methods to fill and watch a delivery stream."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self.s3 = cloud.client("s3")
        self.firehose = cloud.client("firehose")
        self._logs = cloud.client("logs")
        self.s3.create_bucket(Bucket=BUCKET)
        self.role_arn = make_role(cloud, "delivery", "firehose")

    def function(self, handler: Handler) -> list[dict[str, Any]]:
        """Set ``handler`` as the function. Return the list that collects its events."""
        FunctionBackend.handler, FunctionBackend.events = staticmethod(handler), []
        lambda_backends.clear()
        lambda_backends.backend = FunctionBackend
        return FunctionBackend.events

    def configuration(self, **changes: Any) -> dict[str, Any]:
        """Return a destination that delivers after one second, without a function."""
        return {
            "RoleARN": self.role_arn,
            "BucketARN": f"arn:aws:s3:::{BUCKET}",
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 1},
            **changes,
        }

    def transforming(self, parameters: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
        """Return a destination with the function as its processor, called after one second."""
        values = {
            "LambdaArn": FUNCTION_ARN,
            "BufferSizeInMBs": "1",
            "BufferIntervalInSeconds": "1",
            **(parameters or {}),
        }
        processor = {
            "Type": "Lambda",
            "Parameters": [{"ParameterName": name, "ParameterValue": value} for name, value in values.items()],
        }
        return self.configuration(ProcessingConfiguration={"Enabled": True, "Processors": [processor]}, **changes)

    def partitioned(self, **changes: Any) -> dict[str, Any]:
        """Return a destination with dynamic partitioning by the function's key ``dt``."""
        return {
            **self.transforming(),
            "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 60},
            "DynamicPartitioningConfiguration": {"Enabled": True},
            "Prefix": "bars/dt=!{partitionKeyFromLambda:dt}/",
            "ErrorOutputPrefix": "!{firehose:error-output-type}/",
            **changes,
        }

    def create(self, configuration: dict[str, Any], **parameters: Any) -> None:
        """Create the stream."""
        self.firehose.create_delivery_stream(
            DeliveryStreamName=STREAM, ExtendedS3DestinationConfiguration=configuration, **parameters
        )

    def update(self, **changes: Any) -> None:
        """Update the stream's destination."""
        stream = self.describe()
        self.firehose.update_destination(
            DeliveryStreamName=STREAM,
            CurrentDeliveryStreamVersionId=stream["VersionId"],
            DestinationId=stream["Destinations"][0]["DestinationId"],
            ExtendedS3DestinationUpdate=changes,
        )

    def describe(self) -> dict[str, Any]:
        """Return the stream's description."""
        description = self.firehose.describe_delivery_stream(DeliveryStreamName=STREAM)
        return dict(description["DeliveryStreamDescription"])

    def put(self, *data: bytes) -> dict[str, Any]:
        """Put one batch."""
        records = [{"Data": item} for item in data]
        return dict(self.firehose.put_record_batch(DeliveryStreamName=STREAM, Records=records))

    def logging(self) -> dict[str, Any]:
        """Create a log group and a log stream. Return the CloudWatchLoggingOptions for them."""
        self._logs.create_log_group(logGroupName=STREAM)
        self._logs.create_log_stream(logGroupName=STREAM, logStreamName=STREAM)
        return {"Enabled": True, "LogGroupName": STREAM, "LogStreamName": STREAM}

    def logged(self) -> list[dict[str, Any]]:
        """Return the events that the stream has logged so far."""
        events = self._logs.get_log_events(logGroupName=STREAM, logStreamName=STREAM)["events"]
        return [json.loads(event["message"]) for event in events]

    def settled(self) -> Statistics:
        """Wait until no record is pending. Return the stream's statistics."""
        eventually(lambda: firehose.read_statistics(STREAM).pending_records == 0)
        return firehose.read_statistics(STREAM)

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        """Return the decompressed objects below ``prefix`` by key."""
        keys = [item["Key"] for item in self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]
        return {key: self._read(key) for key in keys}

    def delivered(self, prefix: str = "") -> bytes:
        """Wait until all is delivered. Return the contents of the only object below ``prefix``."""
        self.settled()
        (data,) = self.objects(prefix).values()
        return data

    def failures(self, prefix: str = "processing-failed/") -> list[dict[str, Any]]:
        """Wait until all is delivered. Return the lines of the error output below ``prefix``."""
        self.settled()
        return [json.loads(line) for data in self.objects(prefix).values() for line in data.splitlines()]

    def _read(self, key: str) -> bytes:
        response = self.s3.get_object(Bucket=BUCKET, Key=key)
        data: bytes = response["Body"].read()
        return gzip.decompress(data) if response.get("ContentEncoding") == "gzip" else data


def answer(event: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return an answer with every record of ``event`` unchanged, plus ``fields`` in each."""
    return {
        "records": [
            {"recordId": record["recordId"], "result": "Ok", "data": record["data"], **fields}
            for record in event["records"]
        ]
    }


def text(record: dict[str, Any]) -> str:
    """Return the data of a record in a function's event."""
    return base64.b64decode(record["data"]).decode()

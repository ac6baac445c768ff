"""The settings of the deployed delivery stream that decide where and when the canary's bars appear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from finance_stream.client.deployment import Deployment

_LAMBDA_KEY = "!{partitionKeyFromLambda:"
BUFFER_PARAMETER = "BufferIntervalInSeconds"
# Firehose's defaults: https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html and
# https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
S3_BUFFER_SECONDS, LAMBDA_BUFFER_SECONDS = 300, 60
# With dynamic partitioning, "a buffer is delivered up to 1.5 times later than its interval".
LATE = 1.5
WORK_SECONDS = 30


@dataclass(frozen=True)
class StreamSettings:
    """The prefix of the stream's objects, and the longest time from a record to its object."""

    prefix: str
    delivery_seconds: float

    @classmethod
    def read(cls, deployment: Deployment) -> StreamSettings:
        client = deployment.session.client("firehose")
        stream = client.describe_delivery_stream(DeliveryStreamName=deployment.stream)["DeliveryStreamDescription"]
        destination: Any = stream["Destinations"][0]["ExtendedS3DestinationDescription"]
        processors = destination.get("ProcessingConfiguration", {}).get("Processors", [])
        given = {one["ParameterName"]: one["ParameterValue"] for each in processors for one in each["Parameters"]}
        buffer = destination.get("BufferingHints", {}).get("IntervalInSeconds", S3_BUFFER_SECONDS)
        transformer = int(given.get(BUFFER_PARAMETER, LAMBDA_BUFFER_SECONDS)) if processors else 0
        seconds = LATE * buffer + transformer + WORK_SECONDS
        return cls(destination.get("Prefix", ""), seconds)

    def render_folder(self, interval: str, day: date) -> str:
        """Return the prefix with a partition's values, up to the first expression that is unknown before delivery.

        https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
        """
        known = self.prefix.replace(f"{_LAMBDA_KEY}interval}}", interval).replace(f"{_LAMBDA_KEY}dt}}", str(day))
        return known.partition("!{")[0]

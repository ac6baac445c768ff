"""What every step of a delivery stream works with: its identity, its destination now, its clients, its log."""

from __future__ import annotations

import contextlib
import json
import threading
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.firehose.destination import Destination
from embedded_cloud.firehose.record import milliseconds

# Firehose waits five minutes for a function, and itself counts the retries.
# https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-execution-duration.html
_CLIENT_CONFIG = Config(read_timeout=300, retries={"total_max_attempts": 1})


class StreamContext:
    """One delivery stream. An update replaces ``destination`` and ``version``."""

    def __init__(self, name: str, arn: str, version: str, destination: Destination, cloud: EmbeddedCloud) -> None:
        self.name, self.arn, self.version, self.destination = name, arn, version, destination
        self.clock = cloud.clock
        self.stopped = threading.Event()
        self._cloud = cloud
        self._clients: dict[tuple[str, str], Any] = {}

    def wait(self, seconds: float) -> bool:
        """Wait ``seconds`` of the cloud; False when the stream stopped before they were over."""
        return not self.stopped.wait(self.clock.to_real_seconds(seconds))

    def client(self, service: str, role_arn: str) -> Any:
        """A client under ``role_arn`` that does not retry; raises ClientError where the role cannot be assumed."""
        key = (service, role_arn)
        if key not in self._clients:
            self._clients[key] = self._cloud.client(service, role_arn, _CLIENT_CONFIG)
        return self._clients[key]

    def log(self, code: str, message: str, function_arn: str | None = None) -> None:
        """Put an error into the stream's log, if it has one; where that refuses, the error is lost as on AWS.

        https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html
        """
        destination = self.destination
        if destination.log_stream is None or self.stopped.is_set():
            return
        document = {
            "deliveryStreamARN": self.arn,
            "destination": f"arn:aws:s3:::{destination.bucket}",
            "deliveryStreamVersionId": int(self.version),
            "message": message,
            "errorCode": code,
        }
        if function_arn:
            document["processor"] = function_arn
        with contextlib.suppress(ClientError, BotoCoreError):
            self.client("logs", destination.role_arn).put_log_events(
                logGroupName=destination.log_stream.group,
                logStreamName=destination.log_stream.name,
                logEvents=[{"timestamp": milliseconds(datetime.now(UTC)), "message": json.dumps(document)}],
            )

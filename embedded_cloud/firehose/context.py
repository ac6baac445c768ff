"""The context of a delivery stream: its identity, its current destination, its clients and its error log."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.firehose.destination import Destination
from embedded_cloud.threads import Event

# Firehose waits five minutes for a function and does the retries itself, so the client does none.
# https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-execution-duration.html
_CLIENT_CONFIG = Config(read_timeout=300, retries={"total_max_attempts": 1})


class StreamContext:
    """The context of one delivery stream. An update replaces ``destination`` and ``version``."""

    def __init__(self, name: str, arn: str, version: str, destination: Destination, cloud: EmbeddedCloud) -> None:
        self.name, self.arn, self.version, self.destination = name, arn, version, destination
        self.clock = cloud.clock
        self.stopped = Event(cloud.clock)
        self._cloud = cloud
        self._clients: dict[tuple[str, str], Any] = {}

    def wait(self, seconds: float) -> bool:
        """Wait ``seconds`` of the cloud's time. Return False if the stream stopped earlier."""
        return not self.stopped.wait(seconds)

    def client(self, service: str, role_arn: str) -> Any:
        """Return a client under ``role_arn`` without retries. Raise ClientError if the role can't be assumed."""
        key = (service, role_arn)
        if key not in self._clients:
            self._clients[key] = self._cloud.client(service, role_arn, _CLIENT_CONFIG)
        return self._clients[key]

    def log(self, code: str, message: str, function_arn: str | None = None) -> None:
        """Write an error to the stream's error log, if it has one. As on AWS, an error that the log refuses is lost.

        https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html
        """
        destination = self.destination
        if destination.error_log is None or self.stopped.is_set():
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
                logGroupName=destination.error_log.group,
                logStreamName=destination.error_log.name,
                logEvents=[{"timestamp": self.clock.read_milliseconds(), "message": json.dumps(document)}],
            )

"""Delivery of executions' events to CloudWatch Logs.

https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
"""

from __future__ import annotations

import json
from typing import Any, Self

from botocore.exceptions import ClientError
from moto.stepfunctions.parser.asl.eval.event.logging import CloudWatchLoggingConfiguration, is_logging_enabled_for

from embedded_cloud import clock
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.threads import Queue

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
MAX_LOG_EVENTS = 10_000
# CloudWatch Logs writes this event to a group when a service may deliver logs to it.
VALIDATION_STREAM = "log_stream_created_by_aws_to_validate_log_delivery_subscriptions"
VALIDATION_MESSAGE = (
    "Permissions are set correctly to allow AWS CloudWatch Logs to write into your logs while creating a subscription."
)


class LogDelivery:
    """A thread that writes the executions' events to CloudWatch Logs, so states don't wait for it."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self._cloud = cloud
        self._logs: Any = None  # the client, created after the cloud has started
        self._events: Queue[tuple[str, str, dict[str, Any]] | None] = Queue(cloud.clock)
        self._thread = cloud.clock.start_thread(self._run, name="stepfunctions-logs")

    def put(self, group: str, stream: str, event: dict[str, Any]) -> None:
        """Queue ``event`` (timestamp, message). The caller doesn't wait until it is written."""
        self._events.put((group, stream, event))

    def subscribe(self, group: str) -> None:
        """Write the event of a subscription to ``group``, unless it has one."""
        streams = self._cloud.client("logs").describe_log_streams(
            logGroupName=group, logStreamNamePrefix=VALIDATION_STREAM
        )
        if not streams["logStreams"]:
            event = {"timestamp": clock.current().read_milliseconds(), "message": VALIDATION_MESSAGE}
            self.put(group, VALIDATION_STREAM, event)

    def stop(self) -> None:
        """Write the queued events, then end."""
        self._events.put(None)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while (first := self._events.get()) is not None:
            group, stream, event = first
            batch = [event]
            while not self._events.empty() and len(batch) < MAX_LOG_EVENTS:
                following = self._events.get()
                if following is None:
                    self._write(group, stream, batch)
                    return
                if following[:2] != (group, stream):
                    self._write(group, stream, batch)
                    group, stream, batch = following[0], following[1], []
                batch.append(following[2])
            self._write(group, stream, batch)

    def _write(self, group: str, stream: str, events: list[dict[str, Any]]) -> None:
        if self._logs is None:
            self._logs = self._cloud.client("logs")
        try:
            self._logs.create_log_stream(logGroupName=group, logStreamName=stream)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                return  # the log group was deleted: AWS loses these events too
        self._logs.put_log_events(
            logGroupName=group, logStreamName=stream, logEvents=sorted(events, key=lambda event: event["timestamp"])
        )


class ExecutionLog:
    """The log of one execution, called by moto's history for each event.

    https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    """

    def __init__(
        self, execution_arn: str, configuration: CloudWatchLoggingConfiguration, delivery: LogDelivery
    ) -> None:
        self.execution_arn = execution_arn
        self.configuration = configuration
        self._delivery = delivery

    @classmethod
    def from_machine(cls, machine: Any, execution_arn: str, delivery: LogDelivery) -> Self | None:
        """Return the log for ``machine``'s LoggingConfiguration, or None if logging is off."""
        logging = {"includeExecutionData": False, **machine.loggingConfiguration}
        configuration = CloudWatchLoggingConfiguration.from_logging_configuration(machine.arn, logging)
        return cls(execution_arn, configuration, delivery) if configuration else None

    def log_level_filter(self, history_event_type: Any) -> bool:
        return bool(is_logging_enabled_for(self.configuration.log_level, history_event_type))

    def publish_history_log(self, history_log: dict[str, Any]) -> None:
        milliseconds = clock.current().read_milliseconds()
        event = {**history_log, "event_timestamp": str(milliseconds), "redrive_count": "0"}
        message = json.dumps(event, separators=(",", ":"), default=str)
        self._delivery.put(
            self.configuration.log_group_name,
            self.configuration.log_stream_name,
            {"timestamp": milliseconds, "message": message},
        )

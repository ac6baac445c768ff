"""Invocations of functions: synchronous, asynchronous with Lambda's retries, and the log of each.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.logs.models import logs_backends

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.lambda_.environment import Invocation, InvocationResult, Specification
from embedded_cloud.lambda_.faults import FUNCTION_FAULTS
from embedded_cloud.lambda_.model import Function
from embedded_cloud.lambda_.pool import ConcurrencyExceededError, FunctionPool, PoolStoppedError

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
RETRY_SECONDS = (60, 120)  # before the first and second retry of a failed event
MAX_EVENT_AGE_SECONDS = 21_600
FIRST_THROTTLE_SECONDS = 1
MAX_THROTTLE_SECONDS = 300


class Invoker:
    """The runner of functions. It also writes their logs."""

    def __init__(self, cloud: EmbeddedCloud, pool: FunctionPool) -> None:
        self._cloud = cloud
        self._pool = pool

    def invoke(
        self,
        function: Function,
        arn: str,
        payload: bytes,
        client_context: dict[str, Any] | None = None,
        request_id: str | None = None,
    ) -> InvocationResult:
        """Run the function on one event and write its log. ``request_id`` is a new one by default.

        Raises
        ------
        ConcurrencyExceededError, PoolStoppedError
        """
        invocation = Invocation(request_id or str(uuid.uuid4()), arn, payload, client_context)
        fault = self._cloud.faults("lambda:function", function.function_name, payload)
        with self._pool.use_environment(function) as environment:
            result = (
                environment.break_off(invocation, FUNCTION_FAULTS[fault]) if fault else environment.invoke(invocation)
            )
            self._write_log(function, environment.specification, result)
        return result

    def _write_log(self, function: Function, environment: Specification, result: InvocationResult) -> None:
        """Write the log as far as the function's role allows. The rest is lost without an error, as on AWS."""
        logs = logs_backends[function.account_id][function.region]
        name, stream = environment.log_group, environment.log_stream
        if name not in logs.groups:
            if not self._may_log(function, "logs:CreateLogGroup", name, ""):
                return
            logs.ensure_log_group(name)
        group = logs.groups[name]
        if stream not in group.streams:
            if not self._may_log(function, "logs:CreateLogStream", name, stream):
                return
            group.create_log_stream(stream)
        if not self._may_log(function, "logs:PutLogEvents", name, stream):
            return
        events = [{"timestamp": at, "message": line} for at, line in sorted(result.log, key=lambda line: line[0])]
        logs.put_log_events(name, stream, events)

    def _may_log(self, function: Function, action: str, group: str, stream: str) -> bool:
        permissions = self._cloud.permissions
        arn = f"arn:aws:logs:{function.region}:{function.account_id}:log-group:{group}:log-stream:{stream}"
        return permissions.allows(permissions.open_session(function.role), action, arn)


@dataclass(frozen=True)
class RetryLimits:
    """The number of retries and the maximum age of an asynchronous event."""

    attempts: int = len(RETRY_SECONDS)
    event_age_seconds: int = MAX_EVENT_AGE_SECONDS

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> RetryLimits:
        """Return the limits of a function's configuration (PutFunctionEventInvokeConfig)."""
        return cls(
            config.get("MaximumRetryAttempts", cls.attempts),
            config.get("MaximumEventAgeInSeconds", cls.event_age_seconds),
        )


class EventQueue:
    """Asynchronous events, retried as often as on AWS."""

    def __init__(self, cloud: EmbeddedCloud, invoker: Invoker) -> None:
        self._cloud = cloud
        self._clock = cloud.clock  # a reset gives the cloud another one
        self._invoker = invoker

    def put(self, function: Function, arn: str, payload: bytes, limits: RetryLimits) -> None:
        """Take the event and return at once. A thread of its own delivers it."""
        self._clock.start_thread(self._deliver, function, arn, payload, limits, name="function-event")

    def _deliver(self, function: Function, arn: str, payload: bytes, limits: RetryLimits) -> None:
        age = 0.0
        throttle_seconds = FIRST_THROTTLE_SECONDS
        failures = 0
        while True:
            try:
                result = self._invoker.invoke(function, arn, payload)
            except ConcurrencyExceededError:
                pause = throttle_seconds
                throttle_seconds = min(2 * throttle_seconds, MAX_THROTTLE_SECONDS)
            except PoolStoppedError:
                return
            else:
                if not result.failed:
                    return
                if failures == limits.attempts:
                    break
                pause = RETRY_SECONDS[failures]
                failures += 1
            age += pause
            if age > limits.event_age_seconds:
                break
            if not self._clock.wait(pause):
                return
        self._give_up(function, payload)

    def _give_up(self, function: Function, payload: bytes) -> None:
        """Send the event to the function's dead-letter queue or topic.

        https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
        """
        arn = function.dead_letter_arn
        if arn is None:
            return
        service, name = arn.split(":")[2], arn.split(":")[5]
        client = self._cloud.client(service, function.role)
        if service == "sqs":
            client.send_message(QueueUrl=client.get_queue_url(QueueName=name)["QueueUrl"], MessageBody=payload.decode())
        else:
            client.publish(TopicArn=arn, Message=payload.decode())


def is_json(payload: bytes) -> bool:
    """Return True if AWS would accept ``payload`` as an event, which is JSON in UTF-8."""
    try:
        json.loads(payload.decode())
    except (ValueError, RecursionError):
        return False
    return True

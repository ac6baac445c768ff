"""Invocations of functions: synchronous, asynchronous with Lambda's retries, and what each writes to the log.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html
"""

from __future__ import annotations

import json
import threading
import uuid
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownEventConfig, UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.logs.models import logs_backends

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.lambda_.environment import Invocation, Outcome, Specification
from embedded_cloud.lambda_.faults import FUNCTION_FAULTS
from embedded_cloud.lambda_.pool import ConcurrencyExceededError, FunctionPool, PoolStoppedError

if TYPE_CHECKING:
    from embedded_cloud.lambda_.backend import Function, FunctionBackend

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
RETRY_SECONDS = (60, 120)  # before the first and the second retry of a function that failed
MAX_EVENT_AGE_SECONDS = 21_600
FIRST_THROTTLE_SECONDS = 1
MAX_THROTTLE_SECONDS = 300


def invoke(
    pool: FunctionPool, function: Function, arn: str, payload: bytes, client_context: dict[str, Any] | None = None
) -> Outcome:
    """Run the function on one event and write its log.

    Raises
    ------
    ConcurrencyExceededError, PoolStoppedError
    """
    invocation = Invocation(str(uuid.uuid4()), arn, payload, client_context)
    fault = _cloud(function).faults("lambda:function", function.function_name, payload)
    with pool.environment(function) as environment:
        outcome = environment.break_off(invocation, FUNCTION_FAULTS[fault]) if fault else environment.invoke(invocation)
        _write_log(function, environment.specification, outcome)
    return outcome


def _write_log(function: Function, environment: Specification, outcome: Outcome) -> None:
    """As far as the function's role allows; what it does not is lost without a word, as on AWS."""
    logs = logs_backends[function.account_id][function.region]
    name, stream = environment.log_group, environment.log_stream
    if name not in logs.groups:
        if not _may_log(function, "logs:CreateLogGroup", name, ""):
            return
        logs.ensure_log_group(name)
    group = logs.groups[name]
    if stream not in group.streams:
        if not _may_log(function, "logs:CreateLogStream", name, stream):
            return
        group.create_log_stream(stream)
    if not _may_log(function, "logs:PutLogEvents", name, stream):
        return
    events = [{"timestamp": at, "message": line} for at, line in sorted(outcome.log, key=lambda line: line[0])]
    logs.put_log_events(name, stream, events)


def _may_log(function: Function, action: str, group: str, stream: str) -> bool:
    permissions = _cloud(function).permissions
    arn = f"arn:aws:logs:{function.region}:{function.account_id}:log-group:{group}:log-stream:{stream}"
    return bool(permissions.allowed(permissions.session_of(function.role), action, arn))


def _cloud(function: Function) -> EmbeddedCloud:
    cloud: EmbeddedCloud = lambda_backends[function.account_id][function.region].cloud
    return cloud


class Queue:
    """Events for functions whose senders do not wait; each is tried as often as AWS would."""

    def __init__(self, cloud: EmbeddedCloud, pool: FunctionPool) -> None:
        self._cloud = cloud
        self._pool = pool

    def put(self, backend: FunctionBackend, function: Function, arn: str, payload: bytes) -> None:
        """Take the event and return; it is answered in a thread of its own."""
        threading.Thread(
            target=self._answer, args=(backend, function, arn, payload), name="function-event", daemon=True
        ).start()

    def _answer(self, backend: FunctionBackend, function: Function, arn: str, payload: bytes) -> None:
        attempts, oldest = _retry_limits(backend, function.function_name)
        age = 0.0
        throttle_seconds = FIRST_THROTTLE_SECONDS
        failures = 0
        while True:
            try:
                outcome = invoke(self._pool, function, arn, payload)
            except ConcurrencyExceededError:
                pause = throttle_seconds
                throttle_seconds = min(2 * throttle_seconds, MAX_THROTTLE_SECONDS)
            except PoolStoppedError:
                return
            else:
                if not outcome.failed:
                    return
                if failures == attempts:
                    break
                pause = RETRY_SECONDS[failures]
                failures += 1
            age += pause
            if age > oldest:
                break
            if not self._cloud.clock.wait(pause):
                return
        self._give_up(function, payload)

    def _give_up(self, function: Function, payload: bytes) -> None:
        """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq"""
        arn = function.dead_letter_arn
        if arn is None:
            return
        service, name = arn.split(":")[2], arn.split(":")[5]
        client = self._cloud.client(service, function.role)
        if service == "sqs":
            client.send_message(QueueUrl=client.get_queue_url(QueueName=name)["QueueUrl"], MessageBody=payload.decode())
        else:
            client.publish(TopicArn=arn, Message=payload.decode())


def _retry_limits(backend: FunctionBackend, name: str) -> tuple[int, int]:
    try:
        config = backend.get_function_event_invoke_config(name)
    except (UnknownEventConfig, UnknownFunctionException):
        config = {}
    return (
        config.get("MaximumRetryAttempts", len(RETRY_SECONDS)),
        config.get("MaximumEventAgeInSeconds", MAX_EVENT_AGE_SECONDS),
    )


def is_json(payload: bytes) -> bool:
    """Whether AWS would take ``payload`` for an event."""
    try:
        json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return True

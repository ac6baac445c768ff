"""EventBridge Scheduler's backend: moto's schedules with AWS's checks.

The embedded cloud has no time of day of its own, so no schedule fires by itself. :func:`fire` fires one once.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from botocore.exceptions import ClientError
from moto.scheduler.exceptions import ScheduleGroupNotFound, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.scheduler.expression import ExpressionError, parse_expression

SERVICE_PRINCIPAL = "scheduler.amazonaws.com"
# https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
EVENT_AGE_SECONDS = range(60, 86_401)
RETRY_ATTEMPTS = range(186)


class FiringError(Exception):
    """A failed firing: the target was not started, for the reason in the message."""


class Scheduler(EventBridgeSchedulerBackend):  # type: ignore[misc]
    """The schedules of a region."""

    cloud: ClassVar[EmbeddedCloud]

    def create_schedule(self, **parameters: Any) -> Schedule:
        """Create: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""
        self._check(parameters)
        return super().create_schedule(**parameters)

    def update_schedule(self, **parameters: Any) -> Schedule:
        """Update: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html"""
        self._check(parameters)
        return super().update_schedule(**parameters)

    def _check(self, parameters: dict[str, Any]) -> None:
        group, target = parameters["group_name"] or "default", parameters["target"]
        if group not in self.schedule_groups:
            raise ScheduleGroupNotFound(group)
        try:
            parse_expression(parameters["schedule_expression"])
            ZoneInfo(parameters["schedule_expression_timezone"] or "UTC")
            json.loads(target.get("Input", "{}"))
        except (ExpressionError, ZoneInfoNotFoundError, ValueError, RecursionError) as error:
            raise ValidationException(str(error)) from error
        policy = target.get("RetryPolicy", {})
        for name, allowed in (
            ("MaximumEventAgeInSeconds", EVENT_AGE_SECONDS),
            ("MaximumRetryAttempts", RETRY_ATTEMPTS),
        ):
            if policy.get(name, allowed[0]) not in allowed:
                raise ValidationException(f"{name}: {policy[name]} is not in {allowed[0]} to {allowed[-1]}")
        if not _is_trusted(self.cloud, target["RoleArn"], group):
            raise ValidationException(
                "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
            )


def fire(cloud: EmbeddedCloud, name: str, group: str = "default") -> str:
    """Fire a schedule once and return the ARN of the started execution.

    A refused start goes to the schedule's dead-letter queue at once, since a retry would be refused too.

    Raises
    ------
    FiringError
        If the schedule is disabled, its role lacks a permission, or the target refuses.
    """
    schedule = cloud.client("scheduler").get_schedule(Name=name, GroupName=group)
    if schedule["State"] != "ENABLED":
        raise FiringError(f"schedule {name} is {schedule['State']} (enable it to fire it)")
    target = schedule["Target"]
    try:
        return _start(cloud, target, group)
    except FiringError as error:
        _send_to_dead_letters(cloud, schedule, str(error))
        raise


def _is_trusted(cloud: EmbeddedCloud, role_arn: str, group: str) -> bool:
    """Tell whether a role trusts Scheduler for ``group``. Scheduler names only the group as the source.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    source = f"arn:aws:scheduler:{cloud.region}:{cloud.account_id}:schedule-group/{group}"
    return cloud.permissions.role_trusts(role_arn, SERVICE_PRINCIPAL, source)


def _start(cloud: EmbeddedCloud, target: dict[str, Any], group: str) -> str:
    role, arn = target["RoleArn"], target["Arn"]
    if not arn.split(":")[2:6:3] == ["states", "stateMachine"]:
        raise FiringError(f"{arn}: not a state machine, the only target that the embedded cloud supports")
    if not _is_trusted(cloud, role, group):
        raise FiringError(f"AccessDeniedException: {role} does not trust Scheduler for group {group}")
    client = cloud.client("stepfunctions", role_arn=role)
    try:
        started = client.start_execution(stateMachineArn=arn, input=target.get("Input", "{}"))
    except ClientError as error:
        raise FiringError(f"{error.response['Error']['Code']}: {error.response['Error']['Message']}") from error
    return str(started["executionArn"])


def _send_to_dead_letters(cloud: EmbeddedCloud, schedule: dict[str, Any], reason: str) -> None:
    """Send a failed firing: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html"""
    target, permissions = schedule["Target"], cloud.permissions
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    if not queue or not permissions.allows(permissions.open_session(target["RoleArn"]), "sqs:SendMessage", queue):
        return
    sqs = cloud.client("sqs")
    code, _, message = reason.partition(": ")
    attributes = {
        "SCHEDULE_ARN": schedule["Arn"],
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": code,
        "ERROR_MESSAGE": message,
    }
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName=queue.rsplit(":", 1)[1])["QueueUrl"],
        MessageBody=target.get("Input", "{}"),
        MessageAttributes={name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()},
    )

"""One firing of a schedule: the start of its target, or a letter to its dead-letter queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud

SERVICE_PRINCIPAL = "scheduler.amazonaws.com"

ClientOfRole = Callable[[str, str], Any]


class FiringError(Exception):
    """A failed firing: the target was not started, for the reason in the message."""


def fire(cloud: EmbeddedCloud, name: str, group: str = "default") -> str:
    """Fire a schedule once, now, and return the ARN of the started execution.

    Raises
    ------
    FiringError
        If the schedule is disabled, its role lacks a permission, or the target refuses.
    """
    schedule = cloud.client("scheduler").get_schedule(Name=name, GroupName=group)
    if schedule["State"] != "ENABLED":
        raise FiringError(f"schedule {name} is {schedule['State']} (enable it to fire it)")
    return start_target(cloud, schedule, cloud.client)


def start_target(cloud: EmbeddedCloud, schedule: dict[str, Any], client: ClientOfRole) -> str:
    """Start the target of a schedule, given in the shape of GetSchedule. ``client`` makes clients under a role.

    A refused start goes to the schedule's dead-letter queue at once, since a retry would be refused too.

    Raises
    ------
    FiringError
    """
    try:
        return _start(cloud, schedule["Target"], schedule["GroupName"], client)
    except FiringError as error:
        _send_to_dead_letters(cloud, schedule, str(error))
        raise


def is_trusted(cloud: EmbeddedCloud, role_arn: str, group: str) -> bool:
    """Tell whether a role trusts Scheduler for ``group``. Scheduler names only the group as the source.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    source = f"arn:aws:scheduler:{cloud.region}:{cloud.account_id}:schedule-group/{group}"
    return cloud.permissions.role_trusts(role_arn, SERVICE_PRINCIPAL, source)


def _start(cloud: EmbeddedCloud, target: dict[str, Any], group: str, client: ClientOfRole) -> str:
    role, arn = target["RoleArn"], target["Arn"]
    if not arn.split(":")[2:6:3] == ["states", "stateMachine"]:
        raise FiringError(f"{arn}: not a state machine, the only target that the embedded cloud supports")
    if not is_trusted(cloud, role, group):
        raise FiringError(f"AccessDeniedException: {role} does not trust Scheduler for group {group}")
    try:
        started = client("stepfunctions", role).start_execution(stateMachineArn=arn, input=target.get("Input", "{}"))
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

"""EventBridge Scheduler's backend: moto's schedules with AWS's checks. Their timetable fires them."""

from __future__ import annotations

import json
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from moto.scheduler.exceptions import ScheduleGroupNotFound, ValidationException
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.scheduler.expression import ExpressionError, parse_expression
from embedded_cloud.scheduler.firing import is_trusted
from embedded_cloud.scheduler.timetable import Timetable

# https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
EVENT_AGE_SECONDS = range(60, 86_401)
RETRY_ATTEMPTS = range(186)


class Scheduler(EventBridgeSchedulerBackend):  # type: ignore[misc]
    """The schedules of a region."""

    cloud: ClassVar[EmbeddedCloud]
    timetable: ClassVar[Timetable]

    def create_schedule(self, **parameters: Any) -> Schedule:
        """Create: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""
        self._check(parameters)
        schedule = super().create_schedule(**parameters)
        self.timetable.enter(schedule)
        return schedule

    def update_schedule(self, **parameters: Any) -> Schedule:
        """Update: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html"""
        self._check(parameters)
        schedule = super().update_schedule(**{**parameters, "state": parameters["state"] or "ENABLED"})
        self.timetable.enter(schedule)
        return schedule

    def delete_schedule(self, group_name: str | None, name: str) -> None:
        """Delete: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteSchedule.html"""
        super().delete_schedule(group_name, name)
        self.timetable.remove(group_name or "default", name)

    def delete_schedule_group(self, name: str | None) -> None:
        """Delete: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteScheduleGroup.html"""
        super().delete_schedule_group(name)
        self.timetable.remove(name or "default")

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
        if unsupported := [name for name in ("start_date", "end_date") if parameters.get(name)]:
            raise ValidationException(f"The embedded cloud does not support {' and '.join(unsupported)} of a schedule")
        policy = target.get("RetryPolicy", {})
        for name, allowed in (
            ("MaximumEventAgeInSeconds", EVENT_AGE_SECONDS),
            ("MaximumRetryAttempts", RETRY_ATTEMPTS),
        ):
            if policy.get(name, allowed[0]) not in allowed:
                raise ValidationException(f"{name}: {policy[name]} is not in {allowed[0]} to {allowed[-1]}")
        if not is_trusted(self.cloud, target["RoleArn"], group):
            raise ValidationException(
                "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
            )

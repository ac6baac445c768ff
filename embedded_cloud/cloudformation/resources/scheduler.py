"""EventBridge Scheduler: schedules and their groups.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Scheduler.html

Schedules don't fire by themselves, because the embedded cloud has no time of day. See
:mod:`embedded_cloud.scheduler`.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from embedded_cloud.cloudformation.resource import Resource, detect_deletion


class ScheduleResource(Resource):
    """A schedule. Its properties are CreateSchedule's parameters of the same names."""

    TYPE = "AWS::Scheduler::Schedule"
    NAME_PROPERTY = "Name"
    MAX_NAME_LENGTH: ClassVar[int] = 64
    PROPERTIES = frozenset(
        {
            "Description",
            "EndDate",
            "FlexibleTimeWindow.MaximumWindowInMinutes",
            "FlexibleTimeWindow.Mode",
            "GroupName",
            "KmsKeyArn",
            "Name",
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "StartDate",
            "State",
            "Target.Arn",
            "Target.DeadLetterConfig.Arn",
            "Target.Input",
            "Target.RetryPolicy.MaximumEventAgeInSeconds",
            "Target.RetryPolicy.MaximumRetryAttempts",
            "Target.RoleArn",
        }
    )
    REPLACED_BY = frozenset({"GroupName"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        made = cls.cloud.client("scheduler").create_schedule(**{**properties, "Name": name})
        return cls(name, {"Arn": made["ScheduleArn"]}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        self.cloud.client("scheduler").update_schedule(**{**properties, "Name": self.physical_resource_id})
        return self

    def read(self) -> dict[str, Any]:
        group = self.properties.get("GroupName", "default")
        with detect_deletion():
            found: dict[str, Any] = self.cloud.client("scheduler").get_schedule(
                Name=self.physical_resource_id, GroupName=group
            )
        return found

    def remove(self) -> None:
        group = self.properties.get("GroupName", "default")
        self.cloud.client("scheduler").delete_schedule(Name=self.physical_resource_id, GroupName=group)


class ScheduleGroupResource(Resource):
    """A group of schedules."""

    TYPE = "AWS::Scheduler::ScheduleGroup"
    NAME_PROPERTY = "Name"
    MAX_NAME_LENGTH: ClassVar[int] = 64
    PROPERTIES = frozenset({"Name", "Tags.Key", "Tags.Value"})
    REPLACED_BY = frozenset({"Tags"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        tags = properties.get("Tags", [])
        made = cls.cloud.client("scheduler").create_schedule_group(Name=name, Tags=tags)
        return cls(name, {"Arn": made["ScheduleGroupArn"]}, properties)

    def remove(self) -> None:
        self.cloud.client("scheduler").delete_schedule_group(Name=self.physical_resource_id)

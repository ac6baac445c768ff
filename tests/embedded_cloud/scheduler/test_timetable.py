"""Schedules that fire by themselves, at the times of the cloud's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.scheduler.schedules import make_machine, schedule

FRIDAY = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture
def friday() -> Iterator[EmbeddedCloud]:
    """Yield a cloud at a Friday's noon (UTC), whose clock only goes on while a test waits for it."""
    with EmbeddedCloud(start=FRIDAY) as cloud, cloud.clock.held():
        yield cloud


def starts(cloud: EmbeddedCloud, machine: str) -> list[str]:
    """Return the local times at which executions of ``machine`` have started, ascending."""
    listed = cloud.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return sorted(f"{one['startDate'].astimezone(ZoneInfo('America/New_York')):%m-%d %H:%M}" for one in listed)


def test_schedule_fires_by_itself_on_its_days(friday: EmbeddedCloud) -> None:
    machine = make_machine(friday)
    schedule(friday, machine, ScheduleExpressionTimezone="America/New_York")
    assert starts(friday, machine) == []
    friday.clock.wait_until(FRIDAY + timedelta(days=5))
    assert starts(friday, machine) == ["11-27 16:30", "11-30 16:30", "12-01 16:30"]


def test_schedule_follows_its_updates_and_its_deletion(friday: EmbeddedCloud) -> None:
    machine, scheduler = make_machine(friday), friday.client("scheduler")
    schedule(friday, machine, ScheduleExpressionTimezone="America/New_York", State="DISABLED")
    given = scheduler.get_schedule(Name="s", GroupName="g")
    kept = {name: given[name] for name in ("Name", "GroupName", "FlexibleTimeWindow", "Target")}
    friday.clock.wait(86_400)
    scheduler.update_schedule(**kept, ScheduleExpression="cron(0 12 * * ? *)")
    friday.clock.wait(86_400 * 2)
    scheduler.delete_schedule(Name="s", GroupName="g")
    friday.clock.wait(86_400 * 2)
    assert starts(friday, machine) == ["11-29 07:00", "11-30 07:00"]


def test_schedule_of_a_deleted_group_does_not_fire(friday: EmbeddedCloud) -> None:
    machine = make_machine(friday)
    schedule(friday, machine)
    friday.client("scheduler").delete_schedule_group(Name="g")
    friday.clock.wait(86_400 * 7)
    assert starts(friday, machine) == []


def test_schedule_that_is_refused_goes_to_the_dead_letter_queue_each_time(friday: EmbeddedCloud) -> None:
    machine = make_machine(friday)
    url = schedule(friday, machine, Target={"Arn": f"{machine}-other"})
    friday.clock.wait(86_400 * 4)
    letters = friday.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert len(letters) == 2

"""EventBridge Scheduler: expressions, validation, and the start of a target under the schedule's role."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.scheduler.expression import Cron, ExpressionError
from embedded_cloud.scheduler.firing import FiringError, fire
from tests.local.roles import make_role

MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001 - local to the zone of a schedule
GROUP_ARN = "arn:aws:scheduler:us-east-1:123456789012:schedule-group/g"
OURS = {"aws:SourceAccount": "123456789012", "aws:SourceArn": GROUP_ARN}


def times(expression: str, days: int = 7) -> list[str]:
    cron = Cron.parse(expression)
    minutes = (MONDAY + timedelta(minutes=minute) for minute in range(days * 24 * 60))
    return [minute.strftime("%a %H:%M") for minute in minutes if cron.fires_at(minute)]


def test_cron_counts_weekdays_from_sunday() -> None:
    assert times("cron(30 16 ? * MON-FRI *)") == [f"{day} 16:30" for day in ("Mon", "Tue", "Wed", "Thu", "Fri")]
    assert times("cron(30 16 ? * 1 *)") == ["Sun 16:30"]


def test_cron_accepts_ranges_lists_and_steps() -> None:
    assert times("cron(0,30 9-10 ? * TUE *)") == ["Tue 09:00", "Tue 09:30", "Tue 10:00", "Tue 10:30"]
    assert times("cron(5/20 0 24 11 ? 2026)") == ["Tue 00:05", "Tue 00:25", "Tue 00:45"]
    assert times("cron(0 0 * * ? 2027)") == []


@pytest.mark.parametrize(
    ("expression", "after", "due"),
    [
        # Friday's last minute in New York, then Monday's first.
        ("cron(* 10-15 ? * MON-FRI *)", "2026-11-27T20:58:30", "2026-11-27T20:59:00"),
        ("cron(* 10-15 ? * MON-FRI *)", "2026-11-27T20:59:00", "2026-11-30T15:00:00"),
        # 2:30 doesn't exist on 8 March 2026, and 1:30 exists twice on 1 November.
        ("cron(30 2 * * ? *)", "2026-03-07T12:00:00", "2026-03-09T06:30:00"),
        ("cron(30 1 * * ? *)", "2026-10-31T12:00:00", "2026-11-01T05:30:00"),
        ("cron(30 1 * * ? *)", "2026-11-01T05:30:00", "2026-11-02T06:30:00"),
        ("cron(0 0 29 2 ? *)", "2026-11-01T00:00:00", "2028-02-29T05:00:00"),
        ("cron(0 0 30 2 ? *)", "2026-11-01T00:00:00", None),
        ("cron(0 0 1 1 ? 2026)", "2026-11-01T00:00:00", None),
    ],
)
def test_cron_find_next_returns_the_next_local_time(expression: str, after: str, due: str | None) -> None:
    found = Cron.parse(expression).find_next(datetime.fromisoformat(f"{after}Z"), ZoneInfo("America/New_York"))
    assert found == (datetime.fromisoformat(f"{due}Z") if due else None)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("cron(30 16 * * *)", "6 fields"),
        ("30 16 ? * MON-FRI *", "6 fields"),
        ("cron(30 16 * * MON-FRI *)", "exactly one of day-of-month and day-of-week must be ?"),
        ("cron(30 16 ? * ? *)", "exactly one of day-of-month and day-of-week must be ?"),
        ("cron(60 16 ? * MON *)", "minutes: '60' is not in 0 to 59"),
        ("cron(? 16 ? * MON *)", r"minutes: '\?' is not supported"),
        ("cron(0 16 ? * 0 *)", "day of week: '0' is not in 1 to 7"),
        ("cron(0 16 ? * FRI-MON *)", "ends before it begins"),
        ("cron(0 16 L * ? *)", "day of month: 'L' is not in 1 to 31"),
    ],
)
def test_cron_parse_rejects_an_invalid_field(expression: str, said: str) -> None:
    with pytest.raises(ExpressionError, match=said):
        Cron.parse(expression)


def trust(conditions: dict[str, str] | None, service: str = "scheduler.amazonaws.com") -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if conditions:
        statement["Condition"] = {"StringEquals": conditions}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def machine(cloud: EmbeddedCloud) -> str:
    return make_machine(cloud)


def make_machine(cloud: EmbeddedCloud) -> str:
    role = make_role(cloud, "machine", "states")
    definition = {"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": {"Type": "Succeed"}}}
    return str(
        cloud.client("stepfunctions").create_state_machine(name="m", definition=json.dumps(definition), roleArn=role)[
            "stateMachineArn"
        ]
    )


def schedule(cloud: EmbeddedCloud, machine: str, *, trusted: str = trust(OURS), **changes: Any) -> str:
    """Create schedule ``s`` in group ``g``, with a role for ``machine`` and queue ``d``. Return the queue's URL."""
    iam, scheduler, sqs = cloud.client("iam"), cloud.client("scheduler"), cloud.client("sqs")
    url = sqs.create_queue(QueueName="d")["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:{cloud.account_id}:d"
    role = iam.create_role(RoleName="schedule", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    statements = [
        {"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine},
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName="schedule", PolicyName="p", PolicyDocument=policy)
    scheduler.create_schedule_group(Name="g")
    target = {"Arn": machine, "RoleArn": role, "Input": '{"a": 1}', "DeadLetterConfig": {"Arn": queue}}
    parameters = {
        "Name": "s",
        "GroupName": "g",
        "ScheduleExpression": "cron(30 16 ? * MON-FRI *)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        **changes,
    }
    scheduler.create_schedule(**{**parameters, "Target": {**target, **changes.get("Target", {})}})
    return str(url)


def test_fire_starts_the_target_with_its_input(cloud: EmbeddedCloud, machine: str) -> None:
    schedule(cloud, machine)
    started = cloud.client("stepfunctions").describe_execution(executionArn=fire(cloud, "s", "g"))
    assert (started["stateMachineArn"], started["input"]) == (machine, '{"a": 1}')


def test_fire_rejects_a_disabled_schedule(cloud: EmbeddedCloud, machine: str) -> None:
    schedule(cloud, machine, State="DISABLED")
    with pytest.raises(FiringError, match="DISABLED"):
        fire(cloud, "s", "g")
    assert cloud.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"] == []


def test_fire_sends_a_refused_start_to_the_dead_letter_queue(cloud: EmbeddedCloud, machine: str) -> None:
    url = schedule(cloud, machine, Target={"Arn": f"{machine}-other"})
    with pytest.raises(FiringError, match=r"not authorized to perform: states:StartExecution on resource: .*m-other"):
        fire(cloud, "s", "g")
    [letter] = cloud.client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    said = {name: attribute["StringValue"] for name, attribute in letter["MessageAttributes"].items()}
    assert letter["Body"] == '{"a": 1}'
    assert (said["ERROR_CODE"], said["TARGET_ARN"]) == ("AccessDeniedException", f"{machine}-other")
    assert said["SCHEDULE_ARN"].endswith(":schedule/g/s")


@pytest.mark.parametrize(
    "trusted",
    [
        trust(None, "lambda.amazonaws.com"),
        trust({"aws:SourceAccount": "210987654321"}),
        trust({"aws:SourceArn": GROUP_ARN.replace("/g", "/other")}),
        trust({"aws:SourceArn": GROUP_ARN.replace("schedule-group/g", "schedule/g/s")}),
    ],
)
def test_create_schedule_rejects_a_role_that_does_not_trust_the_group(
    cloud: EmbeddedCloud, machine: str, trusted: str
) -> None:
    with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume the role"):
        schedule(cloud, machine, trusted=trusted)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ScheduleExpression": "cron(30 16 * * *)"}, "6 fields"),
        ({"ScheduleExpressionTimezone": "New York"}, "New York"),
        ({"GroupName": "none"}, "Schedule group none does not exist"),
        ({"Target": {"Input": "{"}}, "ValidationException"),
        ({"Target": {"RetryPolicy": {"MaximumEventAgeInSeconds": 86_401}}}, "86401 is not in 60 to 86400"),
        ({"Target": {"RetryPolicy": {"MaximumRetryAttempts": 186}}}, "186 is not in 0 to 185"),
    ],
)
def test_create_schedule_rejects_invalid_parameters(
    cloud: EmbeddedCloud, machine: str, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(ClientError, match=said):
        schedule(cloud, machine, **changes)


# Schedules that fire by themselves

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

"""EventBridge Scheduler: expressions, validation, and the start of a target under the schedule's role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.scheduler.expression import At, Cron, ExpressionError, Rate, parse_expression
from embedded_cloud.scheduler.firing import FiringError, fire
from tests.embedded_cloud.scheduler.schedules import GROUP_ARN, make_machine, schedule, trust

MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001 - local to the zone of a schedule


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


@pytest.mark.parametrize(
    ("expression", "parsed"),
    [
        ("rate(1 minute)", Rate(timedelta(minutes=1))),
        ("rate(5 minutes)", Rate(timedelta(minutes=5))),
        ("rate(12 hours)", Rate(timedelta(hours=12))),
        ("rate(7 days)", Rate(timedelta(days=7))),
        ("at(2026-11-23T00:00:00)", At(MONDAY)),
        ("cron(30 16 ? * 1 *)", Cron.parse("cron(30 16 ? * 1 *)")),
    ],
)
def test_parse_expression_accepts_the_expressions_of_aws(expression: str, parsed: Any) -> None:
    assert parse_expression(expression) == parsed


def test_rate_and_time_find_their_next_firing() -> None:
    at = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
    new_york = ZoneInfo("America/New_York")
    assert Rate(timedelta(minutes=5)).find_next(at, new_york) == at + timedelta(minutes=5)
    once = At(datetime(2026, 11, 23, 16, 30))  # noqa: DTZ001 - local to the zone of a schedule
    assert once.find_next(at - timedelta(seconds=1), new_york) == at
    assert once.find_next(at, new_york) is None


@pytest.mark.parametrize(
    "expression",
    [
        "rate(10)",
        "rate(10 minutess)",
        "rate(0 minutes)",
        "rate(-1 minutes)",
        "rate(1 week)",
        "rate(10 minutes",
        "at(2026-11-23)",
        "at(2026-11-23T16:30:00Z)",
        "at(2026-13-23T16:30:00)",
        "cron(60 16 ? * MON *)",
        "cron(30 16 * * *)",
        "daily",
    ],
)
def test_parse_expression_rejects_an_invalid_expression(expression: str) -> None:
    with pytest.raises(ExpressionError, match=f"^Invalid Schedule Expression {re.escape(expression)}\\. "):
        parse_expression(expression)


@pytest.fixture
def machine(cloud: EmbeddedCloud) -> Iterator[str]:
    """Yield the ARN of a state machine. No schedule fires by itself."""
    with cloud.clock.held():
        yield make_machine(cloud)


def test_fire_starts_the_target_with_its_input(cloud: EmbeddedCloud, machine: str) -> None:
    schedule(cloud, machine)
    started = cloud.client("stepfunctions").describe_execution(executionArn=fire(cloud, "s", "g"))
    assert (started["stateMachineArn"], started["input"]) == (machine, '{"a": 1}')


@pytest.mark.parametrize("expression", ["rate(1 minute)", "at(2026-11-23T16:30:00)"])
def test_fire_starts_the_target_of_a_rate_or_a_time(cloud: EmbeddedCloud, machine: str, expression: str) -> None:
    schedule(cloud, machine, ScheduleExpression=expression)
    assert fire(cloud, "s", "g").startswith("arn:aws:states:")


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

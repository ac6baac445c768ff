"""The schedules: their minutes in New York, their inputs, and the stages that turn them on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from embedded_cloud.scheduler.expression import Cron
from finance_stream.request import check
from tests.package.stages import of_type, template

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001 - local to New York


@pytest.fixture(scope="module")
def schedules() -> dict[str, dict[str, Any]]:
    return {
        schedule["Name"]: schedule for _, schedule in of_type(template("prod")["Resources"], "AWS::Scheduler::Schedule")
    }


def times(schedule: dict[str, Any], day: datetime) -> set[str]:
    cron = Cron.parse(schedule["ScheduleExpression"])
    minutes = (day + timedelta(minutes=minute) for minute in range(24 * 60))
    return {minute.strftime("%H:%M") for minute in minutes if cron.fires_at(minute)}


def test_minute_schedules_start_one_execution_per_whole_bar(schedules: dict[str, Any]) -> None:
    opening, session = times(schedules["opening"], MONDAY), times(schedules["session"], MONDAY)
    first, last = datetime(2026, 11, 23, 9, 31), datetime(2026, 11, 23, 15, 59)  # noqa: DTZ001
    minutes = (last - first) // timedelta(minutes=1) + 1
    assert opening | session == {(first + timedelta(minutes=m)).strftime("%H:%M") for m in range(minutes)}
    assert not opening & session


def test_close_schedule_reaches_back_to_the_open_even_if_late(
    schedules: dict[str, Any],
) -> None:
    close = schedules["close"]
    assert times(close, MONDAY) == {"16:30"}
    target = close["Target"]
    latest = datetime(2026, 11, 23, 16, 30) + timedelta(  # noqa: DTZ001
        seconds=target["RetryPolicy"]["MaximumEventAgeInSeconds"]
    )
    lookback = timedelta(minutes=json.loads(target["Input"])["lookback_minutes"])
    assert datetime(2026, 11, 23) < latest - lookback <= datetime(2026, 11, 23, 9, 30)  # noqa: DTZ001


def test_schedules_start_poll_per_minute_and_pipeline_at_the_close(schedules: dict[str, Any]) -> None:
    resources = template("prod")["Resources"]
    started = {name: schedule["Target"]["Arn"]["Ref"] for name, schedule in schedules.items()}
    assert started == {"opening": "Poll", "session": "Poll", "close": "Pipeline", "compact": "Compact"}
    types = {name: resources[name]["Properties"]["StateMachineType"] for name in started.values()}
    assert types == {"Poll": "EXPRESS", "Pipeline": "STANDARD", "Compact": "STANDARD"}


def test_schedules_collect_nothing_on_a_weekend(schedules: dict[str, Any]) -> None:
    weekend = (MONDAY + timedelta(days=5), MONDAY + timedelta(days=6))
    collecting = [schedule for name, schedule in schedules.items() if name != "compact"]
    assert [times(schedule, day) for schedule in collecting for day in weekend] == [set()] * 6


def test_compact_schedule_runs_in_the_night_after_each_session(
    schedules: dict[str, Any],
) -> None:
    week = [times(schedules["compact"], MONDAY + timedelta(days=days)) for days in range(7)]
    assert week == [set(), *[{"02:00"}] * 5, set()]
    assert json.loads(schedules["compact"]["Target"]["Input"]) == {}


def test_schedules_keep_new_yorks_time_to_the_minute(schedules: dict[str, Any]) -> None:
    for schedule in schedules.values():
        assert schedule["ScheduleExpressionTimezone"] == "America/New_York"
        assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}


def test_planner_accepts_the_inputs_of_the_schedules(schedules: dict[str, Any]) -> None:
    asked = {
        name: check(json.loads(schedule["Target"]["Input"]), ["META"], NOW).lookback_minutes
        for name, schedule in schedules.items()
        if name != "compact"
    }
    assert asked == {"opening": 5, "session": 5, "close": 480}


@pytest.mark.parametrize(("stage", "state"), [("local", "DISABLED"), ("dev", "DISABLED"), ("prod", "ENABLED")])
def test_schedules_are_on_only_in_prod(stage: str, state: str) -> None:
    found = template(stage)
    assert found["Parameters"]["ScheduleState"]["Default"] == state
    states = [schedule["State"] for _, schedule in of_type(found["Resources"], "AWS::Scheduler::Schedule")]
    assert states == [{"Ref": "ScheduleState"}] * 4


def test_schedule_role_may_only_start_machines_and_send_dead_letters() -> None:
    resources = template("prod")["Resources"]
    [statement] = resources["ScheduleRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    conditions = statement["Condition"]["StringEquals"]
    assert conditions["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert conditions["aws:SourceArn"]["Fn::Sub"].endswith(":schedule-group/finance-stream-prod")
    allowed = resources["SchedulePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert {one["Action"]: one["Resource"] for one in allowed} == {
        "states:StartExecution": [{"Ref": "Poll"}, {"Ref": "Pipeline"}, {"Ref": "Compact"}],
        "sqs:SendMessage": {"Fn::GetAtt": ["ScheduleDeadLetters", "Arn"]},
    }

"""Schedules and alarms: those of the stage, in the state that its template says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from finance_stream.client.verify.checks import DEPLOY, OPERATIONS, Check, check_differences
from finance_stream.client.verify.stack import StackChecker

SCHEDULE, ALARM = "AWS::Scheduler::Schedule", "AWS::CloudWatch::Alarm"


def check_schedules(stack: StackChecker) -> Iterator[Check]:
    """Yield the check of the schedules: their states, times and targets."""
    scheduler, package = stack.session.client("scheduler"), stack.package
    wanted = dict(package.list_properties(SCHEDULE))
    differences = []
    for name, properties in wanted.items():
        group = stack.physical_ids.get(properties["GroupName"]["Ref"], "")
        try:
            found: Any = scheduler.get_schedule(Name=properties["Name"], GroupName=group)
        except ClientError as error:
            differences.append(f"{name} can't be read: {error}")
            continue
        differences += [f"{name}{at}" for at in package.find_mismatches(properties, found)]
    states = {str(package.parameters.get(one["State"]["Ref"], "")) for one in wanted.values()}
    yield check_differences("schedules", f"{len(wanted)}, {' and '.join(sorted(states))}", differences, DEPLOY)


def check_alarms(stack: StackChecker) -> Iterator[Check]:
    """Yield the check of the alarms: none if nobody would get their mail, or else all of them with their actions."""
    package = stack.package
    wanted = dict(package.list_properties(ALARM))
    pages = stack.session.client("cloudwatch").get_paginator("describe_alarms")
    found = {
        alarm["AlarmName"]: alarm
        for page in pages.paginate(AlarmNamePrefix=f"{stack.stack_name}-", AlarmTypes=["MetricAlarm"])
        for alarm in page["MetricAlarms"]
    }
    names = {properties["AlarmName"]: properties for properties in wanted.values()}
    differences = [f"{name} is missing" for name in sorted(names.keys() - found.keys())]
    for name in sorted(names.keys() & found.keys()):
        literal = {key: value for key, value in names[name].items() if key not in ("AlarmActions", "OKActions")}
        differences += [f"{name}{at}" for at in package.find_mismatches(literal, found[name])]
        if not found[name]["ActionsEnabled"]:
            differences.append(f"{name} has its actions disabled")
    yield check_differences("alarms", f"{len(names)}" if names else "none in this stage", differences, OPERATIONS)

"""Schedules and alarms: those of the stage, in the state that its template says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from finance_stream.client.verify.checks import DEPLOY, OPERATIONS, Check, check_differences
from finance_stream.client.verify.stack import StackChecker

SCHEDULE, ALARM = "AWS::Scheduler::Schedule", "AWS::CloudWatch::Alarm"
# Lists with a condition of their own. Drift detection compares them.
ACTIONS = ("AlarmActions", "OKActions")


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
    wanted = {properties["AlarmName"]: properties for _, properties in package.list_properties(ALARM)}
    resources = package.template["Resources"].values()
    known = sorted(one["Properties"]["AlarmName"] for one in resources if one["Type"] == ALARM)
    cloudwatch = stack.session.client("cloudwatch")
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNames=known, AlarmTypes=["MetricAlarm"])
    found = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}
    differences = [f"{name} is missing" for name in sorted(wanted.keys() - found.keys())]
    differences += [f"{name} isn't of this stage" for name in sorted(found.keys() - wanted.keys())]
    for name in sorted(wanted.keys() & found.keys()):
        own = {key: value for key, value in wanted[name].items() if key not in ACTIONS}
        differences += [f"{name}{at}" for at in package.find_mismatches(own, found[name])]
        if not found[name]["ActionsEnabled"]:
            differences.append(f"{name} has its actions disabled")
    yield check_differences("alarms", f"{len(wanted)}" if wanted else "none in this stage", differences, OPERATIONS)

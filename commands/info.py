"""``npm run info``: a deployed stage's outputs and schedules, and how to start an execution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from commands.links import list_links
from commands.target import FAILED, Target, stage_command
from finance_stream.client.stack import read_outputs

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

SCHEDULE, SCHEDULE_GROUP = "AWS::Scheduler::Schedule", "AWS::Scheduler::ScheduleGroup"
DEFAULT_GROUP = "default"


@stage_command
def main(target: Target) -> int:
    """Show a stage's outputs, whether its schedule is on, and how to start an execution.

    All other options are passed on to `serverless info`.

    \b
    npm run info -- --stage dev
    """
    stack = target.require_stack()
    if target.run_serverless("info") != 0:
        return FAILED
    click.echo(f"\n{target}: {stack['StackStatus']}")
    for output in stack.get("Outputs", []):
        click.echo(f"  {output['OutputKey']}: {output['OutputValue']}")
    for line in _describe_schedules(target):
        click.echo(line)
    print_start(target, stack)
    print_links(target)
    return 0


def print_start(target: Target, stack: StackTypeDef) -> None:
    """Print how to start an execution of the stack's state machine."""
    arn = read_outputs(stack).get("StateMachineArn")
    if arn is None:  # the first deployment did not finish
        click.echo(f"No state machine yet: npm run deploy -- --stage {target.stage}")
        return
    click.echo(f"Start an execution, and follow it: {target.format_command('execute')}")
    click.echo("Or only start it:")
    click.echo(f"  aws stepfunctions start-execution --region {target.region} --input '{{}}' --state-machine-arn {arn}")
    click.echo(f"Or use the console: Step Functions, {arn.rpartition(':')[2]}, Start execution, with {{}}.")


def print_links(target: Target) -> None:
    """Print the stage's pages in AWS's console."""
    for title, address in list_links(target):
        click.echo(f"{title}:\n  {address}")


def _describe_schedules(target: Target) -> Iterator[str]:
    """Yield a line per schedule of the stack: its state and its times."""
    resources = target.list_resources()
    names = [physical_id for _, kind, physical_id in resources if kind == SCHEDULE]
    groups = {physical_id for _, kind, physical_id in resources if kind == SCHEDULE_GROUP} or {DEFAULT_GROUP}
    if not names:
        yield "Schedule: none"
        return
    scheduler = target.session.client("scheduler")
    for name in names:  # a name is unique in its group only: other stages have the same names
        pages = scheduler.get_paginator("list_schedules").paginate(NamePrefix=name)
        found = [(one["Name"], one["GroupName"]) for page in pages for one in page["Schedules"]]
        [group] = [of for known, of in found if known == name and of in groups]
        schedule = scheduler.get_schedule(Name=name, GroupName=group)
        state = "on" if schedule["State"] == "ENABLED" else "off"
        zone = schedule.get("ScheduleExpressionTimezone", "UTC")
        yield f"Schedule: {name} is {state}: {schedule['ScheduleExpression']} ({zone})"

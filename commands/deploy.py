"""``npm run deploy``: deploy a stage, and print how to start an execution and query its bars."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from commands.info import print_links, print_start
from commands.target import FAILED, Target, TargetError, stage_command
from deployment.package import run_serverless

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

EMAIL, SCHEDULE = "AlarmEmail", "ScheduleState"  # parameters of the template, resources/monitoring.yml and schedule.yml


@stage_command
@click.option("--yes", is_flag=True, help="Don't ask.")
def main(target: Target, yes: bool) -> int:
    """Deploy a stage to AWS.

    The stack is created or updated. All other options are passed on to `serverless deploy`. It asks before it deletes
    the recipient of the alarms, because a deployment doesn't remember the --param of the one before.

    \b
    npm run deploy -- --stage dev
    npm run deploy -- --stage prod --region eu-central-1 --verbose
    """
    _keep_recipient(target, yes=yes)
    if target.run_serverless("deploy") != 0:
        click.echo(f"Not deployed: {target}. Fix the problem reported above, then run this again.", err=True)
        return FAILED
    click.echo(f"\nDeployed: {target}.")
    print_start(target, target.require_stack())
    click.echo(f"Then query its bars: {target.format_command('query', 'hourly_highs')}")
    print_links(target)
    click.echo(f"Verify it: {target.format_command('verify')}")
    click.echo(f"Outputs and schedule: npm run info -- --stage {target.stage}")
    return 0


def _keep_recipient(target: Target, *, yes: bool) -> None:
    """Ask the user if the deployed stack mails its alarms, and the new one doesn't.

    CloudFormation takes the template's default for a parameter that isn't passed, and Serverless passes none.
    """
    stack = target.find_stack()
    address = _read_parameters(stack).get(EMAIL) if stack else None
    if stack is None or not address or read_planned_email(target):
        return
    keep = target.format_command("deploy", *target.own_options, f"--param=alarmEmail={address}")
    click.echo(f"alarmEmail: {target.stack_name} mails its alarms to {address}, and this deployment names no address.")
    click.echo("It deletes")
    for kind, name in _list_deleted(target, stack):
        click.echo(f"  {kind} {name}")
    click.echo(f"To keep them: {keep}")
    if yes:
        return
    if not sys.stdin.isatty():
        raise TargetError(f"deploy asks before it deletes them: run it in a terminal, add --yes, or keep them: {keep}")
    if not click.confirm("Delete them"):
        raise TargetError("Nothing was deployed")


def _read_parameters(stack: StackTypeDef) -> dict[str, str]:
    return {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", [])}


def _list_deleted(target: Target, stack: StackTypeDef) -> list[tuple[str, str]]:
    """List the type and name of each resource that exists only for the recipient of alarms."""
    conditions = {"Mailed"} if _read_parameters(stack).get(SCHEDULE) == "ENABLED" else {"Mailed", "Watched"}
    template: Any = target.session.client("cloudformation").get_template(StackName=target.stack_name)["TemplateBody"]
    deleted = {name for name, made in template["Resources"].items() if made.get("Condition") in conditions}
    return [(kind, name) for logical_id, kind, name in target.list_resources() if logical_id in deleted]


def read_planned_email(target: Target) -> str:
    """Return the address of the template that would be deployed, as Serverless resolves it. It may be empty."""
    of_stack = ("--stage", target.stage, "--region", target.region)
    printed = run_serverless("print", "--format", "json", *of_stack, *_list_parameters(target.options))
    if printed.returncode != 0:
        raise TargetError(f"serverless print: {printed.stderr.strip() or printed.stdout.strip()}")
    parameters = json.loads(printed.stdout)["resources"]["Parameters"]
    return str(parameters[EMAIL]["Default"])


def _list_parameters(options: Sequence[str]) -> Iterator[str]:
    """Yield the options that set parameters: ``--param=a=b`` or ``--param a=b``."""
    for index, option in enumerate(options):
        if option.startswith("--param="):
            yield option
        elif option == "--param":
            yield from options[index : index + 2]

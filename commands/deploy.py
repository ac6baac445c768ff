"""``npm run deploy``: deploy a stage, and print how to start an execution."""

from __future__ import annotations

import click

from commands.info import print_start
from commands.target import FAILED, Target, stage_command


@stage_command
def main(target: Target) -> int:
    """Deploy a stage to AWS.

    The stack is created or updated. All other options are passed on to `serverless deploy`.

    \b
    npm run deploy -- --stage dev
    npm run deploy -- --stage prod --region eu-central-1 --verbose
    """
    if target.run_serverless("deploy") != 0:
        click.echo(f"Not deployed: {target}. Fix the problem reported above, then run this again.", err=True)
        return FAILED
    click.echo(f"\nDeployed: {target}.")
    print_start(target, target.require_stack())
    click.echo(f"Verify it: {target.format_command('verify')}")
    click.echo(f"Outputs and schedule: npm run info -- --stage {target.stage}")
    return 0

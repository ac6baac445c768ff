"""One function of a deployed stage, called in this process, so that a debugger can stop in it.

``.venv/bin/python -m tools.invoke planner tests/events/planner.json`` calls the handler in your working tree with the
function's own environment variables. ``--execution ID`` replays the event that an execution gave it.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import traceback
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from commands.follow import find_execution
from commands.target import FAILED, Target, TargetError, stage_command
from finance_stream.progress import list_events
from finance_stream.strict_json import read_json_or_none

SECONDS = 900  # Lambda's longest timeout, because you may look around for a while


@functools.partial(stage_command, passes_on=False)
@click.argument("function")
@click.argument("event", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--execution", metavar="ID", help="Name or ARN. The event is the last one that it gave the function.")
def main(target: Target, function: str, event: Path | None, execution: str | None) -> int:
    """Call FUNCTION of a stage in this process with the JSON in the file EVENT, and print its answer.

    The code is your working tree's, and the environment variables are those of the deployed function.

    \b
    .venv/bin/python -m tools.invoke --stage dev planner tests/events/planner.json
    .venv/bin/python -m pdb -m tools.invoke --stage dev counter --execution my-first
    """
    if (event is None) == (execution is None):
        raise TargetError("EVENT: give a file or --execution, and not both")
    deployment = target.require_deployment()
    client = target.session.client("lambda")
    try:
        configuration = client.get_function_configuration(FunctionName=f"{deployment.stack_name}-{function}")
    except client.exceptions.ResourceNotFoundException:
        raise TargetError(f"FUNCTION: '{function}' is not a function of {target}") from None
    payload = (
        json.loads(event.read_text(encoding="utf-8"))
        if event
        else read_event(deployment.step_functions, find_execution(target, deployment, execution), function)
    )
    os.environ.update(configuration["Environment"]["Variables"])
    handler = importlib.import_module(f"handlers.{function}").handler
    try:
        answer = handler(payload, make_context(configuration))
    except (BotoCoreError, ClientError):  # an error of the handler, not of this command's own calls
        traceback.print_exc()
        return FAILED
    click.echo(json.dumps(answer, indent=2))
    return 0


def read_event(states: Any, arn: str, function: str) -> Any:
    """Return the event of the last call of a function in an execution's own history.

    Raises
    ------
    TargetError
        If the execution didn't call it. The items of a map are in no history of the execution.
    """
    found = None
    for one in list_events(states, arn):
        scheduled: Any = one.get("taskScheduledEventDetails") or {}
        parameters = read_json_or_none(str(scheduled.get("parameters"))) or {}
        if f"-{function}" in str(parameters.get("FunctionName", "")):
            found = parameters
    if found is None:
        raise TargetError(f"execution: its history has no call of '{function}': give a file of tests/events")
    return found["Payload"]


def make_context(configuration: Any) -> SimpleNamespace:
    """Return the context of an invocation: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""
    return SimpleNamespace(
        function_name=configuration["FunctionName"],
        memory_limit_in_mb=configuration["MemorySize"],
        invoked_function_arn=configuration["FunctionArn"],
        aws_request_id=str(uuid.uuid4()),
        get_remaining_time_in_millis=lambda: SECONDS * 1000,
    )


if __name__ == "__main__":
    main()

"""The stack of a command: a stage, in a region, in the account of the credentials."""

from __future__ import annotations

import contextlib
import functools
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from deployment.package import LOCAL_STAGE, ROOT, SERVERLESS
from finance_stream.client.console import complain
from finance_stream.client.deployment import Deployment
from finance_stream.client.embedded import ENDPOINT
from finance_stream.client.output_file import OutputError
from finance_stream.client.stack import (
    StageError,
    find_stack,
    make_deployment,
    make_stack_name,
    read_default_region,
    require_stack,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

FAILED = 1
BAD_INPUT = 2
NO_CREDENTIALS = "AWS credentials: none were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"


class TargetError(Exception):
    """An invalid target or option. The text is one line that says how to fix it."""


class _Session(boto3.Session):
    """A session that names the invalid setting when it cannot create a client."""

    def client(self, *of: Any, **settings: Any) -> Any:
        with _name_setting():
            return super().client(*of, **settings)


@contextlib.contextmanager
def _name_setting() -> Iterator[None]:
    """Raise :class:`TargetError` with the setting's name when botocore names only its invalid value."""
    try:
        yield
    except ValueError as error:
        said = str(error)
        settings = {name: value for name, value in os.environ.items() if name.startswith("AWS_") and value}
        named = [name for name, value in settings.items() if repr(value) in said or said.endswith(value)]
        raise TargetError(f"{', '.join(named) or 'AWS settings in ~/.aws/config'}: {said}") from error


@dataclass(frozen=True)
class Target:
    """The stack of a stage. ``options`` are passed on to Serverless."""

    stage: str
    region: str
    session: boto3.Session
    account: str
    options: tuple[str, ...] = ()

    @property
    def stack_name(self) -> str:
        return make_stack_name(self.stage)

    @property
    def profile_options(self) -> tuple[str, ...]:
        """The option of the profile, which stands before the others."""
        return self.options[:2] if self.options[:1] == ("--aws-profile",) else ()

    @property
    def own_options(self) -> tuple[str, ...]:
        """The options without the profile."""
        return self.options[len(self.profile_options) :]

    def __str__(self) -> str:
        return f"{self.stack_name} in {self.region} of account {self.account}"

    def find_stack(self) -> StackTypeDef | None:
        """Return CloudFormation's description of the stack, or None if the stage is not deployed."""
        return find_stack(self.session, self.stage)

    def require_stack(self) -> StackTypeDef:
        """Return CloudFormation's description of the stack.

        Raises
        ------
        TargetError
            When the stage is not deployed. The text names the deployed stages.
        """
        try:
            return require_stack(self.session, self.stage, str(self))
        except StageError as error:
            raise TargetError(str(error)) from None

    def require_deployment(self) -> Deployment:
        """Return the deployed stack.

        Raises
        ------
        TargetError
            When the stage is not deployed. The text says how to deploy it.
        """
        deploy = self.format_command("deploy")
        try:
            return make_deployment(self.session, require_stack(self.session, self.stage, str(self)), str(self))
        except StageError as error:
            raise TargetError(f"{error}; to deploy it: {deploy}") from None

    def format_command(self, name: str, *more: str) -> str:
        """Return an npm command for this stack, as you can type it."""
        region = () if self.region == read_default_region() else ("--region", self.region)
        # Other options are for one command only.
        return shlex.join(["npm", "run", name, "--", "--stage", self.stage, *region, *self.profile_options, *more])

    def list_resources(self) -> list[tuple[str, str, str]]:
        """Return the logical ID, type and physical ID of each resource in the stack."""
        pages = self.session.client("cloudformation").get_paginator("list_stack_resources")
        return [
            (found["LogicalResourceId"], found["ResourceType"], found["PhysicalResourceId"])
            for page in pages.paginate(StackName=self.stack_name)
            for found in page["StackResourceSummaries"]
            if found.get("PhysicalResourceId") and found["ResourceStatus"] not in ("DELETE_COMPLETE", "DELETE_SKIPPED")
        ]

    def run_serverless(self, command: str) -> int:
        """Run the project's Serverless for this stack, with its output on the terminal. Return its exit code."""
        node = shutil.which("node")
        if node is None:
            raise TargetError("node is not on the PATH: install Node 20.19 or newer")
        of_stack = ["--stage", self.stage, "--region", self.region]
        arguments = [node, str(SERVERLESS), command, *of_stack, *self.options]
        return subprocess.run(arguments, cwd=ROOT, check=False).returncode  # noqa: S603 - the user's own options


def stage_command(run: Callable[..., int], *, passes_on: bool = True) -> click.Command:
    """Return a click command that runs ``run`` with the :class:`Target` and its own options.

    An invalid target ends it with one line and exit code 2. If it ``passes_on`` options, unknown ones go to Serverless.
    Otherwise they are rejected.
    """

    @functools.wraps(run)
    def wrapped(
        stage: str, region: str, aws_profile: str | None, serverless_options: tuple[str, ...] = (), **own: Any
    ) -> None:
        try:
            code = run(_find_target(stage, region, aws_profile, serverless_options), **own)
        except (TargetError, OutputError, BotoCoreError, ClientError) as error:
            complain(" ".join(str(error).split()))
            sys.exit(BAD_INPUT)
        sys.exit(code)

    # These are the defaults of serverless.yml.
    stage = os.environ.get("FINANCE_STREAM_STAGE", "dev")
    region = read_default_region()
    decorators = [
        click.command(
            context_settings={"ignore_unknown_options": passes_on, "help_option_names": ["-h", "--help"]},
        ),
        click.option("-s", "--stage", default=stage, show_default=True, help="Stage of the stack."),
        click.option("-r", "--region", default=region, show_default=True, help="Region of the stack."),
        click.option("--aws-profile", metavar="NAME", help="Profile in ~/.aws for credentials."),
    ]
    if passes_on:
        decorators.append(click.argument("serverless_options", nargs=-1, type=click.UNPROCESSED))
    command: Any = wrapped
    for decorate in reversed(decorators):
        command = decorate(command)
    return command  # type: ignore[no-any-return]


def _find_target(stage: str, region: str, profile: str | None, options: Sequence[str]) -> Target:
    """Return the target. Ask AWS for the account of the credentials first."""
    if stage == LOCAL_STAGE and "AWS_ENDPOINT_URL" not in os.environ:
        raise TargetError(f"stage: '{LOCAL_STAGE}' is the embedded cloud's, and carries no dependencies: npm run local")
    session = _Session(profile_name=profile, region_name=region)
    with _name_setting():
        credentials = session.get_credentials()
    if credentials is None:
        raise TargetError(NO_CREDENTIALS)
    try:
        account = session.client("sts").get_caller_identity()["Account"]
    except EndpointConnectionError as error:
        if (endpoint := os.environ.get(ENDPOINT)) is None:
            raise
        undone = "npm run local -- --serve starts one, and leave_finance_stream leads this terminal back to AWS"
        raise TargetError(f"{ENDPOINT}: '{endpoint}': no cloud answers there: {undone}") from error
    except ClientError as error:
        said = error.response["Error"].get("Message", error.response["Error"].get("Code"))
        raise TargetError(f"AWS credentials: {region} does not take them: {said}") from error
    with_profile = ("--aws-profile", profile) if profile else ()
    return Target(stage, region, session, account, (*with_profile, *options))

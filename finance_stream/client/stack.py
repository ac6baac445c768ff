"""The CloudFormation stack of a stage: where it is, and its outputs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from finance_stream.client import embedded
from finance_stream.client.deployment import Deployment

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

SERVICE = "finance-stream"


class StageError(Exception):
    """A stage that can't be used. The text names it, and the stages that are deployed."""


def read_default_region() -> str:
    """Return the default region of serverless.yml."""
    return os.environ.get("AWS_REGION", "us-east-1")


def make_stack_name(stage: str) -> str:
    """Return the name of a stage's stack."""
    return f"{SERVICE}-{stage}"


def find_stack(session: boto3.Session, stage: str) -> StackTypeDef | None:
    """Return CloudFormation's description of the stack, or None if the stage is not deployed."""
    try:
        return session.client("cloudformation").describe_stacks(StackName=make_stack_name(stage))["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response["Error"].get("Message", ""):
            return None
        raise


def require_stack(session: boto3.Session, stage: str, place: str) -> StackTypeDef:
    """Return CloudFormation's description of the stack. ``place`` is the stack, its region and its account in words.

    Raises
    ------
    StageError
        When the stage is not deployed.
    """
    if (stack := find_stack(session, stage)) is not None:
        return stack
    stages = ", ".join(sorted(list_deployed_stages(session))) or "none"
    raise StageError(f"stage: '{stage}' is not deployed: no stack {place}; deployed stages there: {stages}")


def list_deployed_stages(session: boto3.Session) -> Iterator[str]:
    """Yield the stages of this project that have a stack in the session's region."""
    pages = session.client("cloudformation").get_paginator("describe_stacks").paginate()
    for stack in (stack for page in pages for stack in page["Stacks"]):
        tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
        if tags.get("service") == SERVICE and "stage" in tags:
            yield tags["stage"]


def read_outputs(stack: StackTypeDef) -> dict[str, str]:
    """Return the values of a stack's outputs: none if its first deployment did not finish."""
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def make_deployment(session: boto3.Session, stack: StackTypeDef, place: str) -> Deployment:
    """Return the deployment of a stack. ``place`` is that of :func:`require_stack`.

    Raises
    ------
    StageError
        When the stack's first deployment did not finish.
    """
    outputs = read_outputs(stack)
    if "StateMachineArn" not in outputs:
        raise StageError(f"{place} is {stack['StackStatus']} and has no state machine yet")
    return Deployment(
        stack_name=stack["StackName"],
        session=session,
        outputs=outputs,
        source=embedded.read_source(),
        seconds_ahead=embedded.read_seconds_ahead(),
    )

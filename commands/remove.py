"""``npm run remove``: remove a stage's stack, and then the contents of its buckets.

CloudFormation decides first if the stack is protected, and if the caller may delete it and each of its resources. It
refuses to delete a bucket that is not empty. So the first deletion leaves such buckets, and nothing that writes to
them. Only then are they emptied. A second deletion removes them.
"""

from __future__ import annotations

import functools
import shlex
import sys
from typing import TYPE_CHECKING, Any

import click
from botocore.exceptions import ClientError, WaiterError

from commands.target import FAILED, Target, TargetError, stage_command
from finance_stream.client.stack import SERVICE

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef, WaiterConfigTypeDef
    from mypy_boto3_s3 import S3Client

BUCKET = "AWS::S3::Bucket"
# Resources with these policies stay when the stack is deleted:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
KEPT = frozenset({"Retain", "RetainExceptOnCreate"})
# S3's reason, which it gives only to a caller who may delete the bucket:
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList (BucketNotEmpty)
NOT_EMPTY = "not empty"
# Another writer than the stack may write to a bucket while it is emptied.
ATTEMPTS = 3
WAITER: WaiterConfigTypeDef = {"Delay": 5, "MaxAttempts": 720}  # seconds: an hour in all


@functools.partial(stage_command, passes_on=False)
@click.option("--yes", is_flag=True, help="Don't ask.")
def main(target: Target, yes: bool) -> int:
    """Remove a stage from AWS, with everything in its stack's buckets, after asking.

    The stack is deleted first. Its buckets are emptied when nothing else of the stack is left. Nothing is deleted if
    the stack is protected, is not this project's, or if you may not delete it. Resources that the stage retains (in
    prod, the bucket with the bars) are kept, and named at the end.

    \b
    npm run remove -- --stage dev
    npm run remove -- --stage dev --yes
    """
    stack = target.require_stack()
    _check(target, stack)
    kept, emptied = _split_resources(target)
    if not yes:
        _confirm(target, kept, emptied)
    click.echo(f"CloudFormation deletes {target}, which takes a few minutes.")
    if (code := _delete_and_empty(target, stack, emptied)) != 0:
        return code
    click.echo(f"\nRemoved: {target}.")
    for kind, physical_id in kept:
        click.echo(f"Kept: {kind} {physical_id}")
    return 0


def _check(target: Target, stack: StackTypeDef) -> None:
    """Raise :class:`TargetError` for a stack that is not this project's, is protected, or is being changed."""
    tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
    if (tags.get("service"), tags.get("stage")) != (SERVICE, target.stage):
        ours = f"service={SERVICE} and stage={target.stage}"
        raise TargetError(f"stage: '{target.stage}': {target} is not this project's: it lacks the tags {ours}")
    if stack.get("EnableTerminationProtection"):
        profile = ("--profile", target.options[1]) if target.options else ()
        of_stack = shlex.join(("--stack-name", target.stack_name, "--region", target.region, *profile))
        lift = f"aws cloudformation update-termination-protection --no-enable-termination-protection {of_stack}"
        raise TargetError(f"stage: '{target.stage}': {target} is protected against deletion; to lift that: {lift}")
    if stack["StackStatus"].endswith("_IN_PROGRESS"):
        raise TargetError(f"stage: '{target.stage}': {target} is {stack['StackStatus']}: wait until that has ended")


def _delete_and_empty(target: Target, stack: StackTypeDef, emptied: list[str]) -> int:
    """Delete the stack, emptying those of its buckets in ``emptied`` that block it. Return the exit code."""
    emptied_before = False
    for _ in range(ATTEMPTS):
        if _try_delete(target, stack):
            return 0
        full, failed = _list_left(target, stack, emptied)
        if failed:
            return _complain_not_removed(
                target, failed, "" if emptied_before else "Nothing in its buckets was deleted."
            )
        for bucket in full:
            click.echo(f"s3://{bucket}: {empty(target.session.client('s3'), bucket):,} versions of objects deleted.")
        emptied_before = True
    return _complain_not_removed(
        target, [f"objects are still written to s3://{bucket}" for bucket in full], "Try again."
    )


def _try_delete(target: Target, stack: StackTypeDef) -> bool:
    """Delete the stack and wait for the end. Return False if resources are left.

    Raises
    ------
    botocore.exceptions.ClientError
        When CloudFormation rejects the deletion. Then nothing is deleted.
    """
    cloudformation, stack_id = target.session.client("cloudformation"), stack["StackId"]
    cloudformation.delete_stack(StackName=stack_id)
    try:
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack_id, WaiterConfig=WAITER)
    except WaiterError as error:
        if cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"] != "DELETE_FAILED":
            raise TargetError(f"{target} is not removed: {error}") from error
        return False
    return True


def _list_left(target: Target, stack: StackTypeDef, emptied: list[str]) -> tuple[list[str], list[str]]:
    """List the resources that are left: buckets of ``emptied`` that aren't empty, and the others with reasons."""
    full, failed = [], []
    pages = target.session.client("cloudformation").get_paginator("list_stack_resources")
    for page in pages.paginate(StackName=stack["StackId"]):
        for left in page["StackResourceSummaries"]:
            if left["ResourceStatus"] != "DELETE_FAILED":
                continue
            name, reason = left.get("PhysicalResourceId", ""), left.get("ResourceStatusReason", "no reason given")
            if name in emptied and NOT_EMPTY in reason:
                full.append(name)
            else:
                failed.append(f"{left['LogicalResourceId']}: {reason}")
    return full, failed


def _complain_not_removed(target: Target, failed: list[str], then: str) -> int:
    click.echo(" ".join(f"Not removed: {target}: {'; '.join(failed)}. {then}".split()), err=True)
    return FAILED


def empty(s3: S3Client, bucket: str) -> int:
    """Delete every version of every object and every delete marker. Return their number.

    Raises
    ------
    TargetError
        When S3 does not delete one of them. A missing bucket counts as empty.
    """
    deleted = 0
    while versions := _list_versions(s3, bucket):
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": versions, "Quiet": True})
        for error in answer.get("Errors", []):
            raise TargetError(f"s3://{bucket}/{error.get('Key')} could not be deleted: {error.get('Message')}")
        deleted += len(versions)
    return deleted


def _list_versions(s3: S3Client, bucket: str) -> list[Any]:
    """List the first versions and delete markers, at most the 1,000 that DeleteObjects accepts."""
    try:
        page = s3.list_object_versions(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"].get("Code") == "NoSuchBucket":
            return []
        raise
    found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    return [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]


def _split_resources(target: Target) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the type and name of each retained resource, and the buckets that are deleted with the stack."""
    template: Any = target.session.client("cloudformation").get_template(StackName=target.stack_name)["TemplateBody"]
    retained = {name for name, made in template["Resources"].items() if made.get("DeletionPolicy") in KEPT}
    kept, emptied = [], []
    for logical_id, kind, physical_id in target.list_resources():
        if logical_id in retained:
            kept.append((kind, physical_id))
        elif kind == BUCKET:
            emptied.append(physical_id)
    return kept, emptied


def _confirm(target: Target, kept: list[tuple[str, str]], emptied: list[str]) -> None:
    """Ask the user to type the stage's name."""
    if not sys.stdin.isatty():
        raise TargetError(f"remove asks before it deletes {target}: run it in a terminal, or add --yes")
    click.echo(f"This removes {target}, with everything in")
    for bucket in emptied:
        click.echo(f"  s3://{bucket}")
    for kind, physical_id in kept:
        click.echo(f"It keeps {kind} {physical_id}")
    typed = click.prompt(f"To go on, type the stage's name ({target.stage})", default="", show_default=False)
    if typed != target.stage:
        raise TargetError(f"Nothing was removed: '{typed}' is not '{target.stage}'")

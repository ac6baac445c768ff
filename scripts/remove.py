"""``npm run remove``: empty the buckets that a stage's stack made, and remove the stack."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click
from botocore.exceptions import ClientError

from scripts.target import RED, Target, TargetError, stage_command

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "AWS::S3::Bucket"
# What these policies name stays when the stack is deleted:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
KEPT = frozenset({"Retain", "RetainExceptOnCreate"})
# Firehose may deliver what it had buffered after a bucket was emptied; with the stream gone, nothing writes any more.
ATTEMPTS = 2


@stage_command
@click.option("--yes", is_flag=True, help="Do not ask.")
def main(target: Target, yes: bool) -> int:
    """Remove a stage from AWS, with everything that is in the buckets of its stack, after asking.

    What the stage retains (in prod, the bucket of the bars) is kept, and named at the end. Every other option is passed
    to `serverless remove`.

    \b
    npm run remove -- --stage dev
    npm run remove -- --stage dev --yes
    """
    target.deployed()
    kept, emptied = _kept_and_emptied(target)
    if not yes:
        _confirm(target, kept, emptied)
    for attempt in range(1, ATTEMPTS + 1):
        for bucket in emptied:
            click.echo(f"s3://{bucket}: {empty(target.session.client('s3'), bucket):,} versions of objects deleted.")
        if target.serverless("remove") == 0:
            break
        if attempt == ATTEMPTS or target.stack() is None:
            click.echo(f"Not removed: {target}; mend what is said above, then run this again.", err=True)
            return RED
    click.echo(f"\nRemoved: {target}.")
    for kind, physical_id in kept:
        click.echo(f"Kept: {kind} {physical_id}")
    return 0


def empty(s3: S3Client, bucket: str) -> int:
    """Delete every version of every object and every delete marker; how many there were.

    Raises
    ------
    TargetError
        When S3 does not delete one of them; a bucket that is not there is empty.
    """
    deleted = 0
    while versions := _versions(s3, bucket):
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": versions, "Quiet": True})
        for error in answer.get("Errors", []):
            raise TargetError(f"s3://{bucket}/{error.get('Key')} could not be deleted: {error.get('Message')}")
        deleted += len(versions)
    return deleted


def _versions(s3: S3Client, bucket: str) -> list[Any]:
    """The first versions and delete markers that there still are, at most the 1,000 that DeleteObjects takes."""
    try:
        page = s3.list_object_versions(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"].get("Code") == "NoSuchBucket":
            return []
        raise
    found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    return [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]


def _kept_and_emptied(target: Target) -> tuple[list[tuple[str, str]], list[str]]:
    """Type and name of what the stack retains, and the buckets that go with it."""
    template: Any = target.session.client("cloudformation").get_template(StackName=target.stack_name)["TemplateBody"]
    retained = {name for name, made in template["Resources"].items() if made.get("DeletionPolicy") in KEPT}
    kept, emptied = [], []
    for logical_id, kind, physical_id in target.resources():
        if logical_id in retained:
            kept.append((kind, physical_id))
        elif kind == BUCKET:
            emptied.append(physical_id)
    return kept, emptied


def _confirm(target: Target, kept: list[tuple[str, str]], emptied: list[str]) -> None:
    """Have the user type the stage's name."""
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


if __name__ == "__main__":
    main()

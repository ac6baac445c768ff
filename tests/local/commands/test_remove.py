"""``npm run remove``: its question, and the resources that it empties, removes or keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from moto.cloudformation.models import cloudformation_backends

from commands import remove
from commands.remove import empty, main
from embedded_cloud.cloud import ACCOUNT_ID, REGION, EmbeddedCloud
from embedded_cloud.cloudformation.stack import CloudFormationStack
from tests.local.commands.project import Project, account, copy_project
from tests.local.roles import EVERYTHING, make_role

BUCKET = "AWS::S3::Bucket"


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(clock="real") as running:  # prod's schedules would fire without a pause
        yield running


@pytest.fixture(scope="module")
def project(cloud: EmbeddedCloud, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return copy_project(tmp_path_factory.mktemp("project"), cloud)


@pytest.fixture
def untouched(cloud: EmbeddedCloud) -> dict[str, list[Any]]:
    """Return the account before the stage is deployed."""
    return account(cloud)


def deploy(project: Project, cloud: EmbeddedCloud, stage: str) -> str:
    """Deploy a stage, put objects into its lake, one overwritten and deleted, and return the lake's name."""
    deployed = project.serverless("deploy", "--stage", stage)
    assert deployed.code == 0, deployed.printed
    detail = cloud.client("cloudformation").describe_stack_resource(
        StackName=f"finance-stream-{stage}", LogicalResourceId="LakeBucket"
    )
    bucket = str(detail["StackResourceDetail"]["PhysicalResourceId"])
    s3 = cloud.client("s3")
    for key in ("bars/kept", "bars/gone", "bars/gone", "processing-failed/one"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"{}")
    s3.delete_object(Bucket=bucket, Key="bars/gone")
    return bucket


def test_remove_asks_and_then_leaves_nothing_behind(
    project: Project, cloud: EmbeddedCloud, untouched: dict[str, list[Any]]
) -> None:
    bucket = deploy(project, cloud, "dev")
    there = account(cloud)

    without_terminal = project.command("remove", "--stage", "dev")
    assert without_terminal.code == 2
    assert without_terminal.printed == (
        "remove asks before it deletes finance-stream-dev in us-east-1 of account 123456789012: "
        "run it in a terminal, or add --yes\n"
    )
    mistyped = project.typed("prod", "remove", "--stage", "dev")
    assert mistyped.code == 2
    assert f"s3://{bucket}" in mistyped.printed
    assert "Nothing was removed: 'prod' is not 'dev'" in mistyped.printed
    assert account(cloud) == there

    removed = project.typed("dev", "remove", "--stage", "dev")
    assert removed.code == 0, removed.printed
    assert f"s3://{bucket}: 5 versions of objects deleted." in removed.printed
    assert "Removed: finance-stream-dev in us-east-1 of account 123456789012.\n" in removed.printed
    assert "Kept" not in removed.printed
    assert account(cloud) == untouched


def versions(cloud: EmbeddedCloud, bucket: str) -> int:
    found = cloud.client("s3").list_object_versions(Bucket=bucket)
    return len(found.get("Versions", [])) + len(found.get("DeleteMarkers", []))


@pytest.mark.fault(64)
def test_remove_refuses_protected_prod_and_later_keeps_its_bars(
    project: Project, cloud: EmbeddedCloud, untouched: dict[str, list[Any]]
) -> None:
    bucket = deploy(project, cloud, "prod")
    there = account(cloud)
    refused = project.command("remove", "--stage", "prod", "--yes")
    lift = "aws cloudformation update-termination-protection --no-enable-termination-protection"
    assert refused.code == 2
    assert refused.printed == (
        "stage: 'prod': finance-stream-prod in us-east-1 of account 123456789012 is protected against deletion; "
        f"to lift that: {lift} --stack-name finance-stream-prod --region us-east-1\n"
    )
    assert (account(cloud), versions(cloud, bucket)) == (there, 5)

    cloud.client("cloudformation").update_termination_protection(
        StackName="finance-stream-prod", EnableTerminationProtection=False
    )
    removed = project.command("remove", "--stage", "prod", "--yes")
    assert removed.code == 0, removed.printed
    assert removed.printed.endswith(f"Kept: {BUCKET} {bucket}\n")
    assert account(cloud) == {**untouched, "buckets": [*untouched["buckets"], bucket]}
    assert versions(cloud, bucket) == 5


class StackLake:
    """The stack of a stage ``late``: a log group, and a bucket with one object."""

    def __init__(self, cloud: EmbeddedCloud, **tags: str) -> None:
        self.cloud = cloud
        resources = {
            "LakeBucket": {"Type": BUCKET, "Properties": {"BucketName": "late-lake"}},
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/late"}},
        }
        self.api = cloud.client("cloudformation")
        self.api.create_stack(
            StackName="finance-stream-late",
            TemplateBody=json.dumps({"Resources": resources}),
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
        cloud.client("s3").put_object(Bucket="late-lake", Key="bars/one", Body=b"{}")

    @property
    def backend(self) -> CloudFormationStack:
        found: CloudFormationStack = cloudformation_backends[ACCOUNT_ID][REGION].get_stack("finance-stream-late")
        return found

    def remove(self, **variables: str) -> Result:
        environment = self.cloud.environment() | variables
        return CliRunner().invoke(main, ["--stage", "late", "--yes"], env=environment)

    def is_whole(self) -> bool:
        return versions(self.cloud, "late-lake") == 1 and bool(
            self.cloud.client("logs").describe_log_groups()["logGroups"]
        )


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> Iterator[StackLake]:
    made = StackLake(cloud, service="finance-stream", stage="late")
    yield made
    made.backend.enter("CREATE_COMPLETE")
    made.api.update_termination_protection(StackName="finance-stream-late", EnableTerminationProtection=False)
    empty(cloud.client("s3"), "late-lake")
    made.api.delete_stack(StackName="finance-stream-late")


@pytest.mark.fault(64)
def test_remove_deletes_nothing_of_a_protected_stack(lake: StackLake) -> None:
    lake.api.update_termination_protection(StackName="finance-stream-late", EnableTerminationProtection=True)
    ran = lake.remove()
    assert ran.exit_code == 2, ran.output
    assert "is protected against deletion; to lift that: aws cloudformation " in ran.output
    assert lake.is_whole()


@pytest.mark.fault(65)
@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "DELETE_IN_PROGRESS"])
def test_remove_deletes_nothing_of_a_stack_in_progress(lake: StackLake, status: str) -> None:
    lake.backend.enter(status)
    ran = lake.remove()
    assert ran.exit_code == 2, ran.output
    assert ran.output.endswith(f" is {status}: wait until that has ended\n")
    assert lake.is_whole()


@pytest.mark.fault(66)
@pytest.mark.parametrize("tags", [{}, {"service": "other", "stage": "late"}, {"service": "finance-stream"}])
def test_remove_deletes_nothing_of_another_projects_stack(lake: StackLake, tags: dict[str, str]) -> None:
    lake.backend.tags = tags
    ran = lake.remove()
    assert ran.exit_code == 2, ran.output
    assert ran.output.endswith("it lacks the tags service=finance-stream and stage=late\n")
    assert lake.is_whole()


@pytest.mark.fault(67)
def test_remove_deletes_nothing_for_a_caller_without_permission(cloud: EmbeddedCloud, lake: StackLake) -> None:
    may_not = {"Effect": "Deny", "Action": "cloudformation:DeleteStack", "Resource": "*"}
    role = make_role(cloud, "reader", "lambda", EVERYTHING, may_not)
    session = cloud.assume_role(role)
    ran = lake.remove(**{name.upper(): value for name, value in session.items()})
    assert ran.exit_code == 2, ran.output
    *_, line = ran.output.splitlines()
    assert "is not authorized to perform: cloudformation:DeleteStack on resource: " in line
    assert lake.is_whole()


@pytest.mark.parametrize(("written", "code"), [(1, 0), (9, 1)])
def test_remove_empties_a_bucket_again_that_was_written_to(
    lake: StackLake, monkeypatch: pytest.MonkeyPatch, written: int, code: int
) -> None:
    s3, left = lake.cloud.client("s3"), iter(range(written))

    def empty_and_write(client: Any, bucket: str) -> int:
        deleted = empty(client, bucket)
        for number in left:
            s3.put_object(Bucket=bucket, Key=f"bars/{number}", Body=b"{}")
            break
        return deleted

    monkeypatch.setattr(remove, "empty", empty_and_write)
    ran = lake.remove()
    assert ran.exit_code == code, ran.output
    assert ran.output.count("s3://late-lake: 1 versions of objects deleted.") == min(written + 1, 3)
    if code:
        assert ran.stderr.endswith(": objects are still written to s3://late-lake. Try again.\n")
    else:
        StackLake(lake.cloud)  # for the fixture to remove


@pytest.mark.fault(68)
@pytest.mark.parametrize("blocked", ["Logs", "LakeBucket"])
def test_remove_empties_no_bucket_if_a_resource_cannot_be_deleted(
    lake: StackLake, monkeypatch: pytest.MonkeyPatch, blocked: str
) -> None:
    def refuse() -> None:
        raise PermissionError("not authorized")

    monkeypatch.setattr(lake.backend.get_resource(blocked), "remove", refuse)
    ran = lake.remove()
    assert ran.exit_code == 1, ran.output
    assert "not authorized" in ran.stderr
    assert ran.stderr.endswith("Nothing in its buckets was deleted.\n")
    assert versions(lake.cloud, "late-lake") == 1
    monkeypatch.undo()
    again = lake.remove()
    assert again.exit_code == 0, again.output
    assert "s3://late-lake: 1 versions of objects deleted." in again.output
    StackLake(lake.cloud)  # for the fixture to remove


def test_empty_deletes_more_versions_than_a_page_has(cloud: EmbeddedCloud) -> None:
    """Expect 1,000 versions per page: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="many")
    s3.put_bucket_versioning(Bucket="many", VersioningConfiguration={"Status": "Enabled"})
    keys = [f"bars/{number}" for number in range(600)]
    for key in keys:
        s3.put_object(Bucket="many", Key=key, Body=b"{}")
    s3.delete_objects(Bucket="many", Delete={"Objects": [{"Key": key} for key in keys]})
    assert empty(s3, "many") == 1_200
    s3.delete_bucket(Bucket="many")


def test_empty_returns_0_for_a_missing_bucket(cloud: EmbeddedCloud) -> None:
    assert empty(cloud.client("s3"), "nosuch") == 0

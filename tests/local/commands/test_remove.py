"""``npm run remove``: what it asks, empties, removes and keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from local.cloud import EmbeddedCloud
from scripts.remove import empty, main
from scripts.target import Target
from tests.local.commands.project import Project, account, copy_project

BUCKET = "AWS::S3::Bucket"


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud() as running:
        yield running


@pytest.fixture(scope="module")
def project(cloud: EmbeddedCloud, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return copy_project(tmp_path_factory.mktemp("project"), cloud)


@pytest.fixture
def untouched(cloud: EmbeddedCloud) -> dict[str, list[Any]]:
    """The account before the stage is deployed."""
    return account(cloud)


def deploy(project: Project, cloud: EmbeddedCloud, stage: str) -> str:
    """Deploy a stage and leave objects in its lake, one of them overwritten and deleted; the lake's name."""
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


def test_it_asks_and_then_leaves_nothing_behind(
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


def test_prod_keeps_its_bars_and_says_where(
    project: Project, cloud: EmbeddedCloud, untouched: dict[str, list[Any]]
) -> None:
    bucket = deploy(project, cloud, "prod")
    removed = project.command("remove", "--stage", "prod", "--yes")
    assert removed.code == 0, removed.printed
    assert removed.printed.endswith(f"Kept: {BUCKET} {bucket}\n")
    assert account(cloud) == {**untouched, "buckets": [*untouched["buckets"], bucket]}
    s3 = cloud.client("s3")
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 4


def test_a_delivery_after_a_bucket_was_emptied_is_deleted_too(
    project: Project, cloud: EmbeddedCloud, untouched: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = {"Type": BUCKET, "Properties": {"BucketName": "late-lake"}}
    stack = {"StackName": "finance-stream-late", "TemplateBody": json.dumps({"Resources": {"LakeBucket": lake}})}
    cloud.client("cloudformation").create_stack(**stack)
    calls: list[str] = []
    remove = Target.serverless

    def after_a_delivery(target: Target, command: str) -> int:
        if not calls:
            cloud.client("s3").put_object(Bucket="late-lake", Key="bars/late", Body=b"{}")
        calls.append(command)
        return remove(target, command)

    monkeypatch.setattr(Target, "serverless", after_a_delivery)
    for name, value in project.variables.items():
        monkeypatch.setenv(name, value)
    ran = CliRunner().invoke(main, ["--stage", "late", "--yes"])
    assert ran.exit_code == 0, ran.output
    assert calls == ["remove", "remove"]
    assert "s3://late-lake: 1 versions of objects deleted." in ran.output
    assert account(cloud) == untouched


def test_a_bucket_of_more_versions_than_a_page_is_emptied(cloud: EmbeddedCloud) -> None:
    """1,000 versions a page: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="many")
    s3.put_bucket_versioning(Bucket="many", VersioningConfiguration={"Status": "Enabled"})
    keys = [f"bars/{number}" for number in range(600)]
    for key in keys:
        s3.put_object(Bucket="many", Key=key, Body=b"{}")
    s3.delete_objects(Bucket="many", Delete={"Objects": [{"Key": key} for key in keys]})
    assert empty(s3, "many") == 1_200
    s3.delete_bucket(Bucket="many")


def test_a_bucket_that_is_gone_is_empty(cloud: EmbeddedCloud) -> None:
    assert empty(cloud.client("s3"), "nosuch") == 0

"""Deployment of a folder that ``serverless package`` wrote, with the result of ``serverless deploy``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.deploy import DeployError, deploy
from tests.conftest import ROOT
from tests.embedded_cloud.cloudformation.stacks import bucket, queue
from tests.embedded_cloud.lambda_.archive import archive, call
from tests.local.roles import trust
from tests.waiting import DEADLINE_SECONDS

SERVERLESS = ROOT / "node_modules" / "serverless" / "bin" / "serverless.js"
KEY = "serverless/tiny/local/1700000000000-2023-11-14T22:13:20.000Z/tiny.zip"


def write_package(folder: Path, answer: str, **resources: Any) -> Path:
    """Write a package of one function that returns ``answer``, and of ``resources``. Return the folder."""
    first = {"Resources": {"ServerlessDeploymentBucket": bucket()}}
    function = {
        "FunctionName": "tiny",
        "Code": {"S3Bucket": {"Ref": "ServerlessDeploymentBucket"}, "S3Key": KEY.replace("1700", answer)},
        "Handler": "app.handler",
        "Runtime": "python3.13",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
    }
    template = {
        "Resources": {
            **first["Resources"],
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust("lambda")}},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
            **resources,
        },
        "Outputs": {"FunctionName": {"Value": {"Ref": "Function"}}},
    }
    folder.mkdir(exist_ok=True)
    (folder / "cloudformation-template-create-stack.json").write_text(json.dumps(first))
    (folder / "cloudformation-template-update-stack.json").write_text(json.dumps(template))
    state = {"service": {"provider": {"stackTags": {"service": "tiny"}}}}
    (folder / "serverless-state.json").write_text(json.dumps(state))
    (folder / "tiny.zip").write_bytes(archive(f"def handler(event, context): return '{answer}'"))
    return folder


def test_deploy_creates_a_stack_that_runs(cloud: EmbeddedCloud, tmp_path: Path) -> None:
    outputs = deploy(cloud, write_package(tmp_path, "first"), "tiny")
    assert outputs == {"FunctionName": "tiny"}
    assert call(cloud.client("lambda"), "tiny") == ("first", None)


def test_deploy_again_updates_changed_code(cloud: EmbeddedCloud, tmp_path: Path) -> None:
    for answer in ("first", "first", "second"):
        deploy(cloud, write_package(tmp_path, answer), "tiny")
        assert call(cloud.client("lambda"), "tiny") == (answer, None)


def test_deploy_error_names_the_resource_and_the_reason(cloud: EmbeddedCloud, tmp_path: Path) -> None:
    package = write_package(tmp_path, "first", Bad=queue(QueueName="no such name!"))
    with pytest.raises(DeployError, match=r"tiny: Bad \(AWS::SQS::Queue\): .*InvalidParameterValue"):
        deploy(cloud, package, "tiny")


def test_deploy_error_has_the_reason_of_a_rejected_template(cloud: EmbeddedCloud, tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"Unrecognized resource types: \[AWS::EC2::VPC \(Bad\)\]"):
        deploy(cloud, write_package(tmp_path, "first", Bad={"Type": "AWS::EC2::VPC"}), "tiny")


@pytest.mark.parametrize("missing", ["cloudformation-template-update-stack.json", "tiny.zip"])
def test_deploy_error_names_a_missing_file_of_the_package(cloud: EmbeddedCloud, tmp_path: Path, missing: str) -> None:
    (write_package(tmp_path, "first") / missing).unlink()
    with pytest.raises(DeployError, match=f"{missing} is missing"):
        deploy(cloud, tmp_path, "tiny")


SERVICE = """
service: tiny
provider:
  name: aws
  runtime: python3.13
  stage: local
  deploymentMethod: changesets
  environment:
    GREETING: ${env:GREETING}
package:
  patterns: ["!**", app.py]
functions:
  greet:
    handler: app.handler
"""


@pytest.mark.skipif(
    not SERVERLESS.is_file() or shutil.which("node") is None, reason="needs node and the packages of package.json"
)
def test_serverless_cli_deploys_updates_and_removes(cloud: EmbeddedCloud, tmp_path: Path) -> None:
    """Serverless deploys by change sets by default. The tests of ``npm run deploy`` deploy without them."""
    (tmp_path / "serverless.yml").write_text(SERVICE)
    (tmp_path / "app.py").write_text("import os\ndef handler(event, context): return os.environ['GREETING']")

    def serverless(command: str, greeting: str = "hello") -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            **cloud.environment(),
            "GREETING": greeting,
            "SLS_AWS_MONITORING_FREQUENCY": "250",  # milliseconds
        }
        arguments = ["node", str(SERVERLESS), command]
        done = subprocess.run(
            arguments,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    for greeting in ("hello", "good-bye"):
        serverless("deploy", greeting)
        assert call(cloud.client("lambda"), "tiny-local-greet") == (greeting, None)
    serverless("remove")
    assert cloud.client("lambda").list_functions()["Functions"] == []
    assert cloud.client("s3").list_buckets()["Buckets"] == []

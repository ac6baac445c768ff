"""``npm run deploy``, ``npm run info`` and the stock ``serverless`` with the real project and a running cloud."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.info import main as info
from embedded_cloud.cloud import EmbeddedCloud
from tests.local.commands.project import Project, copy_project, resources_changed

STACK = "finance-stream-dev"
LONG_STAGE = "Anna-s-2nd-Attempt-at-Backfill"  # 30 characters, the longest that a stage may have


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(clock="real") as running:  # prod's schedules would fire without a pause
        yield running


@pytest.fixture(scope="module")
def project(cloud: EmbeddedCloud, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the project, with its stage dev deployed by the npm command."""
    copy = copy_project(tmp_path_factory.mktemp("project"), cloud)
    deployed = copy.command("deploy", "--stage", "dev")
    assert deployed.code == 0, deployed.printed
    assert f"Deployed: {STACK} in us-east-1 of account {cloud.account_id}." in deployed.printed
    return copy


def outputs(cloud: EmbeddedCloud, stack_name: str) -> dict[str, str]:
    [stack] = cloud.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_info_shows_the_outputs_the_schedule_and_how_to_start(project: Project, cloud: EmbeddedCloud) -> None:
    info = project.command("info", "--stage", "dev")
    assert info.code == 0, info.printed
    for key, value in outputs(cloud, STACK).items():
        assert f"  {key}: {value}\n" in info.printed
    arn = outputs(cloud, STACK)["StateMachineArn"]
    assert (
        f"aws stepfunctions start-execution --region us-east-1 --input '{{}}' --state-machine-arn {arn}" in info.printed
    )
    assert re.search(r"^Schedule: ", info.printed, re.MULTILINE)


def test_info_says_which_schedules_are_on(project: Project, cloud: EmbeddedCloud) -> None:
    scheduler = cloud.client("scheduler")
    schedule = scheduler.get_schedule(Name="session", GroupName=STACK)
    told = {"ResponseMetadata", "Arn", "CreationDate", "LastModificationDate"}
    asked = {name: value for name, value in schedule.items() if name not in told}
    scheduler.update_schedule(**{**asked, "State": "ENABLED"})
    printed = project.command("info", "--stage", "dev").printed
    scheduler.update_schedule(**asked)
    assert f"Schedule: session is on: {schedule['ScheduleExpression']} (America/New_York)\n" in printed
    assert "Schedule: close is off: " in printed


def test_info_shows_a_rolled_back_stack_without_a_state_machine(project: Project, cloud: EmbeddedCloud) -> None:
    bucket = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "Not A Name"}}}
    stack = {"StackName": "finance-stream-Broken", "TemplateBody": json.dumps({"Resources": bucket})}
    cloud.client("cloudformation").create_stack(**stack)
    printed = project.command("info", "--stage", "Broken").printed
    cloud.client("cloudformation").delete_stack(StackName=stack["StackName"])
    assert "finance-stream-Broken in us-east-1 of account 123456789012: ROLLBACK_COMPLETE\n" in printed
    assert "No state machine yet: npm run deploy -- --stage Broken\n" in printed


def test_serverless_shows_and_invokes_deployed_functions(project: Project) -> None:
    assert f"planner: {STACK}-planner" in project.serverless("info", "--stage", "dev").printed
    event = json.dumps({"tickers": ["META"], "start": "2026-11-23"})
    invoked = project.serverless("invoke", "--stage", "dev", "-f", "planner", "--data", event)
    assert invoked.code == 0, invoked.printed
    assert json.loads(invoked.printed)["tickers"] == ["META"]


def test_deploy_updates_only_changed_resources(project: Project, cloud: EmbeddedCloud) -> None:
    def deploy(*parameters: str) -> str:
        ran = project.serverless("deploy", "--stage", "dev", *(f"--param={parameter}" for parameter in parameters))
        assert ran.code == 0, ran.printed
        return ran.printed

    events = cloud.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
    assert "No changes to deploy" in deploy()
    assert cloud.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"] == events

    deploy("tickers=META")
    assert resources_changed(cloud, STACK) == {"PlannerLambdaFunction", "StarterLambdaFunction"}
    deploy("tickers=META", "toleratedFailurePercentage=10")
    assert resources_changed(cloud, STACK) == {"Pipeline", "Poll"}

    checker = project.folder / "handlers" / "checker.py"
    checker.write_text(f"{checker.read_text()}\n# changed\n")
    deploy("tickers=META", "toleratedFailurePercentage=10")
    changed = resources_changed(cloud, STACK)
    assert "CheckerLambdaFunction" in changed
    assert all(logical_id.endswith("LambdaFunction") for logical_id in changed)


def test_deploy_of_two_stages_shares_no_resource(project: Project, cloud: EmbeddedCloud) -> None:
    """Deploy a stage with the longest allowed name, with dashes and upper case, which not every service accepts."""
    deployed = project.serverless("deploy", "--stage", LONG_STAGE)
    assert deployed.code == 0, deployed.printed
    ours, theirs = outputs(cloud, STACK), outputs(cloud, f"finance-stream-{LONG_STAGE}")
    assert not set(ours.values()) & set(theirs.values())
    assert theirs["DatabaseName"] == "finance_stream_anna_s_2nd_attempt_at_backfill"
    removed = project.command("remove", "--stage", LONG_STAGE, "--yes")
    assert removed.code == 0, removed.printed
    assert outputs(cloud, STACK) == ours


@pytest.mark.parametrize("command", ["info", "remove"])
def test_info_and_remove_name_the_deployed_stages(project: Project, command: str) -> None:
    ran = project.command(command, "--stage", "nosuch")
    assert ran.code == 2
    assert ran.printed == (
        "stage: 'nosuch' is not deployed: no stack finance-stream-nosuch in us-east-1 of account 123456789012; "
        "deployed stages there: dev\n"
    )


def test_deploy_exits_1_if_it_fails(project: Project) -> None:
    (project.folder / "statemachine" / "pipeline.asl.json").rename(project.folder / "aside.json")
    ran = project.command("deploy", "--stage", "dev")
    (project.folder / "aside.json").rename(project.folder / "statemachine" / "pipeline.asl.json")
    assert ran.code == 1
    assert f"Not deployed: {STACK} in us-east-1" in ran.printed


@pytest.mark.parametrize("command", ["deploy", "info", "remove"])
def test_commands_without_credentials_print_one_line(tmp_path: Path, command: str) -> None:
    ran = copy_project(tmp_path).command(command, "--stage", "dev")
    assert ran.code == 2
    assert ran.printed == (
        "AWS credentials: none were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\n"
    )


def test_deploy_refuses_an_unknown_profile_on_one_line(project: Project) -> None:
    ran = project.command("deploy", "--stage", "dev", "--aws-profile", "nosuch")
    assert (ran.code, ran.printed) == (2, "The config profile (nosuch) could not be found\n")


def test_info_says_that_no_served_cloud_answers() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        reach = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
        ran = CliRunner().invoke(info, ["--stage", "dev"], env={**reach, "AWS_MAX_ATTEMPTS": "1"})
    assert ran.exit_code == 2, ran.exception
    assert ran.output == (
        f"AWS_ENDPOINT_URL: '{endpoint}': no cloud answers there: npm run local -- --serve starts one, "
        "and leave_finance_stream leads this terminal back to AWS\n"
    )


def test_deploy_refuses_the_embedded_clouds_stage(tmp_path: Path) -> None:
    ran = copy_project(tmp_path).command("deploy", "--stage", "local")
    assert ran.code == 2
    assert ran.printed.startswith("stage: 'local' is the embedded cloud's")


# Serverless reads .serverless again in its own hook at this point, which runs before the hooks of plugins.
LOCKED = """
const fs = require("node:fs");
const look = () => fs.writeFileSync("locked", String(fs.existsSync(".local/serverless.lock")));
module.exports = class { hooks = { "after:deploy:deploy": look } };
"""


@pytest.mark.fault(61)
def test_deploy_holds_the_lock_until_serverless_has_read_its_state(project: Project) -> None:
    """Keep out another process that packages, since it would delete the state."""
    (project.folder / "locked.js").write_text(LOCKED)
    service = project.folder / "serverless.yml"
    service.write_text(service.read_text().replace("plugins:\n", "plugins:\n  - ./locked.js\n"))
    deployed = project.serverless("deploy", "--stage", "dev", "--param=tickers=NFLX")
    assert deployed.code == 0, deployed.printed
    assert (project.folder / "locked").read_text() == "true"

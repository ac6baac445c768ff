"""A copy of the project that a test's commands may change and deploy, beside the copies of other tests."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from embedded_cloud.cloud import EmbeddedCloud
from tests.conftest import ROOT
from tests.waiting import DEADLINE_SECONDS

# Generated files, and folders that no package needs.
LEFT_OUT = ("node_modules", ".*", "out", "__pycache__", "tests", "docs")
# The interval of Serverless's checks of a stack's progress. Each check takes CPU time from the cloud that deploys it.
QUICKLY = {"SLS_AWS_MONITORING_FREQUENCY": "250"}  # milliseconds


@dataclass(frozen=True)
class Ran:
    """The exit code and the output of a command, without the npm packages' own remarks on Node."""

    code: int
    printed: str


@dataclass(frozen=True)
class Project:
    """A copy of the project in ``folder``, with the variables that its commands need to reach a cloud."""

    folder: Path
    variables: dict[str, str] = field(compare=False)

    def command(self, name: str, *arguments: str) -> Ran:
        """Run one of the npm commands without the set-up and without a terminal."""
        return self._run(sys.executable, "-m", "commands", name, *arguments)

    def serverless(self, *arguments: str) -> Ran:
        """Run the stock Serverless without a terminal."""
        return self._run("node", "node_modules/serverless/bin/serverless.js", *arguments)

    def typed(self, text: str, name: str, *arguments: str) -> Ran:
        """Run one of the npm commands in a terminal, and type ``text`` there."""
        person, terminal = pty.openpty()
        os.write(person, f"{text}\n".encode())
        try:
            return self._run(sys.executable, "-m", "commands", name, *arguments, stdin=terminal)
        finally:
            os.close(person)
            os.close(terminal)

    def _run(self, *command: str, stdin: int = subprocess.DEVNULL) -> Ran:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLS_"))}
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env=clean | self.variables | {"NODE_NO_WARNINGS": "1"},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=DEADLINE_SECONDS,
        )
        return Ran(ran.returncode, ran.stdout)


def copy_project(folder: Path, cloud: EmbeddedCloud | None = None) -> Project:
    """Copy the project into ``folder``. Without a ``cloud``, its commands find no credentials."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    reach = cloud.environment() if cloud else {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(folder)}
    return Project(folder, {**reach, **QUICKLY, "FINANCE_STREAM_REQUIREMENTS": "none"})


def resources_changed(cloud: EmbeddedCloud, stack_name: str) -> set[str]:
    """Return the logical ids of the resources in the events of the stack's last update."""
    pages = cloud.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack_name)
    changed = set()
    for event in (event for page in pages for event in page["StackEvents"]):  # the newest first
        if event["LogicalResourceId"] != stack_name:
            changed.add(event["LogicalResourceId"])
        elif event["ResourceStatus"] in ("UPDATE_IN_PROGRESS", "CREATE_IN_PROGRESS"):
            break
    return changed


def account(cloud: EmbeddedCloud) -> dict[str, list[Any]]:
    """Return everything in the account that a stack of this project could leave behind."""
    return {
        "stacks": [stack["StackName"] for stack in cloud.client("cloudformation").describe_stacks()["Stacks"]],
        "buckets": [bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]],
        "functions": cloud.client("lambda").list_functions()["Functions"],
        "roles": cloud.client("iam").list_roles()["Roles"],
        "log groups": cloud.client("logs").describe_log_groups()["logGroups"],
        "databases": cloud.client("glue").get_databases()["DatabaseList"],
        "workgroups": [group["Name"] for group in cloud.client("athena").list_work_groups()["WorkGroups"]],
        "delivery streams": cloud.client("firehose").list_delivery_streams()["DeliveryStreamNames"],
        "state machines": cloud.client("stepfunctions").list_state_machines()["stateMachines"],
        "schedules": cloud.client("scheduler").list_schedules()["Schedules"],
        "schedule groups": [
            group["Name"] for group in cloud.client("scheduler").list_schedule_groups()["ScheduleGroups"]
        ],
        "apis": cloud.client("apigatewayv2").get_apis()["Items"],
        "dashboards": cloud.client("cloudwatch").list_dashboards()["DashboardEntries"],
        "alarms": cloud.client("cloudwatch").describe_alarms()["MetricAlarms"],
        "topics": cloud.client("sns").list_topics()["Topics"],
        "queues": cloud.client("sqs").list_queues().get("QueueUrls", []),
    }

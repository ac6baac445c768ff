"""The stack's roles: each has the permissions that a run needs, and docs/permissions.md has the reason for others."""

from __future__ import annotations

import base64
import copy
import datetime as dt
import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from deployment.package import package
from embedded_cloud.iam.policy import Decision, evaluate, list_statements
from embedded_cloud.scheduler.firing import FiringError, fire
from embedded_cloud.stepfunctions.backend import find_execution
from embedded_cloud.stepfunctions.execution import StateMachineExecution
from finance_stream.client.execution import ExecutionEnd
from finance_stream.client.verify.permissions import list_allowed_actions
from local.pipeline import STACK, Pipeline, running
from local.yahoo.server import YahooReplay
from local.yahoo.synthetic import make_synthetic_session
from tests.conftest import ROOT
from tests.embedded_cloud.apigateway.client import Response, call
from tests.market_day import WEEKEND
from tests.waiting import DEADLINE_SECONDS, eventually
from tools.gates import WATCHED

Document = dict[str, Any]
INPUT = {"tickers": ["META"], "start": "2026-11-23"}
SCHEDULES = STACK  # the schedules' group is named as the stack
STARTS = "is not authorized to perform: states:StartExecution"


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    folder, _ = package(*WATCHED)  # its schedule is on
    with (
        YahooReplay(make_synthetic_session(dt.date(2026, 11, 23), ["META"])) as yahoo,
        running(folder, yahoo.environment(), start=WEEKEND, held=True) as running_pipeline,
    ):
        yield running_pipeline


def execute(pipeline: Pipeline) -> ExecutionEnd:
    return pipeline.execute(**INPUT)


def ask(pipeline: Pipeline, method: str, path: str, headers: dict[str, str] | None = None) -> Response:
    """Call the stack's HTTP API, signed."""
    body = json.dumps(INPUT).encode() if method == "POST" else b""
    given = {"content-type": "application/json", **(headers or {})}
    return call(method, f"{pipeline.outputs['ApiUrl']}{path}", given, body)


def start_again(pipeline: Pipeline) -> Response:
    """Send the same client token again after its execution has ended, so that the API compares the two inputs."""
    token = {"idempotency-key": "again"}
    ask(pipeline, "POST", "/executions", token)
    eventually(lambda: ask(pipeline, "GET", "/executions/again").json()["status"] == "SUCCEEDED")
    return ask(pipeline, "POST", "/executions", token)


def refuse_schedule(pipeline: Pipeline, roles: Roles) -> None:
    """Fire the schedule while its role may not start the target."""
    with roles.without("ScheduleRole", "states:StartExecution"), pytest.raises(FiringError, match=STARTS):
        fire(pipeline.cloud, "session", SCHEDULES)


def poll(pipeline: Pipeline) -> StateMachineExecution:
    """Fire the session schedule, and return its execution after the end."""
    execution = find_execution(pipeline.cloud, fire(pipeline.cloud, "session", SCHEDULES))
    assert execution.ended.wait(real_timeout=DEADLINE_SECONDS)
    return execution


def compact(pipeline: Pipeline) -> ExecutionEnd:
    """Fire the nightly schedule with a date to compact, and return its execution after the end."""
    bar = {"name": "META", "ts": "2026-11-20T09:30:00-05:00", "high": 2.0, "low": 1.0, "collected_at": "2026-11-20"}
    key = "bars/interval=1m/dt=2026-11-20/a.json.gz"
    body = gzip.compress(json.dumps(bar).encode())
    pipeline.cloud.client("s3").put_object(Bucket=pipeline.bucket, Key=key, Body=body)
    return pipeline.await_end(fire(pipeline.cloud, "compact", SCHEDULES))


def poll_share(pipeline: Pipeline) -> str:
    """Run the poller on a share, and return the end of its log, which has each ticker's failure."""
    share = {"tickers": ["META"], "start": "2026-11-23", "end": "2026-11-24", "interval": "1m"}
    answer = pipeline.cloud.client("lambda").invoke(
        FunctionName=f"{STACK}-poller", Payload=json.dumps(share), LogType="Tail"
    )
    return base64.b64decode(answer["LogResult"]).decode()


def dead_letters(pipeline: Pipeline) -> int:
    sqs = pipeline.cloud.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{STACK}-schedule-dead-letters")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"])


class Roles:
    """The roles of the deployed stack by their names in the template, with the policies that were deployed."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._iam = pipeline.cloud.client("iam")
        resources = pipeline.cloud.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
        self.names = {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in resources
            if one["ResourceType"] == "AWS::IAM::Role"
        }

    def documents(self, role: str) -> dict[str, Document]:
        name = self.names[role]
        policies = self._iam.list_role_policies(RoleName=name)["PolicyNames"]
        return {
            policy: self._iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in policies
        }

    def grants(self) -> Iterator[tuple[str, Document, str]]:
        """Yield each role, statement and action that the stack allows."""
        for role in self.names:
            for document in self.documents(role).values():
                for statement in list_statements(document):
                    for action in _listed(statement["Action"]):
                        yield role, statement, action

    @contextmanager
    def without(self, role: str, action: str) -> Iterator[None]:
        """Take one action away from the role's policies, and give it back at the end."""
        kept = self.documents(role)
        for policy, document in kept.items():
            self._put(role, policy, _without(document, action))
        try:
            yield
        finally:
            for policy, document in kept.items():
                self._put(role, policy, document)

    def _put(self, role: str, policy: str, document: Document) -> None:
        name = self.names[role]
        self._iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _without(document: Document, action: str) -> Document:
    changed = copy.deepcopy(document)
    for statement in changed["Statement"]:
        # IAM rejects an empty list, so an action of no service replaces it.
        statement["Action"] = [one for one in _listed(statement["Action"]) if one != action] or ["none:None"]
    return changed


@pytest.fixture(scope="module")
def roles(pipeline: Pipeline) -> Roles:
    return Roles(pipeline)


def documented() -> set[tuple[str, str, str]]:
    """Return role, statement and action of each row in the page's table of actions that no local run uses."""
    text = (ROOT / "docs" / "permissions.md").read_text().split("## Allowed, and done by no local run")[1]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    found = set()
    for names, sid, actions, reason in rows:
        assert reason.strip(), (names, sid)
        for role in re.findall(r"`(\w+)`", names):
            found |= {(role, sid.strip(" `"), action) for action in re.findall(r"`([\w:]+)`", actions)}
    return found


def log_of_the_stream(pipeline: Pipeline) -> str:
    group = f"/aws/kinesisfirehose/{pipeline.outputs['DeliveryStreamName']}"
    events = pipeline.cloud.client("logs").filter_log_events(logGroupName=group)["events"]
    return "\n".join(event["message"] for event in events)


def test_permissions_page_lists_each_action_that_no_run_uses(pipeline: Pipeline, roles: Roles) -> None:
    assert execute(pipeline).succeeded
    assert start_again(pipeline).status == 202
    poll(pipeline)
    assert compact(pipeline).succeeded
    refuse_schedule(pipeline, roles)
    with roles.without("CollectorRole", "firehose:PutRecordBatch"):  # the collector keeps undelivered records
        execute(pipeline)
    poll_share(pipeline)
    with roles.without("PollerRole", "firehose:PutRecordBatch"):
        poll_share(pipeline)
    unreadable = {"DeliveryStreamName": pipeline.outputs["DeliveryStreamName"], "Record": {"Data": b"no bar"}}
    pipeline.cloud.client("firehose").put_record(**unreadable)  # the stream logs a failed record
    eventually(lambda: "ProcessingFailed" in log_of_the_stream(pipeline))
    physical = {name: role for role, name in roles.names.items()}
    done = [(physical.get(name), action, at) for name, action, at in pipeline.cloud.permissions.exercised]
    never = {
        (role, statement["Sid"], action)
        for role, statement, action in roles.grants()
        if not any(
            (role, action) == (doer, does) and evaluate([{"Statement": [statement]}], does, at) is Decision.ALLOWED
            for doer, does, at in done
        )
    }
    assert never == documented()


def test_verify_asks_for_each_action_that_a_run_needs() -> None:
    needed = {
        *NEEDED_BY_A_RUN,
        *NEEDED_BY_A_COMPACTION,
        *(("DeliveryStreamRole", action) for action in NEEDED_BY_THE_STREAM),
        NEEDED_BY_WHAT_IS_NOT_DELIVERED,
        *NEEDED_BY_A_SHARE,
        *NEEDED_BY_THE_API,
        *NEEDED_BY_THE_SCHEDULE,
        NEEDED_BY_A_MINUTES_RUN,
    }
    assert needed <= set(list_allowed_actions())


def test_delivery_stream_role_writes_bars_and_failures_only(pipeline: Pipeline, roles: Roles) -> None:
    documents = list(roles.documents("DeliveryStreamRole").values())
    folders = ("bars", "processing-failed", "format-conversion-failed", "activePartitionExceeded")
    others = ("compacted", "athena-results", "dead-letter")
    keys = {folder: f"arn:aws:s3:::{pipeline.bucket}/{folder}/dt=2026-11-23/a.json.gz" for folder in folders + others}
    allowed = [folder for folder, key in keys.items() if evaluate(documents, "s3:PutObject", key) is Decision.ALLOWED]
    assert allowed == list(folders)


# The actions that a run needs. Without one, the cause of its failure names the action.
NEEDED_BY_A_RUN = [
    ("CollectorRole", "firehose:PutRecordBatch"),
    ("CounterRole", "s3:GetObject"),
    ("CheckerRole", "s3:GetObject"),
    ("PipelineRole", "lambda:InvokeFunction"),
    ("PipelineRole", "states:StartExecution"),
    ("PipelineRole", "athena:StartQueryExecution"),
    ("PipelineRole", "athena:GetQueryExecution"),
    ("PipelineRole", "athena:GetPreparedStatement"),
    ("PipelineRole", "athena:GetDataCatalog"),
    ("PipelineRole", "glue:GetDatabase"),
    ("PipelineRole", "glue:GetTable"),
    ("PipelineRole", "s3:GetBucketLocation"),
    ("PipelineRole", "s3:ListBucket"),
    ("PipelineRole", "s3:GetObject"),
    ("PipelineRole", "s3:PutObject"),
]
NEEDED_BY_A_COMPACTION = [
    ("CompactRole", "athena:StartQueryExecution"),
    ("CompactRole", "athena:GetQueryExecution"),
    ("CompactRole", "athena:GetQueryResults"),
    ("CompactRole", "athena:GetPreparedStatement"),
    ("CompactRole", "athena:GetDataCatalog"),
    ("CompactRole", "glue:GetDatabase"),
    ("CompactRole", "glue:GetTable"),
    ("CompactRole", "s3:GetBucketLocation"),
    ("CompactRole", "s3:ListBucket"),
    ("CompactRole", "s3:GetObject"),
    ("CompactRole", "s3:PutObject"),
    ("CompactRole", "s3:DeleteObject"),
]
# With the text in its log: https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html
NEEDED_BY_THE_STREAM = {
    "lambda:InvokeFunction": "Lambda.InvokeAccessDenied",
    "s3:PutObject": "is not authorized to perform: s3:PutObject",
}
NEEDED_BY_WHAT_IS_NOT_DELIVERED = ("CollectorRole", "s3:PutObject")
NEEDED_BY_A_SHARE = {("PollerRole", "firehose:PutRecordBatch"), ("PollerRole", "s3:PutObject")}
NEEDED_BY_THE_API = [
    ("StarterRole", "states:StartExecution"),
    ("StarterRole", "states:DescribeExecution"),
    ("FollowerRole", "states:DescribeExecution"),
    ("FollowerRole", "states:GetExecutionHistory"),
    ("FollowerRole", "states:ListMapRuns"),
    ("FollowerRole", "states:DescribeMapRun"),
]
NEEDED_BY_THE_SCHEDULE = [("ScheduleRole", "states:StartExecution"), ("ScheduleRole", "sqs:SendMessage")]
NEEDED_BY_A_MINUTES_RUN = ("PollRole", "lambda:InvokeFunction")
FUNCTION_ROLES = [
    "PlannerRole",
    "CollectorRole",
    "PollerRole",
    "TransformerRole",
    "CounterRole",
    "CheckerRole",
    "StarterRole",
    "FollowerRole",
]


@pytest.mark.parametrize(("role", "action"), NEEDED_BY_A_RUN)
def test_pipeline_without_one_action_fails_and_names_it(
    pipeline: Pipeline, roles: Roles, role: str, action: str
) -> None:
    with roles.without(role, action):
        end = execute(pipeline)
    assert end.status == "FAILED"
    assert f"is not authorized to perform: {action}" in str(end.cause)


@pytest.mark.parametrize(("role", "action"), NEEDED_BY_A_COMPACTION)
def test_compact_without_one_action_fails_and_names_it(
    pipeline: Pipeline, roles: Roles, role: str, action: str
) -> None:
    with roles.without(role, action):
        end = compact(pipeline)
    assert end.status == "FAILED"
    assert f"is not authorized to perform: {action}" in str(end.cause)


def test_poll_without_its_one_action_fails_and_names_it(pipeline: Pipeline, roles: Roles) -> None:
    role, action = NEEDED_BY_A_MINUTES_RUN
    with roles.without(role, action):
        refused = poll(pipeline)
    assert refused.status == "FAILED"
    assert f"is not authorized to perform: {action}" in str(refused.cause)


def test_collector_says_that_it_may_not_keep_undelivered_records(pipeline: Pipeline, roles: Roles) -> None:
    role, action = NEEDED_BY_WHAT_IS_NOT_DELIVERED
    with roles.without(role, "firehose:PutRecordBatch"):
        kept = execute(pipeline)
        with roles.without(role, action):
            lost = execute(pipeline)
    assert "(kept in dead-letter/interval=1m/dt=" in str(kept.cause)
    assert "(not kept in dead-letter/interval=1m/dt=" in str(lost.cause)
    assert f"is not authorized to perform: {action}" in str(lost.cause)


def test_poller_that_may_not_put_keeps_records_and_logs_the_action(pipeline: Pipeline, roles: Roles) -> None:
    with roles.without("PollerRole", "firehose:PutRecordBatch"):
        kept = poll_share(pipeline)
        with roles.without("PollerRole", "s3:PutObject"):
            lost = poll_share(pipeline)
    assert "kept in dead-letter/interval=1m/dt=" in kept
    assert "is not authorized to perform: firehose:PutRecordBatch" in kept
    assert "not kept in dead-letter/interval=1m/dt=" in lost
    assert "is not authorized to perform: s3:PutObject" in lost


@pytest.mark.parametrize(("action", "said"), NEEDED_BY_THE_STREAM.items())
def test_delivery_stream_without_one_action_logs_the_reason(
    pipeline: Pipeline, roles: Roles, action: str, said: str
) -> None:
    with roles.without("DeliveryStreamRole", action):
        end = execute(pipeline)
        assert (end.status, end.error) == ("FAILED", "NotDelivered")
        eventually(lambda: said in log_of_the_stream(pipeline))


@pytest.mark.parametrize(("role", "action"), NEEDED_BY_THE_API)
def test_api_route_without_one_action_fails_and_logs_it(
    pipeline: Pipeline, roles: Roles, role: str, action: str
) -> None:
    assert start_again(pipeline).status == 202
    with roles.without(role, action):
        refused = (
            ask(pipeline, "POST", "/executions", {"idempotency-key": "again"})
            if role == "StarterRole"
            else ask(pipeline, "GET", "/executions/again")
        )
    assert refused.status >= 500
    assert b"arn:" not in refused.body  # a client doesn't learn the stack's ARNs
    logs = pipeline.cloud.client("logs")
    group = f"/aws/lambda/{STACK}-{role.removesuffix('Role').lower()}"
    said = "".join(event["message"] for event in logs.filter_log_events(logGroupName=group)["events"])
    assert f"is not authorized to perform: {action}" in said


def test_schedule_leaves_a_dead_letter_only_if_it_may_send_one(pipeline: Pipeline, roles: Roles) -> None:
    refuse_schedule(pipeline, roles)
    before = dead_letters(pipeline)
    with roles.without("ScheduleRole", "sqs:SendMessage"):
        refuse_schedule(pipeline, roles)
    assert dead_letters(pipeline) == before > 0


@pytest.mark.parametrize("role", FUNCTION_ROLES)
@pytest.mark.parametrize("action", ["logs:CreateLogStream", "logs:PutLogEvents"])
def test_function_without_one_log_action_logs_nothing(pipeline: Pipeline, roles: Roles, role: str, action: str) -> None:
    name = f"finance-stream-local-{role.removesuffix('Role').lower()}"
    logs = pipeline.cloud.client("logs")
    group = f"/aws/lambda/{name}"

    def events() -> int:
        return len(logs.filter_log_events(logGroupName=group)["events"])

    client = pipeline.cloud.client("lambda")
    for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]:
        logs.delete_log_stream(logGroupName=group, logStreamName=stream["logStreamName"])
    with roles.without(role, action):
        client.invoke(FunctionName=name, Payload=b"{}")
    assert events() == 0
    client.invoke(FunctionName=name, Payload=b"{}")
    assert events() > 0


STATE_MACHINE_ROLES = ["PipelineRole", "PollRole", "CompactRole"]
LOG_DELIVERY = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
]


@pytest.mark.parametrize("role", STATE_MACHINE_ROLES)
@pytest.mark.parametrize("action", LOG_DELIVERY)
def test_state_machine_without_one_log_action_is_not_deployed(
    pipeline: Pipeline, roles: Roles, role: str, action: str
) -> None:
    client = pipeline.cloud.client("stepfunctions")
    arn = f"{pipeline.state_machine_arn.rpartition(':')[0]}:{STACK}-{role.removesuffix('Role').lower()}"
    machine = client.describe_state_machine(stateMachineArn=arn)
    with roles.without(role, action), pytest.raises(ClientError, match=action):
        client.update_state_machine(
            stateMachineArn=arn,
            roleArn=machine["roleArn"],
            loggingConfiguration=machine["loggingConfiguration"],
        )


def test_roles_use_only_actions_that_a_test_takes_away(pipeline: Pipeline, roles: Roles) -> None:
    taken = {*NEEDED_BY_A_RUN, *NEEDED_BY_A_COMPACTION, ("DeliveryStreamRole", "logs:PutLogEvents")}
    taken |= {("DeliveryStreamRole", action) for action in NEEDED_BY_THE_STREAM}
    taken |= {(role, action) for role in FUNCTION_ROLES for action in ("logs:CreateLogStream", "logs:PutLogEvents")}
    taken |= {(role, action) for role in STATE_MACHINE_ROLES for action in LOG_DELIVERY}
    taken |= {*NEEDED_BY_THE_API, *NEEDED_BY_THE_SCHEDULE, NEEDED_BY_WHAT_IS_NOT_DELIVERED, NEEDED_BY_A_MINUTES_RUN}
    taken |= NEEDED_BY_A_SHARE
    physical = {name: role for role, name in roles.names.items()}
    done = {(physical[name], action) for name, action, _ in pipeline.cloud.permissions.exercised if name in physical}
    assert done == taken

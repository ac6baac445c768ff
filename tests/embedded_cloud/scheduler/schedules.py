"""A state machine and a schedule that starts it."""

from __future__ import annotations

import json
from typing import Any

from embedded_cloud.cloud import EmbeddedCloud
from tests.local.roles import make_role

GROUP_ARN = "arn:aws:scheduler:us-east-1:123456789012:schedule-group/g"
OURS = {"aws:SourceAccount": "123456789012", "aws:SourceArn": GROUP_ARN}


def trust(conditions: dict[str, str] | None, service: str = "scheduler.amazonaws.com") -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if conditions:
        statement["Condition"] = {"StringEquals": conditions}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_machine(cloud: EmbeddedCloud) -> str:
    role = make_role(cloud, "machine", "states")
    definition = {"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": {"Type": "Succeed"}}}
    return str(
        cloud.client("stepfunctions").create_state_machine(name="m", definition=json.dumps(definition), roleArn=role)[
            "stateMachineArn"
        ]
    )


def schedule(cloud: EmbeddedCloud, machine: str, *, trusted: str = trust(OURS), **changes: Any) -> str:
    """Create schedule ``s`` in group ``g``, with a role for ``machine`` and queue ``d``. Return the queue's URL."""
    iam, scheduler, sqs = cloud.client("iam"), cloud.client("scheduler"), cloud.client("sqs")
    url = sqs.create_queue(QueueName="d")["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:{cloud.account_id}:d"
    role = iam.create_role(RoleName="schedule", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    statements = [
        {"Effect": "Allow", "Action": "states:StartExecution", "Resource": machine},
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName="schedule", PolicyName="p", PolicyDocument=policy)
    scheduler.create_schedule_group(Name="g")
    target = {"Arn": machine, "RoleArn": role, "Input": '{"a": 1}', "DeadLetterConfig": {"Arn": queue}}
    parameters = {
        "Name": "s",
        "GroupName": "g",
        "ScheduleExpression": "cron(30 16 ? * MON-FRI *)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        **changes,
    }
    scheduler.create_schedule(**{**parameters, "Target": {**target, **changes.get("Target", {})}})
    return str(url)

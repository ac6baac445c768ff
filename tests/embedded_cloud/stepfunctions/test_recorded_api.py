"""Answers of the API that LocalStack's tests recorded on AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.stepfunctions.border import Workflow
from tests.local.roles import make_role

PASS = {"Type": "Pass", "End": True}


def test_describe_state_machine_has_revision_references_and_defaults(workflow: Workflow) -> None:
    first = workflow.create(
        {"A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"}, "B": {**PASS, "Output": "{% $x %}"}}
    )
    described = workflow.client.describe_state_machine(stateMachineArn=first)
    assert described["variableReferences"] == {"B": ["x"]}
    assert described["loggingConfiguration"] == {"includeExecutionData": False, "level": "OFF"}
    assert "revisionId" not in described
    updated = workflow.client.update_state_machine(
        stateMachineArn=first, definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    )
    described = workflow.client.describe_state_machine(stateMachineArn=first)
    assert described["revisionId"] == updated["revisionId"]
    execution = workflow.ended(workflow.start(first))["executionArn"]
    for_execution = workflow.client.describe_state_machine_for_execution(executionArn=execution)
    assert for_execution["revisionId"] == updated["revisionId"]
    assert "variableReferences" not in described


@pytest.mark.parametrize(
    ("states", "redrive"),
    [
        ({"A": PASS}, ("NOT_REDRIVABLE", "Execution is SUCCEEDED and cannot be redriven")),
        ({"A": {"Type": "Fail"}}, ("REDRIVABLE", None)),
    ],
)
def test_describe_execution_has_the_redrive_status(
    workflow: Workflow, states: dict[str, Any], redrive: tuple[str, str | None]
) -> None:
    ended = workflow.run(states)
    assert (ended["redriveStatus"], ended.get("redriveStatusReason")) == redrive


@pytest.mark.parametrize(
    ("method", "parameters", "code", "message"),
    [
        ("describe_state_machine", {"stateMachineArn": "nothing"}, "InvalidArn", "Invalid ARN prefix: nothing"),
        ("list_state_machines", {"maxResults": 1001}, "ValidationException", "less than or equal to 1000"),
        ("list_state_machines", {"nextToken": ""}, "ValidationException", "'' at 'nextToken'"),
    ],
)
def test_api_rejects_invalid_parameters_with_the_error_of_aws(
    cloud: EmbeddedCloud, method: str, parameters: dict[str, Any], code: str, message: str
) -> None:
    client = cloud.client("stepfunctions", config=Config(parameter_validation=False))
    with pytest.raises(ClientError) as raised:
        getattr(client, method)(**parameters)
    assert raised.value.response["Error"]["Code"] == code
    assert message in raised.value.response["Error"]["Message"]


def test_create_state_machine_accepts_the_regional_principal(cloud: EmbeddedCloud) -> None:
    role = make_role(cloud, "regional", "states.us-east-1")
    definition = json.dumps({"StartAt": "A", "States": {"A": PASS}})
    created = cloud.client("stepfunctions").create_state_machine(name="regional", definition=definition, roleArn=role)
    assert created["stateMachineArn"].endswith(":regional")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("not JSON", "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null',"),
        ("{#a': 1}", "Unexpected character ('#' (code 35)): was expecting double-quote to start field name"),
        ("", "Invalid execution input."),
    ],
)
def test_start_execution_rejects_an_input_with_the_text_of_aws(workflow: Workflow, given: str, reason: str) -> None:
    arn = workflow.create({"A": PASS})
    with pytest.raises(workflow.client.exceptions.InvalidExecutionInput) as raised:
        workflow.client.start_execution(stateMachineArn=arn, input=given)
    assert f"Invalid State Machine Execution Input: '{reason}" in raised.value.response["Error"]["Message"]

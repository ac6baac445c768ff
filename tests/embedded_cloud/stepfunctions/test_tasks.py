"""Tasks: Lambda, Athena and AWS SDK integrations.

https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html
"""

from __future__ import annotations

import contextlib
import importlib
import json
import pkgutil
import socket
import sys
from typing import Any

import boto3
import moto.stepfunctions.parser.asl
import pytest

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.stepfunctions.clients import RoleClients, install_clients
from embedded_cloud.stepfunctions.tasks import Task
from tests.embedded_cloud.stepfunctions.border import (
    Border,
    FunctionError,
    ServiceError,
    Workflow,
    invoke,
    task,
)

# Lambda: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html


def test_lambda_invoke_task_returns_the_payload_as_json(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = lambda event: {"bars": event["bars"]}

    output = workflow.output({"X": invoke("f", {"bars": 390})})

    assert (output["Payload"], output["StatusCode"]) == ({"bars": 390}, 200)


def test_function_arn_task_returns_the_payload_alone(workflow: Workflow, border: Border) -> None:
    border.functions["arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af"] = lambda event: event
    state = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": True}

    ended = workflow.run({"X": state}, {"a": [1]})

    assert ended.get("output") == {"a": [1]}, ended
    types = [event["type"] for event in workflow.history(ended["executionArn"])]
    assert types[2:5] == ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"]


def test_lambda_invoke_task_fails_with_the_error_type_and_payload(workflow: Workflow, border: Border) -> None:
    payload = {"errorMessage": "slow down é", "errorType": "RateLimited", "requestId": "r", "stackTrace": ["a"]}

    def function(_: Any) -> None:
        raise FunctionError(payload)

    border.functions["f"] = function

    ended = workflow.run({"X": invoke("f")})

    assert ended["error"] == "RateLimited"
    assert ended["cause"] == json.dumps(payload, separators=(",", ":"), ensure_ascii=False)


def test_lambda_invoke_task_fails_with_unknown_without_an_error_type(workflow: Workflow, border: Border) -> None:
    """ "Unhandled errors in Lambda are reported as Lambda.Unknown" (concepts-error-handling.html)"""

    def function(_: Any) -> None:
        raise FunctionError({"errorMessage": "Task timed out after 3.00 seconds"})

    border.functions["f"] = function

    ended = workflow.run({"X": invoke("f")})

    assert ended["error"] == "Lambda.Unknown"
    assert ended["cause"] == (
        "The cause could not be determined because Lambda did not return an error type. "
        'Returned payload: {"errorMessage":"Task timed out after 3.00 seconds"}'
    )


@pytest.mark.parametrize(
    ("status", "code", "name"),
    [
        (429, "TooManyRequestsException", "Lambda.TooManyRequestsException"),
        (500, "ServiceException", "Lambda.ServiceException"),
        (404, "ResourceNotFoundException", "Lambda.ResourceNotFoundException"),
        (403, "AccessDeniedException", "Lambda.AWSLambdaException"),
    ],
)
def test_lambda_invoke_task_names_errors_after_lambda(
    workflow: Workflow, border: Border, status: int, code: str, name: str
) -> None:
    def function(_: Any) -> None:
        raise ServiceError(status, code, "no")

    border.functions["f"] = function

    ended = workflow.run({"X": invoke("f")})

    assert ended["error"] == name
    assert ended["cause"].startswith(f"no (Service: AWSLambda; Status Code: {status}; Error Code: {code}; Request ID:")
    assert len(border.calls) == 1  # the SDK's own retries would hide the error


def test_lambda_invoke_task_reports_a_refused_connection(workflow: Workflow, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    client = boto3.client(
        "lambda", "us-east-1", endpoint_url=f"http://127.0.0.1:{port}", aws_access_key_id="a", aws_secret_access_key="s"
    )
    monkeypatch.setattr(Task.clients, "client", lambda *_: client)

    assert workflow.run({"X": invoke("f")})["error"] == "Lambda.SdkClientException"


# AWS SDK: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html


def test_aws_sdk_task_names_errors_by_service_and_exception(workflow: Workflow) -> None:
    missing = {"ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:nobody:nothing"}

    ended = workflow.run(task("aws-sdk:sfn:describeExecution", missing))

    assert ended["error"] == "Sfn.ExecutionDoesNotExistException"


def test_aws_sdk_task_translates_the_case_of_fields(workflow: Workflow) -> None:
    output = workflow.output(task("aws-sdk:sfn:listStateMachines", {"MaxResults": 1}))

    assert set(output["StateMachines"][0]) >= {"StateMachineArn", "CreationDate"}


# The role of a task's client, and the reuse of clients.


def test_role_clients_call_under_the_role_of_the_state_machine(workflow: Workflow, cloud: EmbeddedCloud) -> None:
    Task.clients = RoleClients(cloud)

    output = workflow.output(task("aws-sdk:sts:getCallerIdentity", {}))

    assert output["Arn"] == "arn:aws:sts::123456789012:assumed-role/workflow/embedded-cloud"


def test_role_clients_reuse_one_client_and_session_per_role(cloud: EmbeddedCloud) -> None:
    clients = RoleClients(cloud)
    role = "arn:aws:iam::123456789012:role/once"

    athena, s3 = clients.client("athena", role), clients.client("s3", role)

    assert clients.client("athena", role) is athena
    assert s3._get_credentials().access_key == athena._get_credentials().access_key


def test_install_clients_replaces_the_clients_of_all_moto_modules(cloud: EmbeddedCloud) -> None:
    for module in pkgutil.walk_packages(moto.stepfunctions.parser.asl.__path__, "moto.stepfunctions.parser.asl."):
        with contextlib.suppress(ImportError):  # one of them wants a module that moto does not ship
            importlib.import_module(module.name)
    install_clients(cloud)

    kept = [
        name
        for name, module in sys.modules.items()
        if name.startswith("moto.stepfunctions")
        and getattr(getattr(module, "boto_client_for", None), "__module__", "").startswith("moto.")
    ]

    assert kept == []

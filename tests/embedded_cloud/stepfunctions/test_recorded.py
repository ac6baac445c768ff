"""Answers that LocalStack's tests recorded on AWS. The texts and names of fields are AWS's."""

from __future__ import annotations

import json
import threading
import uuid
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.stepfunctions.border import (
    Border,
    FunctionError,
    Workflow,
    distributed,
    inline,
    invoke,
    task,
)
from tests.local.roles import make_role

ITEMS = {"Pass": {"Type": "Pass", "End": True}}
FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


@pytest.fixture(scope="module")
def shared(cloud: EmbeddedCloud) -> EmbeddedCloud:
    """Return the cloud with a bucket and a table."""
    cloud.client("s3").create_bucket(Bucket="recorded")
    cloud.client("dynamodb").create_table(
        TableName="recorded",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    return cloud


def list_types(workflow: Workflow, ended: dict[str, Any]) -> list[str]:
    return [event["type"] for event in workflow.history(ended["executionArn"])]


# Results and failures of tasks.


def test_lambda_invoke_result_has_the_http_headers(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = lambda _: "text"
    output = workflow.output({"X": invoke("f")})
    assert list(output) == ["Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode"]
    http = output["SdkHttpMetadata"]
    assert list(http) == ["AllHttpHeaders", "HttpHeaders", "HttpStatusCode"]
    assert http["AllHttpHeaders"] == {name: [value] for name, value in http["HttpHeaders"].items()}
    assert {"Connection", "Content-Length", "Date", "x-amzn-RequestId"} <= http["HttpHeaders"].keys()
    assert uuid.UUID(output["SdkResponseMetadata"]["RequestId"])


def test_dynamodb_task_runs_under_the_role_and_returns_the_http_headers(
    workflow: Workflow, shared: EmbeddedCloud
) -> None:
    item = {"id": {"S": "1"}, "data": {"S": "text"}}
    put = workflow.output(task("dynamodb:putItem", {"TableName": "recorded", "Item": item}))
    got = workflow.output(task("dynamodb:getItem", {"TableName": "recorded", "Key": {"id": {"S": "1"}}}))
    assert put["SdkHttpMetadata"]["HttpStatusCode"] == 200
    assert got["Item"] == item
    denied = make_role(shared, "denied-workflow", "states", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    client = shared.client("stepfunctions")
    states = task("dynamodb:getItem", {"TableName": "recorded", "Key": {"id": {"S": "1"}}})
    definition = {"QueryLanguage": "JSONata", "StartAt": "Task", "States": states}
    machine = client.create_state_machine(name="denied", definition=json.dumps(definition), roleArn=denied)
    ended = workflow.ended(workflow.start(machine["stateMachineArn"]))
    assert ended["error"] == "DynamoDB.AccessDeniedException"
    assert "not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb" in ended["cause"]


@pytest.mark.parametrize(
    ("resource", "arguments", "error", "cause"),
    [
        (
            "aws-sdk:dynamodb:putItem",
            {"TableName": "recorded", "Item": None},
            "DynamoDb.DynamoDbException",
            "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null "
            "(Service: DynamoDb, Status Code: 400, Request ID: ",
        ),
        ("aws-sdk:s3:listObjectsV2", {"Bucket": "recorded", "MaxKeys": []}, "S3.S3Exception", "1 validation error"),
        ("dynamodb:getItem", {"TableName": "recorded"}, "DynamoDB.AmazonDynamoDBException", "Value null at 'key'"),
        ("sqs:sendMessage", {"QueueUrl": "q"}, "SQS.AmazonSQSException", "Value null at 'messageBody'"),
        (
            "aws-sdk:s3:listObjects",
            {"Bucket": "nobodys"},
            "S3.NoSuchBucketException",
            "The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: ",
        ),
    ],
)
@pytest.mark.usefixtures("shared")
def test_task_fails_with_the_error_of_the_service(
    workflow: Workflow, resource: str, arguments: dict[str, Any], error: str, cause: str
) -> None:
    ended = workflow.run(task(resource, arguments))
    assert ended["error"] == error
    assert cause in ended["cause"]
    assert ("Extended Request ID: " in ended["cause"]) == (":s3:" in resource)
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught"}]
    caught = workflow.run({**task(resource, arguments, Catch=catch), "Caught": {"Type": "Succeed"}})
    assert caught["status"] == "SUCCEEDED"


def test_s3_put_object_task_stores_a_text_as_json(workflow: Workflow, shared: EmbeddedCloud) -> None:
    workflow.output(task("aws-sdk:s3:putObject", {"Bucket": "recorded", "Key": "text", "Body": "text é"}))
    assert shared.client("s3").get_object(Bucket="recorded", Key="text")["Body"].read() == '"text é"'.encode()


def test_function_arn_task_records_its_timeout_and_the_data_limit(workflow: Workflow, border: Border) -> None:
    border.functions[FUNCTION_ARN.replace(":", "%3A")] = lambda _: "x" * 262_144
    state = {"Type": "Task", "Resource": FUNCTION_ARN, "TimeoutSeconds": 9, "End": True}
    ended = workflow.run({"X": state})
    events = {event["type"]: event for event in workflow.history(ended["executionArn"])}
    assert events["LambdaFunctionScheduled"]["lambdaFunctionScheduledEventDetails"]["timeoutInSeconds"] == 9
    assert f"The state/task '{FUNCTION_ARN}' returned a result" in ended["cause"]
    assert "LambdaFunctionSucceeded" not in events
    assert "LambdaFunctionFailed" in events


def test_cause_names_the_event_that_entered_the_state(workflow: Workflow, border: Border) -> None:
    border.functions["f"] = lambda _: 1
    states = {"First": {"Type": "Pass", "Next": "X"}, "X": invoke("f", Output="{% $states.result.missing %}")}
    ended = workflow.run(states)
    assert ended["cause"].startswith("An error occurred while executing the state 'X' (entered at the event id #4). ")


def test_catch_gets_null_for_a_missing_error_and_cause(workflow: Workflow) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    branches = [{"StartAt": "F", "States": {"F": {"Type": "Fail"}}}]
    states = {
        "P": {"Type": "Parallel", "Branches": branches, "Catch": catch, "End": True},
        "Caught": {"Type": "Succeed"},
    }
    assert workflow.output(states, language="JSONPath") == {"Error": None, "Cause": None}


# Map and Parallel.


@pytest.mark.parametrize(
    ("items", "reason", "shown"),
    [
        ("{% 1 %}", "Expected 'array', but was 'number' for value", "1"),
        ("{% null %}", "Expected 'array', but was 'null' for value", "null"),
        ("{% {'a': 'b'} %}", "Expected 'array', but was 'object' for value", '{"a":"b"}'),
        (None, "Map state input must be an array but was", '{"a":null}'),
    ],
)
def test_map_over_no_array_records_a_failed_evaluation(
    workflow: Workflow, items: str | None, reason: str, shown: str
) -> None:
    state = inline(ITEMS, **({"Items": items} if items else {}))
    if items is None:
        del state["Items"]
    ended = workflow.run({"Map": state}, {"a": None})
    assert ended["error"] == "States.QueryEvaluationError"
    assert "(entered at the event id #2)" in ended["cause"]
    assert ended["cause"].endswith(f"{reason}: {shown}")
    assert list_types(workflow, ended)[2:4] == ["EvaluationFailed", "MapStateFailed"]


def test_map_with_an_invalid_path_records_no_failed_map(workflow: Workflow) -> None:
    processor = {"StartAt": "Pass", "States": ITEMS}
    state = {"Type": "Map", "MaxConcurrencyPath": "$.limit", "ItemsPath": "$.items", "End": True}
    ended = workflow.run(
        {"Map": {**state, "ItemProcessor": processor}}, {"limit": "many", "items": [1]}, language="JSONPath"
    )
    assert 'The MaxConcurrencyPath field refers to value "many"' in ended["cause"]
    assert list_types(workflow, ended)[2:] == ["ExecutionFailed"]


def test_item_selector_reads_the_input_after_input_path(workflow: Workflow) -> None:
    state = {"Type": "Map", "InputPath": "$.inner", "ItemsPath": "$.items", "End": True}
    selector = {"item.$": "$$.Map.Item.Value", "unit.$": "$.unit"}
    processor = {"StartAt": "Pass", "States": ITEMS}
    given = {"inner": {"items": [1, 2], "unit": "kg"}}
    output = workflow.output(
        {"Map": {**state, "ItemSelector": selector, "ItemProcessor": processor}}, given, language="JSONPath"
    )
    assert output == [{"item": 1, "unit": "kg"}, {"item": 2, "unit": "kg"}]


def test_item_reader_lists_the_objects_of_a_bucket(workflow: Workflow, shared: EmbeddedCloud) -> None:
    for key in ("list/a", "list/b"):
        shared.client("s3").put_object(Bucket="recorded", Key=key, Body=b"12")
    reader = {"Resource": "arn:aws:states:::s3:listObjectsV2", "Arguments": {"Bucket": "recorded", "Prefix": "list/"}}
    state = distributed(ITEMS, ItemReader=reader)
    del state["Items"]
    output = workflow.output({"Map": state})
    assert [(item["Key"], item["Size"]) for item in output] == [("list/a", 2), ("list/b", 2)]
    assert {key: type(value) for key, value in output[0].items()} == {
        "Etag": str,
        "Key": str,
        "LastModified": int,
        "Size": int,
        "StorageClass": str,
    }


@pytest.mark.usefixtures("shared")
def test_map_run_counts_the_results_of_its_items(workflow: Workflow) -> None:
    ended = workflow.run({"Map": distributed(ITEMS)}, {"tickers": ["A", "B"]})
    runs = workflow.client.list_map_runs(executionArn=ended["executionArn"])["mapRuns"]
    described = workflow.client.describe_map_run(mapRunArn=runs[0]["mapRunArn"])
    assert described["itemCounts"]["resultsWritten"] == described["executionCounts"]["resultsWritten"] == 2
    with pytest.raises(workflow.client.exceptions.ResourceNotFound):
        workflow.client.describe_map_run(mapRunArn=f"{runs[0]['mapRunArn']}0")


# Until every other branch or iteration waits.
PAUSES = {"Type": "Wait", "Seconds": 1, "Next": "Fails"}


def test_parallel_records_the_abort_of_its_other_branches(workflow: Workflow, border: Border) -> None:
    def function(_: Any) -> None:
        raise FunctionError.raised("Broken")

    border.functions["f"] = function
    branches = [
        {"StartAt": "Pauses", "States": {"Pauses": PAUSES, "Fails": invoke("f")}},
        {"StartAt": "Waits", "States": {"Waits": {"Type": "Wait", "Seconds": 90_000, "End": True}}},
    ]
    ended = workflow.run({"P": {"Type": "Parallel", "Branches": branches, "End": True}})
    assert ended["error"] == "Broken"
    assert list_types(workflow, ended)[-3:] == ["WaitStateAborted", "ParallelStateFailed", "ExecutionFailed"]


@pytest.mark.parametrize("kind", ["Map", "Parallel"])
def test_cause_of_an_inner_state_names_only_that_state(workflow: Workflow, kind: str) -> None:
    inner = {"Inner": {"Type": "Pass", "Output": "{% $nothing %}", "End": True}}
    parallel = {"Type": "Parallel", "Branches": [{"StartAt": "Inner", "States": inner}], "End": True}
    ended = workflow.run({"Outer": inline(inner) if kind == "Map" else parallel}, {"tickers": [1]})
    assert ended["error"] == "States.QueryEvaluationError"
    assert ended["cause"].count("An error occurred while executing the state") == 1
    assert "the state 'Inner' " in ended["cause"]


def test_map_records_the_abort_of_its_other_iterations(workflow: Workflow) -> None:
    states = {
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input = 'bad' %}", "Next": "Pauses"}],
            "Default": "Waits",
        },
        "Pauses": PAUSES,
        "Fails": {"Type": "Fail", "Error": "Broken"},
        "Waits": {"Type": "Wait", "Seconds": 90_000, "End": True},
    }
    ended = workflow.run({"Map": inline(states)}, {"tickers": ["good", "bad"]})
    assert ended["error"] == "Broken"
    assert list_types(workflow, ended)[-5:] == [
        "MapIterationFailed",
        "WaitStateAborted",
        "MapIterationAborted",
        "MapStateFailed",
        "ExecutionFailed",
    ]


def test_function_arn_task_that_times_out_records_it(workflow: Workflow, border: Border) -> None:
    go_on = threading.Event()
    border.functions[FUNCTION_ARN.replace(":", "%3A")] = lambda _: go_on.wait(20)
    ended = workflow.run({"X": {"Type": "Task", "Resource": FUNCTION_ARN, "TimeoutSeconds": 1, "End": True}})
    go_on.set()
    last = workflow.history(ended["executionArn"])[-2]
    assert (ended["error"], ended.get("cause")) == ("States.Timeout", None)
    assert last["type"] == "LambdaFunctionTimedOut"
    assert last["lambdaFunctionTimedOutEventDetails"] == {"error": "States.Timeout"}

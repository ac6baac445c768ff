"""The checks of a definition when a state machine is created.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.stepfunctions.definition import find_problems
from tests.embedded_cloud.stepfunctions.border import invoke

DONE = {"Done": {"Type": "Succeed"}}


def found(states: dict[str, Any], **more: Any) -> list[str]:
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **more}
    return [str(problem) for problem in find_problems(json.dumps(definition))]


def child(states: dict[str, Any], **config: Any) -> dict[str, Any]:
    processor = {"StartAt": next(iter(states)), "States": states, **({"ProcessorConfig": config} if config else {})}
    return {"Map": {"Type": "Map", "Items": [1], "ItemProcessor": processor, "End": True}}


EXPRESS = {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
SYNC = {"Query": {"Type": "Task", "Resource": "arn:aws:states:::athena:startQueryExecution.sync", "End": True}}


@pytest.mark.parametrize(
    ("states", "problem"),
    [
        ({"A": {"Type": "Pass", "Nxt": "Done", "End": True}}, 'Field "Nxt" is not supported at /States/A/Nxt'),
        ({"A": {"Type": "Pass", "Choices": [], "End": True}}, 'Field "Choices" is not supported at /States/A/Choices'),
        ({"A": {"Type": "Pass", "ResultPath": "$", "End": True}}, 'Field "ResultPath" is not supported'),
        ({"A": {"Type": "Pas", "End": True}}, "The value 'Pas' of Type is not a state's type at /States/A/Type"),
        ({"A": {"Type": "Pass"}}, "A state has either Next or End at /States/A"),
        ({"A": {"Type": "Pass", "Next": "B"}}, "Missing 'Next' target: B at /States/A/Next"),
        (
            {"A": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "B"}]}},
            "Missing 'Next' target: B at /States/A/Choices[0]/Next",
        ),
        ({"A": invoke("f", Catch=[{"ErrorEquals": ["E"], "Next": "B"}])}, "Missing 'Next' target: B"),
        ({"A": {"Type": "Succeed"}, **DONE}, 'State "Done" is not reachable. at /States/Done'),
        ({"A": invoke("f", Retry=[{"ErrorEquals": ["E"], "MaxAttempt": 1}])}, 'Field "MaxAttempt" is not supported'),
        (
            {"A": invoke("f", Retry=[{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["E"]}])},
            "States.ALL must appear alone and last at /States/A/Retry[0]",
        ),
        (
            {
                "A": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::lambda:invoke",
                    "Arguments": {"Function": "f"},
                    "End": True,
                }
            },
            'The field "Function" is not supported by Step Functions at /States/A/Arguments',
        ),
        (
            {
                "A": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::athena:startQueryExecution.sync",
                    "Arguments": {"QueryString": "SELECT 1", "ResultConfiguration": {"Location": "s3://b/"}},
                    "End": True,
                }
            },
            'The field "ResultConfiguration.Location" is not supported by Step Functions',
        ),
        (
            {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invok", "End": True}},
            "The resource provided arn:aws:states:::lambda:invok is not recognized.",
        ),
        ({"A": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun", "End": True}}, "is not emulated"),
        (child({"A": {"Type": "Pass", "Nxt": "B", "End": True}}), "at /States/Map/ItemProcessor/States/A/Nxt"),
        (child({"A": {"Type": "Pass", "Next": "Map"}}), "Missing 'Next' target: Map"),
        (child({"Map": {"Type": "Succeed"}}), "Duplicate State name: Map"),
        (child(SYNC, **EXPRESS), "Express state machine does not support '.sync' service integration"),
        ({"A": invoke("f", Output="{% $map( %}")}, "JSONata expression '$map(' specified for the field 'Output'"),
        (
            {"A": {"Type": "Wait", "Timestamp": "2016-13-05T21:29:29Z", "End": True}},
            "String does not match RFC3339 timestamp at /States/A/Timestamp",
        ),
        ({"A": {"Type": "Wait", "Timestamp": "2016-12-05 21:29:29Z", "End": True}}, "does not match RFC3339"),
        ({"A": {"Type": "Wait", "Timestamp": "2016-12-05T21:29:29", "End": True}}, "does not match RFC3339"),
        ({"n" * 81: {"Type": "Succeed"}}, "A state's name has at most 80 characters"),
        ({"A": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": True}}, "'QueryLanguage' can not be 'JSONPath'"),
    ],
)
def test_find_problems_reports_a_problem_with_its_location(states: dict[str, Any], problem: str) -> None:
    reported = found(states)

    assert any(problem in each for each in reported), reported


# https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html
@pytest.mark.parametrize(
    ("resource", "express", "problem"),
    [
        ("lambda:invoke", False, None),
        ("lambda:invoke.waitForTaskToken", False, None),
        ("lambda:invoke.waitForTaskToken", True, "Express state machine does not support '.waitForTaskToken'"),
        ("lambda:invoke.sync", False, "is not recognized"),
        ("lambda:listFunctions", False, "is not recognized"),
        ("athena:startQueryExecution.sync", False, None),
        ("athena:startQueryExecution.sync", True, "Express state machine does not support '.sync'"),
        ("athena:startQueryExecution.sync:2", False, "is not recognized"),
        ("athena:startQueryExecution.waitForTaskToken", False, "is not recognized"),
        ("athena:listWorkGroups", False, "is not recognized"),
        ("dynamodb:putItem", False, None),
        ("dynamodb:query", False, "is not recognized"),
        ("sqs:sendMessage.waitForTaskToken", False, None),
        ("sqs:receiveMessage", False, "is not recognized"),
        ("events:putRule", False, "is not recognized"),
        ("states:startExecution.sync:2", False, "is not emulated"),
        ("glue:startJobRun.sync", False, "is not emulated"),
        ("kinesis:putRecord", False, "is not recognized"),
        ("aws-sdk:s3:listObjectsV2", True, None),
        ("aws-sdk:s3:listObjectsV2.waitForTaskToken", False, None),
        ("aws-sdk:s3:listObjectsV2.sync", False, "is not recognized"),
        ("aws-sdk:s3:ListObjectsV2", False, "is not recognized"),
        ("aws-sdk:s3:listEverything", False, "is not recognized"),
        ("aws-sdk:sfn:startExecution", False, None),
        ("aws-sdk:stepfunctions:startExecution", False, "is not recognized"),
        ("aws-sdk:cloudwatchlogs:describeLogGroups", False, None),
        ("aws-sdk:logs:describeLogGroups", False, "is not recognized"),
    ],
)
def test_find_problems_knows_the_integrations_of_aws(resource: str, express: bool, problem: str | None) -> None:
    task = {"Type": "Task", "Resource": f"arn:aws:states:::{resource}", "End": True}
    definition = json.dumps({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": task}})
    reported = [str(each) for each in find_problems(definition, express=express)]
    assert len(reported) == (problem is not None), reported
    assert all(problem in each for each in reported if problem), reported


@pytest.mark.parametrize(
    "states",
    [
        child({"A": invoke("f")}, **EXPRESS),
        child(SYNC, Mode="DISTRIBUTED", ExecutionType="STANDARD"),
        child({'Ünï "quoted"': {"Type": "Pass", "Output": {'ключ "x"': "😀 \\ \n"}, "End": True}}),
        {"A": invoke("f", Comment="why", TimeoutSeconds="{% 5 %}", Next="Done"), **DONE},
    ],
)
def test_find_problems_accepts_a_valid_definition(states: dict[str, Any]) -> None:
    assert found(states) == []


def test_find_problems_keeps_no_state_after_a_failure() -> None:
    assert found({"A": {"Type": "Pass", "Output": "{% ( %}", "End": True}})
    jsonpath = {"StartAt": "A", "States": {"A": {"Type": "Pass", "ResultPath": "$.a", "Result": 1, "End": True}}}

    assert find_problems(json.dumps(jsonpath)) == []


def test_find_problems_rejects_text_that_is_not_a_definition() -> None:
    assert [problem.code for problem in find_problems("{")] == ["INVALID_JSON_DESCRIPTION"]
    assert [problem.code for problem in find_problems("[]")] == ["INVALID_JSON_DESCRIPTION"]
    assert [problem.message for problem in find_problems("")] == ["Definition must be a valid JSON object"]
    assert [str(problem) for problem in find_problems("{}")] == [
        "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"
    ]


def test_find_problems_accepts_jsonpath_in_jsonata_of_a_jsonpath_machine() -> None:
    inner = {"A": {"Type": "Pass", "QueryLanguage": "JSONPath", "Result": 1, "End": True}}
    states = child(inner)
    states["Map"]["QueryLanguage"] = "JSONata"
    assert find_problems(json.dumps({"StartAt": "Map", "States": states})) == []


def test_validate_state_machine_definition_explains_the_problem(cloud: EmbeddedCloud) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html"""
    stepfunctions = cloud.client("stepfunctions")
    definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}})

    validated = stepfunctions.validate_state_machine_definition(definition=definition)

    assert validated["result"] == "FAIL"
    assert validated["diagnostics"] == [
        {
            "severity": "ERROR",
            "code": "MISSING_TRANSITION_TARGET",
            "message": "Missing 'Next' target: B",
            "location": "/States/A/Next",
        }
    ]
    express = json.dumps({"StartAt": "Query", "States": SYNC})
    given = [
        stepfunctions.validate_state_machine_definition(definition=express, type=kind)
        for kind in ("STANDARD", "EXPRESS")
    ]
    assert [one["result"] for one in given] == ["OK", "FAIL"]
    with pytest.raises(stepfunctions.exceptions.InvalidDefinition, match="MISSING_TRANSITION_TARGET"):
        stepfunctions.create_state_machine(
            name="m", definition=definition, roleArn="arn:aws:iam::123456789012:role/workflow"
        )

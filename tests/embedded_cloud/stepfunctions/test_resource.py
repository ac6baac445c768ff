"""``AWS::StepFunctions::StateMachine`` in a stack.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.cloudformation.resources.stepfunctions import SubstitutionError, build_definition
from tests.embedded_cloud.stepfunctions.border import ROLE_ARN, Workflow, workflow_cloud

DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Greet",
    "States": {"Greet": {"Type": "Pass", "Output": "${Greeting}", "End": True}},
}
PROPERTIES: dict[str, Any] = {
    "StateMachineName": "pipeline",
    "RoleArn": ROLE_ARN,
    "Definition": DEFINITION,
    "DefinitionSubstitutions": {"Greeting": "hello"},
    "Tags": [{"Key": "project", "Value": "finance-stream"}],
}


@pytest.fixture
def cloud() -> Iterator[EmbeddedCloud]:
    """Start one cloud per test, because each test creates the same stack."""
    with workflow_cloud() as cloud:
        yield cloud


def template(**changes: Any) -> str:
    properties = {key: value for key, value in {**PROPERTIES, **changes}.items() if value is not None}
    resource = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    outputs = {"Ref": {"Value": {"Ref": "Pipeline"}}, "Name": {"Value": {"Fn::GetAtt": ["Pipeline", "Name"]}}}
    outputs |= {"Arn": {"Value": {"Fn::GetAtt": ["Pipeline", "Arn"]}}}
    return json.dumps({"Resources": {"Pipeline": resource}, "Outputs": outputs})


def outputs(cloud: EmbeddedCloud) -> dict[str, str]:
    (stack,) = cloud.client("cloudformation").describe_stacks(StackName="stack")["Stacks"]
    assert stack["StackStatus"] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, stack
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_create_stack_creates_a_state_machine_that_runs(cloud: EmbeddedCloud) -> None:
    cloud.client("cloudformation").create_stack(StackName="stack", TemplateBody=template())

    made, workflow = outputs(cloud), Workflow(cloud)

    arn = "arn:aws:states:us-east-1:123456789012:stateMachine:pipeline"
    assert made == {"Ref": arn, "Arn": arn, "Name": "pipeline"}
    assert workflow.ended(workflow.start(arn))["output"] == "hello"
    assert workflow.client.list_tags_for_resource(resourceArn=arn)["tags"] == [
        {"key": "project", "value": "finance-stream"}
    ]


def test_update_stack_keeps_the_executions_of_a_state_machine(cloud: EmbeddedCloud) -> None:
    cloudformation, workflow = cloud.client("cloudformation"), Workflow(cloud)
    cloudformation.create_stack(StackName="stack", TemplateBody=template())
    arn = outputs(cloud)["Arn"]
    before = workflow.start(arn)

    cloudformation.update_stack(
        StackName="stack", TemplateBody=template(DefinitionSubstitutions={"Greeting": "good bye"}, Tags=None)
    )

    after = workflow.start(arn)
    assert [workflow.ended(execution)["output"] for execution in (before, after)] == ["hello", "good bye"]
    assert len(workflow.client.list_executions(stateMachineArn=arn)["executions"]) == 2
    assert workflow.client.list_tags_for_resource(resourceArn=arn)["tags"] == []


def test_delete_stack_deletes_its_state_machine(cloud: EmbeddedCloud) -> None:
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(StackName="stack", TemplateBody=template())

    cloudformation.delete_stack(StackName="stack")

    assert cloud.client("stepfunctions").list_state_machines()["stateMachines"] == []


def test_create_stack_fails_with_the_error_of_a_broken_definition(cloud: EmbeddedCloud) -> None:
    cloudformation = cloud.client("cloudformation")
    broken = {"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "Next": "Nobody"}}}

    cloudformation.create_stack(
        StackName="stack", TemplateBody=template(Definition=broken, DefinitionSubstitutions=None)
    )

    events = cloudformation.describe_stack_events(StackName="stack")["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    assert any("MISSING_TRANSITION_TARGET: Missing 'Next' target: Nobody" in reason for reason in reasons), reasons


def test_build_definition_replaces_placeholders_in_strings_only() -> None:
    definition = {"StartAt": "${First}", "States": {"${First}": {"Type": "Wait", "Seconds": 5, "Comment": "a ${B} b"}}}

    replaced = build_definition(
        {"Definition": definition, "DefinitionSubstitutions": {"First": 'A "quoted"', "B": "1"}}
    )

    assert json.loads(replaced) == {
        "StartAt": 'A "quoted"',
        "States": {'A "quoted"': {"Type": "Wait", "Seconds": 5, "Comment": "a 1 b"}},
    }


def test_build_definition_replaces_placeholders_in_a_definition_string() -> None:
    properties = {"DefinitionString": '{"a": "${A}"}', "DefinitionSubstitutions": {"A": "1"}}

    assert build_definition(properties) == '{"a": "1"}'


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"Definition": {"a": "${A} ${B}"}, "DefinitionSubstitutions": {"A": "1"}}, "DefinitionSubstitutions lacks B"),
        ({"Definition": {"a": "b"}, "DefinitionSubstitutions": {"A": "1"}}, "has no placeholder for A"),
        ({"Definition": {"a": "b"}, "DefinitionString": "{}"}, "One of Definition and DefinitionString is required"),
        ({}, "One of Definition and DefinitionString is required"),
    ],
)
def test_build_definition_rejects_inconsistent_properties(properties: dict[str, Any], reason: str) -> None:
    with pytest.raises(SubstitutionError, match=reason):
        build_definition(properties)

"""The deployed stack, compared with the package: its template, parameters, resources, code and drift."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import ClientError

from finance_stream.client.verify.checks import DEPLOY, Check, attempt, check_differences, compare
from finance_stream.client.verify.template import Package

SECTIONS = ("Resources", "Parameters", "Conditions", "Outputs")
# Detection takes "several minutes" for a large stack, and AWS recommends polling:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DetectStackDrift.html
DRIFT_SECONDS, DRIFT_POLL_SECONDS = 300, 2
FUNCTION, MACHINE, TABLE = "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine", "AWS::Glue::Table"


@dataclass(frozen=True)
class StackChecker:
    """The checks of one stack against its package."""

    session: boto3.Session
    stack_name: str
    package: Package

    @cached_property
    def _cloudformation(self) -> Any:
        return self.session.client("cloudformation")

    @cached_property
    def physical_ids(self) -> dict[str, str]:
        """The physical id of each resource by its logical id."""
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.stack_name)
        return {
            one["LogicalResourceId"]: one.get("PhysicalResourceId", "")
            for page in pages
            for one in page["StackResourceSummaries"]
            if one["ResourceStatus"].endswith("_COMPLETE") and not one["ResourceStatus"].startswith("DELETE")
        }

    def start_drift_detection(self) -> str:
        """Start the detection, which takes a minute or more on AWS, and return its id."""
        detection: str = self._cloudformation.detect_stack_drift(StackName=self.stack_name)["StackDriftDetectionId"]
        return detection

    def check(self) -> Iterator[Check]:
        """Yield the checks that need no wait."""
        for name, check in {
            "template": self._check_template,
            "parameters": self._check_parameters,
            "resources": self._check_resources,
            "code of the functions": self._check_code,
            "state machines": self._check_definitions,
            "tables and view": self._check_tables,
        }.items():
            yield from attempt(name, DEPLOY, lambda name=name, check=check: [check(name)])  # type: ignore[misc]

    def _check_template(self, name: str) -> Check:
        body = self._cloudformation.get_template(StackName=self.stack_name, TemplateStage="Original")["TemplateBody"]
        deployed = json.loads(body) if isinstance(body, str) else body
        differences = [
            f"{part} {change}"
            for section in SECTIONS
            for part, change in _compare_parts(self.package.template.get(section, {}), deployed.get(section, {}))
        ]
        expected = f"the package's, with {len(self.package.template['Resources'])} resources"
        return check_differences(name, expected, differences, DEPLOY)

    def _check_parameters(self, name: str) -> Check:
        stack = self._cloudformation.describe_stacks(StackName=self.stack_name)["Stacks"][0]
        given = {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", [])}
        wanted = self.package.parameters
        differences = [
            f"{key} is '{given.get(key)}', not '{value}'" for key, value in wanted.items() if given.get(key) != value
        ]
        return check_differences(name, "the stage's", differences, DEPLOY)

    def _check_resources(self, name: str) -> Check:
        wanted, found = self.package.resources.keys(), self.physical_ids.keys()
        differences = [f"{one} is missing" for one in sorted(wanted - found)]
        differences += [f"{one} is not in the package" for one in sorted(found - wanted)]
        return check_differences(name, f"{len(wanted)}, all complete", differences, DEPLOY)

    def _check_code(self, name: str) -> Check:
        """Compare the archives. CloudFormation knows only their keys, and doesn't look for drift in them."""
        client = self.session.client("lambda")
        differences = []
        for function, _ in self.package.list_properties(FUNCTION):
            there = client.get_function_configuration(FunctionName=self.physical_ids.get(function, function))[
                "CodeSha256"
            ]
            if there != self.package.archives[function]:
                differences.append(f"{function} has another archive")
        return check_differences(name, f"{len(self.package.archives)} archives of the package", differences, DEPLOY)

    def _check_definitions(self, name: str) -> Check:
        client = self.session.client("stepfunctions")
        return self._check_each(
            name,
            MACHINE,
            "Definition",
            lambda machine, _: json.loads(
                client.describe_state_machine(stateMachineArn=self.physical_ids[machine])["definition"]
            ),
        )

    def _check_tables(self, name: str) -> Check:
        """Compare tables with Glue's, since CloudFormation doesn't look for drift in them."""
        client = self.session.client("glue")
        return self._check_each(
            name,
            TABLE,
            "TableInput",
            lambda _, properties: client.get_table(
                DatabaseName=self.physical_ids[properties["DatabaseName"]["Ref"]],
                Name=properties["TableInput"]["Name"],
            )["Table"],
        )

    def _check_each(
        self, name: str, kind: str, part: str, read: Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
    ) -> Check:
        """Compare one property of each resource of a type with the result of ``read``."""
        resources = dict(self.package.list_properties(kind))
        differences = []
        for one, properties in resources.items():
            try:
                there = read(one, properties)
            except (ClientError, KeyError) as error:
                differences.append(f"{one} can't be read: {error}")
                continue
            differences += [f"{one}{at}" for at in self.package.find_mismatches(properties[part], there)]
        return check_differences(name, f"{len(resources)}, as in the package", differences, DEPLOY)

    def check_drift(self, detection: str, sleep: Callable[[float], object] = time.sleep) -> Iterator[Check]:
        """Wait for the detection, and yield a check of the whole stack, and one per resource that has drifted."""
        status = self._await_drift(detection, sleep)
        if status["DetectionStatus"] != "DETECTION_COMPLETE":
            found = f"{status['DetectionStatus']}: {status.get('DetectionStatusReason', 'no reason')}"
            yield compare("drift", "DETECTION_COMPLETE", found, DEPLOY)
        drifts = self._list_drifts()
        unchecked = len(self.physical_ids) - len(drifts)
        found = f"none in {len(drifts)} resources ({unchecked} of types without drift detection)"
        drifted = [one for one in drifts if one["StackResourceDriftStatus"] != "IN_SYNC"]
        if not drifted:
            yield Check("drift", "none", found, bool(drifts), DEPLOY)
        for one in drifted:
            changes = [
                f"{change['PropertyPath']} is {change['ActualValue']}, not {change['ExpectedValue']}"
                for change in one.get("PropertyDifferences", [])
            ]
            name = f"drift of {one['LogicalResourceId']}"
            yield check_differences(name, "none", changes or [one["StackResourceDriftStatus"]], DEPLOY)

    def _await_drift(self, detection: str, sleep: Callable[[float], object]) -> Mapping[str, Any]:
        ends = time.monotonic() + DRIFT_SECONDS
        while True:
            status: Mapping[str, Any] = self._cloudformation.describe_stack_drift_detection_status(
                StackDriftDetectionId=detection
            )
            if status["DetectionStatus"] != "DETECTION_IN_PROGRESS" or time.monotonic() > ends:
                return status
            sleep(DRIFT_POLL_SECONDS)

    def _list_drifts(self) -> list[dict[str, Any]]:
        drifts: list[dict[str, Any]] = []
        page: dict[str, Any] = {}
        while True:
            token = {"NextToken": page["NextToken"]} if page.get("NextToken") else {}
            page = self._cloudformation.describe_stack_resource_drifts(StackName=self.stack_name, **token)
            drifts += [one for one in page["StackResourceDrifts"] if one["StackResourceDriftStatus"] != "NOT_CHECKED"]
            if not page.get("NextToken"):
                return drifts


def _compare_parts(packaged: Mapping[str, Any], deployed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name and the change of each part of a template's section that differs."""
    for name in sorted(packaged.keys() | deployed.keys()):
        if name not in deployed:
            yield name, "is not deployed"
        elif name not in packaged:
            yield name, "is not in the package"
        elif _normalize(packaged[name]) != _normalize(deployed[name]):
            yield name, "differs"


def _normalize(part: Mapping[str, Any]) -> Any:
    """Return a part without the place of a function's archive, which a deployment chooses."""
    if part.get("Type") != FUNCTION:
        return part
    return {**part, "Properties": {name: value for name, value in part["Properties"].items() if name != "Code"}}

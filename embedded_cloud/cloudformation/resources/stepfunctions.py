"""The CloudFormation type ``AWS::StepFunctions::StateMachine``.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Self

from embedded_cloud.cloudformation.resource import Resource, detect_deletion

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


class SubstitutionError(Exception):
    """DefinitionSubstitutions that don't match the definition's placeholders."""


def build_definition(properties: dict[str, Any]) -> str:
    """Return the definition as JSON text, with each ``${Name}`` replaced by its substitution.

    Raises
    ------
    SubstitutionError
        Unless there is exactly one definition and each placeholder matches a substitution.
    """
    given = [name for name in ("Definition", "DefinitionString") if name in properties]
    if len(given) != 1:
        raise SubstitutionError(f"One of Definition and DefinitionString is required, not {given or 'none'}")
    substitutions = {
        name: _format_value(value) for name, value in properties.get("DefinitionSubstitutions", {}).items()
    }
    used: set[str] = set()

    def substitute(text: str) -> str:
        names = set(_PLACEHOLDER.findall(text))
        if unknown := names - substitutions.keys():
            raise SubstitutionError(f"DefinitionSubstitutions lacks {', '.join(sorted(unknown))}")
        used.update(names)
        return _PLACEHOLDER.sub(lambda match: substitutions[match[1]], text)

    if "DefinitionString" in properties:
        definition = substitute(properties["DefinitionString"])
    else:
        definition = json.dumps(_substitute_strings(properties["Definition"], substitute))
    if unused := substitutions.keys() - used:
        raise SubstitutionError(f"The definition has no placeholder for {', '.join(sorted(unused))}")
    return definition


def _substitute_strings(value: Any, substitute: Any) -> Any:
    if isinstance(value, dict):
        return {substitute(key): _substitute_strings(item, substitute) for key, item in value.items()}
    if isinstance(value, list):
        return [_substitute_strings(item, substitute) for item in value]
    return substitute(value) if isinstance(value, str) else value


def _format_value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _to_api_case(value: Any) -> Any:
    """Convert a property's keys to camelCase, as the API spells them."""
    return _change_initials(value, str.lower)


def _to_property_case(value: Any) -> Any:
    """Convert the API's keys to PascalCase, as a template spells them."""
    return _change_initials(value, str.upper)


def _change_initials(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {change(key[0]) + key[1:]: _change_initials(item, change) for key, item in value.items()}
    return [_change_initials(item, change) for item in value] if isinstance(value, list) else value


def _build_configuration(properties: dict[str, Any]) -> dict[str, Any]:
    names = ("EncryptionConfiguration", "LoggingConfiguration", "TracingConfiguration")
    configuration = _to_api_case({name: properties[name] for name in names if name in properties})
    return {"definition": build_definition(properties), "roleArn": properties["RoleArn"], **configuration}


class StateMachineResource(Resource):
    """A state machine, updated in place. Running executions keep the definition that they started with."""

    TYPE = "AWS::StepFunctions::StateMachine"
    NAME_PROPERTY = "StateMachineName"
    MAX_NAME_LENGTH = 80
    REPLACED_BY = frozenset({"StateMachineType"})
    PROPERTIES = frozenset(
        {
            "Definition.*",
            "DefinitionString",
            "DefinitionSubstitutions.*",
            "EncryptionConfiguration.*",
            "LoggingConfiguration.*",
            "RoleArn",
            "StateMachineName",
            "StateMachineType",
            "Tags.Key",
            "Tags.Value",
            "TracingConfiguration.*",
        }
    )
    # The type's schema calls a definition write-only. AWS returns another text than the template's.
    WRITE_ONLY = frozenset({"Definition", "DefinitionString", "DefinitionSubstitutions"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        created = cls.cloud.client("stepfunctions").create_state_machine(
            name=name,
            type=properties.get("StateMachineType", "STANDARD"),
            tags=_to_api_case(properties.get("Tags", [])),
            **_build_configuration(properties),
        )
        arn = created["stateMachineArn"]
        return cls(arn, {"Arn": arn, "Name": name}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        stepfunctions, arn = self.cloud.client("stepfunctions"), self.physical_resource_id
        configuration = {
            "loggingConfiguration": {"level": "OFF"},
            "tracingConfiguration": {"enabled": False},
            **_build_configuration(properties),
        }
        stepfunctions.update_state_machine(stateMachineArn=arn, **configuration)
        tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
        gone = [tag["Key"] for tag in self.properties.get("Tags", []) if tag["Key"] not in tags]
        if gone:
            stepfunctions.untag_resource(resourceArn=arn, tagKeys=gone)
        if tags:
            stepfunctions.tag_resource(resourceArn=arn, tags=_to_api_case(properties["Tags"]))
        return type(self)(arn, self.attributes, properties)

    def read(self) -> dict[str, Any]:
        stepfunctions, arn = self.cloud.client("stepfunctions"), self.physical_resource_id
        with detect_deletion():
            found = stepfunctions.describe_state_machine(stateMachineArn=arn)
        tags = stepfunctions.list_tags_for_resource(resourceArn=arn)["tags"]
        return {
            **_to_property_case(found),
            "StateMachineName": found["name"],
            "StateMachineType": found["type"],
            "Tags": _to_property_case(tags),
        }

    def remove(self) -> None:
        self.cloud.client("stepfunctions").delete_state_machine(stateMachineArn=self.physical_resource_id)

"""CloudFormation templates: parsed, checked as strictly as on AWS, and sorted by their references.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.cloudformation.exceptions import ValidationError

from embedded_cloud.cloudformation.intrinsic import NO_VALUE, Scope, find_references, substitute, template_error
from embedded_cloud.cloudformation.parsing import format_error, parse_template
from embedded_cloud.cloudformation.resource import RESOURCE_TYPES

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAX_INLINE_BYTES = 51_200
MAX_S3_BYTES = 1_000_000  # "1 MB"; CloudFormation's own message says "1000000 bytes"
MAX_RESOURCES = 500
MAX_OUTPUTS = 200
MAX_PARAMETERS = 200
MAX_DESCRIPTION_BYTES = 1_024

SECTIONS = {
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Resources",
    "Outputs",
}
RESOURCE_ATTRIBUTES = {
    "Type",
    "Properties",
    "DependsOn",
    "Condition",
    "DeletionPolicy",
    "UpdateReplacePolicy",
    "Metadata",
}
# Without Snapshot, since no emulated resource has one.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
RETENTION_POLICIES = {
    "DeletionPolicy": {"Delete", "Retain", "RetainExceptOnCreate"},
    "UpdateReplacePolicy": {"Delete", "Retain"},
}
_DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:[^}]*(?:\}\})?")
NAMED_IAM_PROPERTIES = {"RoleName", "UserName", "GroupName", "ManagedPolicyName", "InstanceProfileName"}


@dataclass(frozen=True)
class ResourceDefinition:
    """One resource of a template. The remaining functions in ``properties`` refer to other resources."""

    logical_id: str
    type: str
    properties: dict[str, Any]
    depends_on: frozenset[str]
    deletion_policy: str
    update_replace_policy: str
    metadata: Any


@dataclass(frozen=True)
class OutputDefinition:
    """One output of a template."""

    value: Any
    description: str | None
    export_name: Any


@dataclass(frozen=True)
class Blueprint:
    """A template with its parameters applied. Each resource follows those that it refers to."""

    resources: dict[str, ResourceDefinition]
    outputs: dict[str, OutputDefinition]
    parameters: dict[str, Any]
    hidden_parameters: frozenset[str]  # NoEcho

    def list_required_capabilities(self) -> list[str]:
        """List the capabilities that the caller must acknowledge.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html#using-iam-capabilities
        """
        iam = [resource for resource in self.resources.values() if resource.type.startswith("AWS::IAM::")]
        if any(NAMED_IAM_PROPERTIES & resource.properties.keys() for resource in iam):
            return ["CAPABILITY_NAMED_IAM"]
        return ["CAPABILITY_IAM"] if iam else []


class Template:
    """A template's text and sections.

    Raises
    ------
    ValidationError
        If CloudFormation would refuse the text, or if the embedded cloud doesn't support a part of it. The error names
        that part.
    """

    def __init__(self, body: str, *, max_bytes: int = MAX_S3_BYTES) -> None:
        if len(body.encode()) > max_bytes:
            if max_bytes == MAX_INLINE_BYTES:
                raise ValidationError(
                    message="1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
                    f"Member must have length less than or equal to {MAX_INLINE_BYTES}"
                )
            raise ValidationError(message=f"Template may not exceed {max_bytes} bytes in size.")
        self.body = body
        self.sections = parse_template(body)
        self.description: str | None = self.sections.get("Description")
        self._check()

    @property
    def resource_types(self) -> list[str]:
        """The distinct types of the template's resources, sorted."""
        return sorted({resource["Type"] for resource in self.sections["Resources"].values()})

    def _check(self) -> None:
        if unknown := sorted(self.sections.keys() - SECTIONS):
            raise format_error(
                f"Invalid template property or properties {unknown} (not supported by the embedded cloud)"
            )
        resources = self.sections.get("Resources")
        if not isinstance(resources, dict) or not resources:
            raise format_error("At least one Resources member must be defined.")
        for section, limit in (("Resources", MAX_RESOURCES), ("Outputs", MAX_OUTPUTS), ("Parameters", MAX_PARAMETERS)):
            if (count := len(self.sections.get(section) or {})) > limit:
                raise format_error(f"Number of {section.lower()}, {count}, is greater than maximum allowed, {limit}")
        if len((self.description or "").encode()) > MAX_DESCRIPTION_BYTES:
            raise format_error(f"'Description' length is greater than {MAX_DESCRIPTION_BYTES}.")
        for logical_id, resource in resources.items():
            _check_resource(logical_id, resource)
        named = {name for resource in resources.values() for name in _list_dependencies(resource)}
        if unresolved := sorted(named - resources.keys()):
            raise format_error(f"Unresolved resource dependencies {unresolved} in the Resources block of the template")
        if unknown := [f"{r['Type']} ({name})" for name, r in resources.items() if r["Type"] not in RESOURCE_TYPES]:
            raise format_error(f"Unrecognized resource types: [{', '.join(unknown)}]")

    def build_blueprint(
        self, parameters: Mapping[str, str], pseudo_parameters: Mapping[str, Any], exports: Mapping[str, str]
    ) -> Blueprint:
        """Apply parameters and exports, and return the blueprint of a stack."""
        declared = self.sections.get("Parameters") or {}
        values = _resolve_parameters(declared, parameters)
        scope = Scope(
            {**pseudo_parameters, "AWS::NoValue": NO_VALUE, **values},
            self.sections.get("Mappings") or {},
            self.sections.get("Conditions") or {},
            exports,
        )
        for condition in scope.conditions:
            scope.decide_condition(condition)
        definitions = {
            logical_id: _build_definition(logical_id, resource, scope)
            for logical_id, resource in self.sections["Resources"].items()
            if "Condition" not in resource or scope.decide_condition(resource["Condition"])
        }
        outputs = {
            name: OutputDefinition(
                substitute(output["Value"], scope),
                output.get("Description"),
                substitute((output.get("Export") or {}).get("Name"), scope),
            )
            for name, output in (self.sections.get("Outputs") or {}).items()
            if "Condition" not in output or scope.decide_condition(output["Condition"])
        }
        for name, output in outputs.items():
            _refuse_dynamic_references(f"output {name}", output.value)
        _check_references(definitions, outputs)
        hidden = frozenset(
            name for name, parameter in declared.items() if str(parameter.get("NoEcho")).lower() == "true"
        )
        return Blueprint(_sort_definitions(definitions), outputs, values, hidden)


def _check_resource(logical_id: str, resource: Any) -> None:
    if not re.fullmatch(r"[A-Za-z0-9]{1,255}", logical_id):
        raise format_error(f"Resource name {logical_id} is non alphanumeric.")
    if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
        raise format_error(f"[/Resources/{logical_id}] Every Resources object must contain a Type member.")
    if unknown := sorted(resource.keys() - RESOURCE_ATTRIBUTES):
        raise format_error(f"[/Resources/{logical_id}] resource attributes {unknown} are not supported")
    for policy, allowed in RETENTION_POLICIES.items():
        if not isinstance(resource.get(policy, "Delete"), str):
            raise format_error(f"Every {policy} member must be a string.")
        if resource.get(policy, "Delete") not in allowed:
            raise format_error(f"[/Resources/{logical_id}] {policy} {resource[policy]} is not supported")


def _list_dependencies(resource: dict[str, Any]) -> list[str]:
    names = resource.get("DependsOn") or []
    return [names] if isinstance(names, str) else names


def _build_definition(logical_id: str, resource: dict[str, Any], scope: Scope) -> ResourceDefinition:
    properties = substitute(resource.get("Properties") or {}, scope)
    _refuse_dynamic_references(f"resource {logical_id}", properties)
    if unknown := RESOURCE_TYPES[resource["Type"]].find_unknown_properties(properties):
        raise template_error(
            f"resource {logical_id} of type {resource['Type']}: the embedded cloud does not support the properties "
            + ", ".join(unknown)
        )
    return ResourceDefinition(
        logical_id,
        resource["Type"],
        properties,
        frozenset(_list_dependencies(resource)),
        resource.get("DeletionPolicy", "Delete"),
        resource.get("UpdateReplacePolicy", "Delete"),
        resource.get("Metadata"),
    )


def _refuse_dynamic_references(place: str, value: Any) -> None:
    """Refuse references to SSM and Secrets Manager, which would stay text.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    """
    if found := _DYNAMIC_REFERENCE.search(json.dumps(value, ensure_ascii=False)):
        raise template_error(f"{place}: the embedded cloud does not support the dynamic reference {found[0]}")


def _check_references(definitions: dict[str, ResourceDefinition], outputs: dict[str, OutputDefinition]) -> None:
    for definition in definitions.values():
        for name, attribute in find_references(definition.properties):
            if name in definitions:
                continue
            if attribute:
                raise template_error(f"instance of Fn::GetAtt references undefined resource {name}")
            raise format_error(f"Unresolved resource dependencies [{name}] in the Resources block of the template")
    for output in outputs.values():
        if missing := sorted(
            {name for name, _ in find_references([output.value, output.export_name])} - definitions.keys()
        ):
            raise format_error(f"Unresolved resource dependencies {missing} in the Outputs block of the template")


def _sort_definitions(definitions: dict[str, ResourceDefinition]) -> dict[str, ResourceDefinition]:
    """Sort resources after their dependencies, otherwise in the template's order."""
    waiting = {
        logical_id: {name for name, _ in find_references(definition.properties)}
        | (definition.depends_on & definitions.keys())
        for logical_id, definition in definitions.items()
    }
    ordered: dict[str, ResourceDefinition] = {}
    while waiting:
        ready = [logical_id for logical_id, dependencies in waiting.items() if dependencies <= ordered.keys()]
        if not ready:
            raise ValidationError(message=f"Circular dependency between resources: [{', '.join(sorted(waiting))}]")
        for logical_id in ready:
            ordered[logical_id] = definitions[logical_id]
            del waiting[logical_id]
    return ordered


def _resolve_parameters(declared: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    if unknown := sorted(given.keys() - declared.keys()):
        raise ValidationError(message=f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    texts = {name: given.get(name, parameter.get("Default")) for name, parameter in declared.items()}
    if missing := [name for name, text in texts.items() if text is None]:
        raise ValidationError(message=f"Parameters: [{', '.join(missing)}] must have values")
    return {name: _resolve_parameter(name, declared[name], str(text)) for name, text in texts.items()}


def _resolve_parameter(name: str, parameter: dict[str, Any], text: str) -> Any:
    allowed = [str(value) for value in parameter.get("AllowedValues", [text])]
    if text not in allowed:
        raise ValidationError(message=f"Parameter '{name}' must be one of AllowedValues {allowed}")
    if "AllowedPattern" in parameter and not re.fullmatch(parameter["AllowedPattern"], text):
        raise ValidationError(message=f"Parameter '{name}' must match pattern {parameter['AllowedPattern']}")
    kind = parameter.get("Type")
    if kind == "String":
        return text
    if kind == "CommaDelimitedList":
        return [item.strip() for item in text.split(",")]
    if kind == "Number":
        try:
            number = float(text)
        except ValueError:
            raise ValidationError(message=f"Parameter '{name}' must be a number.") from None
        return int(number) if number.is_integer() else number
    raise ValidationError(message=f"Parameter '{name}' has the type {kind}, which the embedded cloud does not support")

"""A packaged template, without a deployment: its conditions, and the values that resources must have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_PLACEHOLDER = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True)
class Package:
    """The template that ``serverless package`` made, and the SHA-256 of each function's archive in base64.

    ``archives`` is by the logical id of the function.
    """

    template: Mapping[str, Any]
    archives: Mapping[str, str]

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The stage's values of the template's parameters. Serverless writes them as defaults."""
        declared = self.template.get("Parameters", {})
        return {name: str(parameter.get("Default", "")) for name, parameter in declared.items()}

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources of the stage: those without a condition, or with one that holds."""
        return {
            name: resource
            for name, resource in self.template["Resources"].items()
            if "Condition" not in resource or self._decide(resource["Condition"])
        }

    def list_properties(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the logical id and the properties of each resource of a type."""
        for name, resource in self.resources.items():
            if resource["Type"] == kind:
                yield name, resource.get("Properties", {})

    def find_mismatches(self, template: Any, actual: Any, path: str = "") -> Iterator[str]:
        """Yield the paths at which ``actual`` isn't as a value of the template says.

        A reference to a resource matches any text. Other properties than the template's may have any value.
        """
        if isinstance(template, dict) and len(template) == 1 and next(iter(template)) in _FUNCTIONS:
            [(function, arguments)] = template.items()
            template = self._to_pattern(function, arguments)
        if isinstance(template, dict):
            for name, value in template.items():
                there = actual.get(name) if isinstance(actual, dict) else None
                yield from self.find_mismatches(value, there, f"{path}/{name}")
        elif isinstance(template, list):
            if not isinstance(actual, list) or len(actual) != len(template):
                if not template and not actual:  # some services leave an empty list out
                    return
                yield f"{path} is {json.dumps(actual, default=str)}"
                return
            for place, (value, there) in enumerate(zip(template, actual, strict=True)):
                yield from self.find_mismatches(value, there, f"{path}/{place}")
        elif not _make_pattern(_format(template)).fullmatch(_format(actual)):
            yield f"{path} is {_format(actual)}"

    def _to_pattern(self, function: str, arguments: Any) -> str:
        """Return a function of the template as text, with a placeholder for each unknown part."""
        if function == "Ref" and arguments in self.parameters:
            return self.parameters[arguments]
        if function == "Fn::Sub":
            return str(arguments if isinstance(arguments, str) else arguments[0])
        return "${any}"

    def _decide(self, name: str) -> bool:
        return self._holds(self.template["Conditions"][name])

    def _holds(self, expression: Mapping[str, Any]) -> bool:
        [(operator, operands)] = expression.items()
        if operator == "Condition":
            return self._decide(operands)
        if operator == "Fn::Equals":
            left, right = (self.parameters[one["Ref"]] if isinstance(one, dict) else str(one) for one in operands)
            return left == right
        decided = [self._holds(operand) for operand in operands]
        return {"Fn::Not": not decided[0], "Fn::And": all(decided), "Fn::Or": any(decided)}[operator]


_FUNCTIONS = {"Ref", "Fn::GetAtt", "Fn::Sub", "Fn::If", "Fn::Join"}


def _make_pattern(text: str) -> re.Pattern[str]:
    """Compile a text in which each ``${placeholder}`` matches anything."""
    return re.compile(".*".join(map(re.escape, _PLACEHOLDER.split(text))), re.DOTALL)


def _format(value: Any) -> str:
    """Return a value as text. Services return some numbers and flags as text."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, default=str)

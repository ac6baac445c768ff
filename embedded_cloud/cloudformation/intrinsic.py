"""CloudFormation's intrinsic functions, evaluated in two steps.

:func:`substitute` resolves parameters, mappings and conditions. The functions that remain refer to resources.
:func:`evaluate` replaces them with the ids and attributes of the created resources.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from moto.cloudformation.exceptions import ValidationError

NO_VALUE: Final = object()  # the value of AWS::NoValue: the property is left out

_VARIABLE = re.compile(r"\$\{([^!{}][^{}]*)\}")
_LITERAL = re.compile(r"\$\{!([^{}]*)\}")


def template_error(message: str) -> ValidationError:
    """Build CloudFormation's error for an invalid template."""
    return ValidationError(message=f"Template error: {message}")


@dataclass
class Scope:
    """The values that a template's functions can refer to before any resource exists."""

    values: Mapping[str, Any]  # parameters and pseudo parameters
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    exports: Mapping[str, str]
    _decided: dict[str, bool | None] = field(default_factory=dict)

    def decide_condition(self, name: str) -> bool:
        """Return True if the template's condition ``name`` holds."""
        if name not in self.conditions:
            raise template_error(f"unresolved condition dependency {name}")
        if name not in self._decided:
            self._decided[name] = None
            self._decided[name] = self._holds(self.conditions[name])
        decided = self._decided[name]
        if decided is None:
            raise template_error(f"condition {name} refers to itself")
        return decided

    def _holds(self, expression: Any) -> bool:
        if isinstance(expression, dict) and len(expression) == 1:
            ((operator, operands),) = expression.items()
            if operator == "Condition":
                return self.decide_condition(operands)
            if operator == "Fn::Equals":
                left, right = (_format_text(substitute(operand, self)) for operand in operands)
                return left == right
            if operator == "Fn::Not":
                return not self._holds(operands[0])
            if operator == "Fn::And":
                return all(self._holds(operand) for operand in operands)
            if operator == "Fn::Or":
                return any(self._holds(operand) for operand in operands)
        raise template_error(f"condition {expression!r} is not one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, Condition")


def substitute(value: Any, scope: Scope) -> Any:
    """Replace every function that needs no resource. Return :data:`NO_VALUE` for a property to leave out."""
    if isinstance(value, list):
        return [known for item in value if (known := substitute(item, scope)) is not NO_VALUE]
    if not isinstance(value, dict):
        return value
    function = _find_function(value)
    if function is None:
        return {key: known for key, item in value.items() if (known := substitute(item, scope)) is not NO_VALUE}
    arguments = value[function]
    if function in _SUBSTITUTED:
        return _SUBSTITUTED[function](arguments, scope)
    if function == "Fn::Sub":
        arguments = _collect_sub_variables(arguments, scope)
    arguments = substitute(arguments, scope)
    if any(True for _ in find_references(arguments)):
        return {function: arguments}
    return _COMPUTED[function](evaluate(arguments, _refuse_reference, _refuse_attribute))


def evaluate(value: Any, ref: Callable[[str], Any], attribute: Callable[[str, str], Any]) -> Any:
    """Replace the remaining functions with resources' ids from ``ref`` and attributes from ``attribute``.

    ``value`` is a result of :func:`substitute`.
    """
    if isinstance(value, list):
        return [evaluate(item, ref, attribute) for item in value]
    if not isinstance(value, dict):
        return value
    function = _find_function(value)
    if function is None:
        return {key: evaluate(item, ref, attribute) for key, item in value.items()}
    if function == "Ref":
        return ref(value[function])
    if function == "Fn::GetAtt":
        return attribute(*value[function])
    return _COMPUTED[function](evaluate(value[function], ref, attribute))


def find_references(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the resources that a result of :func:`substitute` refers to: logical id, and attribute or ''."""
    if isinstance(value, list):
        for item in value:
            yield from find_references(item)
    elif isinstance(value, dict):
        function = _find_function(value)
        if function == "Ref":
            yield value[function], ""
        elif function == "Fn::GetAtt":
            name, attribute = value[function]
            yield name, attribute
        else:
            for item in value.values():
                yield from find_references(item)


def _find_function(value: dict[str, Any]) -> str | None:
    if len(value) != 1:
        return None
    (key,) = value
    if key == "Ref":
        return key
    if not (isinstance(key, str) and key.startswith("Fn::")):
        return None
    if key not in _SUBSTITUTED and key not in _COMPUTED:
        raise template_error(f"the embedded cloud does not support the function {key}")
    return key


def _ref(name: Any, scope: Scope) -> Any:
    if not isinstance(name, str):
        raise template_error("every Ref object must have a single String value")
    return scope.values.get(name, {"Ref": name})


def _get_att(arguments: Any, scope: Scope) -> Any:
    parts = arguments.split(".", 1) if isinstance(arguments, str) else arguments
    if len(parts) != 2:
        raise template_error("every Fn::GetAtt object requires two non-empty parameters")
    return {"Fn::GetAtt": [parts[0], substitute(parts[1], scope)]}


def _if(arguments: Any, scope: Scope) -> Any:
    if not isinstance(arguments, list) or len(arguments) != 3:
        raise template_error("Fn::If requires a list argument with three elements")
    condition, if_true, if_false = arguments
    return substitute(if_true if scope.decide_condition(condition) else if_false, scope)


def _find_in_map(arguments: Any, scope: Scope) -> Any:
    found: Any = scope.mappings
    for key in (keys := substitute(arguments, scope)):
        if not isinstance(found, Mapping) or key not in found:
            raise template_error(f"unable to get mapping for {'::'.join(map(str, keys))}")
        found = found[key]
    return found


def _import_value(argument: Any, scope: Scope) -> Any:
    name = substitute(argument, scope)
    if name not in scope.exports:
        raise ValidationError(message=f"No export named {name} found.")
    return scope.exports[name]


def _collect_sub_variables(arguments: Any, scope: Scope) -> Any:
    text, variables = (arguments, {}) if isinstance(arguments, str) else arguments
    variables = dict(variables)
    for name in _VARIABLE.findall(text):
        if name not in variables:
            resource_attribute = "." in name and name not in scope.values
            variables[name] = {"Fn::GetAtt": name} if resource_attribute else {"Ref": name}
    return [text, variables]


def _sub(arguments: Any) -> str:
    text, variables = arguments
    return _LITERAL.sub(r"${\1}", _VARIABLE.sub(lambda match: _format_text(variables[match[1]]), text))


def _join(arguments: Any) -> str:
    delimiter, items = arguments
    return str(delimiter).join(_format_text(item) for item in items)


def _select(arguments: Any) -> Any:
    index, items = arguments
    if not 0 <= int(index) < len(items):
        raise template_error("Fn::Select cannot select nonexistent value at index " + str(index))
    return items[int(index)]


def _split(arguments: Any) -> list[str]:
    delimiter, text = arguments
    return str(text).split(delimiter)


def _base64(argument: Any) -> str:
    return base64.b64encode(_format_text(argument).encode()).decode()


def _format_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_reference(name: str) -> Any:
    raise template_error(f"unresolved reference {name}")


def _refuse_attribute(name: str, attribute: str) -> Any:
    raise template_error(f"unresolved reference {name}.{attribute}")


_SUBSTITUTED: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": _import_value,
}
_COMPUTED: dict[str, Callable[[Any], Any]] = {
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Base64": _base64,
}

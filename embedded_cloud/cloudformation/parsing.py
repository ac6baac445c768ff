"""The text of a CloudFormation template: JSON, or YAML with CloudFormation's short forms.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

from __future__ import annotations

import json
from typing import Any

import yaml
from moto.cloudformation.exceptions import ValidationError


class _Loader(yaml.SafeLoader):
    """A YAML loader for CloudFormation's short forms (``!Ref``, ``!Sub`` ...) that keeps dates as text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _construct_short_form(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    name = tag if tag in ("Ref", "Condition") else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _construct_short_form)


def format_error(message: str) -> ValidationError:
    """Return CloudFormation's error for a template that it can't read."""
    return ValidationError(message=f"Template format error: {message}")


def parse_template(body: str) -> dict[str, Any]:
    """Return the sections of a template.

    Raises
    ------
    ValidationError
        If the text is neither JSON nor YAML, or not an object.
    """
    try:
        sections = json.loads(body) if body.lstrip().startswith("{") else yaml.load(body, Loader=_Loader)  # noqa: S506
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise format_error(f"not well-formed. {error}") from error
    if not isinstance(sections, dict):
        raise format_error("unsupported structure.")
    return sections

"""Clients that take a number or a boolean as text, and the reverse, as CloudFormation does.

A template's parameters, Fn::Sub and YAML often turn one into the other.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html (Type Number)
"""

from __future__ import annotations

import contextlib
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.model import ListShape, MapShape, Shape, StructureShape

from embedded_cloud.cloud import EmbeddedCloud

_BOOLEANS = {"true": True, "false": False}
_NUMBERS = {"integer": int, "long": int, "float": float, "double": float}


def coerce(shape: Shape | None, value: Any) -> Any:
    """Convert the scalars in ``value`` to the types of ``shape``. A value that has no such form stays as it is."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {key: coerce(shape.members.get(key), item) for key, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [coerce(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: coerce(shape.value, item) for key, item in value.items()}
    kind = shape.type_name if shape else None
    if kind == "string" and isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind == "boolean" and isinstance(value, str):
        return _BOOLEANS.get(value.lower(), value)
    if kind in _NUMBERS and isinstance(value, str):
        with contextlib.suppress(ValueError):
            return _NUMBERS[kind](value)
    return value


class _CoercingClient:
    """A client of boto3 that converts the parameters which boto3 refuses."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        operation = self._client.meta.method_to_api_mapping.get(name)
        if operation is None:
            return method

        def call(**parameters: Any) -> Any:
            try:
                return method(**parameters)
            except ParamValidationError:
                model = self._client.meta.service_model.operation_model(operation)
                return method(**coerce(model.input_shape, parameters))

        return call


class CoercingCloud:
    """The cloud of the resources. Its clients convert parameters, and everything else is the cloud's."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self._cloud = cloud

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cloud, name)

    def client(self, service: str) -> Any:
        """Return the administrator's client of a service."""
        return _CoercingClient(self._cloud.client(service))

"""CloudFormation resource types. One class per type creates resources through the service's own API.

Each module of ``resources`` subclasses :class:`Resource` for the types of one service, and ``stack`` creates, updates
and removes them. A property that isn't listed in a class's ``PROPERTIES`` fails the deploy with its name.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from botocore.exceptions import ClientError

from embedded_cloud.cloudformation.coercion import CoercingCloud

RESOURCE_TYPES: dict[str, type[Resource]] = {}

_SUFFIX_ALPHABET = string.ascii_uppercase + string.digits
_SUFFIX_LENGTH = 12
# The codes of Lambda, Firehose and Scheduler, of IAM, and of Step Functions.
_NOT_FOUND = {"ResourceNotFoundException", "NoSuchEntity", "StateMachineDoesNotExist"}


class MissingResourceError(Exception):
    """A resource that somebody has deleted in its service."""


class Resource:
    """One resource of a stack.

    ``PROPERTIES`` lists the supported properties as dotted paths without list indexes:
    ``ExtendedS3DestinationConfiguration.BufferingHints.SizeInMBs``. A path that ends in ``.*`` accepts its whole
    subtree.

    ``REPLACED_BY`` lists the top-level properties that AWS can't change in place ("Update requires: Replacement" on
    the type's page). If one changes, the stack creates a new resource and removes the old one after the update.
    ``NAME_PROPERTY`` always belongs to this list.

    ``WRITE_ONLY`` lists the top-level properties that a service doesn't return as the template has them. Drift
    detection leaves them out.
    """

    TYPE: ClassVar[str]
    NAME_PROPERTY: ClassVar[str] = ""
    MAX_NAME_LENGTH: ClassVar[int] = 255  # of generated names
    PROPERTIES: ClassVar[frozenset[str]]
    REPLACED_BY: ClassVar[frozenset[str]] = frozenset()
    WRITE_ONLY: ClassVar[frozenset[str]] = frozenset()
    cloud: ClassVar[CoercingCloud]

    def __init__(self, physical_resource_id: str, attributes: dict[str, str], properties: dict[str, Any]) -> None:
        self.physical_resource_id = physical_resource_id
        self.attributes = attributes
        self.properties = properties

    def __init_subclass__(cls) -> None:
        if (known := RESOURCE_TYPES.setdefault(cls.TYPE, cls)) is not cls:
            raise TypeError(f"{cls.TYPE} already has the class {known.__module__}.{known.__name__}")

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        """Create the resource. ``name`` is the value of ``NAME_PROPERTY`` or a generated name."""
        raise NotImplementedError

    def update(self, properties: dict[str, Any]) -> Self:
        """Change the resource in place, and return the changed resource."""
        raise NotImplementedError

    def remove(self) -> None:
        """Delete the resource."""
        raise NotImplementedError

    def read(self) -> dict[str, Any] | None:
        """Read the actual properties from the service, in the template's form. None: drift detection skips this type.

        Raises
        ------
        MissingResourceError
            If the resource was deleted in its service.
        """
        return None

    @classmethod
    def make_up_name(cls, stack_name: str, logical_id: str) -> str:
        """Generate a name from the stack, the logical id and a random suffix, for a resource without a name.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
        """
        suffix = "".join(secrets.choice(_SUFFIX_ALPHABET) for _ in range(_SUFFIX_LENGTH))
        return f"{stack_name}-{logical_id}"[: cls.MAX_NAME_LENGTH - _SUFFIX_LENGTH - 1] + f"-{suffix}"

    @classmethod
    def find_unknown_properties(cls, properties: dict[str, Any]) -> list[str]:
        """Return the unsupported paths in ``properties``, sorted. Intrinsic functions are not checked."""
        return sorted(set(_find_unknown_paths(properties, "", cls.PROPERTIES)))

    def requires_replacement(self, properties: dict[str, Any]) -> bool:
        """Return True if AWS would create a new resource for ``properties``."""
        return any(
            self.properties.get(name) != properties.get(name) for name in {self.NAME_PROPERTY, *self.REPLACED_BY} - {""}
        )


@contextmanager
def detect_deletion() -> Iterator[None]:
    """Raise :class:`MissingResourceError` for an error with which a service says that a resource doesn't exist."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _NOT_FOUND:
            raise MissingResourceError from error
        raise


def _find_unknown_paths(value: Any, path: str, known: frozenset[str]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _find_unknown_paths(item, path, known)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref" or key.startswith("Fn::"):
                continue
            item_path = f"{path}.{key}" if path else key
            if f"{item_path}.*" in known:
                continue
            if item_path in known or any(other.startswith(f"{item_path}.") for other in known):
                yield from _find_unknown_paths(item, item_path, known)
            else:
                yield item_path

"""The CloudFormation resource types that moto lacks: one class a type, made through the service's own API.

Each service module (``firehose``, ``athena`` ...) subclasses :class:`Resource` for its types; ``cloudformation``
hands them to moto. What a class does not list in ``PROPERTIES`` fails the deploy by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from moto.core.common_models import CloudFormationModel

if TYPE_CHECKING:
    from local.cloud import EmbeddedCloud

RESOURCE_TYPES: dict[str, type[Resource]] = {}


class Resource(CloudFormationModel):  # type: ignore[misc]
    """One resource of a type that moto lacks.

    ``PROPERTIES`` names every property that the embedded cloud knows, as dotted paths in which a list's items
    stand without an index: ``ExtendedS3DestinationConfiguration.BufferingHints.SizeInMBs``. One that ends in ``.*`` takes
    the whole subtree as it is.
    """

    TYPE: ClassVar[str]
    NAME_PROPERTY: ClassVar[str] = ""
    PROPERTIES: ClassVar[frozenset[str]]
    cloud: ClassVar[EmbeddedCloud]

    def __init__(self, physical_resource_id: str, attributes: dict[str, str], properties: dict[str, Any]) -> None:
        self.physical_resource_id = physical_resource_id
        self.attributes = attributes
        self.properties = properties

    def __init_subclass__(cls) -> None:
        RESOURCE_TYPES[cls.TYPE] = cls

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        """Create the resource. ``name`` is the value of ``NAME_PROPERTY``, or the name CloudFormation made up."""
        raise NotImplementedError

    def update(self, properties: dict[str, Any]) -> Self:
        """Change the resource in place, or replace it where AWS does; the resource as it is then."""
        raise NotImplementedError

    def remove(self) -> None:
        """Delete the resource."""
        raise NotImplementedError

    # What moto's CloudFormation calls.

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.TYPE

    @classmethod
    def cloudformation_name_type(cls) -> str:
        return cls.NAME_PROPERTY

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:  # noqa: ARG003 - known only once the resource is there
        return True

    def get_cfn_attribute(self, name: str) -> str:
        from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

        if name not in self.attributes:
            raise UnformattedGetAttTemplateException
        return self.attributes[name]

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **_: Any
    ) -> Self:
        del account_id, region_name  # the embedded cloud has one of each
        return cls.create(resource_name, cloudformation_json["Properties"])

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Self,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Self:
        del new_resource_name, account_id, region_name
        return original_resource.update(cloudformation_json["Properties"])

    def delete(self, account_id: str, region: str) -> None:
        del account_id, region
        self.remove()

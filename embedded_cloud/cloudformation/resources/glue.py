"""The CloudFormation types of the Glue Data Catalog, the source of Athena's tables.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Glue.html
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from embedded_cloud.cloudformation.resource import Resource

_STORAGE = "TableInput.StorageDescriptor"


class DatabaseResource(Resource):
    """A database.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-glue-database.html
    """

    TYPE: ClassVar[str] = "AWS::Glue::Database"
    REPLACED_BY: ClassVar[frozenset[str]] = frozenset({"CatalogId"})
    PROPERTIES: ClassVar[frozenset[str]] = frozenset(
        {
            "CatalogId",
            "DatabaseInput.Name",
            "DatabaseInput.Description",
            "DatabaseInput.LocationUri",
            "DatabaseInput.Parameters.*",
        }
    )

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        """Create the database. Glue stores its name in lower case."""
        named = _set_name(name, properties["DatabaseInput"])
        cls.cloud.client("glue").create_database(DatabaseInput=named, **_select_catalog(properties))
        return cls(named["Name"], {}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        """Change everything but the name."""
        named = _set_name(self.physical_resource_id, properties["DatabaseInput"])
        self.cloud.client("glue").update_database(
            Name=named["Name"], DatabaseInput=named, **_select_catalog(properties)
        )
        return type(self)(named["Name"], {}, properties)

    def remove(self) -> None:
        """Delete the database and its tables."""
        self.cloud.client("glue").delete_database(Name=self.physical_resource_id, **_select_catalog(self.properties))

    def requires_replacement(self, properties: dict[str, Any]) -> bool:
        """Return True also for another name: the name is inside the input."""
        return super().requires_replacement(properties) or _is_renamed(self.properties, properties, "DatabaseInput")


class TableResource(Resource):
    """A table or view.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-glue-table.html
    """

    TYPE: ClassVar[str] = "AWS::Glue::Table"
    REPLACED_BY: ClassVar[frozenset[str]] = frozenset({"CatalogId", "DatabaseName"})
    PROPERTIES: ClassVar[frozenset[str]] = frozenset(
        {
            "CatalogId",
            "DatabaseName",
            *(f"TableInput.{name}" for name in ("Name", "Description", "Owner", "Retention", "TableType")),
            *(f"TableInput.{name}" for name in ("ViewOriginalText", "ViewExpandedText", "Parameters.*")),
            *(f"TableInput.PartitionKeys.{name}" for name in ("Name", "Type", "Comment")),
            *(f"{_STORAGE}.Columns.{name}" for name in ("Name", "Type", "Comment")),
            *(f"{_STORAGE}.{name}" for name in ("Location", "InputFormat", "OutputFormat", "Parameters.*")),
            *(f"{_STORAGE}.{name}" for name in ("Compressed", "NumberOfBuckets", "StoredAsSubDirectories")),
            *(f"{_STORAGE}.SerdeInfo.{name}" for name in ("Name", "SerializationLibrary", "Parameters.*")),
        }
    )

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        """Create the table or view. Glue stores its name in lower case."""
        named = _build_table_input(name, properties)
        cls.cloud.client("glue").create_table(
            DatabaseName=properties["DatabaseName"], TableInput=named, **_select_catalog(properties)
        )
        return cls(named["Name"], {}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        """Replace the table's definition under its name."""
        named = _build_table_input(self.physical_resource_id, properties)
        self.cloud.client("glue").update_table(
            DatabaseName=properties["DatabaseName"], TableInput=named, **_select_catalog(properties)
        )
        return type(self)(named["Name"], {}, properties)

    def remove(self) -> None:
        """Delete the table. It is already gone if its database was deleted."""
        glue = self.cloud.client("glue")
        try:
            glue.delete_table(
                DatabaseName=self.properties["DatabaseName"],
                Name=self.physical_resource_id,
                **_select_catalog(self.properties),
            )
        except glue.exceptions.EntityNotFoundException:
            return

    def requires_replacement(self, properties: dict[str, Any]) -> bool:
        """Return True also for another name: the name is inside the input."""
        return super().requires_replacement(properties) or _is_renamed(self.properties, properties, "TableInput")


def _select_catalog(properties: dict[str, Any]) -> dict[str, Any]:
    return {"CatalogId": properties["CatalogId"]} if "CatalogId" in properties else {}


def _is_renamed(old: dict[str, Any], new: dict[str, Any], group: str) -> bool:
    return bool(old[group].get("Name") != new[group].get("Name"))


def _set_name(name: str, described: dict[str, Any]) -> dict[str, Any]:
    return {**described, "Name": described.get("Name", name).lower()}


def _build_table_input(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"StorageDescriptor": {}, **_set_name(name, properties["TableInput"])}

"""Athena's API for the metadata of the Glue Data Catalog: its databases, tables and views.

https://docs.aws.amazon.com/athena/latest/APIReference/API_ListTableMetadata.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from embedded_cloud.athena.api_part import ApiPart
from embedded_cloud.athena.catalog import CATALOG
from embedded_cloud.athena.refusals import invalid, metadata_failed

# The catalog that every account has.
DATA_CATALOG = {"Name": "AwsDataCatalog", "Type": "GLUE", "Parameters": {}, "Description": ""}


class MetadataApi(ApiPart):
    """The actions on data catalogs. The only data catalog is the account's own, in Glue."""

    def list_data_catalogs(self) -> str:
        return self._list_page(
            "DataCatalogsSummary", [{"CatalogName": DATA_CATALOG["Name"], "Type": DATA_CATALOG["Type"]}]
        )

    def get_data_catalog(self) -> str:
        self._check_catalog("Name")
        return json.dumps({"DataCatalog": DATA_CATALOG})

    def list_databases(self) -> str:
        self._check_catalog("CatalogName")
        pages = self._glue.get_paginator("get_databases").paginate()
        return self._list_page(
            "DatabaseList", [_describe_database(found) for page in pages for found in page["DatabaseList"]]
        )

    def get_database(self) -> str:
        self._check_catalog("CatalogName")
        try:
            found = self._glue.get_database(Name=self._parameters["DatabaseName"])["Database"]
        except ClientError as error:
            raise metadata_failed(error) from error
        return json.dumps({"Database": _describe_database(found)})

    def list_table_metadata(self) -> str:
        """Return the tables with names that fully match the regular expression ``Expression``."""
        self._check_catalog("CatalogName")
        wanted = re.compile(self._parameters.get("Expression") or ".*", re.IGNORECASE)
        pages = self._glue.get_paginator("get_tables").paginate(DatabaseName=self._parameters["DatabaseName"])
        try:
            tables = [
                _describe_table(found)
                for page in pages
                for found in page["TableList"]
                if wanted.fullmatch(found["Name"])
            ]
        except ClientError as error:
            raise metadata_failed(error) from error
        return self._list_page("TableMetadataList", tables)

    def get_table_metadata(self) -> str:
        self._check_catalog("CatalogName")
        try:
            found = self._glue.get_table(
                DatabaseName=self._parameters["DatabaseName"], Name=self._parameters["TableName"]
            )
        except ClientError as error:
            raise metadata_failed(error) from error
        return json.dumps({"TableMetadata": _describe_table(found["Table"])})

    @property
    def _glue(self) -> Any:
        return self._athena.client("glue")

    def _check_catalog(self, parameter: str) -> None:
        name = self._parameters[parameter]
        if name.lower() != CATALOG:
            raise invalid(f"DataCatalog {name} was not found")


def _describe_database(found: Mapping[str, Any]) -> dict[str, Any]:
    described = {name: found[name] for name in ("Name", "Description") if name in found}
    return {**described, "Parameters": found.get("Parameters", {})}


def _describe_table(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return Athena's description of a Glue table. Its parameters include its location, formats and SerDe."""
    storage = found.get("StorageDescriptor", {})
    serde = storage.get("SerdeInfo", {})
    stored = {
        "location": storage.get("Location"),
        "inputformat": storage.get("InputFormat"),
        "outputformat": storage.get("OutputFormat"),
        "serde.serialization.lib": serde.get("SerializationLibrary"),
        **{f"serde.param.{name}": value for name, value in serde.get("Parameters", {}).items()},
    }
    return {
        "Name": found["Name"],
        "CreateTime": found["CreateTime"].timestamp(),
        "TableType": found.get("TableType", ""),
        "Columns": storage.get("Columns", []),
        "PartitionKeys": found.get("PartitionKeys", []),
        "Parameters": found.get("Parameters", {}) | {name: value for name, value in stored.items() if value},
    }

"""Athena's API for the metadata of the Glue Data Catalog."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.athena.lake import BUCKET, DATABASE, Lake

CATALOG = "AwsDataCatalog"


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> Lake:
    lake = Lake(cloud)
    lake.table()
    lake.run("CREATE VIEW highs AS\nSELECT name, high\nFROM delivered_bars")
    return lake


def test_metadata_actions_return_the_databases_and_tables_of_glue(lake: Lake) -> None:
    athena = lake.cloud.client("athena")
    [catalog] = athena.list_data_catalogs()["DataCatalogsSummary"]
    assert (catalog["CatalogName"], athena.get_data_catalog(Name=CATALOG)["DataCatalog"]["Type"]) == (CATALOG, "GLUE")
    databases = athena.list_databases(CatalogName=CATALOG)["DatabaseList"]
    assert DATABASE in [database["Name"] for database in databases]
    assert athena.get_database(CatalogName=CATALOG, DatabaseName=DATABASE)["Database"]["Name"] == DATABASE
    tables = athena.list_table_metadata(CatalogName=CATALOG, DatabaseName=DATABASE)["TableMetadataList"]
    assert sorted(table["Name"] for table in tables) == ["delivered_bars", "highs"]


def test_list_table_metadata_filters_by_expression_and_pages(lake: Lake) -> None:
    athena, asked = lake.cloud.client("athena"), {"CatalogName": CATALOG, "DatabaseName": DATABASE}
    found = athena.list_table_metadata(**asked, Expression="deliver.*")["TableMetadataList"]
    assert [table["Name"] for table in found] == ["delivered_bars"]
    first = athena.list_table_metadata(**asked, MaxResults=1)
    second = athena.list_table_metadata(**asked, MaxResults=1, NextToken=first["NextToken"])
    assert len({page["TableMetadataList"][0]["Name"] for page in (first, second)}) == 2
    assert "NextToken" not in second


def test_get_table_metadata_returns_partitions_location_and_serde(lake: Lake) -> None:
    found = lake.cloud.client("athena").get_table_metadata(
        CatalogName=CATALOG, DatabaseName=DATABASE, TableName="delivered_bars"
    )["TableMetadata"]
    assert [key["Name"] for key in found["PartitionKeys"]] == ["interval", "dt"]
    assert found["Parameters"]["location"].startswith(f"s3://{BUCKET}/")
    assert found["Parameters"]["serde.serialization.lib"] == "org.openx.data.jsonserde.JsonSerDe"


@pytest.mark.parametrize(
    ("action", "named"),
    [("get_table_metadata", {"TableName": "nothing"}), ("list_table_metadata", {}), ("get_database", {})],
)
def test_metadata_actions_pass_on_the_not_found_error_of_glue(lake: Lake, action: str, named: dict[str, Any]) -> None:
    asked = {"CatalogName": CATALOG, "DatabaseName": DATABASE if named else "nowhere"}
    with pytest.raises(ClientError, match="Error Code: EntityNotFoundException") as refused:
        getattr(lake.cloud.client("athena"), action)(**asked, **named)
    assert refused.value.response["Error"]["Code"] == "MetadataException"


def test_list_databases_rejects_another_catalog(lake: Lake) -> None:
    with pytest.raises(ClientError, match="DataCatalog lambda was not found"):
        lake.cloud.client("athena").list_databases(CatalogName="lambda")


def test_show_create_view_returns_the_query(lake: Lake) -> None:
    shown = lake.run("SHOW CREATE VIEW highs")["QueryExecutionId"]
    rows = lake.athena.get_query_results(QueryExecutionId=shown)["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in rows] == [
        f"CREATE VIEW {DATABASE}.highs AS",
        "SELECT name, high",
        "FROM delivered_bars",
    ]

"""The CloudFormation types of Athena and Glue, tested by their classes. A stack only calls these classes."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

import embedded_cloud.cloudformation.resources.athena as athena_types
import embedded_cloud.cloudformation.resources.glue as glue_types
from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.athena.lake import BUCKET, DATABASE, PROJECTION, SERDE, WORK_GROUP, Lake


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> Lake:
    return Lake(cloud)


def test_glue_database_and_table_are_created_updated_and_removed(lake: Lake) -> None:
    database = glue_types.DatabaseResource.create(
        "made-up", {"CatalogId": lake.cloud.account_id, "DatabaseInput": {"Name": "Market"}}
    )
    assert database.physical_resource_id == "market"
    properties: dict[str, Any] = {
        "CatalogId": lake.cloud.account_id,
        "DatabaseName": "market",
        "TableInput": {
            "Name": "bars",
            "TableType": "EXTERNAL_TABLE",
            "Parameters": PROJECTION | {"projection.enabled": True},
            "PartitionKeys": [{"Name": "interval", "Type": "string"}, {"Name": "dt", "Type": "string"}],
            "StorageDescriptor": {
                "Columns": [{"Name": "high", "Type": "double"}],
                "Location": f"s3://{BUCKET}/bars/",
                "SerdeInfo": {"SerializationLibrary": SERDE, "Parameters": {"ignore.malformed.json": True}},
            },
        },
    }
    assert glue_types.TableResource.find_unknown_properties(properties) == []
    table = glue_types.TableResource.create("made-up", properties)
    assert table.physical_resource_id == "bars"
    lake.put("interval=1m/dt=2026-11-02/a.json", b'{"high": 1}\n{')
    assert lake.rows("SELECT high FROM market.bars ORDER BY 1") == [["1.0"], [None]]

    properties["TableInput"]["Parameters"]["projection.interval.values"] = "1h"
    table = table.update(properties)
    assert lake.rows("SELECT high FROM market.bars") == []

    table.remove()
    database.remove()
    assert lake.reason("SELECT * FROM market.bars").startswith("SCHEMA_NOT_FOUND")


@pytest.mark.usefixtures("lake")
def test_glue_table_is_replaced_for_another_name() -> None:
    before = {"DatabaseName": DATABASE, "TableInput": {"Name": "a"}}
    table = glue_types.TableResource.create("made-up", before)
    assert table.requires_replacement({"DatabaseName": DATABASE, "TableInput": {"Name": "b"}})
    assert not table.requires_replacement({"DatabaseName": DATABASE, "TableInput": {"Name": "a", "Owner": "me"}})


def test_work_group_accepts_numbers_and_flags_as_text(lake: Lake) -> None:
    properties: dict[str, Any] = {
        "Name": "group",
        "RecursiveDeleteOption": True,
        "WorkGroupConfiguration": {
            "BytesScannedCutoffPerQuery": "10000000",
            "EnforceWorkGroupConfiguration": "true",
            "ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/made/"},
        },
    }
    assert athena_types.WorkGroupResource.find_unknown_properties(properties) == []
    group = athena_types.WorkGroupResource.create("group", properties)
    assert lake.run("SELECT 1", WorkGroup="group")["Status"]["State"] == "SUCCEEDED"
    configuration = lake.athena.get_work_group(WorkGroup="group")["WorkGroup"]["Configuration"]
    assert configuration["BytesScannedCutoffPerQuery"] == 10_000_000

    del properties["WorkGroupConfiguration"]["BytesScannedCutoffPerQuery"]
    group = group.update(properties)
    configuration = lake.athena.get_work_group(WorkGroup="group")["WorkGroup"]["Configuration"]
    assert "BytesScannedCutoffPerQuery" not in configuration
    assert configuration["ResultConfiguration"] == {"OutputLocation": f"s3://{BUCKET}/made/"}
    group.remove()
    with pytest.raises(ClientError, match="is not found"):
        lake.athena.get_work_group(WorkGroup="group")


def test_work_group_with_executions_is_not_removed_without_the_option(lake: Lake) -> None:
    configuration = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/made/"}}
    group = athena_types.WorkGroupResource.create("group", {"Name": "group", "WorkGroupConfiguration": configuration})
    lake.run("SELECT 1", WorkGroup="group")
    with pytest.raises(ClientError, match="is not empty"):
        group.remove()


@pytest.mark.usefixtures("lake")
def test_work_group_rejects_a_cutoff_below_10_mb() -> None:
    """https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html"""
    properties = {"Name": "group", "WorkGroupConfiguration": {"BytesScannedCutoffPerQuery": 9_999_999}}
    with pytest.raises(Exception, match="BytesScannedCutoffPerQuery"):
        athena_types.WorkGroupResource.create("group", properties)


def test_prepared_statement_is_created_updated_and_removed(lake: Lake) -> None:
    properties = {"StatementName": "one", "WorkGroup": WORK_GROUP, "QueryStatement": "SELECT 1"}
    statement = athena_types.PreparedStatementResource.create("one", properties)
    assert lake.rows("EXECUTE one") == [["1"]]
    statement = statement.update(properties | {"QueryStatement": "SELECT 2"})
    assert lake.rows("EXECUTE one") == [["2"]]
    statement.remove()
    with pytest.raises(ClientError, match="was not found"):
        lake.start("EXECUTE one")


def test_named_query_has_the_id_of_athena(lake: Lake) -> None:
    query = athena_types.NamedQueryResource.create(
        "made-up", {"Name": "hourly", "Database": DATABASE, "QueryString": "SELECT 1", "WorkGroup": WORK_GROUP}
    )
    found = lake.athena.get_named_query(NamedQueryId=query.physical_resource_id)["NamedQuery"]
    assert (found["Name"], found["QueryString"]) == ("hourly", "SELECT 1")
    query.remove()
    with pytest.raises(ClientError, match="was not found"):
        lake.athena.get_named_query(NamedQueryId=query.physical_resource_id)

"""The CloudFormation types of Athena and Glue, tested by their classes. A stack only calls these classes."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

import embedded_cloud.cloudformation.resources.athena as athena_types
import embedded_cloud.cloudformation.resources.glue as glue_types
from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.athena.lake import BUCKET, DATABASE, PROJECTION, SERDE, WORK_GROUP, Lake, refusal


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


# Named queries

HOURLY = {"Name": "hourly", "Database": DATABASE, "QueryString": "SELECT 1", "WorkGroup": WORK_GROUP}


def test_named_queries_are_listed_per_work_group(lake: Lake) -> None:
    keys = [lake.athena.create_named_query(**HOURLY)["NamedQueryId"] for _ in range(3)]
    first = lake.athena.list_named_queries(WorkGroup=WORK_GROUP, MaxResults=2)
    second = lake.athena.list_named_queries(WorkGroup=WORK_GROUP, NextToken=first["NextToken"])
    assert [*first["NamedQueryIds"], *second["NamedQueryIds"]] == keys
    assert lake.athena.list_named_queries()["NamedQueryIds"] == []  # of the workgroup primary
    assert refusal(lake.athena.list_named_queries, WorkGroup="none") == "WorkGroup none is not found."
    answer = lake.athena.batch_get_named_query(NamedQueryIds=[keys[0], "unknown"])
    assert [one["Name"] for one in answer["NamedQueries"]] == ["hourly"]
    assert answer["UnprocessedNamedQueryIds"][0]["NamedQueryId"] == "unknown"
    for key in keys:
        lake.athena.delete_named_query(NamedQueryId=key)


def test_named_query_keeps_its_id_when_it_is_updated(lake: Lake) -> None:
    key = lake.athena.create_named_query(**HOURLY, Description="before")["NamedQueryId"]
    lake.athena.update_named_query(NamedQueryId=key, Name="daily", QueryString="SELECT 2")
    found = lake.athena.get_named_query(NamedQueryId=key)["NamedQuery"]
    assert found == HOURLY | {
        "NamedQueryId": key,
        "Name": "daily",
        "QueryString": "SELECT 2",
        "Description": "before",
    }
    lake.athena.delete_named_query(NamedQueryId=key)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"Name": "n" * 129}, "Name: 129 characters are not in the range 1 to 128"),
        ({"QueryString": "q" * 262_145}, "QueryString: 262145 characters are not in the range 1 to 262144"),
        ({"Description": "d" * 1_025}, "Description: 1025 characters are not in the range 1 to 1024"),
        ({"WorkGroup": "none"}, "WorkGroup none is not found."),
    ],
    ids=lambda value: "" if isinstance(value, str) else next(iter(value)),
)
def test_named_query_is_refused_beyond_its_limits(lake: Lake, changed: dict[str, str], said: str) -> None:
    """https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html"""
    assert refusal(lake.athena.create_named_query, **HOURLY | changed) == said

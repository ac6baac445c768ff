"""The compiled template agrees with the code on what stands in both."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from handlers.bars import INTERVAL_MINUTES
from handlers.request import EARLIEST
from local.package import TEMPLATE, package


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    folder, _ = package()
    found: dict[str, Any] = json.loads((folder / TEMPLATE).read_text())["Resources"]
    return found


def test_the_tables_partitions_are_the_intervals_and_dates_that_can_be_asked_for(resources: dict[str, Any]) -> None:
    parameters = resources["DeliveredBarsTable"]["Properties"]["TableInput"]["Parameters"]
    assert parameters["projection.interval.values"].split(",") == list(INTERVAL_MINUTES)
    assert parameters["projection.dt.range"] == f"{EARLIEST},NOW+1DAYS"


def test_one_number_is_the_buffers_and_what_the_state_machine_waits_by(resources: dict[str, Any]) -> None:
    destination = resources["DeliveryStream"]["Properties"]["ExtendedS3DestinationConfiguration"]
    processor = destination["ProcessingConfiguration"]["Processors"][0]["Parameters"]
    numbers = {
        int(destination["BufferingHints"]["IntervalInSeconds"]),
        *(int(one["ParameterValue"]) for one in processor if one["ParameterName"] == "BufferIntervalInSeconds"),
        int(resources["Pipeline"]["Properties"]["DefinitionSubstitutions"]["BufferSeconds"]),
    }
    assert numbers == {60}


def test_the_default_tickers_are_the_original_ten_under_todays_symbols(resources: dict[str, Any]) -> None:
    variables = resources["PlannerLambdaFunction"]["Properties"]["Environment"]["Variables"]
    assert variables["DEFAULT_TICKERS"] == "META,SHOP,BYND,NFLX,PINS,XYZ,TTD,OKTA,SNAP,DDOG"


def test_the_view_declares_the_columns_that_glue_declares(resources: dict[str, Any]) -> None:
    table = resources["BarsView"]["Properties"]["TableInput"]
    encoded = table["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    view = json.loads(base64.b64decode(encoded))
    trino = {"string": "varchar"}
    declared = [
        (column["Name"], trino.get(column["Type"], column["Type"])) for column in table["StorageDescriptor"]["Columns"]
    ]
    assert [(column["name"], column["type"]) for column in view["columns"]] == declared
    assert table["PartitionKeys"] == []


def test_the_view_has_the_marks_by_which_trino_knows_one(resources: dict[str, Any]) -> None:
    table = resources["BarsView"]["Properties"]["TableInput"]
    assert table["Parameters"] == {"presto_view": "true", "comment": "Presto View"}
    assert "Description" not in table  # it would stand in for the comment

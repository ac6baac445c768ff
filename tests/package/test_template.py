"""The values that stand both in the compiled template and in the code or the API's description."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from typing import Any

import pytest
import yaml

from deployment.package import ROOT, TEMPLATE, package
from finance_stream import cost
from finance_stream.bars import INTERVAL_MINUTES
from finance_stream.request import EARLIEST, MAX_LOOKBACK_MINUTES, MAX_TICKERS
from tests.installed import need


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    folder, _ = package()
    found: dict[str, Any] = json.loads((folder / TEMPLATE).read_text())["Resources"]
    return found


def test_bars_tables_project_every_interval_and_date_of_a_request(resources: dict[str, Any]) -> None:
    for name in ("DeliveredBarsTable", "CompactedBarsTable"):
        parameters = resources[name]["Properties"]["TableInput"]["Parameters"]
        assert parameters["projection.interval.values"].split(",") == list(INTERVAL_MINUTES)
        assert parameters["projection.dt.range"] == f"{EARLIEST},NOW+1DAYS"


def test_pipeline_waits_for_the_streams_buffers(resources: dict[str, Any]) -> None:
    destination = resources["DeliveryStream"]["Properties"]["ExtendedS3DestinationConfiguration"]
    processor = destination["ProcessingConfiguration"]["Processors"][0]["Parameters"]
    given = {one["ParameterName"]: one["ParameterValue"] for one in processor}
    substituted = resources["Pipeline"]["Properties"]["DefinitionSubstitutions"]
    assert destination["BufferingHints"]["IntervalInSeconds"] == substituted["BufferSeconds"] == 60
    assert int(given["BufferIntervalInSeconds"]) == substituted["TransformerBufferSeconds"]
    assert substituted["TransformerBufferSeconds"] == cost.TRANSFORMER_BUFFER_SECONDS
    assert int(given["BufferSizeInMBs"]) * 2**20 == cost.TRANSFORMER_BUFFER_BYTES


def test_planner_default_tickers_are_the_original_ten(resources: dict[str, Any]) -> None:
    variables = resources["PlannerLambdaFunction"]["Properties"]["Environment"]["Variables"]
    assert variables["DEFAULT_TICKERS"] == "META,SHOP,BYND,NFLX,PINS,XYZ,TTD,OKTA,SNAP,DDOG"


def test_functions_that_check_an_input_know_the_first_date_of_the_tables(resources: dict[str, Any]) -> None:
    first = resources["DeliveredBarsTable"]["Properties"]["TableInput"]["Parameters"]["projection.dt.range"]
    for function in ("Planner", "Starter"):
        variables = resources[f"{function}LambdaFunction"]["Properties"]["Environment"]["Variables"]
        assert f"{variables['FIRST_DATE']},NOW+1DAYS" == first


VIEWS = [
    f"{''.join(word.capitalize() for word in path.stem.split('_'))}View" for path in (ROOT / "athena").glob("*.sql")
]


@pytest.mark.parametrize("name", VIEWS)
def test_view_declares_the_columns_of_its_glue_table(resources: dict[str, Any], name: str) -> None:
    table = resources[name]["Properties"]["TableInput"]
    encoded = table["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    view = json.loads(base64.b64decode(encoded))
    trino = {"string": "varchar", "int": "integer", "timestamp": "timestamp(3)"}
    declared = [
        (column["Name"], trino.get(column["Type"], column["Type"])) for column in table["StorageDescriptor"]["Columns"]
    ]
    assert [(column["name"], column["type"]) for column in view["columns"]] == declared
    assert table["PartitionKeys"] == []


def test_uncompacted_statement_compares_rows_that_compact_writes(resources: dict[str, Any]) -> None:
    written, counted = (
        " ".join(resources[f"{name}Statement"]["Properties"]["QueryStatement"].split())
        for name in ("Compact", "Uncompacted")
    )
    query = written.removeprefix("INSERT INTO compacted_bars ")
    assert counted.startswith(f"WITH uncompacted AS ( {query} ), ")
    table = resources["CompactedBarsTable"]["Properties"]["TableInput"]
    columns = [column["Name"] for column in (*table["StorageDescriptor"]["Columns"], *table["PartitionKeys"])]
    selected = query.partition(" FROM ")[0].removeprefix("SELECT ").replace('"', "").split(", ")
    assert [one.rpartition(" AS ")[2] for one in selected] == columns  # every value is compared
    view = resources["BarsView"]["Properties"]["TableInput"]["StorageDescriptor"]["Columns"]
    typed = {"session", "started_at"}  # computed from dt and ts
    assert {column["Name"] for column in view} - typed == {*columns} - {"traded"}  # the view's volume
    joined = re.findall(r"uncompacted\.(\w+) (?:=|IS NOT DISTINCT FROM) delivered\.(\w+)", counted)
    values = [column["Name"] for column in view if column["Name"] not in ("interval", "dt", *typed)]
    assert joined == [("traded" if name == "volume" else name, name) for name in values]


@pytest.mark.parametrize("name", ["Pipeline", "Poll", "Compact"])
def test_state_machine_calls_services_of_the_stacks_partition(resources: dict[str, Any], name: str) -> None:
    machine = resources[name]["Properties"]
    called = set(re.findall(r'"Resource": "(.*?)"', json.dumps(machine["Definition"])))
    given = machine["DefinitionSubstitutions"]
    assert called
    for resource in called:
        assert given[resource.removeprefix("${").removesuffix("}")]["Fn::Sub"].startswith("arn:${AWS::Partition}:")
    assert "arn:aws:" not in json.dumps(machine)


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    """Return the HTTP API's OpenAPI description."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "openapi.yml").read_text())
    return found


def of_type(resources: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["Properties"] for one in resources.values() if one["Type"] == kind]


def test_api_routes_are_those_of_openapi(resources: dict[str, Any], description: dict[str, Any]) -> None:
    routes = {route["RouteKey"] for route in of_type(resources, "AWS::ApiGatewayV2::Route")}
    described = {f"{method.upper()} {path}" for path, methods in description["paths"].items() for method in methods}
    assert routes == described == {"POST /executions", "GET /executions/{id}"}


def test_api_routes_need_iam_authorization(resources: dict[str, Any]) -> None:
    assert {route["AuthorizationType"] for route in of_type(resources, "AWS::ApiGatewayV2::Route")} == {"AWS_IAM"}


def test_api_stage_is_throttled_and_logs_every_request(resources: dict[str, Any]) -> None:
    [stage] = of_type(resources, "AWS::ApiGatewayV2::Stage")
    limits = stage["DefaultRouteSettings"]
    assert (int(limits["ThrottlingRateLimit"]), int(limits["ThrottlingBurstLimit"])) == (10, 20)
    assert stage["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["HttpApiLogGroup", "Arn"]}
    line = json.loads(stage["AccessLogSettings"]["Format"])
    assert {"$context.status", "$context.routeKey", "$context.identity.userArn"} <= set(line.values())
    assert resources["HttpApiLogGroup"]["Properties"]["RetentionInDays"] == 14


def test_api_may_invoke_a_function_only_for_its_own_route(resources: dict[str, Any]) -> None:
    permissions = {
        one["FunctionName"]["Ref"]: one["SourceArn"]["Fn::Sub"].rpartition("${HttpApi}")[2]
        for one in of_type(resources, "AWS::Lambda::Permission")
        if one["Principal"] == "apigateway.amazonaws.com"
    }
    assert permissions == {
        "StarterLambdaFunction": "/$default/POST/executions",
        "FollowerLambdaFunction": "/$default/GET/executions/*",
    }


def test_openapi_has_the_limits_of_the_code(description: dict[str, Any]) -> None:
    fields = description["components"]["schemas"]["Input"]["properties"]
    assert fields["interval"]["enum"] == [*INTERVAL_MINUTES, None]
    assert fields["tickers"]["maxItems"] == MAX_TICKERS
    assert fields["lookback_minutes"]["maximum"] == MAX_LOOKBACK_MINUTES


def test_every_question_is_a_view_a_statement_and_a_saved_query(resources: dict[str, Any]) -> None:
    named = {
        kind: {one[key] for one in of_type(resources, f"AWS::Athena::{kind}")}
        for kind, key in (("NamedQuery", "Name"), ("PreparedStatement", "StatementName"))
    }
    questions = {path.stem for path in (ROOT / "athena").glob("*.sql")} - {"bars"}
    assert named["NamedQuery"] == {*questions, "newest_bars"}
    assert named["PreparedStatement"] == {*questions, "compact", "uncompacted"}
    for query in of_type(resources, "AWS::Athena::NamedQuery"):
        assert (query["Database"], query["WorkGroup"]) == ({"Ref": "Database"}, {"Ref": "WorkGroup"})
        # https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html
        assert len(query["Name"]) <= 128
        assert len(query["Description"]) <= 1_024
        assert "?" not in query["QueryString"]


@pytest.mark.parametrize("name", VIEWS)
def test_view_has_the_parameters_of_a_presto_view(resources: dict[str, Any], name: str) -> None:
    table = resources[name]["Properties"]["TableInput"]
    assert table["Parameters"] == {"presto_view": "true", "comment": "Presto View"}
    assert "Description" not in table  # Trino would read it as the comment


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("2026-10-01", "2026-10-01,NOW+1DAYS"),
        ("2026-02-30", "firstDate: '2026-02-30' is not a calendar date (use YYYY-MM-DD)"),
        ("tomorrow", "firstDate: 'tomorrow' is not a calendar date (use YYYY-MM-DD)"),
    ],
)
def test_projection_begins_with_a_calendar_date(first: str, said: str) -> None:
    resolve = f"{{ resolveVariable: async () => '{first}' }}"
    script = f"require('./resources/sql.js').dates({resolve}).then(console.log, (error) => console.log(error.message))"
    printed = subprocess.run([need("node"), "-e", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == said

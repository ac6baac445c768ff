"""ResultWriter of a distributed Map.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.stepfunctions import map as map_module
from tests.embedded_cloud.stepfunctions.border import (
    ROLE_ARN,
    Border,
    Workflow,
    collect,
    distributed,
    failing_for,
    inline,
)
from tests.local.roles import EVERYTHING, allow

BUCKET = "results"
TICKERS = {"tickers": ["META", "AMZN", "AAPL"]}


@pytest.fixture(scope="module")
def bucket(cloud: EmbeddedCloud) -> str:
    cloud.client("s3").create_bucket(Bucket=BUCKET)
    return BUCKET


def make_writer(prefix: str = "jobs", **config: str) -> dict[str, Any]:
    arguments = {"Bucket": BUCKET, "Prefix": prefix}
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Arguments": arguments, "WriterConfig": config}
    return writer if config else {key: value for key, value in writer.items() if key != "WriterConfig"}


def read(cloud: EmbeddedCloud, key: str) -> str:
    body: bytes = cloud.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return body.decode()


def read_files(cloud: EmbeddedCloud, output: dict[str, Any]) -> dict[str, list[str]]:
    """Return the texts of the result files that the manifest lists, by status. Check the sizes."""
    manifest = json.loads(read(cloud, output["ResultWriterDetails"]["Key"]))
    assert (manifest["DestinationBucket"], manifest["MapRunArn"]) == (BUCKET, output["MapRunArn"])
    found: dict[str, list[str]] = {}
    for status, files in manifest["ResultFiles"].items():
        texts = [read(cloud, file["Key"]) for file in files]
        assert [file["Size"] for file in files] == [len(text.encode()) for text in texts]
        found[status] = texts
    return found


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize("prefix", ["jobs", "jobs/"])
def test_result_writer_writes_a_manifest_and_the_executions_by_status(
    workflow: Workflow, border: Border, cloud: EmbeddedCloud, prefix: str
) -> None:
    border.functions["f"] = failing_for("AMZN")
    state = distributed(collect(), ResultWriter=make_writer(prefix), ToleratedFailurePercentage=100, Label="Jobs")
    output = workflow.output({"Map": state}, TICKERS)

    folder = f"jobs/{output['MapRunArn'].rpartition(':')[2]}"
    assert output["ResultWriterDetails"] == {"Bucket": BUCKET, "Key": f"{folder}/manifest.json"}
    assert set(output) == {"MapRunArn", "ResultWriterDetails"}
    files = read_files(cloud, output)
    assert files["PENDING"] == []
    first, last = json.loads(files["SUCCEEDED"][0])
    assert (first["Input"], first["Output"], first["Status"]) == ('"META"', '"META"', "SUCCEEDED")
    assert last["Input"] == '"AAPL"'
    assert first["ExecutionArn"].endswith(f":{first['Name']}:{first['ExecutionArn'].rpartition(':')[2]}")
    assert first["StateMachineArn"].endswith("/Jobs") and first["InputDetails"] == {"Included": True}
    assert first["StartDate"] <= first["StopDate"]
    (failed,) = json.loads(files["FAILED"][0])
    assert (failed["Input"], failed["Status"], failed["Error"]) == ('"AMZN"', "FAILED", "UnknownTicker")
    assert "Output" not in failed and json.loads(failed["Cause"])["errorMessage"] == "AMZN"
    (run,) = workflow.client.list_map_runs(
        executionArn=workflow.client.describe_map_run(mapRunArn=output["MapRunArn"])["executionArn"]
    )["mapRuns"]
    assert workflow.client.describe_map_run(mapRunArn=run["mapRunArn"])["itemCounts"]["resultsWritten"] == 3


CHILD = {"Child": {"Type": "Pass", "Output": "{% [$states.input, 'ü'] %}", "End": True}}


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize(
    ("config", "name", "text"),
    [
        ({"Transformation": "COMPACT"}, "SUCCEEDED_0.json", '[["META","ü"],["AMZN","ü"]]'),
        ({"Transformation": "FLATTEN"}, "SUCCEEDED_0.json", '["META","ü","AMZN","ü"]'),
        ({"Transformation": "COMPACT", "OutputType": "JSONL"}, "SUCCEEDED_0.jsonl", '["META","ü"]\n["AMZN","ü"]'),
    ],
)
def test_writer_config_transforms_the_exported_outputs(
    workflow: Workflow, cloud: EmbeddedCloud, config: dict[str, str], name: str, text: str
) -> None:
    state = distributed(CHILD, ResultWriter=make_writer(**config))
    output = workflow.output({"Map": state}, {"tickers": ["META", "AMZN"]})
    folder = output["ResultWriterDetails"]["Key"].rpartition("/")[0]
    assert read(cloud, f"{folder}/{name}") == text
    assert read_files(cloud, output)["SUCCEEDED"] == [text]


@pytest.mark.usefixtures("bucket")
def test_writer_config_leaves_failed_executions_unchanged(
    workflow: Workflow, border: Border, cloud: EmbeddedCloud
) -> None:
    border.functions["f"] = failing_for("AMZN")
    writer = make_writer(Transformation="COMPACT")
    state = distributed(collect(), ResultWriter=writer, ToleratedFailurePercentage=100)
    files = read_files(cloud, workflow.output({"Map": state}, TICKERS))
    assert json.loads(files["SUCCEEDED"][0]) == ["META", "AAPL"]
    assert json.loads(files["FAILED"][0])[0]["Input"] == '"AMZN"'


def test_writer_config_alone_formats_the_states_output(workflow: Workflow) -> None:
    given = {"tickers": ["META", "AMZN"]}
    flat = distributed(CHILD, ResultWriter={"WriterConfig": {"Transformation": "FLATTEN"}})
    assert workflow.output({"Map": flat}, given) == ["META", "ü", "AMZN", "ü"]
    whole = distributed(CHILD, ResultWriter={"WriterConfig": {"Transformation": "NONE"}})
    assert [one["Status"] for one in workflow.output({"Map": whole}, given)] == ["SUCCEEDED", "SUCCEEDED"]


@pytest.mark.usefixtures("bucket")
def test_failed_map_run_exports_its_results(workflow: Workflow, border: Border, cloud: EmbeddedCloud) -> None:
    border.functions["f"] = failing_for("META")
    state = distributed(collect(), ResultWriter=make_writer("failed"), MaxConcurrency=1)
    ended = workflow.run({"Map": state}, TICKERS)
    assert ended["error"] == "States.ExceedToleratedFailureThreshold"
    listed = cloud.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="failed/")["Contents"]
    names = {one["Key"].rpartition("/")[2]: one["Key"] for one in listed}
    assert names.keys() == {"FAILED_0.json", "PENDING_0.json", "manifest.json"}
    assert [one["Status"] for one in json.loads(read(cloud, names["PENDING_0.json"]))] == ["PENDING", "PENDING"]


@pytest.mark.usefixtures("bucket")
def test_results_over_256_kib_fit_a_result_writer(workflow: Workflow) -> None:
    child = {"Child": {"Type": "Pass", "Output": "{% $pad('', 60000, 'x') %}", "End": True}}
    output = workflow.output({"Map": distributed(child, ResultWriter=make_writer())}, {"tickers": ["META"] * 5})
    assert output["ResultWriterDetails"]["Bucket"] == BUCKET


@pytest.mark.usefixtures("bucket")
def test_express_child_times_out_alone(
    workflow: Workflow, border: Border, cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html, "Maximum execution time" """
    monkeypatch.setattr(map_module, "EXPRESS_SECONDS", 0.3)
    border.functions["f"] = failing_for("AMZN")
    retry = [{"ErrorEquals": ["UnknownTicker"], "IntervalSeconds": 100_000, "MaxAttempts": 9}]
    state = distributed(collect(Retry=retry), ResultWriter=make_writer(), ToleratedFailurePercentage=100)
    output = workflow.output({"Map": state}, TICKERS)
    (timed_out,) = json.loads(read_files(cloud, output)["FAILED"][0])
    assert (timed_out["Input"], timed_out["Status"]) == ('"AMZN"', "TIMED_OUT")
    counts = workflow.client.describe_map_run(mapRunArn=output["MapRunArn"])["itemCounts"]
    assert (counts["succeeded"], counts["failed"], counts["timedOut"]) == (2, 0, 1)


@pytest.mark.usefixtures("bucket")
def test_result_writer_evaluates_its_arguments(workflow: Workflow) -> None:
    writer = make_writer("{% 'of/' & $states.input.run %}", Transformation="COMPACT")
    output = workflow.output({"Map": distributed(CHILD, ResultWriter=writer)}, {**TICKERS, "run": "first"})
    assert output["ResultWriterDetails"]["Key"].startswith("of/first/")


@pytest.mark.usefixtures("bucket")
def test_result_writer_reads_paths(workflow: Workflow) -> None:
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
    processor = {"ProcessorConfig": config, "StartAt": "Child", "States": {"Child": {"Type": "Pass", "End": True}}}
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": BUCKET, "Prefix.$": "$.run"}}
    state = {"Type": "Map", "ItemsPath": "$.tickers", "ItemProcessor": processor, "ResultWriter": writer, "End": True}
    output = workflow.output({"Map": state}, {**TICKERS, "run": "first"}, language="JSONPath")
    assert output["ResultWriterDetails"]["Key"].startswith("first/")


@pytest.mark.usefixtures("bucket")
def test_result_writer_needs_the_permission_to_write(workflow: Workflow, cloud: EmbeddedCloud) -> None:
    denied = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/jobs/*"}
    name = ROLE_ARN.rpartition("/")[2]
    allow(cloud, name, EVERYTHING, denied)
    catch = [
        {"ErrorEquals": ["States.ResultWriterFailed"], "Output": "{% $states.errorOutput.Cause %}", "Next": "Caught"}
    ]
    try:
        state = distributed(CHILD, ResultWriter=make_writer(), Catch=catch)
        cause = workflow.output({"Map": state, "Caught": {"Type": "Succeed"}}, TICKERS)
        fine = distributed(CHILD, ResultWriter=make_writer("elsewhere"))
        assert workflow.output({"Map": fine}, TICKERS)["ResultWriterDetails"]["Key"].startswith("elsewhere/")
    finally:
        allow(cloud, name, EVERYTHING)
    assert "s3:PutObject" in cause


@pytest.mark.parametrize(
    ("writer", "location"),
    [
        ({}, ""),
        ({"Resource": "arn:aws:states:::s3:putObject"}, ""),
        ({"Resource": "arn:aws:states:::s3:getObject", "Arguments": {"Bucket": BUCKET}}, "/Resource"),
        ({"WriterConfig": {"Transformation": "ZIP"}}, "/WriterConfig/Transformation"),
        ({"WriterConfig": {"Compression": "GZIP"}}, "/WriterConfig/Compression"),
        ({"WriterConfig": {}, "Bucket": BUCKET}, "/Bucket"),
    ],
)
def test_create_state_machine_refuses_a_wrong_result_writer(workflow: Workflow, writer: Any, location: str) -> None:
    with pytest.raises(ClientError, match=f"/States/Map/ResultWriter{location}"):
        workflow.create({"Map": distributed(CHILD, ResultWriter=writer)})


def test_create_state_machine_refuses_a_result_writer_of_an_inline_map(workflow: Workflow) -> None:
    with pytest.raises(ClientError, match="/States/Map/ResultWriter"):
        workflow.create({"Map": inline(CHILD, ResultWriter=make_writer())})

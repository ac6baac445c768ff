"""Athena's API: the start and end of queries, their results, and workgroups."""

from __future__ import annotations

import json

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.athena.lake import BUCKET, DATABASE, WORK_GROUP, Lake, bar, refusal

MIN_SCAN_CUTOFF_BYTES = 10_000_000
ENDLESS = "SELECT count(*) FROM UNNEST(sequence(1, 100000000)) AS t(a) CROSS JOIN UNNEST(sequence(1, 1000)) AS u(b)"


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> Lake:
    return Lake(cloud)


def body(lake: Lake, location: str) -> str:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return str(lake.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())


# The end of a query: https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html


def test_get_query_execution_describes_the_query_and_its_statistics(lake: Lake) -> None:
    lake.table()
    size = lake.put_bars("2026-11-23", [bar("2026-11-23T09:30:00-05:00", 612.5)])
    execution = lake.run("SELECT high FROM delivered_bars WHERE dt = ?", ExecutionParameters=["'2026-11-23'"])
    assert execution["Status"]["State"] == "SUCCEEDED"
    assert execution["Status"]["CompletionDateTime"] >= execution["Status"]["SubmissionDateTime"]
    assert execution["Query"] == "SELECT high FROM delivered_bars WHERE dt = ?"
    assert execution["StatementType"] == "DML"
    assert execution["WorkGroup"] == WORK_GROUP
    assert execution["ExecutionParameters"] == ["'2026-11-23'"]
    assert execution["QueryExecutionContext"] == {"Database": DATABASE}
    assert execution["Statistics"]["DataScannedInBytes"] == size
    assert (
        execution["Statistics"]["TotalExecutionTimeInMillis"] >= execution["Statistics"]["EngineExecutionTimeInMillis"]
    )


def test_start_query_execution_writes_csv_to_the_workgroup_location(lake: Lake) -> None:
    """Format: https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html"""
    execution = lake.run(
        """SELECT 'say "hi", twice' AS said, '' AS empty, CAST(null AS varchar) AS missing, 1 AS one"""
    )
    location = f"s3://{BUCKET}/results/{execution['QueryExecutionId']}.csv"
    assert execution["ResultConfiguration"]["OutputLocation"] == location
    assert body(lake, location) == '"said","empty","missing","one"\n"say ""hi"", twice","",,"1"\n'
    assert lake.s3.head_object(Bucket=BUCKET, Key=f"results/{execution['QueryExecutionId']}.csv.metadata")


def test_get_query_execution_has_the_reason_of_a_failure(lake: Lake) -> None:
    execution = lake.run("SELECT * FROM nothing")
    reason = "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.stream.nothing' does not exist"
    assert execution["Status"]["State"] == "FAILED"
    assert execution["Status"]["StateChangeReason"] == reason
    assert execution["Status"]["AthenaError"]["ErrorMessage"] == reason
    assert execution["Status"]["AthenaError"]["ErrorCategory"] == 2


def test_bytes_scanned_cutoff_cancels_a_query_over_it(lake: Lake) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html"""
    lake.table()
    lake.athena.update_work_group(
        WorkGroup=WORK_GROUP, ConfigurationUpdates={"BytesScannedCutoffPerQuery": MIN_SCAN_CUTOFF_BYTES}
    )
    line = json.dumps(bar("x")) + "\n"
    lake.put("interval=1m/dt=2026-11-02/a.json", (line * (MIN_SCAN_CUTOFF_BYTES // len(line) + 1)).encode())
    status = lake.run("SELECT count(*) FROM delivered_bars WHERE high > 0")["Status"]
    assert (status["State"], status["StateChangeReason"]) == ("CANCELLED", "Bytes scanned limit was exceeded")


def test_stop_query_execution_cancels_the_query(lake: Lake) -> None:
    execution_id = lake.start(ENDLESS)
    assert "Query has not yet finished" in refusal(lake.athena.get_query_results, QueryExecutionId=execution_id)
    lake.athena.stop_query_execution(QueryExecutionId=execution_id)
    assert lake.execution(execution_id)["Status"]["State"] == "CANCELLED"
    message = refusal(lake.athena.get_query_results, QueryExecutionId=execution_id)
    assert message == "Query did not finish successfully. Final query state: CANCELLED"


def test_get_query_results_rejects_a_failed_query(lake: Lake) -> None:
    execution_id = lake.run("SELECT * FROM nothing")["QueryExecutionId"]
    message = refusal(lake.athena.get_query_results, QueryExecutionId=execution_id)
    assert message == "Query did not finish successfully. Final query state: FAILED"


def test_start_query_execution_rejects_a_missing_output_bucket(lake: Lake) -> None:
    lake.cloud.client("s3").create_bucket(Bucket="short-lived")
    lake.athena.create_work_group(
        Name="no-bucket", Configuration={"ResultConfiguration": {"OutputLocation": "s3://short-lived/"}}
    )
    lake.s3.delete_bucket(Bucket="short-lived")
    message = refusal(lake.athena.start_query_execution, QueryString="SELECT 1", WorkGroup="no-bucket")
    assert message == "Unable to verify/create output bucket short-lived"


# The errors of StartQueryExecution: https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELEC 1", "line 1:1: mismatched input 'SELEC'"),
        ("SELECT 1 AS\n FROM WHERE", "line 2:2: mismatched input 'FROM'"),
        ("SELECT 1; SELECT 2", "Only one sql statement is allowed. Got: SELECT 1; SELECT 2"),
        ("-- nothing", "line 1:1: mismatched input '<EOF>'"),
        ("SELECT a::integer", "line 1:9: mismatched input ':'"),
        ("CREATE VIEW a AS SELECT FROM", "line 1:8: mismatched input 'FROM'"),
        ("SELECT `a` FROM b", "line 1:8: backquoted identifiers are not supported"),
    ],
)
def test_start_query_execution_rejects_a_syntax_error(lake: Lake, sql: str, message: str) -> None:
    assert refusal(lake.start, sql=sql).startswith(message)


def test_start_query_execution_rejects_a_query_over_262144_bytes(lake: Lake) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/service-limits.html"""
    longest = "SELECT 1 -- ".ljust(262_144, "x")
    assert lake.rows(longest) == [["1"]]
    assert "262144 bytes" in refusal(lake.start, sql=f"{longest}x")
    assert "262144 bytes" in refusal(lake.start, sql=f"{longest[:-1]}é")


def test_start_query_execution_rejects_an_unknown_or_disabled_workgroup(lake: Lake) -> None:
    assert refusal(lake.start, sql="SELECT 1", WorkGroup="other") == "WorkGroup other is not found."
    lake.athena.update_work_group(WorkGroup=WORK_GROUP, State="DISABLED")
    assert refusal(lake.start, sql="SELECT 1") == f"WorkGroup {WORK_GROUP} is disabled."


def test_start_query_execution_requires_an_output_location(lake: Lake) -> None:
    message = refusal(lake.start, sql="SELECT 1", WorkGroup="primary")
    assert message.startswith("No output location provided.")


def test_enforce_work_group_configuration_overrides_the_location(lake: Lake) -> None:
    """https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html"""
    asked = {"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/mine"}}
    enforced = lake.run("SELECT 1", **asked)
    assert enforced["ResultConfiguration"]["OutputLocation"].startswith(f"s3://{BUCKET}/results/")
    lake.athena.update_work_group(WorkGroup=WORK_GROUP, ConfigurationUpdates={"EnforceWorkGroupConfiguration": False})
    own = lake.run("SELECT 1", **asked)
    assert own["ResultConfiguration"]["OutputLocation"] == f"s3://{BUCKET}/mine/{own['QueryExecutionId']}.csv"


def test_client_request_token_starts_one_query(lake: Lake) -> None:
    token = "t" * 32
    assert lake.start("SELECT 1", ClientRequestToken=token) == lake.start("SELECT 1", ClientRequestToken=token)
    message = refusal(lake.start, sql="SELECT 2", ClientRequestToken=token)
    assert message == "Idempotent parameters do not match"


def test_start_query_execution_names_unsupported_features(lake: Lake) -> None:
    reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 5}}
    assert "ResultReuseConfiguration is not supported" in refusal(
        lake.start, sql="SELECT 1", ResultReuseConfiguration=reuse
    )
    assert "the statement DELETE FROM ... is not supported" in lake.reason("DELETE FROM a")
    assert "the statement DELETE FROM ... is not supported" in lake.reason("DELETE FROM a")
    assert "the statement UNLOAD (SELECT ... is not supported" in lake.reason("UNLOAD (SELECT 1) TO 's3://a/'")


# Results: https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html


def test_get_query_results_pages_1000_rows_with_one_header(lake: Lake) -> None:
    execution_id = lake.run("SELECT a FROM UNNEST(sequence(1, 1500)) AS t(a)")["QueryExecutionId"]
    first = lake.athena.get_query_results(QueryExecutionId=execution_id)
    assert len(first["ResultSet"]["Rows"]) == 1000
    assert first["ResultSet"]["Rows"][0] == {"Data": [{"VarCharValue": "a"}]}
    last = lake.athena.get_query_results(QueryExecutionId=execution_id, NextToken=first["NextToken"])
    values = [row["Data"][0]["VarCharValue"] for page in (first, last) for row in page["ResultSet"]["Rows"]]
    assert values == ["a", *(str(number) for number in range(1, 1501))]
    assert "NextToken" not in last


def test_get_query_results_returns_the_types_of_athena(lake: Lake) -> None:
    execution_id = lake.run(
        "SELECT 'a' AS a, 1 AS b, count(*) AS c, 1e0 AS d, true AS e, DATE '2026-11-23' AS f, 1.50 AS g, "
        "TIMESTAMP '2026-11-23 01:02:03' AS h, CAST(1 AS real) AS i, sum(2), ARRAY[1] AS Listed"
    )["QueryExecutionId"]
    metadata = lake.athena.get_query_results(QueryExecutionId=execution_id)["ResultSet"]["ResultSetMetadata"]
    assert [(column["Name"], column["Type"]) for column in metadata["ColumnInfo"]] == [
        ("a", "varchar"),
        ("b", "integer"),
        ("c", "bigint"),
        ("d", "double"),
        ("e", "boolean"),
        ("f", "date"),
        ("g", "decimal"),
        ("h", "timestamp"),
        ("i", "float"),
        ("_col9", "bigint"),
        ("Listed", "array"),
    ]


def test_show_tables_writes_a_text_file_without_a_header(lake: Lake) -> None:
    lake.table()
    execution = lake.run("SHOW TABLES IN stream")
    assert execution["StatementType"] == "UTILITY"
    assert body(lake, execution["ResultConfiguration"]["OutputLocation"]) == "delivered_bars\n"
    assert execution["ResultConfiguration"]["OutputLocation"].endswith(".txt")
    results = lake.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    assert results["ResultSet"]["Rows"] == [{"Data": [{"VarCharValue": "delivered_bars"}]}]


def test_show_databases_and_show_columns_list_names(lake: Lake) -> None:
    lake.table()
    for sql, lines in (("SHOW DATABASES", [DATABASE]), ("SHOW COLUMNS IN delivered_bars", ["name", "ts", "high"])):
        location = lake.run(sql)["ResultConfiguration"]["OutputLocation"]
        assert body(lake, location).splitlines()[: len(lines)] == lines


# Lists


def test_list_query_executions_lists_a_workgroup_newest_first(lake: Lake) -> None:
    ids = [lake.run("SELECT 1")["QueryExecutionId"] for _ in range(3)]
    first = lake.athena.list_query_executions(WorkGroup=WORK_GROUP, MaxResults=2)
    rest = lake.athena.list_query_executions(WorkGroup=WORK_GROUP, MaxResults=2, NextToken=first["NextToken"])
    assert first["QueryExecutionIds"] + rest["QueryExecutionIds"] == ids[::-1]
    assert lake.athena.list_query_executions()["QueryExecutionIds"] == []
    found = lake.athena.batch_get_query_execution(QueryExecutionIds=[ids[0], "none"])
    assert [execution["QueryExecutionId"] for execution in found["QueryExecutions"]] == [ids[0]]
    assert found["UnprocessedQueryExecutionIds"][0]["QueryExecutionId"] == "none"
    assert refusal(lake.athena.get_query_execution, QueryExecutionId="none") == "QueryExecution none was not found"


# Workgroups


def test_delete_work_group_needs_the_recursive_option_if_not_empty(lake: Lake) -> None:
    """https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteWorkGroup.html"""
    lake.run("SELECT 1")
    assert refusal(lake.athena.delete_work_group, WorkGroup=WORK_GROUP) == f"WorkGroup {WORK_GROUP} is not empty"
    lake.athena.delete_work_group(WorkGroup=WORK_GROUP, RecursiveDeleteOption=True)
    assert "is not found" in refusal(lake.athena.get_work_group, WorkGroup=WORK_GROUP)
    assert "primary" in refusal(lake.athena.delete_work_group, WorkGroup="primary", RecursiveDeleteOption=True)


def test_update_work_group_removes_one_setting_only(lake: Lake) -> None:
    updates = {"BytesScannedCutoffPerQuery": MIN_SCAN_CUTOFF_BYTES}
    lake.athena.update_work_group(WorkGroup=WORK_GROUP, ConfigurationUpdates=updates)
    removal = {"ResultConfigurationUpdates": {"RemoveOutputLocation": True}}
    lake.athena.update_work_group(WorkGroup=WORK_GROUP, ConfigurationUpdates=removal)
    configuration = lake.athena.get_work_group(WorkGroup=WORK_GROUP)["WorkGroup"]["Configuration"]
    assert configuration["BytesScannedCutoffPerQuery"] == MIN_SCAN_CUTOFF_BYTES
    assert configuration["ResultConfiguration"] == {}

"""Parameters of queries, and prepared statements.

https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.athena.lake import WORK_GROUP, Lake, refusal


@pytest.fixture
def lake(cloud: EmbeddedCloud) -> Lake:
    return Lake(cloud)


def test_execution_parameters_are_bound_in_order(lake: Lake) -> None:
    values = "FROM (VALUES ('a', 1, DATE '2026-11-23'), ('b''?', 2, DATE '2026-11-24')) AS t(name, number, day)"
    sql = f"SELECT name {values} WHERE name = ? AND number >= ? AND day > ?"
    parameters = ["'b''?'", "-2", "DATE '2026-11-23'"]
    assert lake.rows(sql, ExecutionParameters=parameters) == [["b'?"]]


@pytest.mark.parametrize("parameters", [[], ["1", "2"]])
def test_execution_parameters_of_a_wrong_number_fail_the_query(lake: Lake, parameters: list[str]) -> None:
    asked = {"ExecutionParameters": parameters} if parameters else {}
    expected = f"Incorrect number of parameters: expected 1 but found {len(parameters)}"
    assert expected in lake.reason("SELECT 1 WHERE 1 = ?", **asked)


@pytest.mark.parametrize("parameter", ["META", "1 OR 1 = 1", "(SELECT 1)", "1) OR (1=1", "''; SELECT 1", "'"])
def test_execution_parameters_that_are_not_literals_fail_the_query(lake: Lake, parameter: str) -> None:
    assert "is not a literal" in lake.reason("SELECT 1 WHERE 'a' = ?", ExecutionParameters=[parameter])


def test_execution_parameters_outside_where_fail_the_query(lake: Lake) -> None:
    assert "only in the WHERE clause" in lake.reason("SELECT ?", ExecutionParameters=["1"])


def test_execution_parameters_have_1_to_1024_characters(lake: Lake) -> None:
    sql = "SELECT 1 WHERE '' < ?"
    assert lake.rows(sql, ExecutionParameters=["'" + "x" * 1022 + "'"]) == [["1"]]
    too_long = {"ExecutionParameters": ["'" + "x" * 1023 + "'"]}
    assert "1 to 1024 characters" in refusal(lake.start, sql=sql, **too_long)


def test_prepared_statement_runs_with_using_or_with_parameters(lake: Lake) -> None:
    prepared = {"StatementName": "doubled", "WorkGroup": WORK_GROUP}
    lake.athena.create_prepared_statement(**prepared, QueryStatement="SELECT 1 AS one WHERE 2 = ? AND 'a' = ?")
    assert lake.rows("EXECUTE doubled USING 2, 'a'") == [["1"]]
    assert lake.rows("EXECUTE doubled", ExecutionParameters=["2", "'a'"]) == [["1"]]
    assert "expected 2 but found 0" in lake.reason("EXECUTE doubled")
    lake.athena.update_prepared_statement(**prepared, QueryStatement="SELECT 2 AS two")
    assert lake.rows("EXECUTE doubled") == [["2"]]
    (listed,) = lake.athena.list_prepared_statements(WorkGroup=WORK_GROUP)["PreparedStatements"]
    assert listed["StatementName"] == "doubled"
    lake.athena.delete_prepared_statement(**prepared)
    with pytest.raises(lake.athena.exceptions.ResourceNotFoundException):
        lake.athena.get_prepared_statement(**prepared)


def test_prepared_statement_belongs_to_its_workgroup_and_must_parse(lake: Lake) -> None:
    asked = {"StatementName": "one", "QueryStatement": "SELECT 1"}
    lake.athena.create_prepared_statement(**asked, WorkGroup="primary")
    with pytest.raises(ClientError, match="PreparedStatement one was not found in workGroup"):
        lake.start("EXECUTE one")
    assert "already exists" in refusal(lake.athena.create_prepared_statement, **asked, WorkGroup="primary")
    broken = {"StatementName": "two", "QueryStatement": "SELECT FROM", "WorkGroup": WORK_GROUP}
    assert "mismatched input" in refusal(lake.athena.create_prepared_statement, **broken)

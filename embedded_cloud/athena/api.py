"""Athena's API: the actions that clients call."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import moto.athena.urls
from moto.athena.responses import AthenaResponse

from embedded_cloud.athena.backend import EmbeddedAthena
from embedded_cloud.athena.execution import CANCELLED, FAILED, FINAL
from embedded_cloud.athena.metadata import MetadataApi
from embedded_cloud.athena.named_queries import NamedQueryApi
from embedded_cloud.athena.refusals import invalid, not_found
from embedded_cloud.athena.workgroup import PreparedQuery, check_configuration

# https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
MAX_RESULT_ROWS = 1000
# https://docs.aws.amazon.com/athena/latest/APIReference/API_ListQueryExecutions.html, API_BatchGetQueryExecution.html
MAX_LISTED = 50
# https://docs.aws.amazon.com/athena/latest/APIReference/API_CreatePreparedStatement.html
_STATEMENT_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_@:]{1,256}")


class AthenaApi(MetadataApi, NamedQueryApi, AthenaResponse):  # type: ignore[misc]
    """Athena's actions that moto lacks, or that moto answers without running a query."""

    @property
    def _athena(self) -> EmbeddedAthena:
        backend: EmbeddedAthena = self.athena_backend
        return backend

    @property
    def _parameters(self) -> dict[str, Any]:
        parameters: dict[str, Any] = json.loads(self.body)
        return parameters

    # Query executions

    def start_query_execution(self) -> str:
        caller = self._athena.cloud.permissions.find_session(self.access_key)
        return json.dumps({"QueryExecutionId": self._athena.start(self._parameters, caller)})

    def get_query_execution(self) -> str:
        return json.dumps(
            {"QueryExecution": self._athena.find_execution(self._parameters["QueryExecutionId"]).describe()}
        )

    def batch_get_query_execution(self) -> str:
        wanted = self._parameters["QueryExecutionIds"]
        if not 1 <= len(wanted) <= MAX_LISTED:
            raise invalid(f"QueryExecutionIds: give 1 to {MAX_LISTED} ids")
        known = [self._athena.executions[key].describe() for key in wanted if key in self._athena.executions]
        missing = [
            {
                "QueryExecutionId": key,
                "ErrorCode": "INVALID_INPUT",
                "ErrorMessage": f"QueryExecution {key} was not found",
            }
            for key in wanted
            if key not in self._athena.executions
        ]
        return json.dumps({"QueryExecutions": known, "UnprocessedQueryExecutionIds": missing})

    def list_query_executions(self) -> str:
        group = self._athena.find_work_group(self._parameters.get("WorkGroup") or "primary").name
        keys = [key for key, execution in self._athena.executions.items() if execution.request.work_group == group]
        return self._list_page("QueryExecutionIds", keys[::-1])  # newest first

    def stop_query_execution(self) -> str:
        self._athena.find_execution(self._parameters["QueryExecutionId"]).cancel()
        return "{}"

    def get_query_results(self) -> str:
        asked = self._parameters
        execution = self._athena.find_execution(asked["QueryExecutionId"])
        if execution.state not in FINAL:
            raise invalid(f"Query has not yet finished. Current state: {execution.state}")
        if execution.state in (FAILED, CANCELLED):
            raise invalid(f"Query did not finish successfully. Final query state: {execution.state}")
        count = asked.get("MaxResults", MAX_RESULT_ROWS)
        if not 1 <= count <= MAX_RESULT_ROWS:
            raise invalid(f"MaxResults: {count} is not in the range 1 to {MAX_RESULT_ROWS}")
        result_set, following = execution.read_page(_read_position(asked), count)
        answer = {"UpdateCount": 0, "ResultSet": result_set}
        return json.dumps(answer | ({"NextToken": str(following)} if following else {}))

    def get_query_runtime_statistics(self) -> str:
        raise invalid("GetQueryRuntimeStatistics is not supported by the embedded cloud")

    # Workgroups

    def create_work_group(self) -> str:
        asked = self._parameters
        configuration = asked.get("Configuration") or {}
        check_configuration(configuration)
        created = self._athena.create_work_group(
            asked["Name"], configuration, asked.get("Description", ""), asked.get("Tags") or []
        )
        if not created:
            raise invalid(f"WorkGroup {asked['Name']} is already created")
        return "{}"

    def get_work_group(self) -> str:
        name = self._athena.find_work_group(self._parameters["WorkGroup"]).name
        return json.dumps({"WorkGroup": self._athena.get_work_group(name)})

    def update_work_group(self) -> str:
        asked = self._parameters
        self._athena.update_work_group(
            asked["WorkGroup"], asked.get("Description"), asked.get("State"), asked.get("ConfigurationUpdates") or {}
        )
        return "{}"

    def delete_work_group(self) -> str:
        asked = self._parameters
        self._athena.delete_work_group(asked["WorkGroup"], bool(asked.get("RecursiveDeleteOption")))
        return "{}"

    # Prepared statements

    def create_prepared_statement(self) -> str:
        self._athena.prepare(self._read_prepared(), replace=False)
        return "{}"

    def update_prepared_statement(self) -> str:
        self._athena.prepare(self._read_prepared(), replace=True)
        return "{}"

    def _read_prepared(self) -> PreparedQuery:
        asked = self._parameters
        if not _STATEMENT_NAME.fullmatch(asked["StatementName"]):
            raise invalid(f"StatementName does not match {_STATEMENT_NAME.pattern}")
        return PreparedQuery(
            asked["StatementName"], asked["WorkGroup"], asked["QueryStatement"], asked.get("Description", "")
        )

    def get_prepared_statement(self) -> str:
        asked = self._parameters
        found = self._athena.find_prepared_statement(asked["WorkGroup"], asked["StatementName"])
        return json.dumps({"PreparedStatement": _describe_prepared(found)})

    def batch_get_prepared_statement(self) -> str:
        asked = self._parameters
        keys = [(asked["WorkGroup"], name) for name in asked["PreparedStatementNames"]]
        known = [_describe_prepared(self._athena.prepared[key]) for key in keys if key in self._athena.prepared]
        missing = [{"StatementName": key[1]} for key in keys if key not in self._athena.prepared]
        return json.dumps({"PreparedStatements": known, "UnprocessedPreparedStatementNames": missing})

    def list_prepared_statements(self) -> str:
        group = self._athena.find_work_group(self._parameters["WorkGroup"]).name
        found = [prepared for prepared in self._athena.prepared.values() if prepared.work_group == group]
        summaries = [
            {"StatementName": prepared.name, "LastModifiedTime": prepared.modified.timestamp()} for prepared in found
        ]
        return self._list_page("PreparedStatements", summaries)

    def delete_prepared_statement(self) -> str:
        key = (self._parameters["WorkGroup"], self._parameters["StatementName"])
        if self._athena.prepared.pop(key, None) is None:
            raise not_found(f"PreparedStatement {key[1]} was not found in workGroup {key[0]}")
        return "{}"

    def _list_page(self, name: str, items: Sequence[Any]) -> str:
        first, count = _read_position(self._parameters), self._parameters.get("MaxResults", MAX_LISTED)
        if not 0 <= count <= MAX_LISTED:
            raise invalid(f"MaxResults: {count} is not in the range 0 to {MAX_LISTED}")
        following = first + (count or MAX_LISTED)
        more = {"NextToken": str(following)} if following < len(items) else {}
        return json.dumps({name: items[first:following], **more})


def _read_position(asked: Mapping[str, Any]) -> int:
    token = asked.get("NextToken", "0")
    if not token.isdecimal():
        raise invalid("NextToken is invalid")
    return int(token)


def _describe_prepared(prepared: PreparedQuery) -> dict[str, Any]:
    return {
        "StatementName": prepared.name,
        "QueryStatement": prepared.query,
        "WorkGroupName": prepared.work_group,
        "Description": prepared.description,
        "LastModifiedTime": prepared.modified.timestamp(),
    }


# moto's server routes these URLs to this API.
url_bases = moto.athena.urls.url_bases
url_paths = {"{0}/$": AthenaApi.dispatch}

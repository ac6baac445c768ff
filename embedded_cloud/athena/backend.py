"""Athena's backend: queries run over the objects in S3 that the Glue tables describe.

moto keeps named queries, data catalogs and tags. This backend keeps workgroups, prepared statements and query
executions, with AWS's limits and messages: https://docs.aws.amazon.com/athena/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from botocore.exceptions import ClientError
from moto.athena.models import AthenaBackend, WorkGroup

from embedded_cloud.athena.catalog import CATALOG
from embedded_cloud.athena.errors import InvalidSqlError
from embedded_cloud.athena.execution import QueryExecution, QueryRequest
from embedded_cloud.athena.refusals import access_denied, already_exists, invalid, malformed, not_found
from embedded_cloud.athena.statements import ParsedStatement, parse_statement
from embedded_cloud.athena.storage import split_uri
from embedded_cloud.athena.workgroup import PreparedQuery, check_results, update_configuration
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.iam.permissions import AccessDeniedError, RoleSession

MAX_QUERY_BYTES = 262_144  # https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
MAX_PARAMETER_CHARS = 1024  # https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
DEFAULT_WORK_GROUP = "primary"
DEFAULT_SCHEMA = "default"

_NO_LOCATION = (
    "No output location provided. An output location is required either through the Workgroup result configuration "
    "setting or as an API input."
)


class EmbeddedAthena(AthenaBackend):  # type: ignore[misc]
    """moto's Athena backend, extended to run queries."""

    cloud: ClassVar[EmbeddedCloud]
    client: ClassVar[Any]

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.executions: dict[str, QueryExecution] = {}
        self.prepared: dict[tuple[str, str], PreparedQuery] = {}
        self._tokens: dict[str, tuple[dict[str, Any], str]] = {}
        self._start_lock = threading.Lock()

    # Query executions

    def start(self, asked: Mapping[str, Any], caller: RoleSession | None = None) -> str:
        """Start a query execution and return its id.

        ``asked`` holds the parameters of StartQueryExecution. The query reads the catalog and S3, and writes its
        results, with the permissions of ``caller``: https://docs.aws.amazon.com/athena/latest/ug/managed-policies.html
        """
        token = asked.get("ClientRequestToken")
        request = {name: value for name, value in asked.items() if name != "ClientRequestToken"}
        with self._start_lock:
            if token in self._tokens:
                same, execution_id = self._tokens[token]
                if same != request:
                    raise invalid("Idempotent parameters do not match")
                return execution_id
            client = functools.partial(self.client, role_arn=caller.role_arn) if caller else self.client
            execution = QueryExecution(self._build_request(asked, caller, client))
            self.executions[execution.id] = execution
            if token:
                self._tokens[token] = (request, execution.id)
        execution.start(client)
        return execution.id

    def _require(self, caller: RoleSession | None, action: str, resource: str) -> None:
        arn = f"arn:aws:athena:{self.region_name}:{self.account_id}:{resource}"
        try:
            self.cloud.permissions.require(caller, action, [arn])
        except AccessDeniedError as error:
            raise access_denied(str(error)) from error

    def _build_request(
        self, asked: Mapping[str, Any], caller: RoleSession | None, client: Callable[[str], Any]
    ) -> QueryRequest:
        query, parameters = asked["QueryString"], tuple(asked.get("ExecutionParameters") or ())
        if not 1 <= len(query.encode()) <= MAX_QUERY_BYTES:
            raise invalid(f"QueryString: its length is not in 1 to {MAX_QUERY_BYTES} bytes")
        for parameter in parameters:
            if not 1 <= len(parameter) <= MAX_PARAMETER_CHARS:
                raise invalid(f"ExecutionParameters: a length is not in 1 to {MAX_PARAMETER_CHARS} characters")
        for unsupported in ("ResultReuseConfiguration", "EngineConfiguration"):
            if asked.get(unsupported):
                raise invalid(f"{unsupported} is not supported by the embedded cloud")
        context = asked.get("QueryExecutionContext") or {}
        if context.get("Catalog", CATALOG).lower() != CATALOG:
            raise invalid(f"Catalog {context['Catalog']} is not supported by the embedded cloud")
        self._require(caller, "athena:GetDataCatalog", "datacatalog/AwsDataCatalog")
        group = self.find_work_group(asked.get("WorkGroup") or DEFAULT_WORK_GROUP)
        if group.state != "ENABLED":
            raise invalid(f"WorkGroup {group.name} is disabled.")
        wanted, literals = self._resolve_statement(query, parameters, group.name, caller)
        return QueryRequest(
            query=query,
            statement=wanted,
            literals=literals,
            parameters=parameters,
            context=context,
            schema=context.get("Database", DEFAULT_SCHEMA).lower(),
            work_group=group.name,
            scan_limit_bytes=group.configuration.get("BytesScannedCutoffPerQuery"),
            result_configuration=self._resolve_result_configuration(
                group, asked.get("ResultConfiguration") or {}, client
            ),
        )

    def _resolve_statement(
        self, query: str, parameters: tuple[str, ...], group: str, caller: RoleSession | None
    ) -> tuple[ParsedStatement, tuple[str, ...]]:
        """Return the statement to run for ``query`` and the literals for its ``?``.

        An EXECUTE is resolved to its prepared statement.
        """
        try:
            wanted = parse_statement(query)
            called = wanted.parse_execute()
            if called is None:
                return wanted, parameters
            name, literals = called
            self._require(caller, "athena:GetPreparedStatement", f"workgroup/{group}")
            if literals and parameters:
                raise invalid("Parameters are given both in USING and in ExecutionParameters (use one of them)")
            return parse_statement(self.find_prepared_statement(group, name).query), tuple(literals) or parameters
        except InvalidSqlError as error:
            raise malformed(str(error)) from error

    def _resolve_result_configuration(
        self, group: WorkGroup, asked: Mapping[str, Any], client: Callable[[str], Any]
    ) -> dict[str, Any]:
        """Return the result settings that apply to a query.

        A workgroup that enforces its settings overrides the client's. Otherwise its settings fill the client's gaps.

        https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
        """
        check_results(asked)
        of_group = group.configuration.get("ResultConfiguration") or {}
        settings = dict(of_group if group.configuration["EnforceWorkGroupConfiguration"] else {**of_group, **asked})
        location = settings.get("OutputLocation", "")
        if not location:
            raise invalid(_NO_LOCATION)
        if not location.startswith("s3://"):
            raise invalid(f"outputLocation is not a valid S3 path: {location}")
        bucket, _ = split_uri(location)
        try:
            client("s3").get_bucket_location(Bucket=bucket)
        except ClientError as error:
            detail = error.response["Error"]
            reason = f": {detail['Message']}" if detail["Code"] == "AccessDenied" else ""
            raise invalid(f"Unable to verify/create output bucket {bucket}{reason}") from error
        return settings

    def find_execution(self, execution_id: str) -> QueryExecution:
        """Return a query execution by its id."""
        if execution_id not in self.executions:
            raise invalid(f"QueryExecution {execution_id} was not found")
        return self.executions[execution_id]

    # Workgroups

    def find_work_group(self, name: str) -> WorkGroup:
        """Return a workgroup by its name."""
        if name not in self.work_groups:
            raise invalid(f"WorkGroup {name} is not found.")
        return self.work_groups[name]

    def update_work_group(
        self, name: str, description: str | None, state: str | None, updates: Mapping[str, Any]
    ) -> None:
        """Apply UpdateWorkGroup to a workgroup."""
        group = self.find_work_group(name)
        group.configuration = update_configuration(group.configuration, updates)
        group.description = group.description if description is None else description
        group.state = state or group.state

    def delete_work_group(self, name: str, recursive: bool = False) -> None:
        """Delete a workgroup. One that holds queries, prepared statements or executions needs ``recursive``."""
        if name == DEFAULT_WORK_GROUP:
            raise invalid("The primary workgroup cannot be deleted.")
        self.find_work_group(name)
        queries = [key for key, query in self.named_queries.items() if query.workgroup.name == name]
        prepared = [key for key in self.prepared if key[0] == name]
        executions = [key for key, execution in self.executions.items() if execution.request.work_group == name]
        if (queries or prepared or executions) and not recursive:
            raise invalid(f"WorkGroup {name} is not empty")
        for key in queries:
            del self.named_queries[key]
        for statement_key in prepared:
            del self.prepared[statement_key]
        for execution_id in executions:
            del self.executions[execution_id]
        super().delete_work_group(name)

    # Prepared statements

    def find_prepared_statement(self, work_group: str, name: str) -> PreparedQuery:
        """Return a workgroup's prepared statement by its name."""
        if (work_group, name) not in self.prepared:
            raise not_found(f"PreparedStatement {name} was not found in workGroup {work_group}")
        return self.prepared[work_group, name]

    def prepare(self, prepared: PreparedQuery, *, replace: bool) -> None:
        """Store a new prepared statement or, with ``replace``, a new version of an existing one."""
        self.find_work_group(prepared.work_group)
        key = (prepared.work_group, prepared.name)
        if replace:
            self.find_prepared_statement(*key)
        elif key in self.prepared:
            raise already_exists(f"PreparedStatement {prepared.name} already exists in workGroup {prepared.work_group}")
        try:
            parse_statement(prepared.query)
        except InvalidSqlError as error:
            raise malformed(str(error)) from error
        self.prepared[key] = prepared

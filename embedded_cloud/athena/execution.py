"""A query execution: its states, its results in S3, and its description in the API.

https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from embedded_cloud import clock
from embedded_cloud.athena.catalog import Catalog
from embedded_cloud.athena.ctas import CREATE_TABLE_AS_SELECT, TableWriter, parse_create_table_as
from embedded_cloud.athena.engine import Engine, Result
from embedded_cloud.athena.errors import ENGINE_ERROR, USER_ERROR, QueryFailedError
from embedded_cloud.athena.insert import INSERT, RowWriter
from embedded_cloud.athena.sql import bind
from embedded_cloud.athena.statements import DML, ParsedStatement, run
from embedded_cloud.athena.storage import ScanLimitError, split_uri
from embedded_cloud.athena.types import describe_column
from embedded_cloud.threads import Thread

QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = "QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"
FINAL = frozenset({SUCCEEDED, FAILED, CANCELLED})


@dataclass(frozen=True)
class QueryRequest:
    """A request of StartQueryExecution, with the workgroup's settings applied.

    ``query`` is the submitted text. ``statement`` is the statement to run, with a ``?`` for each of ``literals``. If
    ``query`` is an EXECUTE, it is the prepared statement.
    """

    query: str
    statement: ParsedStatement
    literals: tuple[str, ...]
    parameters: tuple[str, ...]
    context: Mapping[str, str]
    schema: str
    work_group: str
    scan_limit_bytes: int | None
    result_configuration: Mapping[str, Any]


@dataclass
class QueryExecution:
    """A query execution. :meth:`start` runs it in its own thread."""

    request: QueryRequest
    id: str = field(default_factory=lambda: str(uuid4()))
    state: str = QUEUED
    reason: str = ""
    error: dict[str, Any] | None = None
    result: Result | None = None
    scanned_bytes: int = 0

    def __post_init__(self) -> None:
        self._submitted = clock.now()
        self._completed: datetime | None = None
        self._queued_at = self._started_at = time.perf_counter()
        self._ended_at: float | None = None
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._thread: Thread | None = None

    @property
    def output_location(self) -> str:
        """The ``s3://`` URI of the results."""
        folder = self.request.result_configuration["OutputLocation"].rstrip("/")
        if self._creates_table:
            return f"{folder}/tables/{self.id}"
        if self._inserts:
            return f"{folder}/{self.id}"
        return f"{folder}/{self.id}.{'csv' if self.request.statement.type == DML else 'txt'}"

    @property
    def _creates_table(self) -> bool:
        return parse_create_table_as(self.request.statement.sql) is not None

    @property
    def _inserts(self) -> bool:
        return self.request.statement.keyword == INSERT

    @property
    def _writes_rows(self) -> bool:
        return self._creates_table or self._inserts

    @property
    def _encryption(self) -> dict[str, str]:
        return _read_encryption(self.request.result_configuration.get("EncryptionConfiguration", {}))

    def start(self, client: Callable[[str], Any]) -> None:
        """Run the query in its own thread. ``client`` returns a boto3 client for a service's name."""
        self._thread = clock.current().start_thread(self._run, client, name=f"athena-{self.id}")

    def cancel(self, reason: str = "Query cancelled by user") -> None:
        """Stop the query, unless it has ended."""
        with self._lock:
            if self.state in FINAL:
                return
            self._end(CANCELLED, reason)
            if self._engine:
                self._engine.interrupt()

    def join(self, timeout_seconds: float) -> None:
        """Wait until the query's thread has ended."""
        if self._thread:
            self._thread.join(timeout_seconds)

    def _run(self, client: Callable[[str], Any]) -> None:
        try:
            result = self._query(client)
            if result and self.state == RUNNING:
                self._write(result, client("s3"))
                self.result = result
                self._finish(SUCCEEDED)
        except QueryFailedError as failure:
            self._finish(FAILED, str(failure), failure.to_athena_error())
        except ClientError as refusal:  # the caller may not read an object or table of the query
            reason = refusal.response["Error"]["Message"]
            denied = QueryFailedError("PERMISSION_DENIED", f"Insufficient permissions: {reason}", USER_ERROR)
            self._finish(FAILED, str(denied), denied.to_athena_error())
        except ScanLimitError:
            # https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html
            self._finish(CANCELLED, "Bytes scanned limit was exceeded")
        except Exception as fault:  # a query must end, even on a bug in the emulation
            unexpected = QueryFailedError("GENERIC_INTERNAL_ERROR", repr(fault), ENGINE_ERROR)
            self._finish(FAILED, str(unexpected), unexpected.to_athena_error())

    def _query(self, client: Callable[[str], Any]) -> Result | None:
        request = self.request
        catalog = Catalog(client("glue"))
        catalog.require_default()
        with Engine(catalog, client("s3"), request.scan_limit_bytes) as engine:
            with self._lock:
                if self.state != QUEUED:
                    return None
                self.state, self._engine, self._started_at = RUNNING, engine, time.perf_counter()
            try:
                sql = bind(request.statement.sql, request.literals)
                statement = ParsedStatement(sql, request.statement.type, request.statement.keyword)
                place = (client("s3"), self.output_location, self._encryption)
                return run(statement, request.schema, engine, catalog, TableWriter(*place), RowWriter(*place))
            finally:
                self.scanned_bytes = engine.scanned_bytes
                with self._lock:
                    self._engine = None

    def _write(self, result: Result, s3: Any) -> None:
        if self._writes_rows:  # these rows are the result
            return
        bucket, key = split_uri(self.output_location)
        encryption = self._encryption
        body = to_csv(result) if self.request.statement.type == DML else to_lines(result)
        try:
            s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/octet-stream", **encryption)
            # Athena writes a binary description of the columns here. No client reads it, so this one is empty.
            s3.put_object(Bucket=bucket, Key=f"{key}.metadata", Body=b"", **encryption)
        except ClientError as error:
            reason = f"Access denied when writing output to url: {self.output_location}: {error}"
            raise QueryFailedError("GENERIC_USER_ERROR", reason, USER_ERROR) from error

    def _finish(self, state: str, reason: str = "", error: dict[str, Any] | None = None) -> None:
        with self._lock:
            if self.state not in FINAL:
                self._end(state, reason, error)

    def _end(self, state: str, reason: str, error: dict[str, Any] | None = None) -> None:
        self.reason, self.error = reason, error
        self._completed, self._ended_at = clock.now(), time.perf_counter()
        self.state = state

    def describe(self) -> dict[str, Any]:
        """Return the shape of GetQueryExecution. Times are in seconds since 1970, durations in milliseconds."""
        request, state = self.request, self.state
        status = {
            "State": state,
            "StateChangeReason": self.reason or None,
            "AthenaError": self.error,
            "SubmissionDateTime": self._submitted.timestamp(),
            "CompletionDateTime": self._completed.timestamp() if self._completed else None,
        }
        return {
            "QueryExecutionId": self.id,
            "Query": request.query,
            "StatementType": request.statement.type,
            "SubstatementType": CREATE_TABLE_AS_SELECT if self._creates_table else request.statement.keyword,
            "ResultConfiguration": {**request.result_configuration, "OutputLocation": self.output_location},
            "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
            "QueryExecutionContext": dict(request.context),
            "Status": {name: value for name, value in status.items() if value is not None},
            "Statistics": self._build_statistics(),
            "WorkGroup": request.work_group,
            "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"},
            **({"ExecutionParameters": list(request.parameters)} if request.parameters else {}),
        }

    def _build_statistics(self) -> dict[str, Any]:
        ended = self._ended_at or time.perf_counter()
        started = min(self._started_at, ended)
        return {
            "EngineExecutionTimeInMillis": round((ended - started) * 1000),
            "DataScannedInBytes": self.scanned_bytes,
            "TotalExecutionTimeInMillis": round((ended - self._queued_at) * 1000),
            "QueryQueueTimeInMillis": round((started - self._queued_at) * 1000),
            "ServicePreProcessingTimeInMillis": 0,
            "QueryPlanningTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
            **({"DataManifestLocation": f"{self.output_location}-manifest.csv"} if self._writes_rows else {}),
        }

    def read_page(self, first: int, count: int) -> tuple[dict[str, Any], int | None]:
        """Return ``count`` rows from row ``first`` on as a ResultSet, and the first row of the next page or None.

        Row 0 of a query is the header, so only the first page has it. Other statements have no header.
        https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
        """
        result = self.result or Result([], [])
        header = [[name for name, _ in result.columns]] if self.request.statement.type == DML else []
        rows = [*header, *result.rows]
        wanted = rows[first : first + count]
        data = [{"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in wanted]
        metadata = {"ColumnInfo": [describe_column(name, kind) for name, kind in result.columns]}
        following = first + count if first + count < len(rows) else None
        return {"Rows": data, "ResultSetMetadata": metadata}, following


def to_csv(result: Result) -> bytes:
    """Return the results file of a query: CSV with every value in double quotes, and an empty field for NULL."""
    lines = [[name for name, _ in result.columns], *result.rows]
    return "".join(",".join(map(_quote, line)) + "\n" for line in lines).encode()


def to_lines(result: Result) -> bytes:
    """Return the results file of any other statement: one line per row, with tabs between values."""
    return "".join("\t".join(value or "" for value in row) + "\n" for row in result.rows).encode()


def _quote(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def _read_encryption(configuration: Mapping[str, str]) -> dict[str, str]:
    option = configuration.get("EncryptionOption")
    if option == "SSE_KMS":
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": configuration["KmsKey"]}
    return {"ServerSideEncryption": "AES256"} if option == "SSE_S3" else {}

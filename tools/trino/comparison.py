"""A statement's answers by the embedded Athena and by Trino, and their differences."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from embedded_cloud.athena.errors import UNSUPPORTED
from embedded_cloud.athena.types import format_value
from local.pipeline import Pipeline
from tools.trino.statements import TrinoStatement

if TYPE_CHECKING:
    from trino.dbapi import Connection

POLL_SECONDS = 0.02
_SHORT_TIME = re.compile(r"(.*?\d\d:\d\d:\d\d)(?:\.(\d{1,2}))?( .*)?")
ROWS_SHOWN = 5

Row = Sequence[str | None]


@dataclass(frozen=True)
class EngineAnswer:
    """Columns by name and type, rows as Athena writes them, and the bytes read from S3, or the name of the error."""

    columns: Sequence[tuple[str, str]] = ()
    rows: Sequence[Row] = ()
    error: str = ""
    message: str = ""
    scanned_bytes: int = 0


def ask_athena(pipeline: Pipeline, schema: str, sql: str) -> EngineAnswer:
    """Return the embedded Athena's answer, with all of its pages."""
    athena, idle = pipeline.cloud.client("athena"), threading.Event()
    query = {"QueryString": sql, "QueryExecutionContext": {"Database": schema}}
    try:
        started = athena.start_query_execution(**query, WorkGroup=pipeline.outputs["WorkGroupName"])
    except athena.exceptions.InvalidRequestException as error:
        return EngineAnswer(error="SYNTAX_ERROR", message=str(error))
    asked = {"QueryExecutionId": started["QueryExecutionId"]}
    while (ran := athena.get_query_execution(**asked)["QueryExecution"])["Status"]["State"] in ("QUEUED", "RUNNING"):
        idle.wait(POLL_SECONDS)
    if ran["Status"]["State"] != "SUCCEEDED":
        reason = ran["Status"]["StateChangeReason"]
        return EngineAnswer(error=reason.partition(":")[0], message=reason)
    pages = [page["ResultSet"] for page in athena.get_paginator("get_query_results").paginate(**asked)]
    columns = [(column["Name"], _name_athena_type(column)) for column in pages[0]["ResultSetMetadata"]["ColumnInfo"]]
    rows = [[value.get("VarCharValue") for value in row["Data"]] for page in pages for row in page["Rows"]]
    # Without the header.
    return EngineAnswer(columns, rows[1:], scanned_bytes=ran["Statistics"]["DataScannedInBytes"])


def ask_trino(connection: Connection, sql: str) -> EngineAnswer:
    """Return Trino's answer."""
    from trino.exceptions import TrinoQueryError  # only in the command's own environment, not in the tests'

    cursor = connection.cursor()
    try:
        cursor.execute(sql)
        rows = cursor.fetchall()
    except TrinoQueryError as error:
        return EngineAnswer(error=str(error.error_name), message=str(error.message))
    columns = [(column.name, str(column.type_code)) for column in cursor.description]
    texts = [[_format_value(value, kind) for value, (_, kind) in zip(row, columns, strict=True)] for row in rows]
    names = [(name, _name_trino_type(kind)) for name, kind in columns]
    return EngineAnswer(names, texts, scanned_bytes=cursor.stats["physicalInputBytes"])


def list_differences(statement: TrinoStatement, athena: EngineAnswer, trino: EngineAnswer) -> list[str]:
    """Return the differences in words. Rows are compared in their order if the statement sets it, else sorted."""
    if statement.is_refused:
        refused = any(words in athena.message for words in (UNSUPPORTED, "not registered in the embedded cloud"))
        return [] if refused else [f"the embedded Athena answers, so the statement is no refused one: {athena}"]
    if athena.error or trino.error:
        if athena.error == trino.error:
            return []
        said = (answer.message or f"{len(answer.rows)} rows" for answer in (athena, trino))
        return [f"{engine}: {answer}" for engine, answer in zip(("embedded Athena", "Trino"), said, strict=True)]
    if list(athena.columns) != list(trino.columns):
        return [
            f"columns: embedded Athena has {_format_columns(athena.columns)}, Trino {_format_columns(trino.columns)}"
        ]
    ours, theirs = (answer.rows if statement.is_ordered else _sort(answer.rows) for answer in (athena, trino))
    pairs = enumerate(zip_longest(ours, theirs), start=1)
    unlike = [(number, our, their) for number, (our, their) in pairs if our != their]
    shown = [f"row {number}: embedded Athena has {our}, Trino {their}" for number, our, their in unlike[:ROWS_SHOWN]]
    if len(unlike) > ROWS_SHOWN:
        shown.append(f"and {len(unlike) - ROWS_SHOWN} more rows")
    if statement.chooses_dates and athena.scanned_bytes != trino.scanned_bytes:
        shown.append(f"bytes read: embedded Athena {athena.scanned_bytes:,}, Trino {trino.scanned_bytes:,}")
    return shown


def _sort(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: [(value is not None, value or "") for value in row])


def _format_columns(columns: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns)


def _name_athena_type(column: dict[str, Any]) -> str:
    kind: str = column["Type"]
    return f"decimal({column['Precision']},{column['Scale']})" if kind == "decimal" else kind


def _name_trino_type(kind: str) -> str:
    """Return Athena's name of a Trino type: without length or precision, and without the types inside of a nested one.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html
    """
    if kind.startswith("decimal"):
        return kind.replace(" ", "")
    kind = kind.lower()
    outer = kind if kind.startswith(("timestamp", "time")) else kind.partition("(")[0]
    return {"real": "float"}.get(outer, re.sub(r"\(\d+\)", "", outer))


def _format_value(value: Any, kind: str) -> str | None:
    if isinstance(value, str) and kind == "varbinary":
        return format_value(base64.b64decode(value), kind)
    if isinstance(value, str) and kind.startswith("time") and (time := _SHORT_TIME.fullmatch(value)):
        return f"{time[1]}.{(time[2] or '').ljust(3, '0')}{time[3] or ''}"  # Athena's times have milliseconds
    return format_value(list(value) if isinstance(value, tuple) else value, kind)

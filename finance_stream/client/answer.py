"""An execution's answer: all of its hourly highs, wherever they are, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from finance_stream.answer import read_highs
from finance_stream.client.execution import ExecutionEnd, read_planned_tickers
from finance_stream.client.stored import open_object

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
COLUMNS = ("ticker", "session", "hour", "high", "high_at", "minutes_at_high", "source")


class ResultGoneError(Exception):
    """The query's result is not in S3 any more; the text says where it was."""


def fetch_highs(states: SFNClient, s3: S3Client, end: ExecutionEnd) -> list[dict[str, Any]]:
    """The highs of a green execution: from its output, or from the query's result where the output had no room.

    Raises
    ------
    ResultGoneError
        When they were in the result only, and the bucket has it no longer.
    """
    output = end.output or {}
    if "query" not in output:  # no session
        return []
    if output["highs"] is not None:
        return list(output["highs"])
    highs, _ = read_highs(fetch_result_lines(s3, output["query"]["result"]), read_planned_tickers(states, end.arn))
    return highs


def fetch_result_lines(s3: S3Client, location: str) -> list[str]:
    """The lines of a query's result at ``s3://...``, a CSV file."""
    try:
        body = open_object(s3, location).read()
    except ClientError as error:
        if error.response["Error"].get("Code") in ("NoSuchKey", "NoSuchBucket"):
            raise ResultGoneError(f"{location} is there no longer: query results go after 7 days") from error
        raise
    return list(io.StringIO(body.decode(), newline=""))


def write_csv(file: IO[str], highs: Sequence[Mapping[str, Any]], source: str) -> None:
    """Write the highs, a row per hour. Each names the ``source`` of its bars, so that synthetic bars say so."""
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    rows = ({**row, "source": source} for row in highs)
    writer.writerows({name: _escape_formula(value) for name, value in row.items()} for row in rows)


def _escape_formula(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: a text that begins like one is quoted, a number never."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value

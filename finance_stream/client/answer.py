"""The answer of an execution: its hourly highs, from its output or from S3, and as CSV."""

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
    """A query result that S3 no longer has. The text names its location."""


def fetch_highs(states: SFNClient, s3: S3Client, end: ExecutionEnd) -> list[dict[str, Any]]:
    """Return the highs of a SUCCEEDED execution. If its output had no room for them, read the query's result.

    Raises
    ------
    ResultGoneError
        When only the result has them, and the bucket no longer has the result.
    """
    output = end.output or {}
    if "query" not in output:  # no session
        return []
    if output["highs"] is not None:
        return list(output["highs"])
    highs, _ = read_highs(fetch_result_lines(s3, output["query"]["result"]), read_planned_tickers(states, end.arn))
    return highs


def fetch_result_lines(s3: S3Client, location: str) -> list[str]:
    """Return the lines of a query's result, a CSV file, at ``s3://...``."""
    try:
        body = open_object(s3, location).read()
    except ClientError as error:
        if error.response["Error"].get("Code") in ("NoSuchKey", "NoSuchBucket"):
            raise ResultGoneError(f"{location} no longer exists: query results expire after 7 days") from error
        raise
    return list(io.StringIO(body.decode(), newline=""))


def write_csv(file: IO[str], highs: Sequence[Mapping[str, Any]], source: str) -> None:
    """Write the highs as a row per hour. Each row names the ``source`` of its bars, so synthetic bars are marked."""
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    rows = ({**row, "source": source} for row in highs)
    writer.writerows({name: _escape_formula(value) for name, value in row.items()} for row in rows)


def _escape_formula(value: Any) -> Any:
    """Return a cell that no spreadsheet reads as a formula. Text that starts like a formula gets a leading quote."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value

"""The results of state CollectBars, one per ticker, in the files that its ResultWriter writes to S3.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from finance_stream.errors import MAX_REASON_CHARACTERS, make_printable
from finance_stream.strict_json import read_json, read_json_or_none

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Step Functions' error names for executions that end without one.
_ERRORS = {"TIMED_OUT": "States.Timeout"}


@dataclass(frozen=True)
class TickerResult:
    """The result of one ticker: its bars and their differences from the expected ones, or its error and reason.

    ``differences`` and ``hours`` are texts such as ``10:00 missing`` and ``XNYS 2026-11-27 09:30-13:00``. A ticker
    without bars and without an error has no session.
    """

    ticker: str
    bars: int = 0
    missing: int = 0
    unexpected: int = 0
    differences: str = ""
    hours: str = ""
    error: str = ""
    reason: str = ""


def read_results(s3: S3Client, details: Mapping[str, str]) -> list[TickerResult]:
    """Read the results that ``details`` lists: ``{"Bucket", "Key"}`` of the manifest, as the Map state returns them."""

    def read(key: str) -> Any:
        return read_json(s3.get_object(Bucket=details["Bucket"], Key=key)["Body"].read().decode())

    files = read(details["Key"])["ResultFiles"]
    succeeded = [parse_output(one) for file in files["SUCCEEDED"] for one in read(file["Key"])]
    return succeeded + [parse_execution(one) for file in files["FAILED"] for one in read(file["Key"])]


def parse_output(output: Mapping[str, Any]) -> TickerResult:
    """Return the result in a child execution's output: the collector's answer, or the error that the child caught."""
    if "error" in output:
        return TickerResult(output["ticker"], error=output["error"], reason=parse_cause(output["cause"]))
    texts = {name: output.get(name, "") for name in ("differences", "hours")}
    counts = {name: output.get(name, 0) for name in ("missing", "unexpected")}
    return TickerResult(output["ticker"], output["bars"], **counts, **texts)


def parse_execution(execution: Mapping[str, Any]) -> TickerResult:
    """Return the result of a child execution that failed itself: it timed out, for example."""
    ticker = read_json(execution["Input"])["ticker"]
    error = execution.get("Error") or _ERRORS.get(execution["Status"], execution["Status"])
    reason = parse_cause(execution.get("Cause", "")) or f"its execution ended as {execution['Status']}"
    return TickerResult(ticker, error=error, reason=reason)


def parse_cause(cause: str) -> str:
    """Return the reason in an error's cause: the message of a Lambda function's error, or the cause itself."""
    said = read_json_or_none(cause)
    reason = said.get("errorMessage", cause) if isinstance(said, dict) else cause
    return make_printable(str(reason), MAX_REASON_CHARACTERS)


def fill_gaps(tickers: Iterable[str], results: Iterable[TickerResult]) -> Iterator[TickerResult]:
    """Yield the result of each of ``tickers``, in their order. A ticker without one has failed."""
    found = {result.ticker: result for result in results}
    for ticker in tickers:
        yield found.get(ticker) or TickerResult(ticker, error="NoResult", reason="its execution never began")

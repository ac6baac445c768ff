"""State CountCollected: counts the collected and the failed tickers in the results of CollectBars."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import boto3

from finance_stream.cause import bound_errors
from finance_stream.counts import count_results
from finance_stream.map_results import read_results
from finance_stream.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@lru_cache(maxsize=1)
def _get_s3() -> S3Client:
    return boto3.client("s3")


@bound_errors
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Count the results of an execution's tickers.

    The event is ``{"plan": {...}, "results": {"Bucket", "Key"}, "tolerated_failure_percentage": 50}``: the planner's
    answer, and the manifest of the map's results. Returns :func:`finance_stream.counts.count_results`.
    """
    del context
    results = read_results(_get_s3(), event["results"])
    counted = count_results(event["plan"], results, float(event["tolerated_failure_percentage"]))
    tickers = counted["tickers"]
    logger.info("counted", bars=counted["bars"], tickers=tickers["planned"], failed=tickers["failed_count"])
    return counted

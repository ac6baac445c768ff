"""State CheckDelivery: compares the bars in the query's result with the collected ones, and estimates the cost."""

from __future__ import annotations

import io
import os
from collections import Counter
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3

from finance_stream import cost
from finance_stream.answer import compare, read_highs
from finance_stream.cause import bound_errors
from finance_stream.map_results import read_results
from finance_stream.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARCHITECTURE = os.environ["ARCHITECTURE"]
MEMORY_MB = {name: int(os.environ[f"{name.upper()}_MB"]) for name in cost.FUNCTIONS}


@lru_cache(maxsize=1)
def _get_s3() -> S3Client:
    return boto3.client("s3")


@bound_errors
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Compare the bars in the query's result with the collected ones.

    The event is ``{"results": {"Bucket", "Key"}, "start", "end", "scanned": [bytes of each query], "result":
    "s3://..."}``: the manifest of CollectBars' results, the plan's dates, and the place of the query's result. Returns
    the result of :func:`finance_stream.answer.compare` and the execution's ``cost``.
    """
    del context
    s3, location = _get_s3(), urlsplit(event["result"])
    results = read_results(s3, event["results"])
    body = s3.get_object(Bucket=location.netloc, Key=location.path.removeprefix("/"))["Body"]
    highs, delivered = read_highs(
        io.TextIOWrapper(io.BytesIO(body.read()), encoding="utf-8", newline=""), (one.ticker for one in results)
    )
    checked = compare(results, delivered, highs)
    logger.info("checked", collected=sum(one.bars for one in results), delivered=checked["delivered"])
    dates = (date.fromisoformat(event["end"]) - date.fromisoformat(event["start"])).days
    used = cost.count_answer(Counter(one.bars for one in results), event["scanned"], MEMORY_MB, dates=dates)
    return checked | {"cost": cost.summarize_dollars(used.sum_dollars(ARCHITECTURE))}

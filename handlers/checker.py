"""State CheckDelivery: has every bar that was collected arrived in the answer?"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3

from handlers.answer import compare, read_highs
from handlers.exchanges import calendar_name
from handlers.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@lru_cache(maxsize=1)
def _s3() -> S3Client:
    return boto3.client("s3")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Compare ``collected`` with what the query found.

    Takes ``{"tickers": [...], "bars_by_exchange": {...}, "collected": [bars of each ticker], "result": "s3://..."}``,
    the planner's counts and the query's result; gives :func:`handlers.answer.compare`.
    """
    del context
    location = urlsplit(event["result"])
    body = _s3().get_object(Bucket=location.netloc, Key=location.path.removeprefix("/"))["Body"]
    highs, delivered = read_highs(
        io.TextIOWrapper(io.BytesIO(body.read()), encoding="utf-8", newline=""), event["tickers"]
    )
    expected = [event["bars_by_exchange"][calendar_name(ticker)] for ticker in event["tickers"]]
    checked = compare(event["tickers"], expected, event["collected"], delivered, highs)
    counts = {"collected": sum(event["collected"]), "delivered": checked["delivered"], "complete": checked["complete"]}
    logger.info("checked", **counts)
    return checked

"""State CollectBars, once a ticker: Yahoo's bars of the window, packed, put on the delivery stream."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from handlers import dead_letter
from handlers.bars import utc_text
from handlers.delivery import CLIENT_CONFIG, deliver
from handlers.errors import NoData, NotCollected
from handlers.frame import bars_of
from handlers.telemetry import logger, metrics
from handlers.yahoo import fetch_history

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_s3 import S3Client

DELIVERY_STREAM = os.environ["DELIVERY_STREAM"]
DEAD_LETTER_BUCKET = os.environ["DEAD_LETTER_BUCKET"]
# Left of the function's timeout for what comes last: the log, the metrics, the answer.
END_SECONDS = 3.0
# Making a client of S3, done when it is needed, takes half a second with 512 MB: docs/decisions.md.
S3_CLIENT_SECONDS = 1.0
# Left for what follows the last call to the stream: keeping what it has not taken, and the end.
DEADLINE_MARGIN_SECONDS = S3_CLIENT_SECONDS + dead_letter.PUT_SECONDS + END_SECONDS


@lru_cache(maxsize=1)
def _firehose() -> FirehoseClient:
    return boto3.client("firehose", config=CLIENT_CONFIG)


@lru_cache(maxsize=1)
def _s3() -> S3Client:
    return boto3.client("s3", config=dead_letter.CLIENT_CONFIG)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Collect one ticker.

    Takes ``{"ticker", "start", "end", "since", "interval"}`` as the planner made them (``since`` is optional); gives
    ``bars`` put on the stream, in how many ``records`` and ``calls``, and the rows of Yahoo's that are no bar,
    ``rejected`` by reason.

    Raises
    ------
    RateLimited, UpstreamUnavailable, UnknownTicker, NoData, WindowNotAvailable, DeliveryThrottled, DeliveryRefused
        Each logged, and counted by the metric of its name: the alarm on Yahoo's throttling watches RateLimited. The
        last two name the object under ``dead-letter/`` that keeps what the stream has not taken.
    """
    try:
        return _collect(event, context)
    except NotCollected as error:
        kind = type(error).__name__
        metrics.add_metric(kind, MetricUnit.Count, 1)
        logger.warning("not collected", extra={"ticker": event["ticker"], "error": kind, "reason": str(error)})
        raise


def _collect(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    ticker, interval, window, since = (
        event["ticker"],
        event["interval"],
        (event["start"], event["end"]),
        event.get("since"),
    )
    collected_at = utc_text(datetime.now(UTC))
    bars = bars_of(fetch_history(ticker, *window, interval, since), ticker, window, interval, collected_at, since)
    if not bars.lines:
        raise NoData(f"{ticker}: no row of Yahoo's is a bar: {bars.rejected}")
    records = list(bars.records())
    try:
        calls = deliver(_firehose(), DELIVERY_STREAM, records, seconds_left=_until(context, DEADLINE_MARGIN_SECONDS))
    except NotCollected as error:
        kept = _keep(error, ticker, interval, collected_at, _until(context, END_SECONDS))
        raise type(error)(f"{kept}: {error}", error.left) from error
    metrics.add_metric("BarsCollected", MetricUnit.Count, len(bars.lines))
    metrics.add_metric("RowsRejected", MetricUnit.Count, sum(bars.rejected.values()))
    answer: dict[str, Any] = {
        "bars": len(bars.lines),
        "records": len(records),
        "calls": calls,
        "rejected": bars.rejected,
    }
    logger.info("collected", extra={"ticker": ticker, **answer})
    return answer


def _until(context: LambdaContext, margin_seconds: float) -> Callable[[], float]:
    """Seconds left of the function's timeout but for ``margin_seconds``."""
    return lambda: context.get_remaining_time_in_millis() / 1000 - margin_seconds


def _keep(error: NotCollected, ticker: str, interval: str, collected_at: str, seconds_left: Callable[[], float]) -> str:
    """Put the records that are left under ``dead-letter/``; says where they are, or why they are not."""
    metrics.add_metric("RecordsNotTaken", MetricUnit.Count, len(error.left))
    content = dead_letter.content_of(error.left, type(error).__name__, str(error))
    key = dead_letter.key_of(ticker, interval, collected_at, content)
    try:
        dead_letter.put(_s3(), DEAD_LETTER_BUCKET, key, content, seconds_left=seconds_left)
    except ClientError as refusal:
        said = refusal.response["Error"]
        return f"not kept in {key}: {said['Code']}: {said.get('Message', '')}"
    except BotoCoreError as refusal:
        return f"not kept in {key}: {refusal}"
    return f"kept in {key}"

"""State CollectBars, once a ticker: Yahoo's bars of the window, packed, put on the delivery stream."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from handlers.bars import utc_text
from handlers.delivery import CLIENT_CONFIG, deliver
from handlers.errors import NoData, NotCollected
from handlers.frame import bars_of
from handlers.telemetry import logger, metrics
from handlers.yahoo import fetch_history

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient

DELIVERY_STREAM = os.environ["DELIVERY_STREAM"]
# Left of the function's timeout for what follows the last call: the log, the metrics, the answer.
DEADLINE_MARGIN_SECONDS = 3.0


@lru_cache(maxsize=1)
def _firehose() -> FirehoseClient:
    return boto3.client("firehose", config=CLIENT_CONFIG)


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
        Each logged, and counted by the metric of its name: the alarm on Yahoo's throttling watches RateLimited.
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
    calls = deliver(
        _firehose(),
        DELIVERY_STREAM,
        records,
        seconds_left=lambda: context.get_remaining_time_in_millis() / 1000 - DEADLINE_MARGIN_SECONDS,
    )
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

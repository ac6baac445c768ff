"""State CollectBars, once a ticker, and PollTickers, once a share of them: Yahoo's bars, packed, put on the stream."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from finance_stream.bars import utc_text
from finance_stream.collect import dead_letter
from finance_stream.collect.delivery import CLIENT_CONFIG, deliver
from finance_stream.collect.frame import bars_of
from finance_stream.collect.yahoo import REQUEST_TIMEOUT_SECONDS, fetch_history, only_typed_errors
from finance_stream.errors import NoData, NotCollected, UpstreamUnavailable
from finance_stream.telemetry import logger, metrics

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_s3 import S3Client

DELIVERY_STREAM = os.environ["DELIVERY_STREAM"]
DEAD_LETTER_BUCKET = os.environ["DEAD_LETTER_BUCKET"]
# Left of the function's timeout for what comes last: the log, the metrics, the answer.
END_SECONDS = 3.0
# Making a client of S3, done when it is needed, takes half a second with 512 MB:
# docs/decisions/008-a-collector-has-50-seconds.md
S3_CLIENT_SECONDS = 1.0
# Left for what follows the last call to the stream: keeping what it has not taken, and the end.
DEADLINE_MARGIN_SECONDS = S3_CLIENT_SECONDS + dead_letter.PUT_SECONDS + END_SECONDS

# Of a share, tickers that Yahoo is asked for at once: most of a ticker's time is Yahoo's.
TICKERS_AT_ONCE = int(os.environ["TICKERS_AT_ONCE"])
# That Yahoo's two answers for a ticker may take; delivery looks at the time that is left itself.
TICKER_SECONDS = 2 * REQUEST_TIMEOUT_SECONDS

# botocore's own, by which boto3 makes its clients: a fifth of what a cold start imports above pandas and yfinance
# would be boto3 and s3transfer: docs/decisions/028-botocore-instead-of-boto3.md.
_SESSION = Session()
# Clients can be shared by threads, and not made by two at once:
# https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
_MAKING_CLIENTS = threading.Lock()


@lru_cache(maxsize=1)
def _firehose() -> FirehoseClient:
    with _MAKING_CLIENTS:
        return cast("FirehoseClient", _SESSION.create_client("firehose", config=CLIENT_CONFIG))


@lru_cache(maxsize=1)
def _s3() -> S3Client:
    with _MAKING_CLIENTS:
        return cast("S3Client", _SESSION.create_client("s3", config=dead_letter.CLIENT_CONFIG))


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Collect one ticker, or each of ``tickers``.

    Takes ``{"ticker", "start", "end", "since", "interval"}`` as the planner made them (``since`` is optional); gives
    ``bars`` put on the stream, in how many ``records`` and ``calls``, and the rows of Yahoo's that are no bar,
    ``rejected`` by reason. With ``tickers`` instead, of which none keeps another back, it gives the ``bars`` of all and
    how many ``failed``, and raises nothing of the below.

    Raises
    ------
    RateLimited, UpstreamUnavailable, UnknownTicker, NoData, WindowNotAvailable, DeliveryThrottled, DeliveryRefused
        Each logged, and counted by the metric of its name: the alarm on Yahoo's throttling watches RateLimited. The
        last two name the object under ``dead-letter/`` that keeps what the stream has not taken.
    """
    if "tickers" in event:
        return _collect_share(event, context)
    try:
        answer = _collect(event, context)
    except NotCollected as error:
        _count_failure(event["ticker"], error)
        raise
    _count_bars([answer])
    logger.info("collected", extra={"ticker": event["ticker"], **answer})
    return answer


def _count_failure(ticker: str, error: NotCollected) -> None:
    kind = type(error).__name__
    metrics.add_metric(kind, MetricUnit.Count, 1)
    logger.warning("not collected", extra={"ticker": ticker, "error": kind, "reason": str(error)})


def _count_bars(answers: Sequence[dict[str, Any]]) -> None:
    metrics.add_metric("BarsCollected", MetricUnit.Count, sum(answer["bars"] for answer in answers))
    rejected = sum(count for answer in answers for count in answer["rejected"].values())
    if rejected:  # a metric is billed by the hour in which it is written
        metrics.add_metric("RowsRejected", MetricUnit.Count, rejected)


def _collect_share(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Collect each ticker by itself, some at once. Log a line for all that went well, and one per ticker that failed.

    An error without a type of ours fails its ticker as NotCollected, and is in the log with its traceback.
    """
    tickers = event["tickers"]
    until = _until(context, DEADLINE_MARGIN_SECONDS)

    def collect(ticker: str) -> dict[str, Any] | NotCollected:
        if until() < TICKER_SECONDS and ticker != tickers[0]:
            return UpstreamUnavailable(f"{ticker}: not asked for: no time left, Yahoo is slow")
        try:
            return _collect({**event, "ticker": ticker}, context)
        except NotCollected as error:
            return error
        except Exception as error:  # a fault of ours: the other tickers are collected all the same
            logger.exception("unexpected", extra={"ticker": ticker})
            return NotCollected(f"{ticker}: {type(error).__name__}: {error}")

    with ThreadPoolExecutor(min(TICKERS_AT_ONCE, len(tickers))) as pool:
        outcomes = list(pool.map(collect, tickers))
    for ticker, outcome in zip(tickers, outcomes, strict=True):
        if isinstance(outcome, NotCollected):
            _count_failure(ticker, outcome)
    answers = [outcome for outcome in outcomes if not isinstance(outcome, NotCollected)]
    _count_bars(answers)
    answer = {"bars": sum(one["bars"] for one in answers), "failed": len(tickers) - len(answers)}
    logger.info("polled", extra={"tickers": len(tickers), **answer})
    return answer


def _collect(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    ticker, interval, window, since = (
        event["ticker"],
        event["interval"],
        (event["start"], event["end"]),
        event.get("since"),
    )
    collected_at = utc_text(datetime.now(UTC))
    frame = fetch_history(ticker, *window, interval, since)
    with only_typed_errors(ticker):
        bars = bars_of(frame, ticker, window, interval, collected_at, since)
    if not bars.lines:
        raise NoData(f"{ticker}: no row of Yahoo's is a bar: {bars.rejected}")
    records = list(bars.records())
    try:
        calls = deliver(_firehose(), DELIVERY_STREAM, records, seconds_left=_until(context, DEADLINE_MARGIN_SECONDS))
    except NotCollected as error:
        kept = _keep(error, ticker, interval, collected_at, _until(context, END_SECONDS))
        raise type(error)(f"{kept}: {error}", error.left) from error
    return {"bars": len(bars.lines), "records": len(records), "calls": calls, "rejected": bars.rejected}


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

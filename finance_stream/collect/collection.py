"""Collection of one ticker: from Yahoo to the delivery stream. The collector and the poller share it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NotRequired, Required, TypedDict, cast

import pandas as pd
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from finance_stream.bars import format_utc
from finance_stream.collect import dead_letter
from finance_stream.collect.delivery import CLIENT_CONFIG, deliver
from finance_stream.collect.expected import compare_starts
from finance_stream.collect.frame import Bars, find_bounds, to_bars
from finance_stream.collect.yahoo import History, convert_errors, fetch_history
from finance_stream.errors import NoData, NotCollected, WindowNotAvailable
from finance_stream.exchanges import find_calendar_name
from finance_stream.hours import describe_hours
from finance_stream.telemetry import logger, metrics

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_s3 import S3Client

DELIVERY_STREAM = os.environ["DELIVERY_STREAM"]
DEAD_LETTER_BUCKET = os.environ["DEAD_LETTER_BUCKET"]
# A result leaves out a longer text of Yahoo's hours: about ten ranges. CountCollected lists up to fifty texts.
MAX_HOURS_CHARACTERS = 300
# Reserved at the end of the function's timeout for the log, the metrics and the result.
END_SECONDS = 3.0
# The S3 client is created when it is first needed, which takes half a second with 512 MB:
# docs/decisions/008-a-collector-has-50-seconds.md
S3_CLIENT_SECONDS = 1.0
# Reserved after the last call to the stream, to keep the records that it did not take.
DEADLINE_MARGIN_SECONDS = S3_CLIENT_SECONDS + dead_letter.PUT_SECONDS + END_SECONDS

# botocore's session, without boto3 around it: boto3 and s3transfer would add a fifth to the imports of a cold start
# above pandas and yfinance: docs/decisions/028-botocore-instead-of-boto3.md
_SESSION = Session()
# Threads may share a client, but two threads may not create clients at once:
# https://docs.aws.amazon.com/boto3/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
_CLIENT_CREATION = threading.Lock()


class Window(TypedDict):
    """The dates and the interval to collect, as the planner made them."""

    start: str
    end: str
    interval: str
    since: NotRequired[str | None]  # UTC: earlier bars are left out
    # Of an execution, and not of a poll: the plan's time, and its expected bars per exchange (None: not known).
    planned_at: NotRequired[str]
    bars_by_exchange: NotRequired[dict[str, int | None]]


class Found(TypedDict, total=False):
    """The differences between a ticker's bars and the planned ones. It is empty if there are none.

    ``missing`` and ``unexpected`` are numbers of bars, ``differences`` names their times, and ``hours`` are Yahoo's if
    they aren't the calendar's.
    """

    missing: int
    unexpected: int
    differences: str
    hours: str


class Collected(Found):
    """A ticker's bars on the stream, the records and calls they took, and Yahoo's unusable rows by reason.

    A ticker without a session has 0 bars.
    """

    ticker: Required[str]
    bars: Required[int]
    records: Required[int]
    calls: Required[int]
    rejected: Required[dict[str, int]]


@lru_cache(maxsize=1)
def _get_firehose() -> FirehoseClient:
    with _CLIENT_CREATION:
        return cast("FirehoseClient", _SESSION.create_client("firehose", config=CLIENT_CONFIG))


@lru_cache(maxsize=1)
def _get_s3() -> S3Client:
    with _CLIENT_CREATION:
        return cast("S3Client", _SESSION.create_client("s3", config=dead_letter.CLIENT_CONFIG))


def collect_ticker(ticker: str, window: Window, context: LambdaContext) -> Collected:
    """Put a ticker's bars of a window on the delivery stream.

    If neither the plan nor Yahoo has a session, there is nothing to put.

    Raises
    ------
    RateLimited, UpstreamUnavailable, UnknownTicker, NoData, WindowNotAvailable
        Yahoo gave no bar.
    DeliveryThrottled, DeliveryRefused
        The stream did not take every record. The text names the object under ``dead-letter/`` that keeps the others.
    """
    collected_at = format_utc(datetime.now(UTC))
    try:
        bars, found = _fetch_bars(ticker, window, collected_at)
    except (NoData, WindowNotAvailable):
        if _find_planned(ticker, window) != 0:
            raise
        return {"ticker": ticker, "bars": 0, "records": 0, "calls": 0, "rejected": {}}
    records = list(bars.pack_records())
    try:
        calls = deliver(
            _get_firehose(), DELIVERY_STREAM, records, seconds_left=count_down(context, DEADLINE_MARGIN_SECONDS)
        )
    except NotCollected as error:
        kept = _keep(error, ticker, window["interval"], collected_at, count_down(context, END_SECONDS))
        raise type(error)(f"{kept}: {error}", error.left) from error
    return {
        "ticker": ticker,
        "bars": len(bars.lines),
        "records": len(records),
        "calls": calls,
        "rejected": bars.rejected,
        **found,
    }


def _fetch_bars(ticker: str, window: Window, collected_at: str) -> tuple[Bars, Found]:
    """Return Yahoo's bars, and their differences from the expected ones."""
    dates, interval, since = (window["start"], window["end"]), window["interval"], window.get("since")
    history = fetch_history(ticker, *dates, interval, since)
    with convert_errors(ticker):
        bars = to_bars(history.frame, ticker, dates, interval, collected_at, since, history.hours)
        if not bars.lines:
            raise NoData(f"{ticker}: no row of Yahoo's is a bar: {bars.rejected}")
        return bars, _compare(ticker, window, bars, history)


def _find_planned(ticker: str, window: Window) -> int | None:
    """Return the number of bars that the calendar has for the ticker, None if it isn't known."""
    return window.get("bars_by_exchange", {}).get(find_calendar_name(ticker))


def _compare(ticker: str, window: Window, bars: Bars, history: History) -> Found:
    planned = _find_planned(ticker, window)
    if planned is None:  # without a calendar, the breaks of Yahoo's hours aren't known
        return {}
    calendar, zone = find_calendar_name(ticker), pd.DatetimeIndex(history.frame.index).tz
    dates, interval, since = (window["start"], window["end"]), window["interval"], window.get("since")
    bounds = find_bounds(zone, dates, since)
    within = [one for one in history.hours if one.closes > bounds[0] and one.opens < bounds[1]]
    now = datetime.fromisoformat(window["planned_at"]).timestamp()
    compared = compare_starts(within, bars.starts, interval, bounds, now, whole=since is not None)
    found: Found = {}
    if compared.missing or compared.unexpected:
        several = date.fromisoformat(dates[0]) + timedelta(days=1) < date.fromisoformat(dates[1])
        differences = compared.describe(interval, zone, dated=several)
        found = {
            "missing": len(compared.missing),
            "unexpected": len(compared.unexpected),
            "differences": differences,
        }
    if compared.expected != planned and len(hours := describe_hours(within, calendar)) <= MAX_HOURS_CHARACTERS:
        found["hours"] = hours
    return found


def count_down(context: LambdaContext, margin_seconds: float) -> Callable[[], float]:
    """Return a function that gives the seconds left of the function's timeout, less ``margin_seconds``."""
    return lambda: context.get_remaining_time_in_millis() / 1000 - margin_seconds


def count_bars(collected: Sequence[Collected]) -> None:
    """Add the metrics of collected tickers."""
    metrics.add_metric("BarsCollected", MetricUnit.Count, sum(one["bars"] for one in collected))
    rejected = sum(count for one in collected for count in one["rejected"].values())
    if rejected:  # CloudWatch bills a metric per hour in which it is written
        metrics.add_metric("RowsRejected", MetricUnit.Count, rejected)


def count_failure(ticker: str, error: NotCollected) -> None:
    """Log a ticker's failure and add the metric named after its error. The alarm on throttling watches RateLimited."""
    kind = type(error).__name__
    metrics.add_metric(kind, MetricUnit.Count, 1)
    logger.warning("not collected", extra={"ticker": ticker, "error": kind, "reason": str(error)})


def _keep(error: NotCollected, ticker: str, interval: str, collected_at: str, seconds_left: Callable[[], float]) -> str:
    """Put the records that are left under ``dead-letter/``. Return where they are, or why they could not be kept."""
    metrics.add_metric("RecordsNotTaken", MetricUnit.Count, len(error.left))
    content = dead_letter.encode_content(error.left, type(error).__name__, str(error))
    key = dead_letter.make_key(ticker, interval, collected_at, content)
    try:
        dead_letter.put(_get_s3(), DEAD_LETTER_BUCKET, key, content, seconds_left=seconds_left)
    except ClientError as refusal:
        said = refusal.response["Error"]
        return f"not kept in {key}: {said['Code']}: {said.get('Message', '')}"
    except BotoCoreError as refusal:
        return f"not kept in {key}: {refusal}"
    return f"kept in {key}"

"""State CollectBars, once per ticker: put the ticker's bars from Yahoo on the delivery stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.utilities.typing import LambdaContext

from finance_stream.cause import bound_errors
from finance_stream.collect.collection import Collected, Window, collect_ticker, count_bars, count_failure
from finance_stream.errors import NotCollected
from finance_stream.telemetry import logger, metrics

if TYPE_CHECKING:

    class TickerEvent(Window):
        """The planner's window, with one of its tickers."""

        ticker: str


@bound_errors
@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: TickerEvent, context: LambdaContext) -> Collected:
    """Collect one ticker.

    Takes ``{"ticker", "start", "end", "since", "interval", "planned_at", "bars_by_exchange"}`` as the planner made
    them. Returns the ``ticker``, the number of ``bars`` put on the stream, of ``records`` and ``calls``, Yahoo's
    unusable rows ``rejected`` by reason, and the differences from the planned bars. Raises the errors of
    :func:`finance_stream.collect.collection.collect_ticker`, each logged and counted.
    """
    ticker = event["ticker"]
    try:
        collected = collect_ticker(ticker, event, context)
    except NotCollected as error:
        count_failure(ticker, error)
        raise
    count_bars([collected])
    logger.info("collected", extra=dict(collected))
    return collected

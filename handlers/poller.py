"""State PollTickers, once per share of the tickers: put the newest bars of each on the delivery stream."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from finance_stream.cause import bound_errors
from finance_stream.collect.collection import (
    DEADLINE_MARGIN_SECONDS,
    Collected,
    Window,
    collect_ticker,
    count_bars,
    count_down,
    count_failure,
)
from finance_stream.collect.yahoo_session import TICKER_SECONDS
from finance_stream.errors import NotCollected, UpstreamUnavailable
from finance_stream.telemetry import logger, metrics

if TYPE_CHECKING:

    class ShareEvent(Window):
        """The planner's window, with a share of its tickers."""

        tickers: list[str]


# Most of a ticker's time is Yahoo's, so several tickers are asked for at once.
TICKERS_AT_ONCE = int(os.environ["TICKERS_AT_ONCE"])


class Polled(TypedDict):
    """The bars of all tickers of a share, and the number of tickers that failed."""

    bars: int
    failed: int


@bound_errors
@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: ShareEvent, context: LambdaContext) -> Polled:
    """Collect each of ``tickers``. A ticker that fails holds no other up, and raises nothing.

    Takes ``{"tickers", "start", "end", "since", "interval"}`` as the planner made them (``since`` is optional). Returns
    the number of ``bars`` put on the stream and of tickers that ``failed``. Each failure is logged and counted.
    """
    tickers = event["tickers"]
    seconds_left = count_down(context, DEADLINE_MARGIN_SECONDS)

    def collect(ticker: str) -> Collected | NotCollected:
        # The longest that Yahoo may take. Delivery watches the time that is left itself.
        if seconds_left() < TICKER_SECONDS and ticker != tickers[0]:
            return UpstreamUnavailable(f"{ticker}: not asked for: no time left, Yahoo is slow")
        try:
            return collect_ticker(ticker, event, context)
        except NotCollected as error:
            return error
        except Exception as error:  # our own fault: the other tickers are collected all the same
            logger.exception("unexpected", extra={"ticker": ticker})
            return NotCollected(f"{ticker}: {type(error).__name__}: {error}")

    with ThreadPoolExecutor(min(TICKERS_AT_ONCE, len(tickers))) as pool:
        outcomes = list(pool.map(collect, tickers))
    for ticker, outcome in zip(tickers, outcomes, strict=True):
        if isinstance(outcome, NotCollected):
            count_failure(ticker, outcome)
    collected = [outcome for outcome in outcomes if not isinstance(outcome, NotCollected)]
    count_bars(collected)
    polled: Polled = {"bars": sum(one["bars"] for one in collected), "failed": len(tickers) - len(collected)}
    logger.info("polled", extra={"tickers": len(tickers), **polled})
    return polled

"""State Plan: check the execution's input, fill in defaults, name the sessions and the bars to expect."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from handlers.errors import InvalidInput
from handlers.plan import plan
from handlers.telemetry import logger

DEFAULT_TICKERS = tuple(os.environ["DEFAULT_TICKERS"].split(","))


@logger.inject_lambda_context
def handler(event: Any, context: Any) -> dict[str, Any]:
    """The execution's input in, :func:`handlers.plan.plan` out; raises ``InvalidInput``."""
    del context
    try:
        planned = plan(event, DEFAULT_TICKERS, datetime.now(UTC))
    except InvalidInput as error:
        logger.warning("input refused", reason=str(error))
        raise
    logger.info("planned", tickers=len(planned["tickers"]), bars_expected=planned["bars_expected"])
    return planned

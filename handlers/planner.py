"""State Plan: checks the execution's input, fills in defaults, and lists the sessions and the bars to expect."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Any

from finance_stream.cause import bound_errors
from finance_stream.errors import InvalidInput
from finance_stream.plan import plan
from finance_stream.telemetry import logger

DEFAULT_TICKERS = tuple(os.environ["DEFAULT_TICKERS"].split(","))
FIRST_DATE = date.fromisoformat(os.environ["FIRST_DATE"])


@bound_errors
@logger.inject_lambda_context
def handler(event: Any, context: Any) -> dict[str, Any]:
    """Return :func:`finance_stream.plan.plan` of the execution's input. Raises ``InvalidInput``."""
    del context
    try:
        planned = plan(event, DEFAULT_TICKERS, datetime.now(UTC), FIRST_DATE)
    except InvalidInput as error:
        logger.warning("input refused", reason=str(error))
        raise
    logger.info("planned", tickers=len(planned["tickers"]), bars_expected=planned["bars_expected"])
    return planned

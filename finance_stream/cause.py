"""The bound of a function's error, so that Step Functions passes its JSON on whole."""

from __future__ import annotations

import functools
import json
import traceback
from collections.abc import Callable
from typing import TypeVar

from finance_stream.errors import MAX_REASON_CHARACTERS, make_printable
from finance_stream.telemetry import logger

# A Task's cause is the error as Lambda's JSON: message, type, request id and stack trace. Step Functions documents
# 32,768 characters at most. The rest is for the request id and the frames of Lambda's own code.
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html
MAX_CAUSE_CHARACTERS = 30_000
MAX_FRAMES = 50  # of a stack trace. A frame takes about 150 characters, and a recursion has a thousand

Event = TypeVar("Event")
Context = TypeVar("Context")
Result = TypeVar("Result")


def bound_errors(handler: Callable[[Event, Context], Result]) -> Callable[[Event, Context], Result]:
    """Return a handler whose errors each fit into a cause of Step Functions.

    A larger error is replaced by one with the start of its message and the same class name, which ``Retry`` and
    ``Catch`` match. The log has the start of its stack trace, which may be the reason for its size.
    """

    @functools.wraps(handler)
    def bounded(event: Event, context: Context) -> Result:
        try:
            return handler(event, context)
        except Exception as error:
            if fits_cause(error):
                raise
            name, reason = type(error).__name__, make_printable(str(error), MAX_REASON_CHARACTERS)
            trace = traceback.format_tb(error.__traceback__, MAX_FRAMES)
            logger.error("error shortened", extra={"error": name, "reason": reason, "trace": trace})
            raise type(name, (Exception,), {})(reason) from None

    return bounded


def fits_cause(error: Exception) -> bool:
    """Return True if an error's JSON fits, also if each character beyond ASCII is an escape.

    That is the longest form of JSON, in characters and in bytes.
    """
    if sum(1 for _ in traceback.walk_tb(error.__traceback__)) > MAX_FRAMES:
        return False
    trace = traceback.format_tb(error.__traceback__)
    shaped = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace}
    return len(json.dumps(shaped)) <= MAX_CAUSE_CHARACTERS

"""The errors by which the state machine decides what to do next.

A class's name is the ``errorType`` that Lambda reports, so it is what ``Retry`` and ``Catch`` in
``statemachine/pipeline.asl.json`` match; that is why none ends in ``Error``.
"""
# ruff: noqa: N818

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# An error's reason ends in a log line and in an execution's output, and may be somebody else's words.
MAX_REASON_CHARACTERS = 1_000


class InvalidInput(Exception):
    """The execution's input is not acceptable; each of ``faults`` names a field, its value and what is allowed."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class NotCollected(Exception):
    """A ticker was not collected. Each kind is one of the errors below, counted by a metric of its name.

    What it says is on one line, and of bounded length, whatever Yahoo or AWS has said. ``left`` are the records of it
    that the delivery stream has not taken.
    """

    def __init__(self, reason: str, left: Sequence[bytes] = ()) -> None:
        super().__init__(make_printable(reason, MAX_REASON_CHARACTERS))
        self.left = left


class RateLimited(NotCollected):
    """Yahoo answers 429: too many requests. Retried later, with jitter."""


class UpstreamUnavailable(NotCollected):
    """Yahoo did not give a usable answer: 5xx, HTML, broken JSON, a reset or slow connection. Retried."""


class UnknownTicker(NotCollected):
    """Yahoo does not know the symbol, or not any longer. Final."""


class NoData(NotCollected):
    """Yahoo knows the symbol and has no bar in the window, although the exchange had a session. Final."""


class WindowNotAvailable(NotCollected):
    """Yahoo does not keep bars of this interval that far back, or not for a window that long. Final."""


class DeliveryThrottled(NotCollected):
    """Firehose did not take every record within the attempts or the time there were. Retried."""


class DeliveryRefused(NotCollected):
    """Firehose will never take the records: no permission, no such stream, a key refused. Final."""


def make_printable(text: str, limit: int | None = None) -> str:
    """Return ``text`` on one line, of at most ``limit`` characters, with nothing that a terminal would obey.

    White space of any kind is a space. Another character that can't be printed is its escape: ``\\x1b``.
    """
    letters = (
        letter if letter.isprintable() else " " if letter.isspace() else letter.encode("unicode_escape").decode()
        for letter in text[:limit]
    )
    return "".join(letters)[:limit]


def quote_value(value: Any) -> str:
    """A value as an error may quote it: recognisable, on one line, and never the whole of something huge."""
    try:
        text = ascii(value)
    except RecursionError:
        return f"a {type(value).__name__} nested beyond reason"
    return text if len(text) <= 60 else f"{text[:57]}..."

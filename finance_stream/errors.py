"""The errors that the state machine retries or catches.

Lambda reports a class's name as ``errorType``, and ``Retry`` and ``Catch`` in ``statemachine/pipeline.asl.json`` match
it. That is why no name ends in ``Error``.
"""
# ruff: noqa: N818

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# An error's reason goes to a log line and to an execution's output, and may contain Yahoo's or AWS's words.
MAX_REASON_CHARACTERS = 1_000


class InvalidInput(Exception):
    """An execution's input that is not allowed. Each of ``faults`` names a field, its value and the allowed values."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults

    def rename_fields(self, names: Mapping[str, str]) -> InvalidInput:
        """Return this error with other names of its fields: ``{"start": "date"}``."""
        parts = (fault.partition(":") for fault in self.faults)
        return InvalidInput(*(names.get(field, field) + colon + rest for field, colon, rest in parts))


class NotCollected(Exception):
    """A ticker that was not collected. Each error below has a metric of its name.

    The message is one line of at most :data:`MAX_REASON_CHARACTERS`, however long Yahoo's or AWS's own was. ``left``
    are the ticker's records that the delivery stream has not accepted.
    """

    def __init__(self, reason: str, left: Sequence[bytes] = ()) -> None:
        super().__init__(make_printable(reason, MAX_REASON_CHARACTERS))
        self.left = left


class RateLimited(NotCollected):
    """Yahoo's answer 429, too many requests. Retried later, with jitter."""


class UpstreamUnavailable(NotCollected):
    """No usable answer of Yahoo's: 5xx, HTML, broken JSON, a reset or slow connection. Retried."""


class UnknownTicker(NotCollected):
    """A ticker that Yahoo doesn't know, or no longer knows. Final."""


class NoData(NotCollected):
    """A ticker that Yahoo knows but has no bar of in the window, although the exchange had a session. Final."""


class WindowNotAvailable(NotCollected):
    """A window that reaches back further than Yahoo keeps this interval, or is longer than Yahoo allows. Final."""


class DeliveryThrottled(NotCollected):
    """Records that Firehose did not accept within the attempts or the time. Retried."""


class DeliveryRefused(NotCollected):
    """Records that Firehose will never accept: no permission, no such stream, a refused key. Final."""


def make_printable(text: str, limit: int | None = None) -> str:
    """Return ``text`` on one line, of at most ``limit`` characters, without control characters for a terminal.

    White space of any kind becomes a space. Another character that can't be printed becomes its escape: ``\\x1b``.
    """
    letters = (
        letter if letter.isprintable() else " " if letter.isspace() else letter.encode("unicode_escape").decode()
        for letter in text[:limit]
    )
    return "".join(letters)[:limit]


def join_names(names: Sequence[str], limit: int) -> str:
    """Return the first ``limit`` names, and the number of the others: ``A, B and 3 more``."""
    more = f" and {len(names) - limit:,} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def quote_value(value: Any) -> str:
    """Return a value as an error message quotes it: on one line, and shortened to 60 characters."""
    try:
        text = ascii(value)
    except RecursionError:
        return f"a {type(value).__name__} nested beyond reason"
    return text if len(text) <= 60 else f"{text[:57]}..."

"""Injected faults of PutRecordBatch, since no client can cause its partial failures.

A test or a fault plan in this process sets a :data:`PutFault` on a stream. Firehose calls it for every call that AWS
would accept, until it is removed::

    def two_of_ten(records: Sequence[bytes], call: int) -> Iterable[int]:
        return {3, 7} if call == 1 else ()

    firehose.set_put_fault("bars", two_of_ten)
    firehose.set_put_fault("bars", None)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

# Its arguments are the records' data and the number of the call (1 for the first since the fault was set). It returns
# the indexes of the records that fail. It may raise PutRefusedError or NoAnswerError instead.
PutFault = Callable[[Sequence[bytes], int], Iterable[int]]

# AWS's error for a record that it could not accept:
# https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
ENTRY_ERROR_CODE = "ServiceUnavailableException"
ENTRY_ERROR_MESSAGE = "Slow down."

# The fault of a second delivery: "Amazon Data Firehose uses at-least-once semantics for data delivery".
# https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
TWICE = "twice"


class PutRefusedError(Exception):
    """A refusal of the whole call, with no record accepted: throttling, denied access, or a KMS key that refuses.

    https://docs.aws.amazon.com/firehose/latest/APIReference/CommonErrors.html
    """

    def __init__(self, code: str, message: str = ENTRY_ERROR_MESSAGE, status: int = 400) -> None:
        super().__init__(code, message)
        self.code, self.message, self.status = code, message, status


class NoAnswerError(Exception):
    """A call without an answer. Every record is accepted, and the caller waits until its own read timeout."""

"""Faults of PutRecordBatch on request, since its partial failures cannot be provoked from outside.

A test or a fault plan in this process gives a stream a :data:`PutFault`; it is asked at every call that AWS would
accept, until it is taken away::

    def two_of_ten(records: Sequence[bytes], call: int) -> Iterable[int]:
        return {3, 7} if call == 1 else ()

    firehose.set_put_fault("bars", two_of_ten)
    firehose.set_put_fault("bars", None)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

# Given the records' data and the number of the call (1 for the first since the fault was set): the indexes of the
# records that fail. It may raise PutRefusedError or NoAnswerError instead.
PutFault = Callable[[Sequence[bytes], int], Iterable[int]]

# What AWS says of a record that it could not take:
# https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
ENTRY_ERROR_CODE = "ServiceUnavailableException"
ENTRY_ERROR_MESSAGE = "Slow down."

# What may befall an object: "Amazon Data Firehose uses at-least-once semantics for data delivery".
# https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
TWICE = "twice"


class PutRefusedError(Exception):
    """The whole call is refused and no record taken: throttling, access denied, a KMS key that refuses.

    https://docs.aws.amazon.com/firehose/latest/APIReference/CommonErrors.html
    """

    def __init__(self, code: str, message: str = ENTRY_ERROR_MESSAGE, status: int = 400) -> None:
        super().__init__(code, message)
        self.code, self.message, self.status = code, message, status


class NoAnswerError(Exception):
    """Every record is taken, and the caller gets no answer: it waits until its own read timeout."""

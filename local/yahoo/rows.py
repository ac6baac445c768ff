"""Charts with bad rows: null, crossed, repeated, unsorted, late or left out."""

from __future__ import annotations

from local.yahoo.faults import Fault, Quote


def _insert_nulls(timestamps: list[int], quote: Quote) -> None:
    """Set every seventh row to null. Yahoo sometimes sends a minute without a trade so, and sometimes leaves it out."""
    for column in quote.values():
        for row in range(0, len(timestamps), 7):
            column[row] = None


def _cross_rows(timestamps: list[int], quote: Quote) -> None:
    """Put the high of every eleventh row below its low. No market has such a bar."""
    for row in range(0, len(timestamps), 11):
        quote["high"][row], quote["low"][row] = quote["low"][row] - 1, quote["high"][row] + 1


def _repeat_last_row(timestamps: list[int], quote: Quote) -> None:
    """Repeat the last row. Yahoo shows the latest trade like this."""
    for column in (timestamps, *quote.values()):
        column.append(column[-1])


def _reverse_rows(timestamps: list[int], quote: Quote) -> None:
    for column in (timestamps, *quote.values()):
        column.reverse()


def _drop_last_rows(timestamps: list[int], quote: Quote) -> None:
    """Drop the last half hour, as if Yahoo didn't have it yet."""
    for column in (timestamps, *quote.values()):
        del column[-30:]


def _drop_middle_rows(timestamps: list[int], quote: Quote) -> None:
    """Drop ten minutes in the middle. Yahoo leaves out minutes without a trade."""
    middle = len(timestamps) // 2
    for column in (timestamps, *quote.values()):
        del column[middle : middle + 10]


SPOILT_ROWS = {
    "null-rows": Fault(spoil=_insert_nulls),
    "crossed-rows": Fault(spoil=_cross_rows),
    "repeated-rows": Fault(spoil=_repeat_last_row),
    "unsorted-rows": Fault(spoil=_reverse_rows),
    "late-rows": Fault(spoil=_drop_last_rows),
    "halted": Fault(spoil=_drop_middle_rows),
}

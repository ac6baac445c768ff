"""Bytes in memory that Arrow owns."""

from __future__ import annotations

import pyarrow as pa


def make_reader(body: bytes) -> pa.BufferReader:
    """Return a reader of a copy that Arrow owns.

    An Arrow thread releases its input after the last row has been returned. To release a Python object, it needs the
    interpreter's lock. If Python is exiting then, it ends the thread, and this aborts the process.
    """
    copied = pa.BufferOutputStream()
    copied.write(body)
    return pa.BufferReader(copied.getvalue())

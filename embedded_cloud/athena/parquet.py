"""A Parquet object that DuckDB reads in pieces: what it reads of the columns counts, of the footer it does not.

Of Parquet Athena bills the columns that a query needs: https://docs.aws.amazon.com/athena/latest/ug/columnar-storage.html
DuckDB reads columns that lie less than 16 KB apart as one piece, so that of a small object a little more counts here.
"""

from __future__ import annotations

import io
from collections.abc import Callable

# https://parquet.apache.org/docs/file-format/ : the footer's length in four bytes, then the magic number
_LENGTH_BYTES, _MAGIC = 4, b"PAR1"


class ParquetFile(io.BytesIO):
    """The object ``body``; ``count`` is told of each piece of its columns, once however often it is read.

    Raises
    ------
    ValueError
        Where the body is no Parquet file.
    """

    def __init__(self, body: bytes, count: Callable[[int], None], counted: set[tuple[int, int]] | None = None) -> None:
        super().__init__(body)
        if not (body.startswith(_MAGIC) and body.endswith(_MAGIC)):
            raise ValueError("not a Parquet file: it does not begin and end with PAR1")
        tail = len(_MAGIC) + _LENGTH_BYTES
        self._size = len(body)
        self._footer = self._size - tail - int.from_bytes(body[-tail : -len(_MAGIC)], "little")
        self._count = count
        self._counted = set() if counted is None else counted

    def reopen(self) -> ParquetFile:
        """The same object, opened once more."""
        return ParquetFile(self.getvalue(), self._count, self._counted)

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file; DuckDB reads the footer with whatever lies before it, to the file's end."""
        first = self.tell()
        read = super().read(size)
        last = first + len(read)
        if last < self._size and first < self._footer and (first, last) not in self._counted:
            self._counted.add((first, last))
            self._count(min(last, self._footer) - first)
        return read

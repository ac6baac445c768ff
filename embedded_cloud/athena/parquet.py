"""A Parquet object that DuckDB reads in pieces. Reads of columns count as scanned, reads of the footer don't.

Athena bills only the columns that a query needs: https://docs.aws.amazon.com/athena/latest/ug/columnar-storage.html
DuckDB reads columns less than 16 KB apart as one piece, so the count for a small object is a little too high.
"""

from __future__ import annotations

import io
from collections.abc import Callable

# The end of a file: the footer's length in four bytes, then the magic number.
# https://parquet.apache.org/docs/file-format/
_LENGTH_BYTES, _MAGIC = 4, b"PAR1"


class ParquetFile(io.BytesIO):
    """A Parquet object as a file. It calls ``count`` with the size of each piece of columns, once per piece.

    Raises
    ------
    ValueError
        If the body is not a Parquet file.
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
        """Open the same object once more, with the pieces counted so far."""
        return ParquetFile(self.getvalue(), self._count, self._counted)

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as from any file. DuckDB reads the footer together with bytes before it, up to the file's end."""
        first = self.tell()
        read = super().read(size)
        last = first + len(read)
        if last < self._size and first < self._footer and (first, last) not in self._counted:
            self._counted.add((first, last))
            self._count(min(last, self._footer) - first)
        return read

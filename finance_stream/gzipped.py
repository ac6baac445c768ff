"""Reading of untrusted gzip, up to a limit."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import BinaryIO


class NotGzip(ValueError):  # noqa: N818 - named like the errors of finance_stream/errors.py
    """Bytes that aren't gzip, that end too early, or that are more than the limit when they are unpacked."""


def gunzip(packed: bytes | BinaryIO, limit_bytes: int) -> bytes:
    """Return the unpacked content. No more than ``limit_bytes`` of it are ever in memory.

    Raises
    ------
    NotGzip
    OSError
        When the file ``packed`` can't be read.
    """
    source = io.BytesIO(packed) if isinstance(packed, bytes) else packed
    try:
        with gzip.GzipFile(fileobj=source) as unpacked:
            content = unpacked.read(limit_bytes + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise NotGzip(str(error)) from error
    if len(content) > limit_bytes:
        raise NotGzip(f"more than {limit_bytes:,} bytes when it is unpacked")
    return content

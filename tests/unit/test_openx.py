"""Lines that the embedded Athena can't read. Each becomes a row of NULLs and affects no other line."""

from __future__ import annotations

import gzip
import json

import pytest

from embedded_cloud.athena import openx
from embedded_cloud.athena.openx import BadDataError, decompress, read_rows

GOOD = b'{"high": 1.0}'


@pytest.mark.fault(37)
@pytest.mark.parametrize("depth", [*range(900, 1_000, 7), 200_000])
def test_read_rows_reads_a_deep_line_as_nulls_or_as_it_is(depth: int) -> None:
    deep = b'{"HIGH": 2.0, "x": ' + b"[" * depth + b"]" * depth + b"}"
    read = read_rows(b"\n".join([deep, GOOD]), ["high"], ignore_malformed=True).split(b"\n")
    assert len(read) == 2
    assert read[0] == b"{}" or read[0].startswith(b'{"high": 2.0')
    assert json.loads(read[1]) == {"high": 1.0}


def test_read_rows_rejects_a_deep_line_unless_told_to_ignore_it() -> None:
    with pytest.raises(BadDataError, match="recursion"):
        read_rows(b"[" * 200_000, ["high"], ignore_malformed=False)


def test_decompress_rejects_a_gzip_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openx, "MAX_OBJECT_BYTES", 1_000)
    assert decompress("a.gz", gzip.compress(b"x" * 1_000)) == b"x" * 1_000
    with pytest.raises(BadDataError, match=r"^a.gz is larger than 1,000 bytes"):
        decompress("a.gz", gzip.compress(b"x" * 1_001))

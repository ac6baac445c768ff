"""The result of a query as an Arrow table."""

from __future__ import annotations

import sys
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pytest

from finance_stream.client import athena

BODY = b'"name","high"\n"META",1.5\n,\n'


@pytest.mark.fault(70)
def test_read_gives_arrow_no_python_object(monkeypatch: pytest.MonkeyPatch) -> None:
    """Avoid an abort: an Arrow thread that releases a Python object while Python exits ends the process."""
    body, given = bytes(bytearray(BODY)), []
    before, read_csv = sys.getrefcount(body), pyarrow.csv.read_csv

    def spy(source: Any, **options: Any) -> pa.Table:
        given.append((isinstance(source, pa.NativeFile), sys.getrefcount(body)))
        return read_csv(source, **options)

    monkeypatch.setattr(pyarrow.csv, "read_csv", spy)
    rows = athena._read_csv(body, [("name", pa.string()), ("high", pa.float64())])
    assert rows.to_pylist() == [{"name": "META", "high": 1.5}, {"name": None, "high": None}]
    [(is_arrows, references)] = given
    assert is_arrows
    assert references == before + 1  # the argument of the caller

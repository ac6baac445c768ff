"""The result of a query as an Arrow table."""

from __future__ import annotations

import re
import sys
from typing import Any
from unittest.mock import Mock

import boto3
import pyarrow as pa
import pyarrow.csv
import pyathena
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


@pytest.mark.parametrize(
    ("errors", "asked"),
    [
        (["HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://lake/bars/a.gz: NoSuchKey"], 2),
        (["NoSuchKey", "NoSuchKey"], 2),
        (["SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved"], 1),
    ],
)
def test_run_asks_once_more_if_an_object_was_deleted(
    monkeypatch: pytest.MonkeyPatch, errors: list[str], asked: int
) -> None:
    executed = []

    class Connection:
        def cursor(self) -> Connection:
            return self

        def execute(self, sql: str, parameters: Any, paramstyle: str) -> str:
            executed.append((sql, parameters, paramstyle))
            if len(executed) <= len(errors):
                raise pyathena.OperationalError(errors[len(executed) - 1])
            return "the cursor"

    monkeypatch.setattr(pyathena, "connect", lambda **_: Connection())
    client = athena.Athena(boto3.Session(region_name="us-east-1"), Mock(), "primary", "lake", 0)
    if asked > len(errors):
        client.run("SELECT ?", ["1"])
    else:
        with pytest.raises(pyathena.OperationalError, match=re.escape(errors[-1])):
            client.run("SELECT ?", ["1"])
    assert executed == [("SELECT ?", ["1"], "qmark")] * asked

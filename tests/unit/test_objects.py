"""Objects of the lake as Arrow tables: pyarrow reads the usual ones. A text with an odd line is read line by line."""

from __future__ import annotations

import gzip
import json

import pyarrow as pa
import pytest

from finance_stream.client.dialect import DELIVERED
from finance_stream.client.objects import _read_lines, _read_quickly, make_schema, read_delivered
from tests.embedded_cloud.athena.sessions import awkward

SCHEMA = make_schema(DELIVERED)
BAR = '{"name": "META", "ts": "2026-11-23T09:30:00-05:00", "high": 1.5, "low": 1, "volume": null}'


def test_read_delivered_reads_usual_lines_by_pyarrow() -> None:
    text = "".join(f"{json.dumps(bar)}\n" for bar in awkward()).encode()
    quickly = _read_quickly(text, SCHEMA)
    assert quickly is not None
    assert quickly.num_rows == len(awkward())
    assert quickly.select(SCHEMA.names).equals(pa.Table.from_pylist(list(_read_lines("key", text, SCHEMA)), SCHEMA))
    assert read_delivered("key.json.gz", gzip.compress(text), DELIVERED).equals(quickly)


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        (BAR + BAR, 1),
        (BAR.replace('"low"', '"LOW"'), 1),
        (BAR.replace('"low"', r'"\u006cow"'), 1),
        (BAR.replace('"low": 1', '"low": NaN'), 0),
        (BAR.replace('"low": 1', '"low": Infinity'), 0),
        (BAR[:-1], 0),
        ("no JSON", 0),
        (BAR.replace('"META"', '"META", "name": "META"'), 1),
    ],
)
def test_read_delivered_reads_odd_lines_one_by_one(line: str, rows: int) -> None:
    text = f"{BAR}\n\n{line}\n".encode()
    assert _read_quickly(text, SCHEMA) is None
    found = read_delivered("key.json", text, DELIVERED).to_pylist()
    assert found == [found[0]] * (1 + rows)
    assert (found[0]["low"], found[0]["volume"], found[0]["open"]) == (1.0, None, None)


def test_read_delivered_accepts_an_empty_object() -> None:
    assert read_delivered("key.json", b"", DELIVERED).num_rows == 0

"""JSON and gzip from outside, which are read or rejected with one type of error."""

from __future__ import annotations

import gzip
import io
import tracemalloc

import pytest

from finance_stream.gzipped import NotGzip, gunzip
from finance_stream.strict_json import NotJSON, read_json, read_json_or_none

BAD = {
    b"[1,": "Expecting value: line 1 column 4 (char 3)",
    b"{} {}": "Extra data: line 1 column 4 (char 3)",
    b"\xff": "not UTF-8: invalid start byte at byte 0",
    b"\xef\xbb\xbf{}": "Expecting value: line 1 column 1 (char 0)",
    b"[NaN]": "NaN is not JSON",
    b"-Infinity": "-Infinity is not JSON",
    b"[" * 100_000: "nested too deeply",
    b'{"a":' * 100_000: "nested too deeply",
    b"1" * 5_000: "a number of too many digits",
}


@pytest.mark.parametrize("document", BAD, ids=lambda document: repr(document[:9]))
def test_read_json_raises_one_error_for_any_bad_document(document: bytes) -> None:
    with pytest.raises(NotJSON) as refused:
        read_json(document)
    assert str(refused.value) == BAD[document]
    if document != b"\xff":
        assert read_json_or_none(document.decode()) is None


def test_read_json_reads_bytes_and_text() -> None:
    assert read_json(b'{"a": [1, 2.5, null]}') == read_json('{"a": [1, 2.5, null]}') == {"a": [1, 2.5, None]}
    assert read_json_or_none('{"a": 1}') == {"a": 1}
    assert read_json_or_none(None) is None


def test_read_json_reads_numbers_as_floats_where_asked() -> None:
    assert read_json("[1, 2.5, " + "9" * 5_000 + "]", floats=True) == [1.0, 2.5, float("inf")]


def test_gunzip_unpacks_no_more_than_its_limit() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    tracemalloc.start()
    with pytest.raises(NotGzip, match="more than 1,000,000 bytes when it is unpacked"):
        gunzip(io.BytesIO(bomb), 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_gunzip_reads_members_up_to_its_limit() -> None:
    packed = gzip.compress(b"ab") + gzip.compress(b"c")
    assert gunzip(packed, 3) == b"abc"
    with pytest.raises(NotGzip):
        gunzip(packed, 2)


@pytest.mark.parametrize("packed", [b"\x1f\x8bno gzip", gzip.compress(b"a" * 999, mtime=0)[:-9], b"plain"])
def test_gunzip_raises_one_error_for_any_bad_archive(packed: bytes) -> None:
    with pytest.raises(NotGzip):
        gunzip(packed, 1_000)

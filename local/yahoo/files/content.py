"""The bytes of users' files: which files of a folder, unpacked, up to a limit, and as text."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from finance_stream.gzipped import NotGzip, gunzip
from local.yahoo.files.table import make_error

SUFFIXES = (".ndjson", ".jsonl", ".json", ".csv", ".tsv", ".txt", ".parquet")
SUFFIXES_ALLOWED = f"{', '.join(SUFFIXES)}, each also as .gz or .zip"
PACKED = (".gz", ".zip")

# The limit of one unpacked file: more than a million bars as NDJSON. Reading it takes about ten times as much memory.
MAX_FILE_BYTES = 256 * 2**20

GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
# The first bytes of an object that Firehose delivered: its name has no suffix.
_DELIVERED = re.compile(rb"\s*[{\[]")
_NAMED_FORM = re.compile(r"\.[a-z]+")  # the suffix of another form, such as .md
_SNIFFED_BYTES = 64
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
# Characters that no text has: the control characters but tab, newline, carriage return and form feed.
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


def list_files(path: Path) -> list[Path]:
    """Return the file, or the files of bars below the folder.

    Raises
    ------
    ReplayError
        If there is no such file, or none in the folder.
    """
    if not path.exists():
        raise make_error(str(path), "no such file or folder")
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.rglob("*") if file.is_file() and _is_bar_file(file))
    if not files:
        raise make_error(str(path), f"no bar file in this folder (use {SUFFIXES_ALLOWED})")
    return files


def _is_bar_file(file: Path) -> bool:
    """Return whether a folder's file is read: by its suffix, or as an object that Firehose delivered."""
    if file.name.startswith("."):
        return False
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    if suffixes and suffixes[-1] in SUFFIXES:
        return True
    try:
        with file.open("rb") as opened:
            start = opened.read(_SNIFFED_BYTES)
            if start.startswith(GZIP):
                opened.seek(0)
                start = gzip.GzipFile(fileobj=opened).read(_SNIFFED_BYTES)
    except (OSError, EOFError):
        return False
    return not _NAMED_FORM.fullmatch(suffixes[-1] if suffixes else "") and bool(_DELIVERED.match(start))


def read_contents(file: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and unpacked bytes of a file, or of each file in a zip archive.

    Raises
    ------
    ReplayError
        If the file can't be read or unpacked, or is longer than :data:`MAX_FILE_BYTES`.
    """
    name = str(file)
    try:
        with file.open("rb") as opened:
            start = opened.read(len(ZIP))
            opened.seek(0)
            if start.startswith(ZIP):
                yield from _unzip(name, opened)
            elif start.startswith(GZIP) or file.suffix.lower() == ".gz":
                yield name, gunzip(opened, MAX_FILE_BYTES)
            else:
                yield name, _read_limited(name, opened)
    except (NotGzip, OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise make_error(name, f"cannot be read: {error}") from error


def _unzip(name: str, opened: BinaryIO) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(opened) as archive:
        members = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")]
        if any(one.filename == "[Content_Types].xml" for one in members):
            raise make_error(name, "an Excel workbook (save the sheet as CSV)")
        for member in members:
            with archive.open(member) as unpacked:
                yield f"{name}/{member.filename}", _read_limited(name, unpacked)  # type: ignore[arg-type]


def _read_limited(name: str, opened: BinaryIO) -> bytes:
    content = opened.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise make_error(name, f"more than {MAX_FILE_BYTES:,} bytes (split it into several files in a folder)")
    return content


def decode(name: str, content: bytes) -> str:
    """Return the text of a file: UTF-8 or UTF-16, or Windows' code page 1252 for anything else that can be text.

    Raises
    ------
    ReplayError
    """
    encodings = [encoding for mark, encoding in _UTF16.items() if content.startswith(mark)] or [_guess(content)]
    for encoding in (*encodings, "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _BINARY.search(text):
            return text
    raise make_error(name, f"not text: bars are NDJSON, CSV or Parquet (use {SUFFIXES_ALLOWED})")


def _guess(content: bytes) -> str:
    """Return the encoding of text without a byte order mark: ASCII in UTF-16 has zeros in every other byte."""
    start = content[:_SNIFFED_BYTES]
    if len(start) >= 4 and not any(start[1::2]):
        return "utf-16-le"
    if len(start) >= 4 and not any(start[::2]):
        return "utf-16-be"
    return "utf-8"

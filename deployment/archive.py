"""The zip of a function. The same files make the same bytes on every computer.

``archive.py ZIP FOLDER [NAME ...]``: with names, only those top-level packages and modules of the folder. It is called
while Serverless packages, so it runs on any Python 3 with nothing installed.
"""

from __future__ import annotations

import struct
import sys
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

# A zip's earliest time. Lambda doesn't use it.
EPOCH = (1980, 1, 1, 0, 0, 0)
READABLE_FILE = 0o100644  # Lambda's user must be able to read it
UNIX = 3

# https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html, for 64 bits in little-endian order
_ELF = b"\x7fELF\x02\x01"
_PROGRAM_HEADERS_OFFSET, _SECTION_HEADERS_OFFSET = 32, 40
_PROGRAM_HEADER_SIZE_AND_COUNT, _SECTION_COUNT_AND_NAMES = 54, 60
_SEGMENT_OFFSET, _SEGMENT_SIZE = 8, 32


def write(archive: Path, folder: Path, names: Collection[str] = ()) -> None:
    """Make ``archive`` of the files in ``folder``, or only of ``names``: sorted, without times, readable to all."""
    files = {file.relative_to(folder).as_posix(): file for file in _list_files(folder, names)}
    with zipfile.ZipFile(archive, "w") as opened:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = UNIX
            entry.external_attr = READABLE_FILE << 16
            opened.writestr(entry, strip_symbols(files[name].read_bytes()), zipfile.ZIP_DEFLATED)


def _list_files(folder: Path, names: Collection[str]) -> Iterator[Path]:
    if missing := sorted(set(names) - {name for file in folder.iterdir() for name in (file.name, file.stem)}):
        raise FileNotFoundError(f"{', '.join(missing)}: not among the installed requirements")
    # A module's byte code lies beside it, in the folder's own __pycache__: typing_extensions.cpython-313.pyc.
    for file in folder.rglob("*"):
        top = file.relative_to(folder).parts[0]
        owner = file.name if top == "__pycache__" else top
        if file.is_file() and (not names or owner in names or owner.split(".")[0] in names):
            yield file


def strip_symbols(content: bytes) -> bytes:
    """Return a shared library without the bytes after its last segment: symbols and sections, which no loader reads.

    ``strip`` handles only libraries for its own computer. It breaks those of numpy, because it moves their segments.
    """
    if not content.startswith(_ELF):
        return content
    (headers,) = struct.unpack_from("<Q", content, _PROGRAM_HEADERS_OFFSET)
    size, count = struct.unpack_from("<HH", content, _PROGRAM_HEADER_SIZE_AND_COUNT)
    end = headers + size * count
    for header in range(headers, end, size):
        (offset,) = struct.unpack_from("<Q", content, header + _SEGMENT_OFFSET)
        (length,) = struct.unpack_from("<Q", content, header + _SEGMENT_SIZE)
        end = max(end, offset + length)
    library = bytearray(content[:end])
    struct.pack_into("<Q", library, _SECTION_HEADERS_OFFSET, 0)
    struct.pack_into("<HH", library, _SECTION_COUNT_AND_NAMES, 0, 0)
    return bytes(library)


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

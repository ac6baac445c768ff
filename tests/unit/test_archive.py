"""A function's zip: its files, and the same bytes on every computer."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path

import pytest

from deployment.archive import strip_symbols, write

LOADED = b"code and data"
FILES = {
    "heavy/__init__.py": b"",
    "light/__init__.py": b"",
    "light/deep/module.py": b"x = 1\n",
    "single.py": b"y = 2\n",
    "__pycache__/single.cpython-313.pyc": b"compiled",
    "__pycache__/other.cpython-313.pyc": b"compiled",
    "other.py": b"",
}


def library(behind: bytes, section_headers: int = 0) -> bytes:
    """Return an ELF file of one segment, followed by ``behind``."""
    headers_end = 64 + 56
    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    header += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, section_headers, 0, 64, 56, 1, 64, 9, 8)
    segment = struct.pack("<IIQQQQQQ", 1, 5, headers_end, 0, 0, len(LOADED), len(LOADED), 4096)
    return header + segment + LOADED + behind


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tree(tmp_path / "python", FILES)


def tree(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_write_replaces_an_earlier_zip_with_the_whole_folder(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    write(archive, tree(tmp_path / "earlier", {"gone.py": b""}))
    write(archive, folder)
    assert names(archive) == sorted(FILES)
    assert zipfile.ZipFile(archive).testzip() is None


def test_write_keeps_named_packages_with_their_bytecode(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    write(archive, folder, ["light", "single"])
    assert names(archive) == [
        "__pycache__/single.cpython-313.pyc",
        "light/__init__.py",
        "light/deep/module.py",
        "single.py",
    ]


def test_write_rejects_names_that_are_not_installed(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with pytest.raises(FileNotFoundError, match="ligth, singel: not among the installed requirements"):
        write(archive, folder, ["ligth", "heavy", "singel"])


def test_write_ignores_times_permissions_and_file_order(folder: Path, tmp_path: Path) -> None:
    other = tree(tmp_path / "other", dict(reversed(FILES.items())))
    for file in other.rglob("*.py"):
        file.chmod(0o600)
        os.utime(file, (1, 1))
    archives = [tmp_path / name for name in ("a.zip", "b.zip")]
    write(archives[0], folder)
    write(archives[1], other)
    assert archives[0].read_bytes() == archives[1].read_bytes()
    assert {entry.external_attr >> 16 for entry in zipfile.ZipFile(archives[1]).infolist()} == {0o100644}


def test_strip_symbols_removes_everything_after_the_segments() -> None:
    stripped = strip_symbols(library(b"symbols" * 100, section_headers=500))
    assert stripped == library(b"")[:60] + bytes(4) + library(b"")[64:]


def test_strip_symbols_leaves_other_files_unchanged() -> None:
    assert strip_symbols(b"\x7fELF is a word") == b"\x7fELF is a word"

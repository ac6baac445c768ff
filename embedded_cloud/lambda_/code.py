"""A function's code: its archive and its layers' archives, each unpacked once into its own folder."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from importlib import metadata
from pathlib import Path, PurePosixPath

COMPILED_SUFFIXES = {".so", ".pyd", ".dylib", ".dll"}

# https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html#python-layer-paths
_LAYER_FOLDER = re.compile(r"^python/(lib/python3\.\d+/site-packages/)?")


class FunctionCodeError(Exception):
    """An archive that can't run on this computer."""


def count_unpacked_bytes(archive: bytes) -> int:
    """Return the size of ``archive`` in bytes after unpacking."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return sum(entry.file_size for entry in opened.infolist())


class CodeStore:
    """The unpacked archives under ``root``, one folder per digest.

    Compiled packages in an archive are built for Lambda's platform. They are left out, and this interpreter's own
    packages of the same pinned versions are used. A package that isn't installed is named in the error.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._unpacked: dict[str, Path] = {}

    def unpack(self, digest: str, archive: bytes) -> Path:
        """Unpack ``archive`` unless that is done already, and return its folder."""
        with self._lock:
            if digest not in self._unpacked:
                folder = self.root / f"code-{len(self._unpacked)}"
                folder.mkdir(exist_ok=True)
                _unpack(archive, folder)
                self._unpacked[digest] = folder
            return self._unpacked[digest]


def _unpack(archive: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        files = [entry for entry in opened.namelist() if not entry.endswith("/")]
        compiled = {_find_package(file) for file in files if PurePosixPath(file).suffix in COMPILED_SUFFIXES}
        _check_installed({name for name in compiled if not name.endswith(".libs")})
        opened.extractall(folder, [file for file in files if _find_package(file) not in compiled])


def _find_package(file: str) -> str:
    """Return the top-level package or module of a file in a function's or layer's archive."""
    return PurePosixPath(_LAYER_FOLDER.sub("", file)).parts[0].split(".cpython-")[0]


def _check_installed(packages: set[str]) -> None:
    if packages and (missing := sorted(packages - metadata.packages_distributions().keys())):
        raise FunctionCodeError(f"compiled for Lambda and not installed on this computer: {', '.join(missing)}")

"""Packages of functions with a mistake in them, for tests that must find it."""

from __future__ import annotations

import io
import zipfile


def change_archive(archive: bytes, path: str, right: str, wrong: str) -> bytes:
    """Return the package with ``right`` replaced by ``wrong`` in one file, and without that file's byte code."""
    folder, _, name = path.rpartition("/")
    byte_code = f"{folder}/__pycache__/{name.removesuffix('py')}"
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(changed, "w") as new:
        assert right in old.read(path).decode()
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == path:
                content = content.replace(right.encode(), wrong.encode())
            if not entry.filename.startswith(byte_code):
                new.writestr(entry, content)
    return changed.getvalue()

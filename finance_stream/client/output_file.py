"""Output files of commands: each is written whole, or not at all."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from finance_stream.errors import make_printable

# The prefix of temporary files. Each becomes the output file once it is whole. A killed command may leave one behind.
NEIGHBOUR = ".finance-stream-part-"


class OutputError(Exception):
    """A file that can't be written, or may not be replaced. One line names the path and the reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(make_printable(f"{path}: {reason}"))


@contextlib.contextmanager
def naming(path: Path, doing: str = "cannot be written") -> Iterator[None]:
    """Raise an OSError as an :class:`OutputError` about ``path``, with the operating system's reason."""
    try:
        yield
    except OSError as error:
        raise OutputError(path, f"{doing}: {error.strerror or error}") from error


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that replaces ``path`` when the block ends. If the block fails, the file is deleted.

    Missing folders are created. A symbolic link stays, and its target is replaced. Devices and pipes are written
    directly.

    Raises
    ------
    OutputError
    """
    with naming(path):
        place = path.resolve()
        if place.exists() and not (place.is_file() or place.is_dir()):
            with place.open("wb") as device:
                yield device
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        neighbour = place.with_name(f"{NEIGHBOUR}{secrets.token_hex(8)}")
        try:
            with neighbour.open("xb") as file:
                yield file
            neighbour.replace(place)
        finally:
            neighbour.unlink(missing_ok=True)


def write_output(path: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8 with unchanged line ends.

    Raises
    ------
    OutputError
    """
    with replacing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def check_file(path: Path) -> None:
    """Check that :func:`replacing` can write a file.

    Raises
    ------
    OutputError
    """
    if not path.exists() or path.is_file() or path.is_dir():
        check_writable(path.parent)


def check_writable(folder: Path) -> None:
    """Check that ``folder``, or its nearest existing parent, is writable: write a file and delete it.

    Raises
    ------
    OutputError
        With ``folder``'s path.
    """
    with naming(folder):
        existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        probe = existing / f"{NEIGHBOUR}{secrets.token_hex(8)}"
        try:
            probe.write_bytes(b"\n")
        finally:
            with contextlib.suppress(OSError):
                probe.unlink()

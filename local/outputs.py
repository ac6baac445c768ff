"""The folder for the results of a local run, and the manifest that tells them from a user's own files."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from filelock import FileLock

from finance_stream.client.output_file import NEIGHBOUR, OutputError, check_writable, naming, write_output
from finance_stream.errors import join_names
from finance_stream.strict_json import NotJSON, read_json

MANIFEST, LOCK = ".finance-stream.json", ".finance-stream.lock"
BARS = "bars"
BARS_PARQUET, HIGHS_CSV, PAGE, SOURCE = "bars.parquet", "hourly_highs.csv", "report.html", "SOURCE.txt"
FILES = (BARS_PARQUET, HIGHS_CSV, PAGE, SOURCE)
# Files that an operating system adds to a folder. They are neither ours nor a user's, and are never deleted.
_SYSTEM_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_MAX_NAMED = 3


class OutFolder:
    """A folder of results. A file is ours if the manifest has its path and the digest of its content.

    A file that a user has added or changed isn't ours: it is never replaced or deleted. The manifest's paths are only
    compared with the paths found in the folder, so they can't lead out of it. A symbolic link is never ours, and never
    followed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.saved: set[str] = set()  # paths that this object has written

    def check(self, *names: str, replay: Path | None = None) -> None:
        """Check before a run that its results can be saved: all of them, or those in ``names``.

        Raises
        ------
        OutputError
            If the folder can't be written, if a user's file has a name that a run writes to, or if ``replay`` overlaps
            with the paths that a run writes.
        """
        if replay is not None:
            self._check_apart(replay)
        check_writable(self.folder)
        self._check_ours(*names)

    def save(self, files: Mapping[str, bytes]) -> None:
        """Write some of a run's files by their paths in the folder, and delete the results of earlier runs.

        A run may save several times. The manifest is written first, with old and new digests: after a killed run, every
        file is still known as ours.

        Raises
        ------
        OutputError
        """
        with self._lock():
            self._check_ours()
            known = self._read_manifest()
            new = {path: [_digest(content)] for path, content in files.items()}
            results = [*self._list_bars(), *(path for path in FILES if path in known)]
            stale = [path for path in results if path not in new and path not in self.saved]
            self._write_manifest({path: [*known.get(path, []), *new.get(path, [])] for path in {*known, *new}})
            for path in stale:
                self._delete(path)
            for path, content in files.items():
                write_output(self._resolve(path), content)
            self._write_manifest({**{path: known[path] for path in self.saved if path in known}, **new})
            self.saved |= files.keys()

    def add(self, name: str, content: bytes) -> Path:
        """Write one of :data:`FILES`, keep the others, and return the path.

        Raises
        ------
        OutputError
        """
        with self._lock():
            self._check_ours(name)
            known, digest = self._read_manifest(), _digest(content)
            self._write_manifest({**known, name: [*known.get(name, []), digest]})
            write_output(self._resolve(name), content)
            self._write_manifest({**known, name: [digest]})
        self.saved.add(name)
        return self.folder / name

    def note(self, name: str, content: bytes) -> None:
        """Enter the new digest of one of our files after a command has written it by name."""
        if name in self._read_manifest():
            with self._lock():
                self._write_manifest({**self._read_manifest(), name: [_digest(content)]})

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Make the folder, and let only one run at a time save its results."""
        with naming(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / LOCK):
                yield

    def _check_apart(self, replay: Path) -> None:
        written = [self.folder / name for name in (BARS, *FILES, MANIFEST)]
        if _is_in(self.folder, replay) or any(_is_in(replay, path) for path in written):
            raise OutputError(
                replay, f"--replay overlaps with the files that a run writes in {self.folder} (choose another --out)"
            )

    def _check_ours(self, *names: str) -> None:
        """Raise OutputError for files that aren't ours under ``names``, or under any name that a run writes to."""
        if others := list(self._find_foreign(names or (MANIFEST, BARS, *FILES))):
            named = join_names(others, _MAX_NAMED)
            reason = f"{named} is not from a run, or was changed since (move or delete it, or choose another --out)"
            raise OutputError(self.folder, reason)

    def _find_foreign(self, names: tuple[str, ...]) -> Iterator[str]:
        known = self._read_manifest()
        for name in names:
            place = self.folder / name
            if place.is_symlink():
                yield name
            elif name == BARS and place.is_dir():
                yield from (path for path in self._list_bars() if not self._is_ours(path, known))
            elif name == MANIFEST:
                if place.exists() and not known:
                    yield name
            elif place.exists() and not self._is_ours(name, known):
                yield name

    def _is_ours(self, path: str, known: Mapping[str, list[str]]) -> bool:
        place = self.folder / path
        if place.is_symlink() or not place.is_file():
            return False
        if place.name.startswith(NEIGHBOUR):  # from a run that was killed while it wrote
            return True
        with naming(place, "cannot be read"):
            return path in known and _digest(place.read_bytes()) in known[path]

    def _list_bars(self) -> list[str]:
        """Return the paths in the folder of all files and symbolic links below bars/."""
        found = []
        for folder, folders, files in os.walk(self.folder / BARS):
            links = [name for name in folders if Path(folder, name).is_symlink()]
            found += [Path(folder, name) for name in (*files, *links) if name not in _SYSTEM_FILES]
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def _read_manifest(self) -> dict[str, list[str]]:
        """Return the digests by path. The result is empty without a valid manifest."""
        manifest = self.folder / MANIFEST
        if manifest.is_symlink() or not manifest.is_file():
            return {}
        try:
            files = read_json(manifest.read_bytes())["files"]
            return {path: [str(digest) for digest in digests] for path, digests in files.items()}
        except (OSError, NotJSON, LookupError, TypeError, AttributeError):
            return {}

    def _write_manifest(self, files: Mapping[str, list[str]]) -> None:
        told = {"of": "npm run local: files that a run may replace", "files": dict(sorted(files.items()))}
        write_output(self._resolve(MANIFEST), json.dumps(told, indent=1) + "\n")

    def _resolve(self, path: str) -> Path:
        """Return the place of a file. Raise OutputError if a symbolic link in the folder leads to it."""
        if ".." in Path(path).parts or Path(path).is_absolute():
            raise OutputError(self.folder, f"{path} lies outside the folder")
        place = self.folder / path
        for part in (place, *place.parents):
            if part == self.folder:
                return place
            if part.is_symlink():
                raise OutputError(part, "is a symbolic link (move or delete it, or choose another --out)")
        raise AssertionError(path)

    def _delete(self, path: str) -> None:
        """Delete a file and the folders that are empty after that."""
        place = self._resolve(path)
        with naming(place, "cannot be deleted"):
            place.unlink(missing_ok=True)
        for parent in place.parents:
            if parent == self.folder:
                return
            with contextlib.suppress(OSError):  # not empty
                parent.rmdir()


def _is_in(path: Path, other: Path) -> bool:
    """Return whether a path is another or lies in it. Links to the same file count."""
    path = path.resolve()
    return any(place.exists() and other.exists() and place.samefile(other) for place in (path, *path.parents))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

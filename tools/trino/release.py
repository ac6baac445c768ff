"""The Trino release to run. The installed Java decides it, Maven fetches it, and your cache folder keeps it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 1 << 20


class UnavailableError(Exception):
    """A missing program or release that can't be fetched. The text says how to get it."""


@dataclass(frozen=True)
class Release:
    """A Trino release, the oldest Java that it runs on, and the SHA-256 of its server's archive."""

    version: str
    minimum_java: int
    sha256: str

    @property
    def artifact(self) -> str:
        """Maven's coordinates of the archive, some 800 MB."""
        return f"io.trino:trino-server:{self.version}:tar.gz"


# Newest first. Maven Central has no server of a release after 476.
RELEASES = (Release("476", 24, "cfd5accde17e8ebd251eeeb78aed1f490e77bb3a164d95a0f454bf8a7c1cbd3f"),)

# The places of Java by its installers, beside JAVA_HOME and the PATH.
_JAVA_FOLDERS = (
    "/usr/lib/jvm/*/bin/java",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java",
    "~/.sdkman/candidates/java/*/bin/java",
    "C:/Program Files/*/jdk-*/bin/java.exe",
)


def find_javas(environment: Mapping[str, str], folders: Iterable[str] = _JAVA_FOLDERS) -> dict[Path, int]:
    """Return every Java with its feature version (17, 25): JAVA_HOME first, then the PATH."""
    home = environment.get("JAVA_HOME")
    own = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    first = [own, shutil.which("java", path=environment.get("PATH"))]
    candidates = [Path(found) for found in first if found]
    for folder in folders:
        expanded = Path(folder).expanduser()
        candidates += sorted(Path(expanded.anchor).glob(str(expanded.relative_to(expanded.anchor))))
    versions = ((java, _read_feature_version(java)) for java in dict.fromkeys(candidates))
    return {java: version for java, version in versions if version}


def _read_feature_version(java: Path) -> int:
    """Return the feature version: 17 for Java 17.0.15, and 0 for a program that doesn't run."""
    try:
        asked = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return 0
    version = re.search(r'version "(\d+)', asked.stderr)
    return int(version[1]) if version else 0


def choose(found: Mapping[Path, int]) -> tuple[Release, Path]:
    """Return the newest release that one of the Javas runs, and that Java.

    Raises
    ------
    UnavailableError
        When no release runs on any of them.
    """
    for release in RELEASES:
        for java, version in found.items():
            if version >= release.minimum_java:
                return release, java
    needed = min(release.minimum_java for release in RELEASES)
    seen = ", ".join(f"{java} is {version}" for java, version in found.items()) or "none"
    raise UnavailableError(f"Trino needs Java {needed} or newer (found: {seen}): install one, or set JAVA_HOME to it")


def find_cache_folder(environment: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return your cache folder for this project, outside the repository."""
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "finance-stream" / "cache"
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "finance-stream"


def is_cached(release: Release, cache: Path) -> bool:
    """Return True if the release was fetched before."""
    return _find_cached(release, cache).is_dir()


def _find_cached(release: Release, cache: Path) -> Path:
    return cache / f"trino-server-{release.version}"


def install_server(release: Release, cache: Path, environment: Mapping[str, str]) -> Path:
    """Return the folder of the release's ``lib/`` and ``plugin/``, and fetch it first if it isn't in ``cache``.

    Raises
    ------
    UnavailableError
        When Maven can't fetch it, or the fetched file is not the release.
    """
    folder = _find_cached(release, cache)
    if folder.is_dir():
        return folder
    repository = cache / "maven"
    archive = _fetch(release, repository, environment)
    if (found := _hash_sha256(archive)) != release.sha256:
        raise UnavailableError(f"{archive} is not Trino {release.version}: its SHA-256 is {found}. Delete it")
    unpacked = cache / f"trino-server-{release.version}.{os.getpid()}"
    _unpack(archive, unpacked)
    unpacked.rename(folder)  # in one step, so that the folder is always complete
    shutil.rmtree(repository)  # 800 MB to delete afterwards
    return folder


def _fetch(release: Release, repository: Path, environment: Mapping[str, str]) -> Path:
    maven = shutil.which("mvn", path=environment.get("PATH"))
    if maven is None:
        raise UnavailableError("mvn is not on the PATH: install Apache Maven, which fetches Trino")
    # In an empty folder, so that Maven reads no pom.xml of yours. --strict-checksums refuses a damaged download.
    repository.mkdir(parents=True, exist_ok=True)
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get"
    settings = [f"-Dmaven.repo.local={repository}", "-Dtransitive=false", f"-Dartifact={release.artifact}"]
    command = [maven, "--batch-mode", "--quiet", "--strict-checksums", goal, *settings]
    got = subprocess.run(  # noqa: S603 - the arguments are ours
        command, cwd=repository, env=dict(environment), capture_output=True, text=True, check=False
    )
    if got.returncode != 0:
        said = next((line for line in got.stdout.splitlines() if "[ERROR]" in line), got.stdout + got.stderr)
        raise UnavailableError(f"{release.artifact} could not be fetched: {said.strip()}")
    name = f"trino-server-{release.version}"
    return repository / "io" / "trino" / "trino-server" / release.version / f"{name}.tar.gz"


def _hash_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack the server and one of some fifty connectors, Hive. Many files are links to another connector's files."""
    wanted: dict[str, list[str]] = {}  # the names to write, by the member with their content
    for member in _list_members(archive):
        if _is_needed(member.name):
            wanted.setdefault(member.linkname if member.islnk() else member.name, []).append(member.name)
    with tarfile.open(archive) as opened:
        for member in opened:
            for name in wanted.get(member.name, []):
                path = folder.joinpath(*name.split("/")[1:])
                path.parent.mkdir(parents=True, exist_ok=True)
                content = opened.extractfile(member)
                if content:
                    with path.open("wb") as file:
                        shutil.copyfileobj(content, file, CHUNK_BYTES)


def _list_members(archive: Path) -> Iterator[tarfile.TarInfo]:
    with tarfile.open(archive) as opened:
        yield from (member for member in opened if member.isfile() or member.islnk())


def _is_needed(name: str) -> bool:
    _, *path = name.split("/")
    return path[0] == "lib" or (path[:2] == ["plugin", "hive"] and path[2] != "hdfs")

"""The package that ``serverless package`` makes of this project for a stage. It is made again only after a change."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from deployment.proxies import NO_FILES, read_users_proxies

ROOT = Path(__file__).resolve().parent.parent
LOCAL_STAGE = "local"
TEMPLATE = "cloudformation-template-update-stack.json"  # Serverless' name for the whole stack

_FIRST_TEMPLATE = "cloudformation-template-create-stack.json"  # of the bucket that the package goes to
SERVERLESS = ROOT / "node_modules" / "serverless" / "bin" / "serverless.js"
# Everything that a package depends on.
_SOURCES = (
    "serverless.yml",
    "package-lock.json",
    "requirements/functions.txt",
    "handlers",
    *(f"finance_stream/{part.name}" for part in (ROOT / "finance_stream").iterdir() if part.name != "client"),
    "resources",
    "deployment/packages.js",
    "deployment/archive.py",
    "statemachine",
    "athena",
)


class PackageError(Exception):
    """A failure of ``serverless package``. The text is its output."""


def package(stage: str = LOCAL_STAGE, *parameters: str) -> tuple[Path, bool]:
    """Return the folder of the package for ``stage``, and True if it had to be made.

    Parameters
    ----------
    parameters
        Stage parameters that replace the stage's own, ``name=value``.

    Raises
    ------
    PackageError
    """
    folder = ROOT / ".local" / "package" / "-".join([stage, *parameters])
    if _is_current(
        folder, make_fingerprint(*_SOURCES)
    ):  # without the lock, which another package may have for a minute
        return folder, False
    # Serverless works in a folder of its own, .serverless, which two runs would share.
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / ".lock"):
        wanted = make_fingerprint(*_SOURCES)
        if _is_current(folder, wanted):
            return folder, False
        _make(folder, wanted, stage, parameters)
        return folder, True


def package_without_libraries(stage: str, *parameters: str) -> Path:
    """Return the folder of a package without the functions' libraries, which take half a minute to fetch."""
    folder, _ = package(stage, *(() if stage == LOCAL_STAGE else ("requirements=none",)), *parameters)
    return folder


def _is_current(folder: Path, wanted: str) -> bool:
    """Return True if the package exists and is up to date. Its mark is written last."""
    try:
        return (folder / ".fingerprint").read_text() == wanted
    except FileNotFoundError:
        return False


def _make(folder: Path, wanted: str, stage: str, parameters: Sequence[str]) -> None:
    """Have Serverless make the package, and mark it as made of the sources that have the fingerprint ``wanted``."""
    shutil.rmtree(folder, ignore_errors=True)
    arguments = ["package", "--stage", stage, "--package", str(folder)]
    made = run_serverless(*arguments, *(f"--param={parameter}" for parameter in parameters))
    if made.returncode != 0:
        raise PackageError((made.stderr + made.stdout).strip())
    if missing := [name for name in (TEMPLATE, _FIRST_TEMPLATE) if not (folder / name).is_file()]:
        raise PackageError(f"{', '.join(missing)} was not made: {made.stderr.strip()}")
    (folder / ".fingerprint").write_text(wanted)


def find_own_parameters() -> tuple[str, ...]:
    """Return the stage parameters for packages that run on this computer. None of them, unless it has Linux."""
    architectures = {"x86_64": "x86_64", "aarch64": "arm64"}
    if sys.platform != "linux" or platform.machine() not in architectures:
        return ()
    version = ".".join(platform.python_version_tuple()[:2])
    return f"architecture={architectures[platform.machine()]}", f"pythonVersion={version}"


def run_serverless(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the project's own Serverless, with ``variables`` and without your AWS settings."""
    return run_serverless_in(ROOT, *arguments, **variables)


def run_serverless_in(cwd: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the project's own Serverless on the service in ``cwd``."""
    node = shutil.which("node")
    if node is None:
        raise PackageError("node is not on the PATH: install Node 20.19 or newer")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SLS_"))}
    environment |= {**NO_FILES, **read_users_proxies()}  # pip fetches the wheels of a package
    return subprocess.run(  # noqa: S603 - the arguments are ours
        [node, str(SERVERLESS), *arguments],
        cwd=cwd,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def make_fingerprint(*sources: str) -> str:
    """Return a hash of the names and contents of files and folders of the project."""
    digest = hashlib.sha256()
    for source in sources:
        path = ROOT / source
        files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        for file in (file for file in files if "__pycache__" not in file.parts):
            digest.update(f"{file.relative_to(ROOT).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()

"""The measured zips, for this computer's Python: ours, and the plugin's by its own defaults."""

from __future__ import annotations

import shutil
import sys
import sysconfig
import zipfile
from functools import lru_cache
from pathlib import Path

import yaml

from deployment.package import ROOT, PackageError, find_own_parameters, make_fingerprint, package, run_serverless_in

# The packages of Lambda's Python runtimes: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
RUNTIME_PACKAGES = ("boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py")
WORK = ROOT / ".local" / "bench"
ZIP = "finance-stream.zip"  # of planner and collector


class NoPackagesHereError(PackageError):
    """A computer without Linux, on which Lambda's packages don't run."""


@lru_cache(maxsize=1)
def package_ours() -> dict[str, Path]:
    """Make the deployed zips of the collector and the transformer for this computer's Python and architecture."""
    if not (parameters := find_own_parameters()):
        raise NoPackagesHereError("the packages are for Linux: measure them on Linux, or choose other lines by --only")
    folder, _ = package("dev", *parameters)
    transformer = next(folder.glob("transformer-*.zip"), folder / "transformer.zip")
    return {"collector": folder / ZIP, "transformer": transformer}


@lru_cache(maxsize=1)
def package_by_plugin() -> Path:
    """Make the zip that serverless-python-requirements makes of the same handlers and pins by its own defaults."""
    project = WORK / "default"
    lock, made = "requirements/functions.txt", project / ".serverless" / "bench.zip"
    mark, wanted = project / ".fingerprint", make_fingerprint("handlers", "finance_stream", lock)
    if mark.is_file() and mark.read_text() == wanted:
        return made
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(ROOT / "handlers", project / "handlers", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / lock, project / "requirements.txt")
    (project / "node_modules").symlink_to(ROOT / "node_modules")
    (project / "serverless.yml").write_text(yaml.safe_dump(_make_default_service()))
    packaged = run_serverless_in(project, "package")
    if packaged.returncode != 0:
        raise PackageError((packaged.stderr + packaged.stdout).strip())
    mark.write_text(wanted)
    return made


def _make_default_service() -> dict[str, object]:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    handlers = {name: {"handler": f"handlers/{name}.handler"} for name in ("collector", "transformer")}
    return {
        "service": "bench",
        "provider": {"name": "aws", "runtime": f"python{version}"},
        "plugins": ["serverless-python-requirements"],
        "custom": {"pythonRequirements": {"pythonBin": sys.executable, "useStaticCache": False}},
        "package": {"patterns": ["!**", "handlers/**"]},
        "functions": handlers,
    }


def unpack(archive: Path) -> Path:
    """Unpack a zip into a folder and return it."""
    folder = WORK / "unpacked" / f"{archive.parent.name}-{archive.stem}"
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def count_unpacked_bytes(archive: Path) -> int:
    with zipfile.ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())


def link_runtime() -> Path:
    """Make a folder of links to the packages of Lambda's runtime."""
    folder = WORK / "runtime"
    folder.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME_PACKAGES:
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(Path(sysconfig.get_path("purelib")) / name)
    return folder

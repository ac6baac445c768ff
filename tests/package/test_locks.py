"""The locks: complete, and made from the pins in requirements.txt and its like. pip itself refuses a missing hash."""

from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from deployment.package import package
from tests.conftest import ROOT
from tools.lock import LOCKS

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
RENEW = "run `npm run lock`"


def requirements(path: Path) -> dict[str, tuple[str, str, list[str]]]:
    """Return version, marker and hashes of every requirement in a lock, by name."""
    lines = path.read_text().replace("\\\n", " ").splitlines()
    found = {}
    for line in lines:
        if line.strip() and not line.strip().startswith("#"):
            pin, *hashes = re.split(r"\s--hash=", line)
            name, version, marker = re.fullmatch(r"([\w.-]+)==([^ ;]+)(?: ; (.*?))?\s*", pin).groups("")  # type: ignore[union-attr]
            found[name] = (version, marker, [one.strip() for one in hashes])
    return found


def pins(path: Path) -> dict[str, str]:
    """Return the exact versions in a file of top-level requirements, with those of the files that it includes."""
    found: dict[str, str] = {}
    for line in path.read_text().splitlines():
        if included := re.match(r"-r (.+)", line):
            found |= pins(path.parent / included[1])
        elif line and not line.startswith("#"):
            name, version = re.sub(r"\[.*\]", "", line).split("==")
            found[re.sub(r"[-_.]+", "-", name).lower()] = version
    return found


@pytest.mark.parametrize("lock", [lock for lock, inputs in LOCKS.items() if inputs[0] != "pyproject.toml"])
def test_lock_has_the_current_pins(lock: str) -> None:
    locked = {name: version for name, (version, _, _) in requirements(ROOT / lock).items()}
    asked = pins(ROOT / LOCKS[lock][0])
    assert {name: locked.get(name) for name in asked} == asked, RENEW


def test_notebooks_lock_has_versions_that_the_distribution_accepts() -> None:
    locked = {name: version for name, (version, _, _) in requirements(ROOT / "requirements/notebooks.txt").items()}
    asked = [Requirement(one) for one in (*PROJECT["dependencies"], *itertools.chain(*EXTRAS.values()))]
    names = {one.name: re.sub(r"[-_.]+", "-", one.name).lower() for one in asked}
    assert [str(one) for one in asked if locked.get(names[one.name], "0") not in one.specifier] == [], RENEW


def test_functions_lock_has_the_tested_versions() -> None:
    tested = requirements(ROOT / "requirements/dev.txt")
    assert {
        name: one for name, one in requirements(ROOT / "requirements/functions.txt").items() if one != tested[name]
    } == {}


def test_functions_lock_has_no_marker_of_a_computer() -> None:
    # pip evaluates markers for its own computer, even with --platform. The one allowed marker excludes only PyPy.
    markers = {marker for _, marker, _ in requirements(ROOT / "requirements/functions.txt").values()}
    assert markers - {"", "implementation_name != 'PyPy'"} == set()


def test_packaged_requirements_leave_out_only_the_runtimes_packages() -> None:
    installed = requirements(package("dev")[0] / "requirements.txt")
    assert requirements(ROOT / "requirements/functions.txt").keys() - installed.keys() == {
        "boto3",
        "botocore",
        "s3transfer",
    }
    assert all(hashes for _, _, hashes in installed.values())

"""``deployment.package``: the reuse of a package, and two runs at once."""

from __future__ import annotations

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from deployment.package import SERVERLESS, TEMPLATE, package
from tests.conftest import ROOT

SOME_STAGE = ("local", "logRetentionDays=7")


def test_package_runs_once_for_two_callers_at_once() -> None:
    """Delete the mark, as after a change, and package twice at once in the one folder of Serverless."""
    (package(*SOME_STAGE)[0] / ".fingerprint").unlink()
    with ThreadPoolExecutor(2) as threads:
        (one, made), (other, made_again) = threads.map(lambda _: package(*SOME_STAGE), range(2))
    assert one == other
    assert sorted([made, made_again]) == [False, True]
    assert (one / TEMPLATE).is_file()


def test_package_returns_a_current_package_without_waiting() -> None:
    folder, _ = package()
    with FileLock(folder.parent / ".lock"):  # as if another package is being made
        assert package() == (folder, False)


@pytest.mark.fault(61)
def test_package_and_serverless_package_succeed_at_once(tmp_path: Path) -> None:
    """Run ``npx serverless package`` beside an npm command's packaging, since both use the folder of Serverless."""
    parameter = "logLevel=WARNING"
    (ROOT / ".local" / "package" / f"local-{parameter}" / ".fingerprint").unlink(missing_ok=True)
    by_hand = [shutil.which("node") or "node", str(SERVERLESS), "package", "--stage", "local", f"--param={parameter}"]
    with subprocess.Popen(
        [*by_hand, "--package", str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as beside:
        folder, made = package("local", parameter)
        printed, _ = beside.communicate()
    assert (beside.returncode, made) == (0, True), printed
    archives = {path.name: path.read_bytes() for path in folder.glob("*.zip")}
    assert archives
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.zip")} == archives

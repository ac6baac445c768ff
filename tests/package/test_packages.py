"""The zips to deploy: complete, small, fast to import, and the same for the same commit."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import marshal
import os
import shutil
import struct
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from deployment.package import TEMPLATE, find_own_parameters, package
from local.pipeline import STACK, Pipeline, running
from local.yahoo.replay import load_bars
from local.yahoo.server import YahooReplay
from tests.conftest import ROOT

EVENTS = ROOT / "tests" / "events"
MB = 1_000_000
HEAVY, LIGHT = ["planner", "collector", "poller"], ["transformer", "counter", "checker", "starter", "follower"]
# The packages of Lambda's Python runtimes: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
RUNTIME_PACKAGES = ["boto3", "botocore", "s3transfer", "jmespath", "urllib3", "dateutil", "six.py"]
# The number of Python 3.13's byte code: https://github.com/python/cpython/blob/3.13/Include/internal/pycore_magic_number.h
MAGIC_3_13 = struct.pack("<H", 3571) + b"\r\n"
UNCHECKED_HASH = 0b01  # https://peps.python.org/pep-0552/
AARCH64 = 183  # e_machine, https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html


def zips(folder: Path) -> dict[str, Path]:
    """Return the zip of each function, by the template to deploy."""
    resources = json.loads((folder / TEMPLATE).read_text())["Resources"]
    functions = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Lambda::Function"]
    return {one["FunctionName"].rsplit("-", 1)[1]: folder / Path(one["Code"]["S3Key"]).name for one in functions}


def contents(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture(scope="module")
def deployed() -> dict[str, Path]:
    """Return the zips to deploy for the stage dev."""
    return zips(package("dev")[0])


@pytest.fixture(scope="module")
def runnable() -> dict[str, Path]:
    """Return the same zips for this computer's Python and architecture."""
    if not (parameters := find_own_parameters()):
        pytest.skip("what Lambda runs is made for Linux")
    return zips(package("dev", *parameters)[0])


@pytest.fixture(scope="module")
def unpacked(runnable: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return each function's unpacked zip. Functions that share a zip share the folder."""
    root = tmp_path_factory.mktemp("unpacked")
    for archive in set(runnable.values()):
        zipfile.ZipFile(archive).extractall(root / archive.stem)
    return {name: root / archive.stem for name, archive in runnable.items()}


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with only the packages of Lambda's runtime."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in RUNTIME_PACKAGES:
        (folder / name).symlink_to(Path(sysconfig.get_path("purelib")) / name)
    return folder


@pytest.fixture(scope="module")
def pipeline() -> Iterator[Pipeline]:
    """Run the services that functions call: the stack, a Yahoo with the sample bars, and a query's sample result."""
    replay = replace(load_bars(EVENTS / "bars.csv"), keeps_all=True)
    with YahooReplay(replay) as yahoo, running(package()[0], yahoo.environment()) as pipeline:
        s3 = pipeline.cloud.client("s3")
        s3.create_bucket(Bucket="finance-stream-samples")
        samples = EVENTS / "samples"
        for file in filter(Path.is_file, samples.rglob("*")):
            s3.upload_file(str(file), "finance-stream-samples", file.relative_to(samples).as_posix())
        yield pipeline


@pytest.fixture
def handled(
    pipeline: Pipeline, unpacked: dict[str, Path], runtime: Path, tmp_path: Path
) -> Callable[[str], dict[str, Any]]:
    """Return a function that handles the sample event of a Lambda function with the contents of its zip alone."""

    def handle(name: str) -> dict[str, Any]:
        configuration = pipeline.cloud.client("lambda").get_function_configuration(FunctionName=f"{STACK}-{name}")
        variables = configuration["Environment"]["Variables"] | pipeline.cloud.environment()
        script, event = Path(__file__).with_name("invoke.py"), EVENTS / f"{name}.json"
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-B", script, unpacked[name], runtime, configuration["Handler"], event],
            cwd=tmp_path,
            env=variables | pipeline.cloud.function_environment | {"HOME": "/nonexistent"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        said["outside"] = [file for file in said["files"] if not within(file, unpacked[name], runtime, script)]
        return said

    return handle


def within(file: str, *roots: Path) -> bool:
    """Return true if a module's file belongs to one of ``roots`` or to Python itself."""
    python = "site-packages" not in file and Path(file).is_relative_to(sysconfig.get_path("stdlib"))
    return python or any(Path(file).is_relative_to(root) for root in roots)


def test_planner_plans_with_its_zip_alone(handled: Callable[[str], dict[str, Any]]) -> None:
    planner = handled("planner")
    assert planner["answer"]["tickers"] == ["META", "NFLX"]
    assert planner["outside"] == []


def test_collector_collects_with_its_zip_alone_by_curl_cffi(handled: Callable[[str], dict[str, Any]]) -> None:
    collector = handled("collector")
    assert collector["answer"]["bars"] == 5
    assert collector["has_curl_cffi"] is True
    assert collector["outside"] == []


def test_poller_collects_with_its_zip_alone(handled: Callable[[str], dict[str, Any]]) -> None:
    poller = handled("poller")
    assert poller["answer"] == {"bars": 10, "failed": 0}
    assert poller["outside"] == []


def test_transformer_transforms_with_its_zip_alone(handled: Callable[[str], dict[str, Any]]) -> None:
    transformer = handled("transformer")
    assert [record["result"] for record in transformer["answer"]["records"]] == ["Ok", "ProcessingFailed"]
    assert (transformer["outside"], transformer["heavy"]) == ([], [])


def test_counter_counts_with_its_zip_alone(handled: Callable[[str], dict[str, Any]]) -> None:
    counter = handled("counter")
    assert (counter["answer"]["bars"], counter["answer"]["differences"]["missing"]) == (120, 660)
    assert (counter["outside"], counter["heavy"]) == ([], [])


def test_checker_checks_with_its_zip_alone(handled: Callable[[str], dict[str, Any]]) -> None:
    checker = handled("checker")
    assert checker["answer"]["delivered"] == 118
    assert (checker["outside"], checker["heavy"]) == ([], [])


def test_starter_and_follower_answer_with_their_zips_alone(handled: Callable[[str], dict[str, Any]]) -> None:
    starter, follower = handled("starter"), handled("follower")
    assert (starter["answer"]["statusCode"], follower["answer"]["statusCode"]) == (202, 200)
    for function in (starter, follower):
        assert (function["outside"], function["heavy"]) == ([], [])


def test_template_has_exactly_the_functions_tested_here(deployed: dict[str, Path]) -> None:
    assert sorted(deployed) == sorted(HEAVY + LIGHT)


def test_heavy_functions_share_a_zip_within_its_limits(deployed: dict[str, Path], runnable: dict[str, Path]) -> None:
    for built in (deployed, runnable):
        (archive,) = {built[name] for name in HEAVY}
        assert archive.stat().st_size <= 45 * MB
        with zipfile.ZipFile(archive) as opened:
            assert sum(file.file_size for file in opened.infolist()) <= 135 * MB


def test_light_zips_have_at_most_5_mb(deployed: dict[str, Path]) -> None:
    assert {name: size for name in LIGHT if (size := deployed[name].stat().st_size) > 5 * MB} == {}


@pytest.mark.parametrize("name", ["collector", "transformer"])
def test_zip_has_unchecked_python_3_13_byte_code_per_source(deployed: dict[str, Path], name: str) -> None:
    files = contents(deployed[name])
    sources = [Path(file) for file in files if file.endswith(".py")]
    compiled = [(file.parent / "__pycache__" / f"{file.stem}.cpython-313.pyc").as_posix() for file in sources]
    headers = {files[file][:8] for file in compiled}
    assert headers == {MAGIC_3_13 + struct.pack("<I", UNCHECKED_HASH)}


def test_zip_byte_code_names_its_source_under_var_task(runnable: dict[str, Path]) -> None:
    files = contents(runnable["transformer"])
    source = Path("handlers/transformer.py")
    compiled = files[importlib.util.cache_from_source(source)]
    assert compiled[:4] == importlib.util.MAGIC_NUMBER
    assert marshal.loads(compiled[16:]).co_filename == f"/var/task/{source}"  # noqa: S302 - made by this project


def test_zip_libraries_are_for_arm64_and_have_no_symbols(deployed: dict[str, Path]) -> None:
    libraries = [content for content in contents(deployed["collector"]).values() if content.startswith(b"\x7fELF")]
    assert libraries
    assert {struct.unpack_from("<H", library, 18)[0] for library in libraries} == {AARCH64}
    assert {struct.unpack_from("<Q", library, 40)[0] for library in libraries} == {0}  # no section headers


def test_zip_files_do_not_name_the_folder_they_were_made_in(
    deployed: dict[str, Path], runnable: dict[str, Path]
) -> None:
    for built in (deployed, runnable):
        telling = [file for file, content in contents(built["collector"]).items() if os.fsencode(ROOT) in content]
        assert telling == []


@pytest.fixture(scope="module")
def remade() -> dict[str, Path]:
    """Return the same zips as ``deployed``, made in another clone.

    Making them takes a minute, so they are kept until one of their sources changes, as the package itself is.
    """
    folder, kept = package("dev")[0], ROOT / ".local" / "package-of-a-clone"
    made_of = f"{(folder / '.fingerprint').read_text()} {sys.version}"
    mark = kept / ".fingerprint"
    with FileLock(f"{kept}.lock"):
        if not mark.is_file() or mark.read_text() != made_of:
            shutil.rmtree(kept, ignore_errors=True)
            with tempfile.TemporaryDirectory() as clone:
                shutil.copytree(make_in_clone(Path(clone)), kept)
            mark.write_text(made_of)
    return zips(kept)


def make_in_clone(clone: Path) -> Path:
    """Package the stage dev in another folder by Serverless alone, and return the folder of the package."""
    for name in ("serverless.yml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, clone)
    for name in ("athena", "deployment", "finance_stream", "handlers", "requirements", "resources", "statemachine"):
        shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
    (clone / "node_modules").symlink_to(ROOT / "node_modules")
    serverless = clone / "node_modules" / "serverless" / "bin" / "serverless.js"
    made = subprocess.run(
        [shutil.which("node") or "node", serverless, "package", "--stage", "dev"],
        cwd=clone,
        # Another date and other permissions of the files.
        env={**os.environ, "TZ": "Pacific/Kiritimati", "PYTHON": sys.executable},
        umask=0o077,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return clone / ".serverless"


def test_zips_of_another_clone_have_the_same_bytes(deployed: dict[str, Path], remade: dict[str, Path]) -> None:
    assert {name: digest(archive) for name, archive in remade.items()} == {
        name: digest(archive) for name, archive in deployed.items()
    }


def digest(archive: Path) -> str:
    return hashlib.sha256(archive.read_bytes()).hexdigest()

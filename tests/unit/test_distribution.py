"""The library as a wheel: its content, and its import in an environment of its own."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from finance_stream.client.questions import FOLDER, list_questions, read_view
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SHOW = """
import json
import finance_stream
from finance_stream.client.questions import list_questions, read_view
questions = [question.name for question in list_questions()]
print(json.dumps([finance_stream.__file__, finance_stream.Lake.__name__, questions, read_view()]))
"""


def find_undeclared() -> list[str]:
    """Return the modules in .venv of packages that the library needs neither itself nor through its dependencies."""
    needed, asked = set(), [Requirement(one).name for one in PROJECT["dependencies"]]
    while asked:
        name = re.sub(r"[-_.]+", "-", asked.pop()).lower()
        if name not in needed:
            needed.add(name)
            found = map(Requirement, importlib.metadata.requires(name) or ())
            asked += [one.name for one in found if one.marker is None or one.marker.evaluate({"extra": ""})]
    providers = importlib.metadata.packages_distributions()
    normal = {module: {re.sub(r"[-_.]+", "-", one).lower() for one in names} for module, names in providers.items()}
    return sorted(module for module, names in normal.items() if not names & needed and module.isidentifier())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel without a network: the build tool is in .venv."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    [made] = folder.glob("*.whl")
    return made


def test_wheel_has_the_library_and_its_sql_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    sql = {f"finance_stream/athena/{path.relative_to(FOLDER).as_posix()}" for path in FOLDER.rglob("*.sql")}
    assert {name for name in names if name.endswith(".sql")} == sql
    assert "finance_stream/py.typed" in names
    version = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["version"]
    assert {name.partition("/")[0] for name in names} == {"finance_stream", f"finance_stream-{version}.dist-info"}


def test_wheel_works_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    """Its dependencies are those of .venv: only the library itself is installed."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = ["pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(python), str(wheel)]
    subprocess.run([sys.executable, "-m", "uv", *install], check=True)
    # A package that the library doesn't declare can't be imported.
    hidden = f"import sys\nsys.modules.update(dict.fromkeys({find_undeclared()}))\n"
    [place] = (tmp_path / "venv").rglob("site-packages")
    (place / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    shown = subprocess.run([python, "-c", hidden + SHOW], cwd=tmp_path, capture_output=True, text=True, check=True)
    file, name, questions, view = json.loads(shown.stdout)
    assert Path(file).is_relative_to(tmp_path)
    assert name == "Lake"
    assert questions == [question.name for question in list_questions()]
    assert view == read_view()


def test_distribution_has_extras_and_the_version_of_npm() -> None:
    assert PROJECT["version"] == json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["version"]
    assert PROJECT["optional-dependencies"].keys() == {"notebooks", "polars"}

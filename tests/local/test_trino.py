"""The parts of the comparison with Trino that don't need Trino: release, Java, statements and differences."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.conftest import ROOT
from tools.trino import statements as asked
from tools.trino.comparison import EngineAnswer, list_differences
from tools.trino.release import RELEASES, UnavailableError, choose, find_cache_folder, find_javas, install_server
from tools.trino.statements import TrinoStatement, list_statements

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="stands in for programs with shell scripts")
NEWEST = RELEASES[0]


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def java(folder: Path, version: str) -> Path:
    return program(folder / "bin" / "java", f"""echo 'openjdk version "{version}" 2026-04-21' >&2""")


# The release


def test_choose_takes_the_newest_release_and_first_fitting_java() -> None:
    found = {Path("old"): NEWEST.minimum_java - 1, Path("fit"): NEWEST.minimum_java, Path("newer"): 99}
    assert choose(found) == (NEWEST, Path("fit"))


def test_choose_names_a_java_that_is_too_old() -> None:
    with pytest.raises(
        UnavailableError, match=r"needs Java 24 or newer \(found: /usr/bin/java is 17\): install one, or"
    ):
        choose({Path("/usr/bin/java"): 17})
    with pytest.raises(UnavailableError, match=r"\(found: none\)"):
        choose({})


@on_posix
def test_find_javas_lists_the_users_before_installed_ones(tmp_path: Path) -> None:
    home, path = java(tmp_path / "home", "24.0.1"), java(tmp_path / "path", "17.0.15")
    installed, broken = java(tmp_path / "jvm" / "temurin-25", "25"), tmp_path / "jvm" / "broken"
    program(broken / "bin" / "java", "exit 1")
    environment = {"JAVA_HOME": str(tmp_path / "home"), "PATH": str(path.parent)}
    found = find_javas(environment, [f"{tmp_path}/jvm/*/bin/java"])
    assert list(found.items()) == [(home, 24), (path, 17), (installed, 25)]


# The cache and the download


def test_find_cache_folder_returns_the_users(tmp_path: Path) -> None:
    assert find_cache_folder({"XDG_CACHE_HOME": str(tmp_path)}, "linux") == tmp_path / "finance-stream"
    assert find_cache_folder({}, "darwin") == Path.home() / ".cache" / "finance-stream"
    assert find_cache_folder({"LOCALAPPDATA": str(tmp_path)}, "win32") == tmp_path / "finance-stream" / "cache"


def test_install_server_reuses_the_cache(tmp_path: Path) -> None:
    kept = tmp_path / f"trino-server-{NEWEST.version}"
    kept.mkdir()
    assert install_server(NEWEST, tmp_path, {"PATH": ""}) == kept


def test_install_server_names_a_missing_maven(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="mvn is not on the PATH: install Apache Maven"):
        install_server(NEWEST, tmp_path, {"PATH": ""})


@on_posix
def test_install_server_quotes_maven_when_a_download_fails(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "mvn", "echo '[ERROR] Could not find artifact'; exit 1")
    with pytest.raises(
        UnavailableError, match=r"trino-server:476:tar.gz could not be fetched: \[ERROR\] Could not find"
    ):
        install_server(NEWEST, tmp_path / "cache", {"PATH": str(tmp_path / "bin")})


@on_posix
def test_install_server_rejects_an_archive_of_another_checksum(tmp_path: Path) -> None:
    version = NEWEST.version
    folder = f"io/trino/trino-server/{version}"
    made = f"mkdir -p {folder}; echo other > {folder}/trino-server-{version}.tar.gz"
    program(tmp_path / "bin" / "mvn", f"PATH={os.environ['PATH']}; {made}")
    with pytest.raises(UnavailableError, match="is not Trino 476: its SHA-256 is"):
        install_server(NEWEST, tmp_path / "cache", {"PATH": str(tmp_path / "bin")})
    assert not (tmp_path / "cache" / f"trino-server-{version}").exists()


@on_posix
def test_trino_command_exits_with_3_without_trino(tmp_path: Path) -> None:
    java(tmp_path, "25")
    ran = subprocess.run(
        [sys.executable, "-m", "tools.trino"],
        cwd=ROOT,
        env={"PATH": str(tmp_path / "bin"), "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (3, "mvn is not on the PATH: install Apache Maven, which fetches Trino.\n")


# The statements


def test_list_statements_covers_athena_and_the_docs() -> None:
    names = [statement.name for statement in list_statements()]
    for file in (ROOT / "athena").rglob("*.sql"):
        assert any(name.startswith(f"{file.relative_to(ROOT).as_posix()}, ") for name in names)
    for file in (ROOT / "athena").glob("*.sql"):
        assert sum(name.startswith(f"view {file.stem}, session ") for name in names) == 3
    assert "query.md, query 1" in names
    assert any(name.startswith("corpus: ") for name in names)


def test_list_statements_binds_parameters_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "athena").mkdir()
    (tmp_path / "README.md").write_text("```sql\nSELECT 1;\n```\n")
    (tmp_path / "athena" / "q.sql").write_text('-- why?\nSELECT 1 FROM bars WHERE "interval" = ? AND dt >= ?\n')
    monkeypatch.setattr(asked, "ROOT", tmp_path)
    first, *_ = found = list_statements()
    assert first.sql == "-- why?\nSELECT 1 FROM bars WHERE \"interval\" = '1m' AND dt >= '2026-11-23'"
    assert TrinoStatement("README.md, query 1", "SELECT 1") in found
    (tmp_path / "athena" / "q.sql").write_text("SELECT 1 FROM bars WHERE ? = ? AND ? = ? AND 1 = ?")
    with pytest.raises(click.UsageError, match=r"athena/q\.sql has 5 parameters: add their values to statements\.py"):
        list_statements()


# The differences

ONE = [("n", "bigint")]


@pytest.mark.parametrize(
    ("athena", "trino", "unlike"),
    [
        (EngineAnswer(ONE, [["1"], ["2"]]), EngineAnswer(ONE, [["2"], ["1"]]), 0),
        (EngineAnswer(ONE, [["1"]]), EngineAnswer(ONE, [["1"], [None]]), 2),
        (EngineAnswer(ONE, [["1"]]), EngineAnswer([("n", "integer")], [["1"]]), 1),
        (EngineAnswer(error="TYPE_MISMATCH", message="a"), EngineAnswer(error="TYPE_MISMATCH", message="b"), 0),
        (EngineAnswer(error="TYPE_MISMATCH"), EngineAnswer(error="SYNTAX_ERROR"), 2),
        (EngineAnswer(ONE, []), EngineAnswer(error="SYNTAX_ERROR"), 2),
    ],
    ids=["order that is not asked for", "a row more", "another type", "one error", "another error", "one error only"],
)
def test_list_differences_compares_columns_rows_and_errors(
    athena: EngineAnswer, trino: EngineAnswer, unlike: int
) -> None:
    assert len(list_differences(TrinoStatement("q", "SELECT n FROM t"), athena, trino)) == unlike


def test_list_differences_compares_the_order_of_sorted_rows() -> None:
    ordered = TrinoStatement("q", "SELECT n FROM t ORDER BY n")
    assert len(list_differences(ordered, EngineAnswer(ONE, [["1"], ["2"]]), EngineAnswer(ONE, [["2"], ["1"]]))) == 2


def test_list_differences_compares_the_bytes_of_a_view() -> None:
    ours, theirs = (EngineAnswer(ONE, [["1"]], scanned_bytes=size) for size in (1_000, 2_000))
    view = TrinoStatement("view bars, session = DATE '2026-11-23'", "SELECT n FROM t")
    assert list_differences(view, ours, theirs) == ["bytes read: embedded Athena 1,000, Trino 2,000"]
    assert list_differences(view, ours, ours) == []
    assert list_differences(TrinoStatement("q", "SELECT n FROM t"), ours, theirs) == []

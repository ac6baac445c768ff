"""The files in --out. A local run replaces and deletes only those of an earlier run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finance_stream.client.output_file import (
    NEIGHBOUR,
    OutputError,
    check_file,
    check_writable,
    replacing,
    write_output,
)
from local import outputs
from local.outputs import HIGHS_CSV, MANIFEST, PAGE, SOURCE, OutFolder

OBJECT = "bars/interval=1m/dt=2026-11-23/finance-stream-local-bars-1.json.gz"
LATER = "bars/interval=1m/dt=2026-11-24/finance-stream-local-bars-2.json.gz"
FIRST = {OBJECT: b"one", HIGHS_CSV: b"highs", SOURCE: b"source"}
SECOND = {LATER: b"two", HIGHS_CSV: b"others", SOURCE: b"source"}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a folder with the results of a run."""
    folder = tmp_path / "out"
    OutFolder(folder).save(FIRST)
    OutFolder(folder).add(PAGE, b"page")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of the folder except the manifest and the lock."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".finance-stream"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def refusal(folder: Path, replay: Path | None = None) -> str:
    """Return the error of a refused run.

    ``save`` is refused too, in case the folder changed during a run.
    """
    before = content(folder)
    with pytest.raises(OutputError) as refused:
        OutFolder(folder).check(replay=replay)
    if replay is None:
        with pytest.raises(OutputError):
            OutFolder(folder).save(SECOND)
    assert content(folder) == before
    return str(refused.value)


@pytest.mark.fault(52)
def test_out_folder_replaces_the_files_of_an_earlier_run(out: Path) -> None:
    OutFolder(out).check()
    OutFolder(out).save(SECOND)
    assert content(out) == {**SECOND, PAGE: b"page"}
    assert not (out / OBJECT).parent.exists()
    OutFolder(out).add(PAGE, b"new page")
    OutFolder(out).save(FIRST)
    assert content(out) == {**FIRST, PAGE: b"new page"}


def test_out_folder_lists_the_files_that_it_saved_itself(out: Path) -> None:
    folder = OutFolder(out)
    assert folder.saved == set()
    folder.add(PAGE, b"new page")
    assert folder.saved == {PAGE}
    folder.save(SECOND)
    assert folder.saved == {PAGE, *SECOND}


@pytest.mark.fault(52)
@pytest.mark.parametrize(
    "path", ["bars/thesis/thesis.tex", OBJECT.replace("bars-1", "bars-9"), OBJECT, HIGHS_CSV, PAGE, SOURCE, MANIFEST]
)
def test_out_folder_rejects_a_file_that_a_user_added_or_changed(out: Path, path: str) -> None:
    (out / path).parent.mkdir(exist_ok=True)
    (out / path).write_bytes(b"mine")
    assert path in refusal(out)


@pytest.mark.fault(52)
@pytest.mark.parametrize("path", ["bars/2020.csv", HIGHS_CSV, PAGE, SOURCE])
def test_out_folder_rejects_files_without_a_manifest(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_bytes(b"mine")
    assert refusal(tmp_path) == (
        f"{tmp_path}: {path} is not from a run, or was changed since (move or delete it, or choose another --out)"
    )


def test_out_folder_leaves_other_files(tmp_path: Path) -> None:
    (tmp_path / "bars").mkdir()
    for name in ("notes.txt", "bars/.DS_Store"):
        (tmp_path / name).write_bytes(b"mine")
    for files in (FIRST, SECOND):
        OutFolder(tmp_path).check()
        OutFolder(tmp_path).save(files)
    assert content(tmp_path) == {**SECOND, "notes.txt": b"mine", "bars/.DS_Store": b"mine"}


@pytest.mark.fault(52)
@pytest.mark.parametrize("link", ["bars", "bars/interval=1m", "bars/x", HIGHS_CSV, PAGE, MANIFEST])
def test_out_folder_follows_no_symbolic_link(tmp_path: Path, link: str) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "file").write_bytes(b"mine")
    out = tmp_path / "out"
    (out / link).parent.mkdir(parents=True)
    (out / link).symlink_to(mine / "file" if "." in link else mine)
    assert link in refusal(out)
    assert content(mine) == {"file": b"mine"}


@pytest.mark.fault(52)
def test_out_folder_ignores_manifest_paths_outside_it(out: Path) -> None:
    mine = out.parent / "mine.txt"
    mine.write_bytes(b"mine")
    manifest = json.loads((out / MANIFEST).read_bytes())
    digest = outputs._digest(b"mine")
    manifest["files"] |= {"../mine.txt": [digest], str(mine): [digest], "bars/../../mine.txt": [digest]}
    (out / MANIFEST).write_text(json.dumps(manifest))
    OutFolder(out).save(SECOND)
    assert mine.read_bytes() == b"mine"
    with pytest.raises(OutputError, match="lies outside"):
        OutFolder(out).save({"bars/../../mine.txt": b"theirs"})
    assert mine.read_bytes() == b"mine"


@pytest.mark.parametrize("manifest", [b"", b"[" * 100_000, b"[]", b'{"files": 1}', b'{"files": {"bars": 1}}', b"\xff"])
def test_out_folder_rejects_a_broken_manifest(out: Path, manifest: bytes) -> None:
    (out / MANIFEST).write_bytes(manifest)
    assert MANIFEST in refusal(out)


@pytest.mark.fault(53)
@pytest.mark.parametrize("replay", ["out/bars", f"out/{OBJECT}", f"out/{HIGHS_CSV}", "out", ".", "link"])
def test_out_folder_rejects_a_replay_that_a_run_would_replace(out: Path, replay: str) -> None:
    (out.parent / "link").symlink_to(out / "bars")
    assert "--replay overlaps" in refusal(out, out.parent / replay)


def test_out_folder_accepts_a_replay_beside_its_own_files(out: Path) -> None:
    for name in ("mine.csv", "out/mine.csv", "absent.csv"):
        (out.parent / name).write_bytes(b"mine")
        OutFolder(out).check(replay=out.parent / name)


def test_out_folder_note_enters_a_page_in_an_existing_manifest(out: Path) -> None:
    write_output(out / PAGE, b"another")
    OutFolder(out).note(PAGE, b"another")
    OutFolder(out).check()
    OutFolder(out.parent).note(PAGE, b"another")
    assert not (out.parent / MANIFEST).exists()


def test_out_folder_recovers_after_a_killed_run(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill a run after each file in turn. The next run recognizes every file that the killed run left."""
    for written in range(len(SECOND)):
        count = 0

        def killed(path: Path, text: str | bytes, last: int = written) -> None:
            nonlocal count
            if path.name != MANIFEST:
                count += 1
                if count > last:
                    path.with_name(f"{NEIGHBOUR}x").write_bytes(b"half")
                    raise KeyboardInterrupt
            write_output(path, text)

        monkeypatch.setattr(outputs, "write_output", killed)
        (out / LATER).parent.mkdir(exist_ok=True)
        with pytest.raises(KeyboardInterrupt):
            OutFolder(out).save(SECOND)
        monkeypatch.undo()
        OutFolder(out).check()
    OutFolder(out).save(FIRST)
    assert {path: found for path, found in content(out).items() if path != PAGE} == FIRST


@pytest.mark.fault(54)
def test_replacing_keeps_the_old_file_when_writing_fails(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(b"whole")
    reason = r"page.html: cannot be written: No space left on device$"
    with pytest.raises(OutputError, match=reason), replacing(page) as file:
        file.write(b"half")
        raise OSError(28, "No space left on device")
    with pytest.raises(ZeroDivisionError), replacing(page):
        raise ZeroDivisionError
    assert content(tmp_path) == {"page.html": b"whole"}
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_replacing_replaces_a_links_target_and_writes_to_a_device(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    write_output(link, "new")
    assert (link.is_symlink(), target.read_text()) == (True, "new")
    check_file(Path("/dev/null"))
    write_output(Path("/dev/null"), "nothing")
    assert Path("/dev/null").is_char_device()


@pytest.mark.fault(54)
def test_replacing_names_the_path_and_the_reason_of_a_full_device() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    with pytest.raises(OutputError, match=r"^/dev/full: cannot be written: No space left on device$"):
        write_output(Path("/dev/full"), "x" * 100_000)


@pytest.mark.fault(54)
@pytest.mark.parametrize("folder", ["file", "file/below", "file/far/below"])
def test_check_writable_names_the_folder_and_the_reason(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(OutputError, match=rf"{folder}: cannot be written: (Not a directory|File exists)$"):
        check_writable(tmp_path / folder)


def test_check_writable_leaves_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "folder")
    assert list(tmp_path.iterdir()) == []

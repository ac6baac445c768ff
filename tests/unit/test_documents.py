"""The documents: their openings, their links, and the code that they name."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.conftest import ROOT
from tools.gates import STATIC, TEST, list_gates

PLACES = ("*.md", "docs/*.md", "docs/decisions/*.md", "embedded_cloud/*.md")
FOLDERS = (
    "athena|bench|commands|deployment|docs|embedded_cloud|finance_stream|handlers|local|requirements|resources|"
    "statemachine|tests|tools"
)
PAGES = sorted(path.relative_to(ROOT).as_posix() for place in PLACES for path in ROOT.glob(place))


def tokens(page: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes from a page's headings."""
    found = tokens(page)
    headings = [after.content for token, after in itertools.pairwise(found) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    inline = [child for token in tokens(page) for child in token.children or []]
    targets = [
        child.attrs.get("href") or child.attrs.get("src") for child in inline if child.type in ("link_open", "image")
    ]
    return [str(target) for target in targets if not str(target).startswith(("https:", "http:", "mailto:"))]


@pytest.mark.parametrize("page", PAGES)
def test_pages_link_to_existing_pages_and_headings(page: str) -> None:
    path = ROOT / page
    for link in links(path):
        target, _, anchor = link.partition("#")
        led_to = (path.parent / target).resolve() if target else path
        assert led_to.exists(), link
        assert not anchor or anchor in anchors(led_to), link


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_pages_open_with_a_heading_and_a_paragraph(page: str) -> None:
    kinds = [token.type for token in tokens(ROOT / page)]
    assert kinds[:4] == ["heading_open", "inline", "heading_close", "paragraph_open"]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if re.fullmatch(r"docs/[^/]+|docs/decisions/README\.md", page)]
)
def test_readme_leads_to_each_page(page: str) -> None:
    assert page in {link.partition("#")[0] for link in links(ROOT / "README.md")}


def test_index_of_decisions_leads_to_each_in_order() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(path.name for path in folder.glob("*.md") if path.name != "README.md")
    assert links(folder / "README.md") == files
    assert [int(name[:3]) for name in files] == list(range(1, len(files) + 1))


def test_decisions_have_the_same_sections() -> None:
    for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"):
        found = tokens(path)
        headings = [after.content for token, after in itertools.pairwise(found) if token.type == "heading_open"]
        number, _, title = headings[0].partition(". ")
        assert (int(number), bool(title)) == (int(path.name[:3]), True)
        assert headings[1:] == ["Context", "Decision", "Consequences"]
        assert re.fullmatch(r"Status: (accepted|superseded by \[.+)", found[4].content), path.name


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES)
def test_pages_name_existing_files(page: str) -> None:
    files = re.findall(rf"`((?:{FOLDERS})/[\w./-]+\.\w+)`", (ROOT / page).read_text(encoding="utf-8"))
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_pages_name_every_npm_script() -> None:
    scripts = json.loads((ROOT / "package.json").read_text())["scripts"]
    text = "".join((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
    assert [name for name in scripts if not re.search(rf"npm (run )?{name}\b", text)] == []


def test_deploy_page_describes_every_stage_parameter() -> None:
    text = (ROOT / "serverless.yml").read_text(encoding="utf-8")
    params = yaml.safe_load(text[text.index("\nparams:") : text.index("\nplugins:")])["params"]
    names = {name for stage in params.values() for name in stage}
    described = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert {name for name in names if f"`{name}`" not in described} == {"requirements"}  # of the embedded cloud


def test_workflow_runs_each_gate_and_each_folder_of_tests() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "gates.yml").read_text())["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert {gate.name for gate in list_gates(TEST)} - {gate.name for gate in list_gates(STATIC)} == {
        "tests without a package",
        "tests of the packages",
    }
    assert "npm run static" in commands
    named = {word for command in commands if command.startswith("npm test -- ") for word in command.split()}
    folders = {path.parent.relative_to(ROOT).parts[1] for path in ROOT.glob("tests/*/**/test_*.py")}
    assert {word for word in named if word.startswith("tests/")} == {f"tests/{folder}" for folder in folders}
    assert jobs["emulator"]["strategy"]["matrix"]["python"] == ["3.11", "3.13"]

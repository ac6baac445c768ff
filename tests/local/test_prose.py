"""The prose linter: the rules, the places of their findings, and the budgets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.prose import check_prose

PYTHON = '''"""What the module is."""
# The list that was
# mended; then it rings.
import os  # noqa: F401 - the price is $3 a month.


class Table:
    """A table of ``what`` and `whoever`."""

    @property
    def width(self) -> int:
        """The width."""

    def read(self) -> None:
        # The docstring follows.
        """Which rows.

        Whoever reads it; at once.
        """
        text = "what is data; not prose"
        raise ValueError(f"{text}; what is wrong")
'''


def lint(folder: Path, name: str, text: str, capfd: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Return the exit code and the findings as ``line:column rule``."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    code = check_prose(str(file))
    found = re.findall(rf"{re.escape(name)}:(\d+:\d+): .*\[([a-z-]+)\]", capfd.readouterr().out)
    return code, [f"{place} {rule}" for place, rule in found]


def test_check_prose_reads_docstrings_comments_and_messages(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, found = lint(tmp_path, "module.py", PYTHON, capfd)
    assert code == 1
    assert found == ["1:4 docstring-opening", "3:3 dialect", "3:19 dialect", "4:40 per", "16:12 docstring-opening"]


def test_check_prose_leaves_code_and_links_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    page = "# Page\n\n`mend` [fix](https://example.com/mend;what) it.\n\n```sh\nmend; anew\n```\n\nWhat is mended?\n"
    assert lint(tmp_path, "page.md", page, capfd) == (1, ["9:9 dialect"])


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (
            "a.yml",
            "# It is mended,\n# mended.\nk: '# mended'\ndescription: >\n  A\n  mended b\n",
            ["1:9", "2:3", "6:3"],
        ),
        ("a.sql", "-- The mended bars.\nSELECT 'mended' -- or mended\n", ["1:8", "2:23"]),
        ("a.asl.json", '{"Comment": "A mended state", "QueryLanguage": "mended"}\n', ["1:16"]),
        ("a.mjs", "// A mended line.\nconst a = 'x // mended'; // is mended\n", ["1:6", "2:32"]),
    ],
)
def test_check_prose_reads_comments_and_descriptions(
    name: str, text: str, found: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert lint(tmp_path, name, text, capfd) == (1, [f"{place} dialect" for place in found])


@pytest.mark.parametrize(("semicolons", "passes"), [(3, True), (4, False)])
def test_check_prose_allows_three_semicolons_per_1000_words(
    semicolons: int, passes: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, found = lint(tmp_path, "page.md", "One thing; another. " * semicolons + "Word " * 900, capfd)
    assert (code == 0, len(found)) == (passes, 0 if passes else semicolons)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("It costs $0.96 a month.", False),
        ("It makes 5 bars a session.", False),
        ("It takes 29 calls a minute, and more.", False),
        ("It costs $0.96 per month.", True),
        ("It runs a function and calls a query.", True),
        ("It has the bars a session may have.", True),
    ],
)
def test_check_prose_wants_per(text: str, passes: bool, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, _ = lint(tmp_path, "page.md", text, capfd)
    assert (code == 0) == passes


def test_check_prose_refuses_a_file_that_is_missing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert check_prose(str(tmp_path / "missing.md")) == 2
    assert "missing.md: no such file or folder" in capfd.readouterr().err

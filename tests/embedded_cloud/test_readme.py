"""The example in the README of the embedded cloud."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "embedded_cloud" / "README.md"


def test_readme_example_prints_the_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = re.search(r"<!-- example -->\n```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    example = tmp_path / "example.py"
    example.write_text(found[1], encoding="utf-8")
    runpy.run_path(str(example))
    assert capsys.readouterr().out == "42\n"

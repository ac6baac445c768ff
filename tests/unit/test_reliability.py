"""The table in docs/reliability.md: one row per fault, with the tests that are marked with its number."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT

FAULTS = 70
TABLE = (ROOT / "docs" / "reliability.md").read_text()
ROWS = {
    int(number): (fault, seen, re.findall(r"`([^`]+::[^`]+)`", tests))
    for number, fault, seen, tests in re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", TABLE, re.MULTILINE)
}
NOT_YET = "not yet: "


def marked() -> Iterator[tuple[str, int]]:
    """Yield each marked test with the number of its row."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for test in ast.parse(path.read_text()).body:
            for decorator in test.decorator_list if isinstance(test, ast.FunctionDef) else []:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.fault":
                    assert isinstance(test, ast.FunctionDef)
                    yield f"{path.relative_to(ROOT / 'tests')}::{test.name}", ast.literal_eval(decorator.args[0])


@pytest.fixture(scope="module")
def carried() -> set[tuple[str, int]]:
    return set(marked())


def test_table_has_one_row_per_fault_in_order() -> None:
    numbers = re.findall(r"^\| (\d+) \|", TABLE, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, FAULTS + 1)]
    assert list(ROWS) == list(range(1, FAULTS + 1))


@pytest.mark.parametrize("number", ROWS)
def test_table_row_names_marked_tests_or_the_missing_part(number: int, carried: set[tuple[str, int]]) -> None:
    _, seen, tests = ROWS[number]
    if seen.startswith(NOT_YET):
        assert len(seen) > len(NOT_YET)
        assert tests == []
        assert number not in {row for _, row in carried}
    else:
        assert tests
        assert {(test, number) for test in tests} <= carried


def test_fault_marks_have_a_row_each(carried: set[tuple[str, int]]) -> None:
    assert {number for _, number in carried} <= set(ROWS)

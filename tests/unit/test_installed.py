"""Tests that need an absent program: they are skipped with one line, and fail in CI."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.installed import need

MISSING = "no-such-browser or no-such-other is not installed: install it to run this test"


def test_need_returns_the_first_program_that_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    python = Path(sys.executable)
    monkeypatch.setenv("PATH", str(python.parent))
    assert need("no-such-browser", python.name) == str(python)


def test_need_skips_with_the_programs_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as skipped:
        need("no-such-browser", "no-such-other")
    assert str(skipped.value) == MISSING


def test_need_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception) as failed:
        need("no-such-browser", "no-such-other")
    assert str(failed.value) == MISSING

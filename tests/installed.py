"""Programs that a computer may lack, and without which a test can't run."""

from __future__ import annotations

import os
import shutil

import pytest


def need(*names: str, found: str | None = None) -> str:
    """Return the path of the first of these programs that is installed, or ``found``.

    Where none is, the test is skipped, with one line that says what to install. In CI it fails instead.
    """
    path = found or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        missing = f"{' or '.join(names)} is not installed: install it to run this test"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return path

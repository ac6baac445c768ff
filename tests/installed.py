"""Programs that some tests need and a computer may lack."""

from __future__ import annotations

import os
import shutil

import pytest


def need(*names: str, found: str | None = None) -> str:
    """Return ``found``, or the path of the first of these programs that is installed.

    Without one, skip the test with one line that names the program to install. In CI, fail the test instead.
    """
    path = found or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        missing = f"{' or '.join(names)} is not installed: install it to run this test"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return path

"""Where the real market day lies, for every test that reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REAL_DAY = ROOT.parent / "shared" / "market" / "2020-05-14.ndjson"


@pytest.fixture(scope="session")
def real_day() -> Path:
    """Ten tickers' 1-minute highs and lows of 14 May 2020: third-party data, of which the project holds no copy."""
    if not REAL_DAY.is_file():
        pytest.skip("the real market day is not here: ../shared/market/2020-05-14.ndjson, beside the project's folder")
    return REAL_DAY

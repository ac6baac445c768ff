"""The date of a function: the cloud's, in a new environment and in one that was used before a jump."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from embedded_cloud.cloud import EmbeddedCloud
from tests.embedded_cloud.lambda_.archive import call, create_function

START = datetime(2031, 2, 28, 23, 59, 0, tzinfo=UTC)
SLACK = timedelta(minutes=5)
CODE = """
    import datetime, sys, time
    imported_at = datetime.datetime.now(datetime.UTC).isoformat()
    def handler(event, context):
        time.sleep(0.05)
        return {
            "imported": imported_at,
            "now": datetime.datetime.now(datetime.UTC).isoformat(),
            "time": time.time(),
            "left": context.get_remaining_time_in_millis(),
            "pytest": "pytest" in sys.modules,
        }
"""


@pytest.fixture(scope="module", params=[(), ("boto3",)], ids=["by itself", "forked"])
def moved(request: pytest.FixtureRequest) -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(start=START, preloaded=request.param) as cloud, cloud.clock.held():
        yield cloud


def test_function_sees_the_clouds_date(moved: EmbeddedCloud) -> None:
    client = create_function(moved, "dated", CODE, Timeout=30)
    said: dict[str, Any] = call(client, "dated")[0]
    assert timedelta() <= datetime.fromisoformat(said["imported"]) - START < SLACK
    assert timedelta() <= datetime.fromisoformat(said["now"]) - START < SLACK
    assert abs(said["time"] - datetime.fromisoformat(said["now"]).timestamp()) < 1
    assert 0 < said["left"] <= 30_000
    assert not said["pytest"]  # time-machine would import it

    moved.clock.wait_until(START + timedelta(days=1))
    again: dict[str, Any] = call(client, "dated")[0]
    assert again["imported"] == said["imported"]  # the same process
    assert timedelta(days=1) <= datetime.fromisoformat(again["now"]) - START < timedelta(days=1) + SLACK

"""The end of all executions when the cloud stops."""

from __future__ import annotations

import threading

from tests.embedded_cloud.stepfunctions.border import Workflow, workflow_cloud
from tests.waiting import DEADLINE_SECONDS

SLEEP = {"Sleep": {"Type": "Wait", "Seconds": 99_999_999, "End": True}}


def test_embedded_cloud_ends_its_executions_when_it_stops() -> None:
    with workflow_cloud(clock="real") as cloud:
        workflow = Workflow(cloud)
        workflow.start(workflow.create(SLEEP))
        threads = [thread for thread in threading.enumerate() if ":execution:" in thread.name]

    for thread in threads:
        thread.join(timeout=DEADLINE_SECONDS)
    assert threads
    assert not any(thread.is_alive() for thread in threads)

"""The stack deployed to an embedded cloud in this process, for ``npm run local`` and the pipeline's tests."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from deployment.package import LOCAL_STAGE
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.deploy import deploy
from embedded_cloud.firehose import backend as firehose
from embedded_cloud.stepfunctions.backend import find_execution, list_running
from finance_stream.client.deployment import MARKET, Deployment
from finance_stream.client.execution import ExecutionEnd, read_end
from finance_stream.client.stack import make_stack_name
from finance_stream.executions import start
from local.environment import LIBRARIES

STACK = make_stack_name(LOCAL_STAGE)
PAUSE_SECONDS = 0.2  # of real time, between two looks at an execution


@dataclass(frozen=True, kw_only=True)
class Pipeline(Deployment):
    """A deployment with its cloud in this process, which it can read and wait for directly."""

    query_poll_seconds: ClassVar[float] = 0.1
    cloud: EmbeddedCloud

    def now(self) -> datetime:
        return self.cloud.clock.now()

    def pause(self, execution_arn: str) -> None:
        find_execution(self.cloud, execution_arn).ended.wait(real_timeout=PAUSE_SECONDS)

    def list_current_states(self) -> list[str]:
        """Return the state that each running execution is in."""
        return [str(one.exec_worker.env.next_state_name) for one in list_running(self.cloud)]

    def count_bars_put(self) -> int:
        """Return how many bars the delivery stream has taken so far."""
        return firehose.read_statistics(self.stream).incoming_lines

    def count_bars_put_from_now(self) -> Callable[[], int]:
        """Return a function that counts the bars that the delivery stream takes from now on."""
        before = self.count_bars_put()
        return lambda: self.count_bars_put() - before

    def start(self, **execution_input: Any) -> str:
        """Start an execution and return its ARN."""
        return start(self.step_functions, self.state_machine_arn, execution_input)

    def execute(self, **execution_input: Any) -> ExecutionEnd:
        """Start an execution, wait for its end, and return how it ended."""
        return self.await_end(self.start(**execution_input))

    def await_end(self, execution_arn: str) -> ExecutionEnd:
        """Wait for the end of a Standard execution and return how it ended.

        It waits for an event in this process: polling would be a third of the work.
        """
        find_execution(self.cloud, execution_arn).ended.wait()
        return read_end(self.step_functions, execution_arn)


@contextlib.contextmanager
def running(
    package_dir: Path,
    yahoo: Mapping[str, str],
    *,
    source: str = MARKET,
    stage: str = LOCAL_STAGE,
    port: int = 0,
    held: bool = False,
    **cloud: Any,
) -> Iterator[Pipeline]:
    """Start the embedded cloud, deploy the package to it, and stop the cloud on exit.

    Parameters
    ----------
    yahoo
        The variables that lead functions to Yahoo. Without any, they reach the real Yahoo.
    source
        The source of that Yahoo's bars, in words.
    stage
        The stage of the package.
    held
        True to hold the clock for this thread, from before the deployment on: a schedule would fire meanwhile.
    cloud
        Other arguments of :class:`EmbeddedCloud`.
    """
    stack = make_stack_name(stage)
    with (
        EmbeddedCloud(port=port, function_environment=yahoo, preloaded=LIBRARIES, **cloud) as running_cloud,
        running_cloud.clock.held() if held else contextlib.nullcontext(),
    ):
        yield Pipeline(
            stack_name=stack,
            session=running_cloud.session,
            outputs=deploy(running_cloud, package_dir, stack),
            source=source,
            cloud=running_cloud,
        )

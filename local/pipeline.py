"""The stack deployed to an embedded cloud in this process: what ``npm run local`` and the pipeline's tests stand on."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployment.package import LOCAL_STAGE
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.deploy import deploy
from embedded_cloud.firehose import backend as firehose
from embedded_cloud.stepfunctions.backend import find_execution
from finance_stream.client.deployment import MARKET, Deployment
from finance_stream.client.execution import ExecutionEnd, read_end
from finance_stream.executions import start

STACK = f"finance-stream-{LOCAL_STAGE}"
# A minute passes in a second: the delivery buffers' two minutes and a half would be most of a run.
TIME_FACTOR = 60.0


@dataclass(frozen=True, kw_only=True)
class Pipeline(Deployment):
    """A deployment whose cloud runs in this process, with what only such a cloud can tell."""

    cloud: EmbeddedCloud

    def count_bars_put(self) -> int:
        """Bars that the delivery stream has taken so far."""
        return firehose.read_statistics(self.stream).incoming_lines

    def count_bars_put_from_now(self) -> Callable[[], int]:
        """Return a function that counts the bars that the delivery stream takes from now on."""
        before = self.count_bars_put()
        return lambda: self.count_bars_put() - before

    def execute(self, **execution_input: Any) -> ExecutionEnd:
        """Start an execution and wait for its end."""
        return self.await_end(start(self.step_functions, self.state_machine_arn, execution_input))

    def await_end(self, execution_arn: str) -> ExecutionEnd:
        """How a Standard execution ends, once it has: waited for without asking, which would be a third of the work."""
        find_execution(self.cloud, execution_arn).ended.wait()
        return read_end(self.step_functions, execution_arn)


@contextlib.contextmanager
def running(
    package_dir: Path,
    yahoo: Mapping[str, str],
    *,
    source: str = MARKET,
    port: int = 0,
    time_factor: float = TIME_FACTOR,
    **cloud: Any,
) -> Iterator[Pipeline]:
    """Start the embedded cloud, deploy the package to it, and end it all on leaving.

    Parameters
    ----------
    yahoo
        The variables by which functions reach Yahoo; none for the real one.
    source
        Where that Yahoo's bars are from, in words.
    """
    with EmbeddedCloud(port=port, time_factor=time_factor, function_environment=yahoo, **cloud) as running_cloud:
        yield Pipeline(
            stack_name=STACK,
            session=running_cloud.session,
            outputs=deploy(running_cloud, package_dir, STACK),
            source=source,
            time_factor=time_factor,
            cloud=running_cloud,
        )

"""The stack deployed to an embedded cloud in this process, for ``npm run local`` and the pipeline's tests."""

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
# A minute passes in a second. Otherwise the delivery buffers' two minutes would be most of a run.
TIME_FACTOR = 60.0
# The libraries that the handlers import, most of a cold start's time.
LIBRARIES = ("aws_lambda_powertools", "boto3", "exchange_calendars", "pandas", "yfinance")


@dataclass(frozen=True, kw_only=True)
class Pipeline(Deployment):
    """A deployment with its cloud in this process, which it can read and wait for directly."""

    cloud: EmbeddedCloud

    def count_bars_put(self) -> int:
        """Return how many bars the delivery stream has taken so far."""
        return firehose.read_statistics(self.stream).incoming_lines

    def count_bars_put_from_now(self) -> Callable[[], int]:
        """Return a function that counts the bars that the delivery stream takes from now on."""
        before = self.count_bars_put()
        return lambda: self.count_bars_put() - before

    def execute(self, **execution_input: Any) -> ExecutionEnd:
        """Start an execution, wait for its end, and return how it ended."""
        return self.await_end(start(self.step_functions, self.state_machine_arn, execution_input))

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
    port: int = 0,
    time_factor: float = TIME_FACTOR,
    **cloud: Any,
) -> Iterator[Pipeline]:
    """Start the embedded cloud, deploy the package to it, and stop the cloud on exit.

    Parameters
    ----------
    yahoo
        The variables that lead functions to Yahoo. Without any, they reach the real Yahoo.
    source
        The source of that Yahoo's bars, in words.
    """
    with EmbeddedCloud(
        port=port, time_factor=time_factor, function_environment=yahoo, preloaded=LIBRARIES, **cloud
    ) as running_cloud:
        yield Pipeline(
            stack_name=STACK,
            session=running_cloud.session,
            outputs=deploy(running_cloud, package_dir, STACK),
            source=source,
            time_factor=time_factor,
            cloud=running_cloud,
        )

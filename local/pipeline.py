"""The deployed stack in the embedded cloud: what ``npm run local`` and the pipeline's tests stand on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployment.package import LOCAL_STAGE
from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.deploy import deploy
from embedded_cloud.firehose import backend as firehose
from embedded_cloud.stepfunctions.backend import find_execution
from finance_stream.client.answer import result_lines
from finance_stream.client.execution import Ended, ended, start

STACK = f"finance-stream-{LOCAL_STAGE}"
# A minute passes in a second: the delivery buffers' two minutes and a half would be most of a run.
TIME_FACTOR = 60.0


@dataclass(frozen=True)
class Pipeline:
    """A running cloud with the stack deployed to it; ``outputs`` are the stack's."""

    cloud: EmbeddedCloud
    outputs: Mapping[str, str]

    @property
    def state_machine_arn(self) -> str:
        return self.outputs["StateMachineArn"]

    @property
    def bucket(self) -> str:
        return self.outputs["LakeBucketName"]

    def bars_put(self) -> int:
        """Bars that the delivery stream has taken so far."""
        return firehose.statistics(self.outputs["DeliveryStreamName"]).incoming_lines

    def execute(self, **execution_input: Any) -> Ended:
        """Start an execution and wait for its end."""
        return self.end(start(self.cloud.client("stepfunctions"), self.state_machine_arn, execution_input))

    def end(self, execution_arn: str) -> Ended:
        """How a Standard execution ends, once it has: waited for without asking, which would be a third of the work."""
        find_execution(self.cloud, execution_arn).ended.wait()
        return ended(self.cloud.client("stepfunctions"), execution_arn)

    def objects(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        """Key and content of every object in the lake under ``prefix``."""
        s3 = self.cloud.client("s3")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                yield entry["Key"], s3.get_object(Bucket=self.bucket, Key=entry["Key"])["Body"].read()

    def query_result(self, location: str) -> list[str]:
        """The lines of a query's result at ``s3://...``, a CSV file."""
        return result_lines(self.cloud.client("s3"), location)


@contextlib.contextmanager
def running(
    package_dir: Path, yahoo: Mapping[str, str], *, port: int = 0, time_factor: float = TIME_FACTOR, **cloud: Any
) -> Iterator[Pipeline]:
    """Start the embedded cloud, deploy the package to it, and end it all on leaving.

    Parameters
    ----------
    yahoo
        The variables by which functions reach Yahoo; none for the real one.
    """
    with EmbeddedCloud(port=port, time_factor=time_factor, function_environment=yahoo, **cloud) as running_cloud:
        yield Pipeline(running_cloud, deploy(running_cloud, package_dir, STACK))

"""A deployed stack, on AWS or in the embedded cloud: a session for it, and its outputs."""

from __future__ import annotations

import threading
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import boto3

from finance_stream.client.athena import Athena
from finance_stream.client.stored import list_keys

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

MARKET = "Yahoo Finance"
# The first word of the source of random bars: local/yahoo/synthetic.py.
SYNTHETIC = "SYNTHETIC"


def is_synthetic(source: str) -> bool:
    """Return True if the bars of a source are random."""
    return source.startswith(SYNTHETIC)


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A stack's name, a session for its account and region, and its outputs.

    ``source`` is the origin of its bars. Its date is ``seconds_ahead`` of this computer's. On AWS that is 0.
    """

    # Between two polls of a query. Athena allows 20 calls of GetQueryExecution per second:
    # https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
    query_poll_seconds: ClassVar[float] = 0.5
    # DescribeMapRun and ListMapRuns allow one call per second after a burst:
    # https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    poll_seconds: ClassVar[float] = 1.0

    stack_name: str
    session: boto3.Session
    outputs: Mapping[str, str]
    source: str = MARKET
    seconds_ahead: float = 0.0

    @property
    def state_machine_arn(self) -> str:
        return self.outputs["StateMachineArn"]

    @property
    def bucket(self) -> str:
        return self.outputs["LakeBucketName"]

    @property
    def stream(self) -> str:
        """The name of the delivery stream."""
        return self.outputs["DeliveryStreamName"]

    @property
    def database(self) -> str:
        return self.outputs["DatabaseName"]

    @cached_property
    def step_functions(self) -> SFNClient:
        return self.session.client("stepfunctions")

    @cached_property
    def s3(self) -> S3Client:
        return self.session.client("s3")

    @cached_property
    def athena(self) -> Athena:
        """Athena in the stack's workgroup and database."""
        return Athena(self.session, self.s3, self.outputs["WorkGroupName"], self.database, self.query_poll_seconds)

    def now(self) -> datetime:
        """Return the date of the stack's cloud in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.seconds_ahead)

    def pause(self, execution_arn: str) -> None:
        """Wait before the next look at a running execution."""
        del execution_arn  # AWS tells nobody that it has ended
        threading.Event().wait(self.poll_seconds)

    def read_default_tickers(self) -> list[str]:
        """Return the tickers that the planner takes if an execution's input has none."""
        function = f"{self.stack_name}-planner"
        planner = self.session.client("lambda").get_function_configuration(FunctionName=function)
        return planner["Environment"]["Variables"]["DEFAULT_TICKERS"].split(",")

    def read_objects(self, prefix: str, known: Container[str] = ()) -> Iterator[tuple[str, bytes]]:
        """Yield the key and content of every object in the lake under ``prefix``, except those with a known key."""
        for key in list_keys(self.s3, self.bucket, prefix):
            if key not in known:
                yield key, self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

"""A deployed stack, on AWS or in the embedded cloud: a session for it, and its outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import boto3

from finance_stream.client.athena import Athena

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

MARKET = "Yahoo Finance"
# The first word of the source of random bars: local/yahoo/synthetic.py.
SYNTHETIC = "SYNTHETIC"
# Between two polls of a query. Athena allows 20 calls of GetQueryExecution per second:
# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
QUERY_POLL_SECONDS = 0.5
MAX_SPEED_UP = 5  # of the polls: more of them would slow down the embedded cloud


def is_synthetic(source: str) -> bool:
    """Return True if the bars of a source are random."""
    return source.startswith(SYNTHETIC)


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A stack's name, a session for its account and region, and its outputs.

    ``source`` is the origin of its bars. Waits are ``time_factor`` times as fast as on AWS, where it is 1.
    """

    stack_name: str
    session: boto3.Session
    outputs: Mapping[str, str]
    source: str = MARKET
    time_factor: float = 1.0

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
        poll_seconds = self.choose_poll_seconds(QUERY_POLL_SECONDS)
        return Athena(self.session, self.s3, self.outputs["WorkGroupName"], self.database, poll_seconds)

    def choose_poll_seconds(self, on_aws: float) -> float:
        """Return the pause between two polls: up to :data:`MAX_SPEED_UP` times shorter where waits are faster."""
        return on_aws / min(self.time_factor, MAX_SPEED_UP)

    def read_default_tickers(self) -> list[str]:
        """Return the tickers that the planner takes if an execution's input has none."""
        function = f"{self.stack_name}-planner"
        planner = self.session.client("lambda").get_function_configuration(FunctionName=function)
        return planner["Environment"]["Variables"]["DEFAULT_TICKERS"].split(",")

    def read_objects(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        """Yield the key and content of every object in the lake under ``prefix``."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                yield entry["Key"], self.s3.get_object(Bucket=self.bucket, Key=entry["Key"])["Body"].read()

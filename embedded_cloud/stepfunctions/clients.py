"""The AWS clients of tasks. They act under the state machine's role at this cloud's endpoint."""

from __future__ import annotations

import threading
from typing import Any

import boto3
from botocore.config import Config

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.stepfunctions import moto_patches

# A request waits for its function, which may run 15 minutes
# (https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html). A Task's TimeoutSeconds can end it earlier.
READ_TIMEOUT_SECONDS = 3600
MAX_CONNECTIONS = 256  # per service and role, because a Map's children call in parallel


class RoleClients:
    """A cache of boto3 clients, one per service and role. Creating a client takes longer than most calls."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self._cloud = cloud
        self._lock = threading.Lock()  # boto3's default session isn't thread-safe
        self._clients: dict[tuple[str, str], Any] = {}
        self._credentials: dict[str, dict[str, str]] = {}

    def client(self, service: str, role_arn: str) -> Any:
        """Return the client of ``service`` (boto3's name) under ``role_arn``. It doesn't retry. The workflow does."""
        with self._lock:
            if (service, role_arn) not in self._clients:
                if role_arn not in self._credentials:
                    self._credentials[role_arn] = self._cloud.assume_role(role_arn)
                self._clients[service, role_arn] = boto3.client(
                    service,  # type: ignore[call-overload]
                    region_name=self._cloud.region,
                    endpoint_url=self._cloud.endpoint,
                    config=Config(
                        retries={"total_max_attempts": 1},
                        read_timeout=READ_TIMEOUT_SECONDS,
                        max_pool_connections=MAX_CONNECTIONS,
                        s3={"addressing_style": "path"},
                    ),
                    **self._credentials[role_arn],
                )
            return self._clients[service, role_arn]


def install_clients(cloud: EmbeddedCloud) -> RoleClients:
    """Make moto's tasks use ``cloud``'s clients instead of localhost:5000 with a fixed key."""
    clients = RoleClients(cloud)

    def boto_client_for(region: str, service: str, state_credentials: Any = None) -> Any:
        del region  # the embedded cloud has one region
        return clients.client(service, state_credentials.role_arn)

    for patch in moto_patches.CLIENTS:
        patch.apply(boto_client_for)
    return clients

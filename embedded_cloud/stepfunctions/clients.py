"""The AWS clients that tasks call with: under the state machine's role, at this cloud's endpoint."""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from embedded_cloud.cloud import EmbeddedCloud

# A function may run 15 minutes (https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html) and a request
# waits for it; a Task's own TimeoutSeconds bounds it earlier.
READ_TIMEOUT_SECONDS = 3600
MAX_CONNECTIONS = 256  # of one service and role: a Map's children call at once

_COMPONENT = "moto.stepfunctions.parser.asl.component.state.exec"
# Where moto has imported ``boto_client_for`` by name.
_CALLERS = (
    f"{_COMPONENT}.state_map.item_reader.eval.resource_eval_s3",
    f"{_COMPONENT}.state_map.result_writer.resource_eval.resource_eval_s3",
    f"{_COMPONENT}.state_task.lambda_eval_utils",
    f"{_COMPONENT}.state_task.service.state_task_service_aws_sdk",
    f"{_COMPONENT}.state_task.service.state_task_service_batch",
    f"{_COMPONENT}.state_task.service.state_task_service_dynamodb",
    f"{_COMPONENT}.state_task.service.state_task_service_ecs",
    f"{_COMPONENT}.state_task.service.state_task_service_events",
    f"{_COMPONENT}.state_task.service.state_task_service_glue",
    f"{_COMPONENT}.state_task.service.state_task_service_sfn",
    f"{_COMPONENT}.state_task.service.state_task_service_sns",
    f"{_COMPONENT}.state_task.service.state_task_service_sqs",
    f"{_COMPONENT}.state_task.service.state_task_service_unsupported",
    "moto.stepfunctions.parser.asl.utils.boto_client",
)


class RoleClients:
    """boto3 clients of one cloud, one for each service and role: making one takes longer than most calls."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self._cloud = cloud
        self._lock = threading.Lock()  # boto3's default session is not safe to make clients in from several threads
        self._clients: dict[tuple[str, str], Any] = {}
        self._credentials: dict[str, dict[str, str]] = {}

    def client(self, service: str, role_arn: str) -> Any:
        """The client of ``service`` (boto3's name) under ``role_arn``. It never retries: Retry is the workflow's."""
        with self._lock:
            if (service, role_arn) not in self._clients:
                if role_arn not in self._credentials:
                    self._credentials[role_arn] = self._cloud.role_credentials(role_arn)
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
    """Have every task of moto's call through ``cloud``'s clients, instead of localhost:5000 with a fixed key."""
    clients = RoleClients(cloud)

    def boto_client_for(region: str, service: str, state_credentials: Any = None) -> Any:
        del region  # the embedded cloud has one
        return clients.client(service, state_credentials.role_arn)

    for name in _CALLERS:
        importlib.import_module(name).boto_client_for = boto_client_for  # type: ignore[attr-defined]
    return clients

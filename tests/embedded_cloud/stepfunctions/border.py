"""Doubles for the tests of Step Functions: Lambda and Athena as an HTTP server that the tasks' real clients call."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
from botocore.config import Config

from embedded_cloud.cloud import EmbeddedCloud
from embedded_cloud.stepfunctions.clients import RoleClients
from embedded_cloud.stepfunctions.tasks import Task
from tests.local.roles import make_role
from tests.waiting import eventually

# The arguments of the tasks' Athena query, and its start and end in seconds since 1970, the format of Athena's JSON.
QUERY = {"QueryString": "SELECT 1", "WorkGroup": "primary"}
SUBMITTED, COMPLETED = 1_674_054_596.025, 1_674_054_596.798
ROLE_ARN = "arn:aws:iam::123456789012:role/workflow"

Function = Callable[[Any], Any]


class FunctionError(Exception):
    """An error of a function: the payload of a response with the header ``X-Amz-Function-Error``."""

    def __init__(self, payload: dict[str, Any]) -> None:
        super().__init__(str(payload))
        self.payload = payload

    @classmethod
    def raised(cls, error_type: str, message: str = "") -> FunctionError:
        return cls({"errorMessage": message, "errorType": error_type, "requestId": "r", "stackTrace": []})


class ServiceError(Exception):
    """An error response of a service."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Border:
    """Functions by name, and Athena's operations by name. Each is called with the client's request."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.athena: dict[str, Function] = {}
        self.calls: list[tuple[str, Any]] = []

    def answer(self, name: str, function: Function, request: Any) -> tuple[int, dict[str, str], Any]:
        self.calls.append((name, request))
        try:
            return 200, {}, function(request)
        except FunctionError as error:
            return 200, {"X-Amz-Function-Error": "Unhandled"}, error.payload
        except ServiceError as error:
            described = {"__type": error.code, "Message": error.message, "message": error.message}
            return error.status, {"x-amzn-ErrorType": error.code}, described


def _handler(border: Border) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None: ...

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
            target = self.headers.get("X-Amz-Target", "")
            if target.startswith("AmazonAthena."):
                name = target.removeprefix("AmazonAthena.")
                status, headers, payload = border.answer(name, border.athena[name], request)
            else:
                name = self.path.split("/")[-2]
                status, headers, payload = border.answer(name, border.functions[name], request)
            body = json.dumps(payload).encode()
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(body)), "x-amzn-RequestId": "request"}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler


class _BorderClients(RoleClients):
    """Clients that send Lambda and Athena calls of tasks to the border, and all other calls to the cloud."""

    def __init__(self, cloud: EmbeddedCloud, endpoint: str) -> None:
        super().__init__(cloud)
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=256, proxies={})
        keys: dict[str, Any] = {"aws_access_key_id": "a", "aws_secret_access_key": "s", "region_name": cloud.region}
        self._border: dict[str, Any] = {
            "lambda": boto3.client("lambda", endpoint_url=endpoint, config=config, **keys),
            "athena": boto3.client("athena", endpoint_url=endpoint, config=config, **keys),
        }

    def client(self, service: str, role_arn: str) -> Any:
        return self._border[service] if service in self._border else super().client(service, role_arn)


@contextmanager
def workflow_cloud(**settings: Any) -> Iterator[EmbeddedCloud]:
    """Start a cloud with the role of the tests' state machines."""
    with EmbeddedCloud(**settings) as cloud:
        make_role(cloud, ROLE_ARN.rpartition("/")[2], "states")
        yield cloud


@contextmanager
def border_of(cloud: EmbeddedCloud) -> Iterator[Border]:
    """Serve a border, and send the Lambda and Athena calls of ``cloud``'s tasks to it."""
    border = Border()

    class Server(ThreadingHTTPServer):
        request_queue_size = 512
        daemon_threads = True

    server = Server(("127.0.0.1", 0), _handler(border))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    clients = Task.clients
    Task.clients = _BorderClients(cloud, f"http://127.0.0.1:{server.server_port}")
    try:
        yield border
    finally:
        Task.clients = clients
        server.shutdown()
        server.server_close()


class Workflow:
    """State machines and executions of one cloud, through its API."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self.cloud = cloud
        self.client = cloud.client("stepfunctions")
        self._made = 0

    def create(self, states: dict[str, Any], *, language: str = "JSONata", **more: Any) -> str:
        """Create a state machine that starts at the first of ``states``. Return its ARN."""
        self._made += 1
        definition = {"QueryLanguage": language, "StartAt": next(iter(states)), "States": states, **more}
        created = self.client.create_state_machine(
            name=f"machine-{self._made}", definition=json.dumps(definition), roleArn=ROLE_ARN
        )
        return str(created["stateMachineArn"])

    def start(self, arn: str, given: Any = None, **more: Any) -> str:
        started = self.client.start_execution(stateMachineArn=arn, input=json.dumps(given or {}), **more)
        return str(started["executionArn"])

    def ended(self, execution_arn: str) -> dict[str, Any]:
        """Wait for the end of an execution. Return its description with the output parsed."""
        described = eventually(
            lambda: self.client.describe_execution(executionArn=execution_arn), lambda it: it["status"] != "RUNNING"
        )
        if "output" in described:
            described["output"] = json.loads(described["output"])
        return dict(described)

    def run(self, states: dict[str, Any], given: Any = None, **more: Any) -> dict[str, Any]:
        """Create a state machine and run it to its end. Return the execution's description."""
        return self.ended(self.start(self.create(states, **more), given))

    def output(self, states: dict[str, Any], given: Any = None, **more: Any) -> Any:
        """Run ``states`` and return the output. The execution must succeed."""
        ended = self.run(states, given, **more)
        assert ended["status"] == "SUCCEEDED", ended
        return ended["output"]

    def evaluate(self, expression: str, given: Any = None) -> dict[str, Any]:
        """Run one Pass state with ``expression`` as its output. Return the execution's description."""
        return self.run({"Evaluate": {"Type": "Pass", "Output": f"{{% {expression} %}}", "End": True}}, given)

    def history(self, execution_arn: str) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
        return [dict(event) for page in pages for event in page["events"]]


def invoke(name: str, payload: Any = None, **more: Any) -> dict[str, Any]:
    """Build a Task state that invokes function ``name``. It ends its state machine unless ``Next`` is given."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": name, "Payload": payload or {}},
        **({} if "Next" in more else {"End": True}),
        **more,
    }


def task(resource: str, arguments: Any, **more: Any) -> dict[str, Any]:
    """Build the only state of a state machine: a Task that calls a service."""
    return {
        "Task": {
            "Type": "Task",
            "Resource": f"arn:aws:states:::{resource}",
            "Arguments": arguments,
            "End": True,
            **more,
        }
    }


def distributed(states: dict[str, Any], *, execution_type: str = "EXPRESS", **more: Any) -> dict[str, Any]:
    """Build a distributed Map over ``$states.input.tickers``."""
    config = {"Mode": "DISTRIBUTED", "ExecutionType": execution_type}
    return _map(states, {"ProcessorConfig": config}, **more)


def inline(states: dict[str, Any], **more: Any) -> dict[str, Any]:
    return _map(states, {}, **more)


def _map(states: dict[str, Any], processor: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "Type": "Map",
        "Items": "{% $states.input.tickers %}",
        "ItemProcessor": {**processor, "StartAt": next(iter(states)), "States": states},
        "End": True,
        **more,
    }


def collect(**more: Any) -> dict[str, Any]:
    """Build a child state that passes its input to function ``f`` and returns the answer."""
    return {"Collect": invoke("f", "{% $states.input %}", Output="{% $states.result.Payload %}", **more)}


def failing_for(*tickers: str) -> Any:
    def function(ticker: str) -> str:
        if ticker in tickers:
            raise FunctionError.raised("UnknownTicker", ticker)
        return ticker

    return function

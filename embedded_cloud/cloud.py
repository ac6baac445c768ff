"""The embedded cloud: an AWS-compatible endpoint in this process, as strict as AWS where moto is kinder.

``EmbeddedCloud`` starts moto's server on the loopback interface and installs, service by service, what moto does
not do. Any AWS client reaches it through the variables of :meth:`EmbeddedCloud.environment`.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, ClassVar, Self
from xml.sax.saxutils import escape

import boto3
from botocore.config import Config
from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, make_server

from embedded_cloud import moto_patches
from embedded_cloud.faults import FaultHook, no_faults
from embedded_cloud.guard import GuardedRequestHandler
from embedded_cloud.iam.permissions import Permissions

LOOPBACK = "127.0.0.1"
ACCOUNT_ID = "123456789012"  # the account moto serves unless told otherwise
REGION = "us-east-1"

# moto accepts any key; these only have to be there, since every AWS client refuses to run without a key.
ROOT_ACCESS_KEY_ID = "local"
ROOT_SECRET_ACCESS_KEY = "local"  # noqa: S105 - a placeholder for an endpoint on the loopback interface

# One module per service, installed over moto by its ``install(cloud)``.
SERVICES = (
    "embedded_cloud.iam.service",
    "embedded_cloud.s3.service",
    "embedded_cloud.lambda_.service",
    "embedded_cloud.apigateway.service",
    "embedded_cloud.firehose.service",
    "embedded_cloud.athena.service",
    "embedded_cloud.stepfunctions.service",
    "embedded_cloud.scheduler.service",
    "embedded_cloud.cloudformation.service",
)

# Parts of moto's server that are no service of AWS: its own control API and dashboard, and an instance's metadata.
NOT_SERVED = ("moto_api", "instance_metadata")

# boto3 makes clients in one session, which threads must not use at once.
CLIENT_CREATION = threading.Lock()


class PortInUseError(Exception):
    """The port that was asked for is taken."""


class Clock:
    """Waits in cloud seconds, of which ``factor`` pass in one real second, and wakes when the cloud stops.

    Only waiting is shortened (buffers, Wait states, retry backoff). What is work, a function's timeout for one, runs
    in real time.
    """

    def __init__(self, factor: float) -> None:
        if not factor > 0:
            raise ValueError(f"time factor: {factor!r} is not a number above 0")
        self.factor = factor
        self.stopped = threading.Event()

    def real(self, seconds: float) -> float:
        """Real seconds that ``seconds`` of the cloud take."""
        return seconds / self.factor

    def wait(self, seconds: float) -> bool:
        """Wait ``seconds`` of the cloud; False when the cloud stopped before they were over."""
        return not self.stopped.wait(self.real(seconds))


class _RequestHandler(GuardedRequestHandler, MotoRequestHandler):  # type: ignore[misc]
    """Serves no web page, and writes no log line for each request."""

    def refusal_body(self, reason: str) -> str:
        """Return the error as AWS's clients read it."""
        error = f"<Code>AccessDenied</Code><Message>{escape(reason)}</Message>"
        return f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del code, size


def _service_application(service: str) -> Any:
    """Return the WSGI application of a service."""
    return NotFound() if service in NOT_SERVED else create_backend_app(service)


class EmbeddedCloud:
    """One AWS account and region on the loopback interface; a context manager.

    Parameters
    ----------
    port
        TCP port to listen on; 0 takes a free one.
    time_factor
        Cloud seconds that pass in one real second, see :class:`Clock`.
    function_environment
        Variables that every function's process gets besides its own: a proxy, for example.
    function_concurrency
        Functions that may run at once in the account; one more is refused as AWS does (429).

    ``faults`` may be set at any time, and taken away by :func:`embedded_cloud.faults.no_faults`.

    One process holds one running cloud at a time, since moto's state is global to the process.
    """

    region: ClassVar[str] = REGION
    account_id: ClassVar[str] = ACCOUNT_ID

    def __init__(
        self,
        *,
        port: int = 0,
        time_factor: float = 1.0,
        function_environment: Mapping[str, str] | None = None,
        function_concurrency: int = 32,
    ) -> None:
        self.port = port
        self.clock = Clock(time_factor)
        self.function_environment = dict(function_environment or {})
        self.function_concurrency = function_concurrency
        self.permissions = Permissions(self.account_id)
        self.faults: FaultHook = no_faults
        self._on_stop: list[Callable[[], None]] = []
        self._server: BaseWSGIServer | None = None
        self._clients: dict[str, Any] = {}
        self._mounts: dict[str, Any] = {}  # WSGI applications beside AWS's own services, by path

    @property
    def endpoint(self) -> str:
        """URL of every AWS service of this cloud."""
        return f"http://{LOOPBACK}:{self.port}"

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Have ``callback`` called when the cloud stops, last registered first."""
        self._on_stop.append(callback)

    def mount(self, path: str, application: Any) -> None:
        """Have the WSGI ``application`` serve what lies under ``path``, beside AWS's own services."""
        self._mounts[path] = application

    def environment(self) -> dict[str, str]:
        """The standard variables that point an AWS client (CLI, SDK, Serverless) at this cloud."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ROOT_ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": ROOT_SECRET_ACCESS_KEY,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def role_credentials(self, role_arn: str) -> dict[str, str]:
        """boto3 credentials (key id, secret key, session token) of a session under ``role_arn``."""
        session = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="embedded-cloud")["Credentials"]
        return {
            "aws_access_key_id": session["AccessKeyId"],
            "aws_secret_access_key": session["SecretAccessKey"],
            "aws_session_token": session["SessionToken"],
        }

    def client(self, service: str, role_arn: str | None = None, config: Config | None = None) -> Any:
        """A boto3 client of this cloud, under ``role_arn`` or as the administrator; ``config`` adds to its own.

        The administrator's are kept: making one takes longer than most calls.
        """
        if role_arn is None and config is None:
            if service not in self._clients:
                self._clients[service] = self._new_client(service, None, None)
            return self._clients[service]
        return self._new_client(service, role_arn, config)

    def _new_client(self, service: str, role_arn: str | None, config: Config | None) -> Any:
        credentials = (
            self.role_credentials(role_arn)
            if role_arn
            else {"aws_access_key_id": ROOT_ACCESS_KEY_ID, "aws_secret_access_key": ROOT_SECRET_ACCESS_KEY}
        )
        ours = Config(s3={"addressing_style": "path"}, max_pool_connections=50)
        with CLIENT_CREATION:
            return boto3.client(
                service,  # type: ignore[call-overload]
                region_name=self.region,
                endpoint_url=self.endpoint,
                config=ours.merge(config) if config else ours,
                **credentials,
            )

    def start(self) -> Self:
        """Install the services, listen, and serve until :meth:`stop`.

        Raises
        ------
        PortInUseError
            When ``port`` is taken.
        """
        moto_patches.NO_GLOBAL_CORS.apply(True)
        moto_patches.SERVICE_OF_HOST.apply(functools.lru_cache(maxsize=256)(moto_patches.SERVICE_OF_HOST.original))
        for name in SERVICES:
            importlib.import_module(name).install(self)
        try:
            self._server = make_server(
                LOOPBACK,
                self.port,
                DispatcherMiddleware(DomainDispatcherApplication(_service_application), self._mounts),
                threaded=True,
                request_handler=_RequestHandler,
            )
        except (OSError, SystemExit) as error:  # werkzeug exits where the address is in use
            raise PortInUseError(f"port {self.port} is in use: stop what listens there, or choose another") from error
        self.port = self._server.server_port
        threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},  # how long stop() may have to wait for the server's loop
            name="embedded-cloud",
            daemon=True,
        ).start()
        return self

    def stop(self) -> None:
        """Stop serving, end what the services started, and forget every resource."""
        self.clock.stopped.set()
        while self._on_stop:
            with contextlib.suppress(Exception):  # one service's failure to end must not keep the others running
                self._on_stop.pop()()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        BackendDict.reset()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

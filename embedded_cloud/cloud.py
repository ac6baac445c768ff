"""The embedded cloud: an AWS-compatible endpoint in this process, as strict as AWS where moto is kinder.

``EmbeddedCloud`` starts moto's server on the loopback interface and replaces parts of moto service by service. Any AWS
client reaches it through the variables of :meth:`EmbeddedCloud.environment`.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, ClassVar, Self

import boto3
from botocore.config import Config
from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, make_server

from embedded_cloud import clock, moto_dates, moto_patches
from embedded_cloud.clock import Clock, ClockKind
from embedded_cloud.faults import FaultHook, inject_no_fault
from embedded_cloud.guard import GuardedRequestHandler
from embedded_cloud.iam.permissions import Permissions
from embedded_cloud.not_emulated import ServiceDispatcher, call_action
from embedded_cloud.protocol import format_query, set_request_id

LOOPBACK = "127.0.0.1"
ACCOUNT_ID = "123456789012"  # moto's default account
REGION = "us-east-1"

# moto accepts any key. AWS clients refuse to run without one.
ROOT_ACCESS_KEY_ID = "local"
ROOT_SECRET_ACCESS_KEY = "local"  # noqa: S105 - a placeholder for an endpoint on the loopback interface

# One module per service. Its ``install(cloud)`` replaces parts of moto.
SERVICES = (
    "embedded_cloud.iam.service",
    "embedded_cloud.s3.service",
    "embedded_cloud.lambda_.service",
    "embedded_cloud.apigateway.service",
    "embedded_cloud.firehose.service",
    "embedded_cloud.athena.service",
    "embedded_cloud.stepfunctions.service",
    "embedded_cloud.scheduler.service",
    "embedded_cloud.events.service",
    "embedded_cloud.logs.service",
    "embedded_cloud.cloudformation.service",
)

# boto3 creates clients in one session, and a session isn't thread-safe.
CLIENT_CREATION = threading.Lock()


class PortInUseError(Exception):
    """The requested port is in use."""


class _CloudRequestHandler(GuardedRequestHandler, MotoRequestHandler):  # type: ignore[misc]
    """A request handler that refuses web pages and logs no requests. A request is work until it is answered."""

    def run_wsgi(self) -> None:
        with clock.current().held():
            super().run_wsgi()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the header Date."""
        return str(super().date_time_string(clock.current().read_seconds() if timestamp is None else timestamp))

    def format_refusal(self, reason: str) -> str:
        """Return the error in the XML that AWS clients read."""
        return format_query("AccessDenied", reason)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del code, size


class CloudSession(boto3.Session):
    """A session of the administrator, whose clients reach this cloud. Threads may share it.

    Its clients come from boto3's default session: each session parses AWS's endpoints again, which takes 0.15 s.
    """

    def __init__(self, cloud: EmbeddedCloud) -> None:
        super().__init__(ROOT_ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY, region_name=cloud.region)
        self._cloud = cloud

    def client(self, service_name: str, config: Config | None = None, **settings: Any) -> Any:  # type: ignore[override]
        """Return a client of the cloud. ``config`` adds to the cloud's own, and ``settings`` are those of boto3."""
        return self._cloud.new_client(service_name, config=config, **settings)


class EmbeddedCloud:
    """One AWS account and region on the loopback interface, used as a context manager.

    Parameters
    ----------
    port
        TCP port to listen on. 0 takes a free port.
    start, clock
        The cloud's date when it is made, by default the real one, and the kind of its :class:`Clock`. A virtual one
        skips the waits.
    function_environment
        Environment variables added to every function's process, for example a proxy.
    function_concurrency
        Functions that may run at the same time in the account. The next one gets status 429, as on AWS.
    preloaded
        Libraries that functions import, which one process imports for all (on Linux). A function whose own package
        has one of them imports everything itself, as on AWS.

    You may set ``faults`` at any time. :func:`embedded_cloud.faults.inject_no_fault` switches faults off.

    A process can run one cloud at a time because moto's state is global.
    """

    region: ClassVar[str] = REGION
    account_id: ClassVar[str] = ACCOUNT_ID

    def __init__(
        self,
        *,
        port: int = 0,
        start: datetime | None = None,
        clock: ClockKind = "virtual",
        function_environment: Mapping[str, str] | None = None,
        function_concurrency: int = 32,
        preloaded: Sequence[str] = (),
    ) -> None:
        self.port = port
        self._make_clock = functools.partial(Clock, start, clock)
        self.clock = self._make_clock()
        self.function_environment = dict(function_environment or {})
        self.function_concurrency = function_concurrency
        self.preloaded = tuple(preloaded)
        self.permissions = Permissions(self.account_id)
        self.faults: FaultHook = inject_no_fault
        self._on_stop: list[Callable[[], None]] = []
        self._server: BaseWSGIServer | None = None
        self._clients: dict[str, Any] = {}
        self._mounts: dict[str, Any] = {}  # WSGI applications next to the AWS services, by path

    @property
    def endpoint(self) -> str:
        """URL of all AWS services of this cloud."""
        return f"http://{LOOPBACK}:{self.port}"

    def on_stop(self, callback: Callable[[], None]) -> None:
        """Register ``callback`` to be called when the cloud stops. The last one registered runs first."""
        self._on_stop.append(callback)

    def mount(self, path: str, application: Any) -> None:
        """Serve the WSGI ``application`` under ``path``, next to the AWS services."""
        self._mounts[path] = application

    def environment(self) -> dict[str, str]:
        """Return the standard environment variables that point an AWS client (CLI, SDK, Serverless) at this cloud."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ROOT_ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": ROOT_SECRET_ACCESS_KEY,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def assume_role(self, role_arn: str, session_name: str = "embedded-cloud") -> dict[str, str]:
        """Assume a role and return the session's boto3 credentials: key id, secret key, session token."""
        session = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=session_name)["Credentials"]
        return {
            "aws_access_key_id": session["AccessKeyId"],
            "aws_secret_access_key": session["SecretAccessKey"],
            "aws_session_token": session["SessionToken"],
        }

    @functools.cached_property
    def session(self) -> boto3.Session:
        """The administrator's session, for code that makes its own clients."""
        return CloudSession(self)

    def client(self, service: str, role_arn: str | None = None, config: Config | None = None) -> Any:
        """Return a boto3 client of this cloud that acts under ``role_arn``, or as the administrator without one.

        ``config`` is merged over the cloud's own. Administrator clients without a ``config`` are cached, because
        creating a client takes longer than most calls.
        """
        if role_arn is None and config is None:
            if service not in self._clients:
                self._clients[service] = self.new_client(service)
            return self._clients[service]
        return self.new_client(service, role_arn, config)

    def new_client(
        self, service: str, role_arn: str | None = None, config: Config | None = None, **settings: Any
    ) -> Any:
        """Return a boto3 client of this cloud that is nobody else's. ``settings`` win over the cloud's own."""
        credentials = (
            self.assume_role(role_arn)
            if role_arn
            else {"aws_access_key_id": ROOT_ACCESS_KEY_ID, "aws_secret_access_key": ROOT_SECRET_ACCESS_KEY}
        )
        ours = Config(s3={"addressing_style": "path"}, max_pool_connections=50)
        with CLIENT_CREATION:
            made = {"region_name": self.region, "endpoint_url": self.endpoint, **credentials, **settings}
            return boto3.client(service, config=ours.merge(config) if config else ours, **made)  # type: ignore[call-overload]

    def start(self) -> Self:
        """Install the services and serve until :meth:`stop`.

        Raises
        ------
        PortInUseError
            If another process listens on ``port``.
        """
        moto_patches.DATETIME.apply(moto_dates.DATETIME)
        moto_patches.DASHBOARD_DATETIME.apply(moto_dates.CloudDatetime)
        moto_patches.NO_GLOBAL_CORS.apply(True)
        moto_patches.CALL_ACTION.apply(call_action)
        moto_patches.REQUEST_ID.apply(set_request_id)
        moto_patches.SERVICE_OF_HOST.apply(functools.lru_cache(maxsize=256)(moto_patches.SERVICE_OF_HOST.original))
        self._install_services()
        try:
            self._server = make_server(
                LOOPBACK,
                self.port,
                DispatcherMiddleware(ServiceDispatcher(), self._mounts),
                threaded=True,
                request_handler=_CloudRequestHandler,
            )
        except (OSError, SystemExit) as error:  # werkzeug exits if the address is in use
            raise PortInUseError(
                f"port {self.port} is in use: stop the process that listens there, or choose another port"
            ) from error
        self.port = self._server.server_port
        threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},  # the longest that stop() waits for the server's loop
            name="embedded-cloud",
            daemon=True,
        ).start()
        return self

    def _install_services(self) -> None:
        BackendDict.reset()  # of another cloud, which this one takes the place of
        clock.install(self.clock)
        for name in SERVICES:
            importlib.import_module(name).install(self)

    def _stop_services(self) -> None:
        self.clock.stop()
        while self._on_stop:
            with contextlib.suppress(Exception):  # the other services must stop too
                self._on_stop.pop()()

    def stop(self) -> None:
        """Stop the server and the services, and delete all resources."""
        self._stop_services()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        BackendDict.reset()
        clock.install(None)

    def reset(self) -> None:
        """Stop everything that runs and delete all resources. The endpoint and its clients stay, as for a new account.

        Tests that reset one cloud run faster than those that start one each with its clients.
        """
        self._stop_services()
        self.clock = self._make_clock()
        self.permissions = Permissions(self.account_id)
        self.faults = inject_no_fault
        self._install_services()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

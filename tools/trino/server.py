"""A Trino server over an embedded cloud. Its Hive connector reads the cloud's own Glue tables and S3 objects."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from embedded_cloud.athena.catalog import CATALOG
from embedded_cloud.cloud import LOOPBACK, EmbeddedCloud

if TYPE_CHECKING:
    from trino.dbapi import Connection

START_SECONDS = 180
STOP_SECONDS = 30
POLL_SECONDS = 0.5
LOG_LINES_SHOWN = 30

# The options of Trino's own etc/jvm.config that it needs to start, and Athena's time zone.
_JVM = (
    "-Xmx2G",
    "--add-modules=jdk.incubator.vector",
    "--enable-native-access=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "-Duser.timezone=UTC",
    "-Dfile.encoding=UTF-8",
)


class TrinoFailedError(Exception):
    """A failure of Trino to start. The text has the end of its log."""


class TrinoServer:
    """A server on the loopback interface, which runs until the end of the context.

    Parameters
    ----------
    java, folder
        The Java to run, and the folder of Trino's ``lib/`` and ``plugin/``.
    cloud
        The Glue and S3 of its one catalog, which is named like Athena's.
    """

    def __init__(self, java: Path, folder: Path, cloud: EmbeddedCloud) -> None:
        self._java, self._folder, self._cloud = java, folder, cloud
        self._port = _find_free_port()
        self._work = tempfile.TemporaryDirectory(prefix="finance-stream-trino-")
        self._process: subprocess.Popen[bytes] | None = None

    def connect(self, schema: str) -> Connection:
        """Return a connection to ``schema``. Values without a type in JSON come as Trino writes them."""
        from trino.dbapi import Connection  # only in the command's own environment, not in the tests'

        return Connection(
            host=LOOPBACK,
            port=self._port,
            user="finance-stream",
            catalog=CATALOG,
            schema=schema,
            timezone="UTC",
            legacy_primitive_types=True,
        )

    def __enter__(self) -> Self:
        work = Path(self._work.name)
        (work / "catalog").mkdir()
        _write_properties(work / "catalog" / f"{CATALOG}.properties", _make_catalog_properties(self._cloud))
        _write_properties(
            work / "config.properties", _make_server_properties(self._port, self._folder, work / "catalog")
        )
        classes = str(self._folder / "lib" / "*")
        command = [str(self._java), *_JVM, f"-Dconfig={work / 'config.properties'}", "-cp", classes]
        with (work / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the arguments are ours
                [*command, "io.trino.server.TrinoServer"], cwd=work, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            self._await_start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read_log(self) -> str:
        """Return the end of the server's log."""
        lines = (Path(self._work.name) / "log").read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES_SHOWN:])

    def _await_start(self) -> None:
        for _ in range(int(START_SECONDS / POLL_SECONDS)):
            if self._answers():
                return
            try:
                assert self._process is not None  # noqa: S101 - for mypy
                code = self._process.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            raise TrinoFailedError(f"Trino ended with {code} as it started:\n{self.read_log()}")
        raise TrinoFailedError(f"Trino has not started within {START_SECONDS} s:\n{self.read_log()}")

    def _answers(self) -> bool:
        """Return True once the server is up: https://trino.io/docs/current/develop/client-protocol.html"""
        try:
            with urllib.request.build_opener().open(
                f"http://{LOOPBACK}:{self._port}/v1/info", timeout=STOP_SECONDS
            ) as response:
                info: dict[str, Any] = json.load(response)
        except (OSError, ValueError):
            return False
        return info["starting"] is False

    def _stop(self) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._work.cleanup()


def _make_server_properties(port: int, folder: Path, catalogs: Path) -> dict[str, str]:
    """Return the server's settings: https://trino.io/docs/current/installation/deployment.html"""
    return {
        "node.environment": "test",
        "node.internal-address": LOOPBACK,
        "node.bind-ip": LOOPBACK,
        "coordinator": "true",
        "node-scheduler.include-coordinator": "true",
        "http-server.http.port": str(port),
        "discovery.uri": f"http://{LOOPBACK}:{port}",
        "web-ui.enabled": "false",
        "query.max-memory": "1GB",
        "plugin.dir": (folder / "plugin").as_posix(),
        "catalog.config-dir": catalogs.as_posix(),
    }


def _make_catalog_properties(cloud: EmbeddedCloud) -> dict[str, str]:
    """Return the catalog's settings, as in Athena where Trino differs: https://trino.io/docs/current/connector/hive.html"""
    account = cloud.environment()
    key_id, secret_key = account["AWS_ACCESS_KEY_ID"], account["AWS_SECRET_ACCESS_KEY"]
    return {
        "connector.name": "hive",
        "hive.partition-projection-enabled": "true",
        "hive.recursive-directories": "true",
        "hive.table-statistics-enabled": "false",  # the embedded cloud emulates no statistics
        "hive.metastore": "glue",
        "hive.metastore.glue.region": cloud.region,
        "hive.metastore.glue.endpoint-url": cloud.endpoint,
        "hive.metastore.glue.aws-access-key": key_id,
        "hive.metastore.glue.aws-secret-key": secret_key,
        "fs.native-s3.enabled": "true",
        "s3.region": cloud.region,
        "s3.endpoint": cloud.endpoint,
        "s3.path-style-access": "true",
        "s3.aws-access-key": key_id,
        "s3.aws-secret-key": secret_key,
    }


def _write_properties(path: Path, properties: Mapping[str, str]) -> None:
    path.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), encoding="utf-8")


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port

"""The port that the replay listens on, and what a connection to it may ask of the replay."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import ssl
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple, Protocol

from local.yahoo.faults import Fault
from local.yahoo.replay import Replay

LOOPBACK = "127.0.0.1"


class AnsweredRequest(NamedTuple):
    """A request as it was answered; ``status`` is 0 where the connection was dropped instead."""

    host: str
    path: str
    query: dict[str, str]
    symbol: str
    status: int


class ReplayState(Protocol):
    """The replay, as a connection knows it."""

    replay: Replay
    stopped: threading.Event
    log: list[AnsweredRequest]
    served: Callable[[str, str, dict[str, Any]], None] | None

    def next_fault(self, symbol: str, interval: str) -> Fault | None:
        """Return the fault of the chart request that has just come."""


class ReplayServer(socketserver.ThreadingTCPServer):
    """Accepts the connections, a thread for each, and knows which are open."""

    daemon_threads = True
    block_on_close = False  # a client that keeps its connection open must not keep this one from ending
    allow_reuse_address = os.name == "posix"  # on Windows two servers could share the port
    request_queue_size = 128

    def __init__(
        self, yahoo: ReplayState, context: ssl.SSLContext, port: int, connection: type[BaseHTTPRequestHandler]
    ) -> None:
        self.yahoo = yahoo
        self.context = context
        self._open: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), connection)

    def follow(self, connection: socket.socket) -> None:
        """Drop ``connection`` too when the server stops."""
        self._open.add(connection)

    def forget(self, connection: socket.socket) -> None:
        """The connection has ended."""
        self._open.discard(connection)

    def stop(self) -> None:
        """Stop accepting, and drop what is open."""
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                # Not SSLSocket's own, which takes the TLS state away from the thread that reads it.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or does not trust the certificate, knows so itself; all else is a defect here."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

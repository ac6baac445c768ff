"""The replay's server, and the replay's state that a connection needs."""

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
    """A request and the status of its response. ``status`` is 0 if the connection was dropped instead."""

    host: str
    path: str
    query: dict[str, str]
    symbol: str
    status: int


class ReplayState(Protocol):
    """The state of the replay that a connection needs."""

    replay: Replay
    stopped: threading.Event
    log: list[AnsweredRequest]
    served: Callable[[str, str, dict[str, Any]], None] | None

    def next_fault(self, symbol: str, interval: str) -> Fault | None:
        """Return the fault of the current chart request, or None."""


class ReplayServer(socketserver.ThreadingTCPServer):
    """A server with one thread per connection. It keeps track of the open connections."""

    daemon_threads = True
    block_on_close = False  # an open connection of a client must not keep this process running
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
        """Remove a connection that has ended."""
        self._open.discard(connection)

    def stop(self) -> None:
        """Stop accepting connections, and drop the open ones."""
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                # Not SSLSocket's own shutdown: it removes the TLS state that another thread is reading.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print unexpected errors only. A client that disconnects or distrusts the certificate knows that itself."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)
